import { requireAddress, requireInteger } from './argument.ts';
import { readUint16, readUint8, writeUint16 } from './big-endian.ts';
import * as checksum from './checksum.ts';
import { type Malformed, malformed } from './malformed.ts';

/**
 * The IPv4 header (RFC 791 section 3.1).
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |Version|  IHL  |Type of Service|          Total Length         |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |         Identification        |Flags|      Fragment Offset    |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |  Time to Live |    Protocol   |         Header Checksum       |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                       Source Address                          |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                    Destination Address                        |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                    Options                    |    Padding    |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
export interface Ipv4Header {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly protocol: number;
  readonly timeToLive: number;
  readonly identification: number;
  /** Where the payload lies in the unfragmented payload: a multiple of 8, 0..65528. */
  readonly fragmentOffsetBytes: number;
  /** The whole octet, DSCP and ECN (RFC 2474, RFC 3168). */
  readonly typeOfService: number;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
}

export interface Ipv4Packet extends Ipv4Header {
  readonly type: 'ipv4';
  /** The whole packet in bytes, header included. */
  readonly totalLength: number;
  /** 20 to 60: the options are counted, and skipped. */
  readonly headerBytes: number;
  /** A view, as the addresses are: copy what outlives the buffer. */
  readonly payload: Uint8Array;
}

/** Bytes of a header without options. */
export const HEADER_BYTES = 20;

/** One whole packet, with its total length and header checksum. Throws RangeError for a field out of range. */
export function encode(header: Ipv4Header, payload: Uint8Array): Uint8Array {
  const totalLength = HEADER_BYTES + payload.length;
  requireAddress('source', header.source, 4);
  requireAddress('destination', header.destination, 4);
  requireInteger('protocol', header.protocol, 0, 0xff);
  requireInteger('timeToLive', header.timeToLive, 0, 0xff);
  requireInteger('identification', header.identification, 0, 0xffff);
  requireInteger('typeOfService', header.typeOfService, 0, 0xff);
  requireInteger('fragmentOffsetBytes', header.fragmentOffsetBytes, 0, MAX_FRAGMENT_OFFSET_BYTES);
  requireInteger('fragmentOffsetBytes / 8', header.fragmentOffsetBytes / 8, 0, 0x1fff);
  requireInteger('total length', totalLength, HEADER_BYTES, MAX_TOTAL_LENGTH);

  const bytes = new Uint8Array(totalLength);
  bytes[VERSION_AND_IHL_OFFSET] = (4 << 4) | (HEADER_BYTES / 4);
  bytes[TYPE_OF_SERVICE_OFFSET] = header.typeOfService;
  writeUint16(bytes, TOTAL_LENGTH_OFFSET, totalLength);
  writeUint16(bytes, IDENTIFICATION_OFFSET, header.identification);
  writeUint16(
    bytes,
    FLAGS_AND_FRAGMENT_OFFSET_OFFSET,
    (header.dontFragment ? DONT_FRAGMENT : 0) |
      (header.moreFragments ? MORE_FRAGMENTS : 0) |
      (header.fragmentOffsetBytes / 8),
  );
  bytes[TIME_TO_LIVE_OFFSET] = header.timeToLive;
  bytes[PROTOCOL_OFFSET] = header.protocol;
  bytes.set(header.source, SOURCE_OFFSET);
  bytes.set(header.destination, DESTINATION_OFFSET);
  writeUint16(bytes, CHECKSUM_OFFSET, checksum.internetChecksum(bytes.subarray(0, HEADER_BYTES)));
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/**
 * Reads a packet; bytes beyond its total length are trimmed (Ethernet pads short frames). Options are skipped, not read.
 * The header checksum is not verified: the kernel has done so for everything that a socket receives. See
 * {@link hasValidChecksum}.
 */
export function decode(bytes: Uint8Array): Ipv4Packet | Malformed {
  if (bytes.length < HEADER_BYTES) {
    return malformed(`IPv4 header needs ${HEADER_BYTES} bytes, and there are ${bytes.length}`);
  }
  const version = readUint8(bytes, VERSION_AND_IHL_OFFSET) >> 4;
  if (version !== 4) {
    return malformed(`IP version is ${version} where 4 is expected`);
  }
  const headerBytes = headerBytesOf(bytes);
  if (headerBytes < HEADER_BYTES) {
    return malformed(`IPv4 header length is ${headerBytes} bytes, below ${HEADER_BYTES}`);
  }
  const totalLength = readUint16(bytes, TOTAL_LENGTH_OFFSET);
  if (totalLength < headerBytes) {
    return malformed(`IPv4 total length is ${totalLength}, below the ${headerBytes} bytes of its header`);
  }
  if (totalLength > bytes.length) {
    return malformed(`IPv4 total length is ${totalLength}, and there are ${bytes.length} bytes`);
  }
  return {
    type: 'ipv4',
    ...readHeader(bytes),
    totalLength,
    headerBytes,
    payload: bytes.subarray(headerBytes, totalLength),
  };
}

/** Whether the header checksum is right. False for bytes that do not hold a whole IPv4 header. */
export function hasValidChecksum(bytes: Uint8Array): boolean {
  const headerBytes = headerBytesOf(bytes);
  return (
    headerBytes >= HEADER_BYTES &&
    headerBytes <= bytes.length &&
    checksum.internetChecksum(bytes.subarray(0, headerBytes)) === 0
  );
}

/** The fields of the fixed 20 bytes, which must be there. For this folder: nothing is checked. */
export function readHeader(bytes: Uint8Array): Ipv4Header {
  const flagsAndOffset = readUint16(bytes, FLAGS_AND_FRAGMENT_OFFSET_OFFSET);
  return {
    source: bytes.subarray(SOURCE_OFFSET, SOURCE_OFFSET + 4),
    destination: bytes.subarray(DESTINATION_OFFSET, DESTINATION_OFFSET + 4),
    protocol: readUint8(bytes, PROTOCOL_OFFSET),
    timeToLive: readUint8(bytes, TIME_TO_LIVE_OFFSET),
    identification: readUint16(bytes, IDENTIFICATION_OFFSET),
    fragmentOffsetBytes: (flagsAndOffset & FRAGMENT_OFFSET_MASK) * 8,
    typeOfService: readUint8(bytes, TYPE_OF_SERVICE_OFFSET),
    dontFragment: (flagsAndOffset & DONT_FRAGMENT) !== 0,
    moreFragments: (flagsAndOffset & MORE_FRAGMENTS) !== 0,
  };
}

/** The header's length as its IHL field says, 0..60. For this folder: nothing is checked. */
export function headerBytesOf(bytes: Uint8Array): number {
  return (readUint8(bytes, VERSION_AND_IHL_OFFSET) & 0x0f) * 4;
}

export const MAX_TOTAL_LENGTH = 0xffff;
const MAX_FRAGMENT_OFFSET_BYTES = 0x1fff * 8;

const VERSION_AND_IHL_OFFSET = 0;
const TYPE_OF_SERVICE_OFFSET = 1;
export const TOTAL_LENGTH_OFFSET = 2;
const IDENTIFICATION_OFFSET = 4;
export const FLAGS_AND_FRAGMENT_OFFSET_OFFSET = 6;
const TIME_TO_LIVE_OFFSET = 8;
const PROTOCOL_OFFSET = 9;
export const CHECKSUM_OFFSET = 10;
const SOURCE_OFFSET = 12;
const DESTINATION_OFFSET = 16;

export const DONT_FRAGMENT = 0x4000;
export const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET_MASK = 0x1fff;
