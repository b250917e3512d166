import { requireInteger } from './argument.ts';
import { readUint16, writeUint16 } from './big-endian.ts';
import * as checksum from './checksum.ts';
import { type Malformed, malformed } from './malformed.ts';
import { PROTOCOL } from './protocol.ts';

/**
 * The UDP header (RFC 768).
 *
 *      0      7 8     15 16    23 24    31
 *     +--------+--------+--------+--------+
 *     |     Source      |   Destination   |
 *     |      Port       |      Port       |
 *     +--------+--------+--------+--------+
 *     |     Length      |    Checksum     |
 *     +--------+--------+--------+--------+
 */
interface UdpFields {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Header and payload in bytes, as the header says. */
  readonly length: number;
  /** 0: the sender computed none, which only IPv4 permits. */
  readonly checksum: number;
}

export interface UdpDatagram extends UdpFields {
  readonly type: 'udp';
  /** A view: copy what outlives the buffer. */
  readonly payload: Uint8Array;
}

/** The header of a datagram of which the rest may be missing, as in the quote of an ICMP error. */
export interface UdpHeader extends UdpFields {
  readonly type: 'udp-header';
  /** What is there of the payload, at most its whole length. A view. */
  readonly available: Uint8Array;
}

export interface UdpToEncode {
  /** IP addresses, for the checksum. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Uint8Array;
}

export const HEADER_BYTES = 8;

/** Header and payload, with the checksum. Throws RangeError for a field out of range. */
export function encode(datagram: UdpToEncode): Uint8Array {
  const { source, destination, sourcePort, destinationPort, payload } = datagram;
  const length = HEADER_BYTES + payload.length;
  requireInteger('sourcePort', sourcePort, 0, 0xffff);
  requireInteger('destinationPort', destinationPort, 0, 0xffff);
  requireInteger('UDP length', length, HEADER_BYTES, 0xffff);

  const bytes = new Uint8Array(length);
  writeUint16(bytes, SOURCE_PORT_OFFSET, sourcePort);
  writeUint16(bytes, DESTINATION_PORT_OFFSET, destinationPort);
  writeUint16(bytes, LENGTH_OFFSET, length);
  bytes.set(payload, HEADER_BYTES);
  const pseudoHeader = checksum.pseudoHeaderSum(source, destination, PROTOCOL.udp, length);
  const computed = checksum.finish(checksum.sum(bytes, pseudoHeader));
  // 0 on the wire would say "no checksum"; 0xffff is the same number.
  writeUint16(bytes, CHECKSUM_OFFSET, computed === 0 ? 0xffff : computed);
  return bytes;
}

/**
 * Reads a whole datagram; bytes beyond its length are trimmed. The checksum is given, not verified: a raw socket on the
 * same machine may see datagrams whose checksum the network card was to compute.
 */
export function decode(bytes: Uint8Array): UdpDatagram | Malformed {
  const header = decodeHeader(bytes);
  if (header.type === 'malformed') {
    return header;
  }
  const { sourcePort, destinationPort, length, available } = header;
  if (length < HEADER_BYTES) {
    return malformed(`UDP length is ${length}, below the ${HEADER_BYTES} bytes of its header`);
  }
  if (length > bytes.length) {
    return malformed(`UDP length is ${length}, and there are ${bytes.length} bytes`);
  }
  return {
    type: 'udp',
    sourcePort,
    destinationPort,
    length,
    checksum: header.checksum,
    payload: available,
  };
}

/** Reads the header of a datagram that may be cut anywhere behind it. The length is what the header says, unchecked. */
export function decodeHeader(bytes: Uint8Array): UdpHeader | Malformed {
  if (bytes.length < HEADER_BYTES) {
    return malformed(`UDP header needs ${HEADER_BYTES} bytes, and there are ${bytes.length}`);
  }
  const length = readUint16(bytes, LENGTH_OFFSET);
  return {
    type: 'udp-header',
    sourcePort: readUint16(bytes, SOURCE_PORT_OFFSET),
    destinationPort: readUint16(bytes, DESTINATION_PORT_OFFSET),
    length,
    checksum: readUint16(bytes, CHECKSUM_OFFSET),
    // Nothing, where the length claims less than the header.
    available: bytes.subarray(HEADER_BYTES, length),
  };
}

const SOURCE_PORT_OFFSET = 0;
const DESTINATION_PORT_OFFSET = 2;
const LENGTH_OFFSET = 4;
const CHECKSUM_OFFSET = 6;
