import { readUint16, readUint32, readUint8 } from './big-endian.ts';
import { type Malformed, malformed } from './malformed.ts';
import { PROTOCOL } from './protocol.ts';

/**
 * The IPv6 extension headers (RFC 8200 section 4; Authentication: RFC 4302). All but Fragment begin alike:
 *
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |  Next Header  |  Hdr Ext Len  |                               |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +
 *     |                             Options                           |
 *
 * Hdr Ext Len counts 8-byte units beyond the first 8 bytes; in Authentication 4-byte units beyond the first two.
 *
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |  Next Header  |   Reserved    |      Fragment Offset    |Res|M|
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                         Identification                        |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
export interface FragmentHeader {
  /** Where the payload lies in the unfragmented payload: a multiple of 8. */
  readonly offsetBytes: number;
  readonly moreFragments: boolean;
  readonly identification: number;
}

/** The end of the chain, or as far as it could be followed. All offsets count from the start of the packet. */
export interface Chain {
  readonly type: 'chain';
  /** What the last Next Header names. When `isTruncated`, that is the extension header that is not wholly there. */
  readonly protocol: number;
  /** Where `protocol` begins. */
  readonly payloadOffset: number;
  readonly isTruncated: boolean;
  readonly fragment: FragmentHeader | null;
  /** Where the Fragment header begins; null without one. */
  readonly fragmentHeaderOffset: number | null;
  /** Of the Next Header octet that names the Fragment header, or would name it if there were one. */
  readonly fragmentNextHeaderOffset: number;
  /** Where the part ends that every fragment repeats: after the last Hop-by-Hop or Routing header. */
  readonly unfragmentableBytes: number;
}

/** Bytes of a Fragment header. */
export const FRAGMENT_HEADER_BYTES = 8;

/**
 * Follows the chain in `bytes`, which start with the fixed IPv6 header. Of a fragment that is not the first, nothing is
 * followed beyond its Fragment header, because what lies there is the middle of something.
 */
export function follow(
  bytes: Uint8Array,
  firstNextHeaderOffset: number,
  firstOffset: number,
): Chain | Malformed {
  let nextHeaderOffset = firstNextHeaderOffset;
  let offset = firstOffset;
  let fragment: FragmentHeader | null = null;
  let fragmentHeaderOffset: number | null = null;
  let fragmentNextHeaderOffset = firstNextHeaderOffset;
  let unfragmentableBytes = firstOffset;

  for (let followed = 0; followed <= MAX_EXTENSION_HEADERS; followed++) {
    const protocol = readUint8(bytes, nextHeaderOffset);
    const isMiddle = fragment !== null && fragment.offsetBytes > 0;
    const headerBytes = isMiddle ? 0 : extensionHeaderBytes(protocol, bytes, offset);
    const isTruncated = offset + headerBytes > bytes.length;
    if (headerBytes === 0 || isTruncated) {
      return {
        type: 'chain',
        protocol,
        payloadOffset: offset,
        isTruncated,
        fragment,
        fragmentHeaderOffset,
        fragmentNextHeaderOffset,
        unfragmentableBytes,
      };
    }
    if (protocol === PROTOCOL.fragment) {
      if (fragment !== null) {
        return malformed('IPv6 packet has two Fragment headers');
      }
      fragment = readFragmentHeader(bytes, offset);
      fragmentHeaderOffset = offset;
      fragmentNextHeaderOffset = nextHeaderOffset;
    }
    nextHeaderOffset = offset;
    offset += headerBytes;
    if (fragment === null && (protocol === PROTOCOL.hopByHop || protocol === PROTOCOL.routing)) {
      unfragmentableBytes = offset;
      fragmentNextHeaderOffset = nextHeaderOffset;
    }
  }
  return malformed(`IPv6 packet has more than ${MAX_EXTENSION_HEADERS} extension headers`);
}

/** 0 for a protocol that is no extension header, or one that cannot be followed (ESP). */
function extensionHeaderBytes(protocol: number, bytes: Uint8Array, offset: number): number {
  switch (protocol) {
    case PROTOCOL.hopByHop:
    case PROTOCOL.routing:
    case PROTOCOL.destinationOptions:
      return (readUint8(bytes, offset + 1) + 1) * 8;
    case PROTOCOL.authentication:
      return (readUint8(bytes, offset + 1) + 2) * 4;
    case PROTOCOL.fragment:
      return FRAGMENT_HEADER_BYTES;
    default:
      return 0;
  }
}

function readFragmentHeader(bytes: Uint8Array, offset: number): FragmentHeader {
  const offsetAndFlag = readUint16(bytes, offset + 2);
  return {
    // The offset field counts 8-byte units and stands 3 bits from the right: masking multiplies by 8.
    offsetBytes: offsetAndFlag & FRAGMENT_OFFSET_MASK,
    moreFragments: (offsetAndFlag & MORE_FRAGMENTS) !== 0,
    identification: readUint32(bytes, offset + 4),
  };
}

export const MORE_FRAGMENTS = 0x0001;
const FRAGMENT_OFFSET_MASK = 0xfff8;

/** Twice what RFC 8200 section 4.1 lists as a full chain; a longer one is somebody's experiment. */
const MAX_EXTENSION_HEADERS = 14;
