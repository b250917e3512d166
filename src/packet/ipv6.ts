import { requireAddress, requireInteger } from './argument.ts';
import { readUint16, readUint32, readUint8, writeUint16, writeUint32 } from './big-endian.ts';
import { type FragmentHeader, follow } from './extension-headers.ts';
import { type Malformed, malformed } from './malformed.ts';

/**
 * The IPv6 header (RFC 8200 section 3).
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |Version| Traffic Class |           Flow Label                  |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |         Payload Length        |  Next Header  |   Hop Limit   |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                     Source Address (16 bytes)                 |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                  Destination Address (16 bytes)               |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
export interface Ipv6Header {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** What follows the fixed header: the upper protocol, or an extension header. */
  readonly nextHeader: number;
  readonly hopLimit: number;
  readonly trafficClass: number;
  /** 20 bits. */
  readonly flowLabel: number;
}

export interface Ipv6Packet extends Ipv6Header {
  readonly type: 'ipv6';
  /** Everything behind the fixed header in bytes, extension headers included. */
  readonly payloadLength: number;
  /** The fixed header and the extension headers. */
  readonly headerBytes: number;
  /** The upper protocol, at the end of the extension headers. */
  readonly protocol: number;
  /** Null: not a fragment. */
  readonly fragment: FragmentHeader | null;
  /**
   * What follows the last extension header; of a fragment that is not the first, what follows its Fragment header.
   * A view, as the addresses are: copy what outlives the buffer.
   */
  readonly payload: Uint8Array;
}

/** Bytes of the fixed header. */
export const HEADER_BYTES = 40;

/**
 * One whole packet. `payload` is what `nextHeader` names, and may begin with extension headers. Throws RangeError for a
 * field out of range. There are no jumbograms (RFC 2675).
 */
export function encode(header: Ipv6Header, payload: Uint8Array): Uint8Array {
  requireAddress('source', header.source, 16);
  requireAddress('destination', header.destination, 16);
  requireInteger('nextHeader', header.nextHeader, 0, 0xff);
  requireInteger('hopLimit', header.hopLimit, 0, 0xff);
  requireInteger('trafficClass', header.trafficClass, 0, 0xff);
  requireInteger('flowLabel', header.flowLabel, 0, 0xfffff);
  requireInteger('payload length', payload.length, 0, MAX_PAYLOAD_LENGTH);

  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  writeUint32(bytes, VERSION_OFFSET, ((6 << 28) | (header.trafficClass << 20) | header.flowLabel) >>> 0);
  writeUint16(bytes, PAYLOAD_LENGTH_OFFSET, payload.length);
  bytes[NEXT_HEADER_OFFSET] = header.nextHeader;
  bytes[HOP_LIMIT_OFFSET] = header.hopLimit;
  bytes.set(header.source, SOURCE_OFFSET);
  bytes.set(header.destination, DESTINATION_OFFSET);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** Reads a packet and follows its extension headers; bytes beyond its payload length are trimmed. */
export function decode(bytes: Uint8Array): Ipv6Packet | Malformed {
  if (bytes.length < HEADER_BYTES) {
    return malformed(`IPv6 header needs ${HEADER_BYTES} bytes, and there are ${bytes.length}`);
  }
  const version = readUint8(bytes, VERSION_OFFSET) >> 4;
  if (version !== 6) {
    return malformed(`IP version is ${version} where 6 is expected`);
  }
  const payloadLength = payloadLengthOf(bytes);
  const packetBytes = HEADER_BYTES + payloadLength;
  if (packetBytes > bytes.length) {
    return malformed(`IPv6 packet is ${packetBytes} bytes long, and there are ${bytes.length}`);
  }
  const packet = bytes.subarray(0, packetBytes);
  const chain = follow(packet, NEXT_HEADER_OFFSET, HEADER_BYTES);
  if (chain.type === 'malformed') {
    return chain;
  }
  if (chain.isTruncated) {
    return malformed(`IPv6 extension header ${chain.protocol} reaches beyond the packet`);
  }
  return {
    type: 'ipv6',
    ...readHeader(packet),
    payloadLength,
    headerBytes: chain.payloadOffset,
    protocol: chain.protocol,
    fragment: chain.fragment,
    payload: packet.subarray(chain.payloadOffset),
  };
}

/** The fields of the fixed 40 bytes, which must be there. For this folder: nothing is checked. */
export function readHeader(bytes: Uint8Array): Ipv6Header {
  const first = readUint32(bytes, VERSION_OFFSET);
  return {
    source: bytes.subarray(SOURCE_OFFSET, SOURCE_OFFSET + 16),
    destination: bytes.subarray(DESTINATION_OFFSET, DESTINATION_OFFSET + 16),
    nextHeader: readUint8(bytes, NEXT_HEADER_OFFSET),
    hopLimit: readUint8(bytes, HOP_LIMIT_OFFSET),
    trafficClass: (first >>> 20) & 0xff,
    flowLabel: first & 0xfffff,
  };
}

/** The Payload Length field. For this folder: nothing is checked. */
export function payloadLengthOf(bytes: Uint8Array): number {
  return readUint16(bytes, PAYLOAD_LENGTH_OFFSET);
}

export const MAX_PAYLOAD_LENGTH = 0xffff;

const VERSION_OFFSET = 0;
export const PAYLOAD_LENGTH_OFFSET = 4;
export const NEXT_HEADER_OFFSET = 6;
const HOP_LIMIT_OFFSET = 7;
const SOURCE_OFFSET = 8;
const DESTINATION_OFFSET = 24;
