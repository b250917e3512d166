import { requireInteger } from './argument.ts';
import { writeUint16, writeUint32 } from './big-endian.ts';

/**
 * What ICMPv4 and ICMPv6 have in common: the meaning of a message, and its first 8 bytes.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |     Type      |     Code      |          Checksum             |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                    by type: the second word                   |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |        by type: echoed data, or the quoted datagram ...       |
 *
 * `quoted` is the datagram that caused an error as the message has it, cut anywhere: quoted.ts reads it. It and `data`
 * are views: copy what outlives the buffer.
 */
export type IcmpMessage =
  | ({ readonly type: 'echo-request' } & Echo)
  | ({ readonly type: 'echo-reply' } & Echo)
  /** `mtu` as the message says: 0 from routers older than RFC 1191, and nonsense from some. */
  | { readonly type: 'packet-too-big'; readonly mtu: number; readonly quoted: Uint8Array }
  | { readonly type: 'port-unreachable'; readonly quoted: Uint8Array }
  | {
      readonly type: 'unreachable';
      readonly code: number;
      readonly reason: UnreachableReason;
      readonly quoted: Uint8Array;
    }
  | { readonly type: 'time-exceeded'; readonly code: number; readonly quoted: Uint8Array }
  | {
      readonly type: 'parameter-problem';
      readonly code: number;
      /** Offset in the quoted datagram of what was wrong. */
      readonly pointer: number;
      readonly quoted: Uint8Array;
    }
  | { readonly type: 'other'; readonly icmpType: number; readonly code: number };

export interface Echo {
  readonly identifier: number;
  readonly sequence: number;
  readonly data: Uint8Array;
}

/** `prohibited`: a firewall says so. `policy`: the source address is not allowed there. */
export type UnreachableReason =
  | 'network'
  | 'host'
  | 'protocol'
  | 'source-route'
  | 'prohibited'
  | 'no-route'
  | 'beyond-scope'
  | 'policy'
  | 'reject-route'
  | 'other';

/**
 * An error to encode. `quoted` goes into the message as it is: cut it first, as routers do (IPv4: header and 8 bytes or
 * more, up to a message of 576 bytes; IPv6: up to a message of 1280).
 */
export type IcmpErrorToEncode =
  | { readonly type: 'packet-too-big'; readonly mtu: number; readonly quoted: Uint8Array }
  | { readonly type: 'port-unreachable'; readonly quoted: Uint8Array }
  | { readonly type: 'unreachable'; readonly code: number; readonly quoted: Uint8Array }
  | { readonly type: 'time-exceeded'; readonly quoted: Uint8Array };

export const HEADER_BYTES = 8;

/** A message whose checksum is still zero. */
export function assemble(type: number, code: number, secondWord: number, body: Uint8Array): Uint8Array {
  requireInteger('code', code, 0, 0xff);
  const bytes = new Uint8Array(HEADER_BYTES + body.length);
  bytes[TYPE_OFFSET] = type;
  bytes[CODE_OFFSET] = code;
  writeUint32(bytes, SECOND_WORD_OFFSET, secondWord);
  bytes.set(body, HEADER_BYTES);
  return bytes;
}

/** Writes the checksum into a message from {@link assemble}. */
export function seal(bytes: Uint8Array, checksum: number): Uint8Array {
  writeUint16(bytes, CHECKSUM_OFFSET, checksum);
  return bytes;
}

/**
 * The quoted datagram without the extensions that may follow it (RFC 4884). `lengthBytes` is the message's length
 * attribute in bytes; 0, as in most messages, says that there are none. A length that does not hold an IP header and
 * 8 bytes (`leastBytes`), or exceeds what is there, is somebody's garbage in an unused field, and not believed.
 */
export function quotedDatagram(bytes: Uint8Array, lengthBytes: number, leastBytes: number): Uint8Array {
  const rest = bytes.subarray(HEADER_BYTES);
  return lengthBytes >= leastBytes && lengthBytes <= rest.length ? rest.subarray(0, lengthBytes) : rest;
}

export const TYPE_OFFSET = 0;
export const CODE_OFFSET = 1;
const CHECKSUM_OFFSET = 2;
export const SECOND_WORD_OFFSET = 4;
