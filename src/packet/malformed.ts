/** Bytes that are not what their place says they are. A value, because it is what networks do; never thrown. */
export interface Malformed {
  readonly type: 'malformed';
  /** A sentence without its full stop, for a log line. Not stable. */
  readonly reason: string;
}

export function malformed(reason: string): Malformed {
  return { type: 'malformed', reason };
}
