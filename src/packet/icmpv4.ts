import { requireInteger } from './argument.ts';
import { readUint16, readUint8 } from './big-endian.ts';
import { internetChecksum } from './checksum.ts';
import * as echo from './echo.ts';
import {
  assemble,
  CODE_OFFSET,
  type Echo,
  HEADER_BYTES,
  type IcmpErrorToEncode,
  type IcmpMessage,
  quotedDatagram,
  seal,
  TYPE_OFFSET,
  type UnreachableReason,
} from './icmp.ts';
import { type Malformed, malformed } from './malformed.ts';

/**
 * ICMPv4 (RFC 792). Errors carry these second words; Length is RFC 4884's, in 4-byte units, and 0 without extensions.
 *
 *     Destination unreachable (3): "fragmentation needed" (code 4) has the next-hop MTU (RFC 1191 section 4)
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |     unused    |    Length     |         Next-Hop MTU          |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     Time exceeded (11)
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |     unused    |    Length     |          unused               |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     Parameter problem (12)
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |   Pointer     |    Length     |          unused               |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */

/** Throws RangeError for a field out of range, as every encoder here. */
export function encodeEchoRequest(message: Echo): Uint8Array {
  return sealed(echo.encode(TYPE.echoRequest, message));
}

export function encodeEchoReply(message: Echo): Uint8Array {
  return sealed(echo.encode(TYPE.echoReply, message));
}

/** `mtu` is 0..0xffff: 0 is what routers older than RFC 1191 say. */
export function packetTooBig(mtu: number, quoted: Uint8Array): Uint8Array {
  return encodeError({ type: 'packet-too-big', mtu, quoted });
}

export function portUnreachable(quoted: Uint8Array): Uint8Array {
  return encodeError({ type: 'port-unreachable', quoted });
}

export function unreachable(code: number, quoted: Uint8Array): Uint8Array {
  return encodeError({ type: 'unreachable', code, quoted });
}

/** In transit (code 0), what a router says whose hop used the TTL up. */
export function timeExceeded(quoted: Uint8Array): Uint8Array {
  return encodeError({ type: 'time-exceeded', quoted });
}

export function encodeError(error: IcmpErrorToEncode): Uint8Array {
  let message: Uint8Array;
  switch (error.type) {
    case 'packet-too-big':
      requireInteger('mtu', error.mtu, 0, 0xffff);
      message = assemble(TYPE.unreachable, CODE_FRAGMENTATION_NEEDED, error.mtu, error.quoted);
      break;
    case 'port-unreachable':
      message = assemble(TYPE.unreachable, CODE_PORT, 0, error.quoted);
      break;
    case 'unreachable':
      message = assemble(TYPE.unreachable, error.code, 0, error.quoted);
      break;
    case 'time-exceeded':
      message = assemble(TYPE.timeExceeded, 0, 0, error.quoted);
      break;
  }
  return sealed(message);
}

/**
 * Reads the payload of an IPv4 packet of protocol 1. The checksum is not verified, and Linux hands messages to raw
 * sockets before it verifies them: see {@link hasValidChecksum}.
 */
export function decode(bytes: Uint8Array): IcmpMessage | Malformed {
  if (bytes.length < HEADER_BYTES) {
    return malformed(`ICMP header needs ${HEADER_BYTES} bytes, and there are ${bytes.length}`);
  }
  const type = readUint8(bytes, TYPE_OFFSET);
  const code = readUint8(bytes, CODE_OFFSET);
  switch (type) {
    case TYPE.echoReply:
      return { type: 'echo-reply', ...echo.decode(bytes) };
    case TYPE.echoRequest:
      return { type: 'echo-request', ...echo.decode(bytes) };
    case TYPE.unreachable:
      return decodeUnreachable(bytes, code);
    case TYPE.timeExceeded:
      return { type: 'time-exceeded', code, quoted: quotedIn(bytes) };
    case TYPE.parameterProblem: {
      const pointer = readUint8(bytes, POINTER_OFFSET);
      return { type: 'parameter-problem', code, pointer, quoted: quotedIn(bytes) };
    }
    default:
      return { type: 'other', icmpType: type, code };
  }
}

/** Whether the checksum is right over all of `bytes`, which must be the message and nothing more. */
export function hasValidChecksum(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER_BYTES && internetChecksum(bytes) === 0;
}

function decodeUnreachable(bytes: Uint8Array, code: number): IcmpMessage {
  const quoted = quotedIn(bytes);
  switch (code) {
    case CODE_PORT:
      return { type: 'port-unreachable', quoted };
    case CODE_FRAGMENTATION_NEEDED:
      return { type: 'packet-too-big', mtu: readUint16(bytes, NEXT_HOP_MTU_OFFSET), quoted };
    default:
      return { type: 'unreachable', code, reason: REASONS.get(code) ?? 'other', quoted };
  }
}

function quotedIn(bytes: Uint8Array): Uint8Array {
  return quotedDatagram(bytes, readUint8(bytes, LENGTH_OFFSET) * 4, LEAST_QUOTED_BYTES);
}

function sealed(bytes: Uint8Array): Uint8Array {
  return seal(bytes, internetChecksum(bytes));
}

const TYPE = {
  echoReply: 0,
  unreachable: 3,
  echoRequest: 8,
  timeExceeded: 11,
  parameterProblem: 12,
} as const;

const CODE_PORT = 3;
const CODE_FRAGMENTATION_NEEDED = 4;

/** RFC 792; 6 to 12: RFC 1122 section 3.2.2.1; 13: RFC 1812 section 5.2.7.1. */
const REASONS: ReadonlyMap<number, UnreachableReason> = new Map([
  [0, 'network'],
  [1, 'host'],
  [2, 'protocol'],
  [5, 'source-route'],
  [6, 'network'],
  [7, 'host'],
  [9, 'prohibited'],
  [10, 'prohibited'],
  [11, 'network'],
  [12, 'host'],
  [13, 'prohibited'],
]);

/** An IPv4 header and the 8 bytes that RFC 792 has every router quote. */
const LEAST_QUOTED_BYTES = 28;

const POINTER_OFFSET = 4;
const LENGTH_OFFSET = 5;
const NEXT_HOP_MTU_OFFSET = 6;
