/** What a strongSwan's log of sizes says about the IKE_AUTH that it sent. Pure. */

export interface LoggedIkeAuth {
  /** The IKE message before it was cut, from the header to the ICV. */
  readonly messageBytes: number;
  /** What left instead, in sending order: the message itself, or its fragments. The non-ESP marker does not count. */
  readonly sentBytes: readonly number[];
  /** Destination port. */
  readonly port: number;
  /** The AUTH payload with its header. */
  readonly authenticationBytes: number;
  /** Names in order, as strongSwan abbreviates them: `IDi`, `CERT`, `N(MOBIKE_SUP)`. */
  readonly payloads: readonly string[];
}

/** The last IKE_AUTH request with a signature in this log; throws, with the log, when there is none. */
export function lastIkeAuthRequest(log: string): LoggedIkeAuth {
  const all = [...log.matchAll(REQUEST)];
  const start = all.at(-1);
  if (start === undefined) throw new Error(`no IKE_AUTH request in this log:\n${log}`);
  const rest = log.slice(start.index);

  const split = /splitting IKE message \((\d+) bytes\) into (\d+) fragments/.exec(rest);
  const sends = [...rest.matchAll(SENT)].slice(0, split === null ? 1 : Number(split[2]));
  const sentBytes = sends.map(([, , bytes]) => Number(bytes));
  return {
    messageBytes: split === null ? (sentBytes[0] ?? Number.NaN) : Number(split[1]),
    sentBytes,
    port: Number(sends[0]?.[1]),
    authenticationBytes: Number(AUTHENTICATION.exec(rest)?.[1]),
    payloads: (start[1] ?? '').trim().split(' '),
  };
}

const REQUEST = /generating IKE_AUTH request 1 \[ (?!EF)(.*) \]/g;
const SENT = /sending packet: from \S+ to \S+\[(\d+)\] \((\d+) bytes\)/g;
const AUTHENTICATION =
  /generating payload of type AUTH\n[\s\S]*?generated data for this payload => (\d+) bytes/;
