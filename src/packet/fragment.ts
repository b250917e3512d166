import { requireInteger } from './argument.ts';
import { readUint16, writeUint16, writeUint32 } from './big-endian.ts';
import { internetChecksum } from './checksum.ts';
import { type Chain, follow, FRAGMENT_HEADER_BYTES, MORE_FRAGMENTS } from './extension-headers.ts';
import * as ipv4 from './ipv4.ts';
import * as ipv6 from './ipv6.ts';
import { type Malformed, malformed } from './malformed.ts';
import { PROTOCOL } from './protocol.ts';

/**
 * IP fragments: which sizes they have, making them, and putting them together again (RFC 791 section 3.2, RFC 8200
 * section 4.5). Sizes are whole IP packets. The rules of cutting:
 *
 * 1. A packet that fits stays whole, and gets no Fragment header.
 * 2. Every piece repeats the IP header; in IPv6 it carries the Fragment header as well, 8 bytes.
 * 3. The payload of every piece but the last is a multiple of 8, because offsets count in eights.
 * 4. The first pieces are as large as they can be and the last has the rest, as Linux and most stacks do.
 * 5. Linux lets the last IPv4 piece grow to the MTU, but rounds the last IPv6 piece down as it does the others, when it
 *    cuts its own datagrams (seen on Linux in both: at MTU 1502, payload 2962 is 1480 + 1482, payload 2898 is
 *    1448 + 1448 + 2).
 */

/** How to cut: pieces of at most `maxBytes` by the rules above, or pieces of exactly these sizes, in order. */
export type Cut = { readonly maxBytes: number } | { readonly pieceSizes: readonly number[] };

/**
 * The sizes of the pieces in which a packet leaves an interface of this MTU, in order; `[packetBytes]` when it fits. For
 * IPv4 headers without options, and IPv6 without extension headers. Throws RangeError if the packet is smaller than its
 * header or larger than can be, or a piece of the MTU can't carry 8 bytes.
 */
export function fragmentSizes(packetBytes: number, mtu: number, family: 4 | 6): number[] {
  const headerBytes = family === 4 ? ipv4.HEADER_BYTES : ipv6.HEADER_BYTES;
  const most = family === 4 ? ipv4.MAX_TOTAL_LENGTH : ipv6.HEADER_BYTES + ipv6.MAX_PAYLOAD_LENGTH;
  requireInteger('packetBytes', packetBytes, headerBytes, most);
  return sizesFor(packetBytes, mtu, family, headerBytes);
}

/**
 * Cuts an encoded packet. Every piece is a complete IP packet, DF cleared; a fragment can be cut again. The only piece
 * of a packet that fits is the packet as it is, DF included. Options are repeated in every piece, though RFC 791 would
 * have some in the first only. Throws RangeError if `packet` is not one, or can't be cut like that.
 */
export function fragmentIpv4(packet: Uint8Array, cut: Cut): Uint8Array[] {
  const whole = ipv4.decode(packet);
  if (whole.type === 'malformed') {
    throw new RangeError(`cannot fragment: ${whole.reason}`);
  }
  const header = packet.subarray(0, whole.headerBytes);
  const sizes = plan(cut, whole.totalLength, 4, header.length);
  if (sizes.length === 1) {
    return [new Uint8Array(packet.subarray(0, whole.totalLength))];
  }
  return slices(whole.payload, sizes, header.length).map(({ offset, payload, isLast }) => {
    const offsetBytes = whole.fragmentOffsetBytes + offset;
    const moreFragments = !isLast || whole.moreFragments;
    return ipv4Piece(header, (moreFragments ? ipv4.MORE_FRAGMENTS : 0) | (offsetBytes / 8), payload);
  });
}

/**
 * Cuts an encoded packet. Every piece is a complete IP packet with a Fragment header behind the Hop-by-Hop and Routing
 * headers, if there are any. The only piece of a packet that fits is the packet as it is. Throws RangeError if `packet`
 * is not one, is a fragment already, or can't be cut like that.
 */
export function fragmentIpv6(
  packet: Uint8Array,
  cut: Cut & { readonly identification: number },
): Uint8Array[] {
  requireInteger('identification', cut.identification, 0, 0xffffffff);
  const decoded = ipv6.decode(packet);
  if (decoded.type === 'malformed') {
    throw new RangeError(`cannot fragment: ${decoded.reason}`);
  }
  const whole = packet.subarray(0, ipv6.HEADER_BYTES + decoded.payloadLength);
  const chain = chainOf(whole);
  if (chain.type === 'malformed' || chain.fragment !== null) {
    throw new RangeError('cannot fragment: the packet is a fragment already');
  }
  const repeated = whole.subarray(0, chain.unfragmentableBytes);
  const sizes = plan(cut, whole.length, 6, repeated.length);
  if (sizes.length === 1) {
    return [new Uint8Array(whole)];
  }
  const nextHeader = whole[chain.fragmentNextHeaderOffset] ?? 0;
  const perPieceBytes = repeated.length + FRAGMENT_HEADER_BYTES;
  return slices(whole.subarray(repeated.length), sizes, perPieceBytes).map(({ offset, payload, isLast }) => {
    const piece = new Uint8Array(perPieceBytes + payload.length);
    piece.set(repeated);
    piece[chain.fragmentNextHeaderOffset] = PROTOCOL.fragment;
    writeUint16(piece, ipv6.PAYLOAD_LENGTH_OFFSET, piece.length - ipv6.HEADER_BYTES);
    piece[repeated.length] = nextHeader;
    writeUint16(piece, repeated.length + 2, offset | (isLast ? 0 : MORE_FRAGMENTS));
    writeUint32(piece, repeated.length + 4, cut.identification);
    piece.set(payload, perPieceBytes);
    return piece;
  });
}

/**
 * The whole packet out of all its fragments, in any order; a packet that is no fragment is its own whole. Exact
 * duplicates are harmless. Refused are pieces of different packets, gaps, and overlaps (RFC 5722, RFC 8200 section 4.5).
 * The caller sorts pieces by packet, and decides how long to wait.
 */
export function reassemble(fragments: readonly Uint8Array[]): Uint8Array | Malformed {
  const pieces: Piece[] = [];
  for (const bytes of fragments) {
    const piece = readPiece(bytes);
    if (piece.type === 'malformed') {
      return piece;
    }
    pieces.push(piece);
  }
  pieces.sort((a, b) => a.offsetBytes - b.offsetBytes);
  const first = pieces[0];
  if (first === undefined) {
    return malformed('there are no fragments');
  }
  const payloads: Uint8Array[] = [];
  let previous: Piece | null = null;
  let end = 0;
  for (const piece of pieces) {
    if (piece.packet !== first.packet) {
      return malformed('fragments belong to different packets');
    }
    if (previous !== null && isSame(piece, previous)) {
      continue;
    }
    if (piece.offsetBytes < end || previous?.moreFragments === false) {
      return malformed(`fragments overlap at offset ${piece.offsetBytes}`);
    }
    if (piece.offsetBytes > end) {
      return malformed(`a fragment is missing at offset ${end}`);
    }
    if (piece.moreFragments && (piece.payload.length === 0 || piece.payload.length % 8 !== 0)) {
      return malformed(
        `fragment at offset ${end} has ${piece.payload.length} bytes, not a multiple of 8 above 0`,
      );
    }
    payloads.push(piece.payload);
    end += piece.payload.length;
    previous = piece;
  }
  if (previous?.moreFragments !== false) {
    return malformed('the last fragment is missing');
  }
  return first.family === 4 ? wholeIpv4(first.header, payloads, end) : wholeIpv6(first.header, payloads, end);
}

/** What reassembly needs of one fragment. A packet that is no fragment is the only piece of itself. */
interface Piece {
  readonly type: 'piece';
  readonly family: 4 | 6;
  /** The same for pieces of the same packet only. */
  readonly packet: string;
  /** The header of the whole packet but for its lengths, if this is the first piece. */
  readonly header: Uint8Array;
  readonly offsetBytes: number;
  readonly moreFragments: boolean;
  readonly payload: Uint8Array;
}

function readPiece(bytes: Uint8Array): Piece | Malformed {
  return (bytes[0] ?? 0) >> 4 === 6 ? readIpv6Piece(bytes) : readIpv4Piece(bytes);
}

function readIpv4Piece(bytes: Uint8Array): Piece | Malformed {
  const decoded = ipv4.decode(bytes);
  if (decoded.type === 'malformed') {
    return decoded;
  }
  const { source, destination, protocol, identification } = decoded;
  return {
    type: 'piece',
    family: 4,
    packet: ['ipv4', source, destination, protocol, identification].join(' '),
    header: bytes.subarray(0, decoded.headerBytes),
    offsetBytes: decoded.fragmentOffsetBytes,
    moreFragments: decoded.moreFragments,
    payload: decoded.payload,
  };
}

function readIpv6Piece(bytes: Uint8Array): Piece | Malformed {
  if (bytes.length < ipv6.HEADER_BYTES) {
    return malformed(`IPv6 header needs ${ipv6.HEADER_BYTES} bytes, and there are ${bytes.length}`);
  }
  const packetBytes = ipv6.HEADER_BYTES + ipv6.payloadLengthOf(bytes);
  if (packetBytes > bytes.length) {
    return malformed(`IPv6 packet is ${packetBytes} bytes long, and there are ${bytes.length}`);
  }
  // Not ipv6.decode: that wants the whole chain of extension headers, which may go on in the next piece.
  const packet = bytes.subarray(0, packetBytes);
  const chain = chainOf(packet);
  if (chain.type === 'malformed') {
    return chain;
  }
  const { source, destination } = ipv6.readHeader(packet);
  const { fragment, fragmentHeaderOffset } = chain;
  if (fragment === null || fragmentHeaderOffset === null) {
    return {
      type: 'piece',
      family: 6,
      packet: ['ipv6', source, destination, 'whole'].join(' '),
      header: packet.subarray(0, ipv6.HEADER_BYTES),
      offsetBytes: 0,
      moreFragments: false,
      payload: packet.subarray(ipv6.HEADER_BYTES),
    };
  }
  const header = new Uint8Array(packet.subarray(0, fragmentHeaderOffset));
  header[chain.fragmentNextHeaderOffset] = packet[fragmentHeaderOffset] ?? 0;
  return {
    type: 'piece',
    family: 6,
    packet: ['ipv6', source, destination, fragment.identification].join(' '),
    header,
    offsetBytes: fragment.offsetBytes,
    moreFragments: fragment.moreFragments,
    payload: packet.subarray(fragmentHeaderOffset + FRAGMENT_HEADER_BYTES),
  };
}

function isSame(a: Piece, b: Piece): boolean {
  return (
    a.offsetBytes === b.offsetBytes &&
    a.moreFragments === b.moreFragments &&
    a.payload.length === b.payload.length &&
    a.payload.every((byte, index) => byte === b.payload[index])
  );
}

function wholeIpv4(
  header: Uint8Array,
  payloads: readonly Uint8Array[],
  payloadBytes: number,
): Uint8Array | Malformed {
  if (header.length + payloadBytes > ipv4.MAX_TOTAL_LENGTH) {
    return malformed(`fragments make a packet of ${header.length + payloadBytes} bytes`);
  }
  const payload = concatenate(payloads, payloadBytes);
  const dontFragment = readUint16(header, ipv4.FLAGS_AND_FRAGMENT_OFFSET_OFFSET) & ipv4.DONT_FRAGMENT;
  return ipv4Piece(header, dontFragment, payload);
}

function wholeIpv6(
  header: Uint8Array,
  payloads: readonly Uint8Array[],
  payloadBytes: number,
): Uint8Array | Malformed {
  const payloadLength = header.length - ipv6.HEADER_BYTES + payloadBytes;
  if (payloadLength > ipv6.MAX_PAYLOAD_LENGTH) {
    return malformed(`fragments make a packet of ${ipv6.HEADER_BYTES + payloadLength} bytes`);
  }
  const whole = concatenate([header, ...payloads], header.length + payloadBytes);
  writeUint16(whole, ipv6.PAYLOAD_LENGTH_OFFSET, payloadLength);
  return whole;
}

/** A packet with this header, but for its length, checksum, flags and fragment offset. */
function ipv4Piece(header: Uint8Array, flagsAndOffset: number, payload: Uint8Array): Uint8Array {
  const piece = concatenate([header, payload], header.length + payload.length);
  writeUint16(piece, ipv4.TOTAL_LENGTH_OFFSET, piece.length);
  writeUint16(piece, ipv4.FLAGS_AND_FRAGMENT_OFFSET_OFFSET, flagsAndOffset);
  writeUint16(piece, ipv4.CHECKSUM_OFFSET, 0);
  writeUint16(piece, ipv4.CHECKSUM_OFFSET, internetChecksum(piece.subarray(0, header.length)));
  return piece;
}

function chainOf(packet: Uint8Array): Chain | Malformed {
  return follow(packet, ipv6.NEXT_HEADER_OFFSET, ipv6.HEADER_BYTES);
}

function plan(cut: Cut, packetBytes: number, family: 4 | 6, headerBytes: number): readonly number[] {
  if ('maxBytes' in cut) {
    return sizesFor(packetBytes, cut.maxBytes, family, headerBytes);
  }
  const perPieceBytes = perPiece(family, headerBytes);
  const { pieceSizes } = cut;
  if (pieceSizes.length === 1 && pieceSizes[0] === packetBytes) {
    return pieceSizes;
  }
  let payloadBytes = 0;
  for (const [index, size] of pieceSizes.entries()) {
    const isLast = index === pieceSizes.length - 1;
    requireInteger('piece size', size, perPieceBytes + 1, packetBytes + FRAGMENT_HEADER_BYTES);
    if (!isLast && (size - perPieceBytes) % 8 !== 0) {
      throw new RangeError(
        `piece of ${size} bytes has a payload of ${size - perPieceBytes}, not a multiple of 8`,
      );
    }
    payloadBytes += size - perPieceBytes;
  }
  if (payloadBytes !== packetBytes - headerBytes || pieceSizes.length < 2) {
    throw new RangeError(
      `pieces carry ${payloadBytes} bytes, and the packet has ${packetBytes - headerBytes} to carry`,
    );
  }
  return pieceSizes;
}

function sizesFor(packetBytes: number, mtu: number, family: 4 | 6, headerBytes: number): number[] {
  const perPieceBytes = perPiece(family, headerBytes);
  requireInteger('mtu', mtu, perPieceBytes + 8, Number.MAX_SAFE_INTEGER);
  if (packetBytes <= mtu) {
    return [packetBytes];
  }
  const fullBytes = Math.floor((mtu - perPieceBytes) / 8) * 8;
  const lastBytes = family === 4 ? mtu - perPieceBytes : fullBytes;
  const sizes: number[] = [];
  let leftBytes = packetBytes - headerBytes;
  while (leftBytes > lastBytes) {
    sizes.push(perPieceBytes + fullBytes);
    leftBytes -= fullBytes;
  }
  sizes.push(perPieceBytes + leftBytes);
  return sizes;
}

function perPiece(family: 4 | 6, headerBytes: number): number {
  return family === 4 ? headerBytes : headerBytes + FRAGMENT_HEADER_BYTES;
}

interface Slice {
  readonly offset: number;
  readonly payload: Uint8Array;
  readonly isLast: boolean;
}

function slices(payload: Uint8Array, sizes: readonly number[], perPieceBytes: number): Slice[] {
  let offset = 0;
  return sizes.map((size, index) => {
    const start = offset;
    offset += size - perPieceBytes;
    return { offset: start, payload: payload.subarray(start, offset), isLast: index === sizes.length - 1 };
  });
}

function concatenate(parts: readonly Uint8Array[], totalBytes: number): Uint8Array {
  const bytes = new Uint8Array(totalBytes);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
