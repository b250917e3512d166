import { requireInteger } from './argument.ts';
import { readUint32, readUint8 } from './big-endian.ts';
import { finish, pseudoHeaderSum, sum } from './checksum.ts';
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
  SECOND_WORD_OFFSET,
  TYPE_OFFSET,
  type UnreachableReason,
} from './icmp.ts';
import { type Malformed, malformed } from './malformed.ts';
import { PROTOCOL } from './protocol.ts';

/**
 * ICMPv6 (RFC 4443). Errors carry these second words; Length is RFC 4884's, in 8-byte units, and 0 without extensions.
 *
 *     Destination unreachable (1), time exceeded (3)
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |    Length     |                  unused                       |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     Packet too big (2)
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                             MTU                               |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     Parameter problem (4)
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                            Pointer                            |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */

/** The addresses of the IPv6 packet that will carry the message: its checksum covers them. */
export interface Addresses {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

/** Throws RangeError for a field out of range, as every encoder here. */
export function encodeEchoRequest(message: Echo & Addresses): Uint8Array {
  return sealed(echo.encode(TYPE.echoRequest, message), message);
}

export function encodeEchoReply(message: Echo & Addresses): Uint8Array {
  return sealed(echo.encode(TYPE.echoReply, message), message);
}

/** `mtu` is 32 bits. */
export function packetTooBig(mtu: number, quoted: Uint8Array, addresses: Addresses): Uint8Array {
  return encodeError({ type: 'packet-too-big', mtu, quoted }, addresses);
}

export function portUnreachable(quoted: Uint8Array, addresses: Addresses): Uint8Array {
  return encodeError({ type: 'port-unreachable', quoted }, addresses);
}

export function unreachable(code: number, quoted: Uint8Array, addresses: Addresses): Uint8Array {
  return encodeError({ type: 'unreachable', code, quoted }, addresses);
}

/** In transit (code 0), what a router says whose hop used the hop limit up. */
export function timeExceeded(quoted: Uint8Array, addresses: Addresses): Uint8Array {
  return encodeError({ type: 'time-exceeded', quoted }, addresses);
}

export function encodeError(error: IcmpErrorToEncode, addresses: Addresses): Uint8Array {
  let message: Uint8Array;
  switch (error.type) {
    case 'packet-too-big':
      requireInteger('mtu', error.mtu, 0, 0xffffffff);
      message = assemble(TYPE.packetTooBig, 0, error.mtu, error.quoted);
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
  return sealed(message, addresses);
}

/**
 * Reads the message alone, as an ICMPv6 raw socket delivers it. The checksum is not verified: the kernel has done so
 * (RFC 3542 section 3.1), and the addresses it covers are not here.
 */
export function decode(bytes: Uint8Array): IcmpMessage | Malformed {
  if (bytes.length < HEADER_BYTES) {
    return malformed(`ICMPv6 header needs ${HEADER_BYTES} bytes, and there are ${bytes.length}`);
  }
  const type = readUint8(bytes, TYPE_OFFSET);
  const code = readUint8(bytes, CODE_OFFSET);
  const secondWord = readUint32(bytes, SECOND_WORD_OFFSET);
  switch (type) {
    case TYPE.unreachable: {
      const quoted = quotedIn(bytes);
      return code === CODE_PORT
        ? { type: 'port-unreachable', quoted }
        : { type: 'unreachable', code, reason: REASONS.get(code) ?? 'other', quoted };
    }
    case TYPE.packetTooBig:
      // The only code is 0, and RFC 4443 section 3.2 has receivers ignore it.
      return { type: 'packet-too-big', mtu: secondWord, quoted: bytes.subarray(HEADER_BYTES) };
    case TYPE.timeExceeded:
      return { type: 'time-exceeded', code, quoted: quotedIn(bytes) };
    case TYPE.parameterProblem:
      return { type: 'parameter-problem', code, pointer: secondWord, quoted: bytes.subarray(HEADER_BYTES) };
    case TYPE.echoRequest:
      return { type: 'echo-request', ...echo.decode(bytes) };
    case TYPE.echoReply:
      return { type: 'echo-reply', ...echo.decode(bytes) };
    default:
      return { type: 'other', icmpType: type, code };
  }
}

function quotedIn(bytes: Uint8Array): Uint8Array {
  return quotedDatagram(bytes, readUint8(bytes, LENGTH_OFFSET) * 8, LEAST_QUOTED_BYTES);
}

function sealed(bytes: Uint8Array, { source, destination }: Addresses): Uint8Array {
  return seal(bytes, finish(sum(bytes, pseudoHeaderSum(source, destination, PROTOCOL.icmpv6, bytes.length))));
}

const TYPE = {
  unreachable: 1,
  packetTooBig: 2,
  timeExceeded: 3,
  parameterProblem: 4,
  echoRequest: 128,
  echoReply: 129,
} as const;

const CODE_PORT = 4;

/** RFC 4443 section 3.1; 7: RFC 6550 section 20.15. */
const REASONS: ReadonlyMap<number, UnreachableReason> = new Map([
  [0, 'no-route'],
  [1, 'prohibited'],
  [2, 'beyond-scope'],
  [3, 'host'],
  [5, 'policy'],
  [6, 'reject-route'],
  [7, 'source-route'],
]);

/** An IPv6 header and 8 bytes. */
const LEAST_QUOTED_BYTES = 48;

const LENGTH_OFFSET = SECOND_WORD_OFFSET;
