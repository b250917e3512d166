import { isDeepStrictEqual } from 'node:util';

export interface Codec<Value> {
  encode(value: Value): Uint8Array;
  decode(bytes: Uint8Array): { readonly type: string };
  /** All that `decode` must give back for `value`. */
  decoded(value: Value): object;
  encodedBytes(value: Value): number;
  /** Prefixes shorter than this are refused: all of them for a format that knows its length, else those of its header. */
  refusedBelowBytes(value: Value): number;
}

/** The laws of every codec that this one breaks for `value`, in words. */
export function brokenLaws<Value>(codec: Codec<Value>, value: Value): string[] {
  const bytes = codec.encode(value);
  const decoded = codec.decoded(value);
  const laws: [string, boolean][] = [
    ['the length agrees', bytes.length === codec.encodedBytes(value)],
    ['the value survives', isDeepStrictEqual(plain(codec.decode(bytes)), plain(decoded))],
    [
      'it survives amidst others',
      isDeepStrictEqual(plain(codec.decode(amidstOthers(bytes))), plain(decoded)),
    ],
    ['the same value gives the same bytes', isDeepStrictEqual(codec.encode(value), bytes)],
  ];
  for (let length = 0; length < codec.refusedBelowBytes(value); length++) {
    laws.push([
      `a prefix of ${length} bytes is refused`,
      codec.decode(bytes.subarray(0, length)).type === 'malformed',
    ]);
  }
  return laws.filter(([, isKept]) => !isKept).map(([law]) => law);
}

/** The same bytes as a view of a larger buffer, at an odd offset, with other bytes on both sides. */
export function amidstOthers(bytes: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(bytes.length + 64).fill(0xa5);
  buffer.set(bytes, 13);
  return buffer.subarray(13, 13 + bytes.length);
}

/** Without the prototype, which fast-check's records do not have. */
function plain(value: object): object {
  return { ...value };
}
