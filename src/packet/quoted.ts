import { readUint16, readUint8 } from './big-endian.ts';
import { follow } from './extension-headers.ts';
import * as ipv4 from './ipv4.ts';
import * as ipv6 from './ipv6.ts';
import { type Malformed, malformed } from './malformed.ts';

/**
 * The datagram that an ICMP error quotes: the start of a packet of ours as the router saw it, cut anywhere behind its
 * IP header. RFC 792 promises 8 bytes of transport, RFC 1812 up to a message of 576, RFC 4443 up to 1280.
 *
 * What can't be believed, and is not corrected here:
 * - `sizeBytes`: old BSD stacks quote the IPv4 total length byte-swapped, or less the header.
 * - `identification`, addresses and ports, when a NAT on the way back rewrote them badly.
 * - `timeToLive`: as it was at the router, which may have counted it down already.
 */
export interface QuotedDatagram {
  readonly type: 'quoted';
  readonly family: 4 | 6;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /**
   * The upper protocol, behind IPv6's extension headers. If the quote ends within those, the extension header that was
   * cut, and `transport` is empty.
   */
  readonly protocol: number;
  /** The whole IP packet as its header says, not what is quoted of it. */
  readonly sizeBytes: number;
  readonly timeToLive: number;
  /** IPv6: 0. */
  readonly identification: number;
  /** True as well for what is not fragmented. If false, `transport` is the middle of something. */
  readonly isFirstFragment: boolean;
  /** What is there of the transport header and on. A view, as the addresses are: copy what outlives the buffer. */
  readonly transport: Uint8Array;
}

/** Reads a quoted datagram of either family, by its version. It needs the fixed IP header and no more. */
export function decode(bytes: Uint8Array): QuotedDatagram | Malformed {
  if (bytes.length === 0) {
    return malformed('nothing is quoted');
  }
  const version = readUint8(bytes, 0) >> 4;
  switch (version) {
    case 4:
      return decodeIpv4(bytes);
    case 6:
      return decodeIpv6(bytes);
    default:
      return malformed(`quoted IP version is ${version}`);
  }
}

function decodeIpv4(bytes: Uint8Array): QuotedDatagram | Malformed {
  const headerBytes = ipv4.headerBytesOf(bytes);
  if (bytes.length < ipv4.HEADER_BYTES) {
    return malformed(`quoted IPv4 header is cut after ${bytes.length} bytes`);
  }
  if (headerBytes < ipv4.HEADER_BYTES) {
    return malformed(`quoted IPv4 header length is ${headerBytes} bytes, below ${ipv4.HEADER_BYTES}`);
  }
  const header = ipv4.readHeader(bytes);
  const sizeBytes = readUint16(bytes, ipv4.TOTAL_LENGTH_OFFSET);
  return {
    type: 'quoted',
    family: 4,
    source: header.source,
    destination: header.destination,
    protocol: header.protocol,
    sizeBytes,
    timeToLive: header.timeToLive,
    identification: header.identification,
    isFirstFragment: header.fragmentOffsetBytes === 0,
    transport: withoutPadding(bytes, headerBytes, sizeBytes),
  };
}

function decodeIpv6(bytes: Uint8Array): QuotedDatagram | Malformed {
  if (bytes.length < ipv6.HEADER_BYTES) {
    return malformed(`quoted IPv6 header is cut after ${bytes.length} bytes`);
  }
  const chain = follow(bytes, ipv6.NEXT_HEADER_OFFSET, ipv6.HEADER_BYTES);
  if (chain.type === 'malformed') {
    return chain;
  }
  const header = ipv6.readHeader(bytes);
  const sizeBytes = ipv6.HEADER_BYTES + ipv6.payloadLengthOf(bytes);
  return {
    type: 'quoted',
    family: 6,
    source: header.source,
    destination: header.destination,
    protocol: chain.protocol,
    sizeBytes,
    timeToLive: header.hopLimit,
    identification: 0,
    isFirstFragment: chain.fragment === null || chain.fragment.offsetBytes === 0,
    transport: chain.isTruncated
      ? bytes.subarray(bytes.length)
      : withoutPadding(bytes, chain.payloadOffset, sizeBytes),
  };
}

/**
 * RFC 4884 pads a short quote with zeros up to 128 bytes: they end where the packet did. But the first 8 bytes stay
 * whatever the size says, because a stack that quotes a wrong size would take away what identifies our probe.
 */
function withoutPadding(bytes: Uint8Array, transportOffset: number, sizeBytes: number): Uint8Array {
  return bytes.subarray(transportOffset, Math.max(sizeBytes, transportOffset + 8));
}
