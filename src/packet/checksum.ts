import { requireInteger } from './argument.ts';

/**
 * The Internet checksum (RFC 1071): the complement of the one's-complement sum of 16-bit words.
 *
 * A checksum is built from partial sums, each folded to 0..0xffff:
 *
 *     finish(sum(payload, sum(header, pseudoHeaderSum(source, destination, protocol, length))))
 *
 * A sum is 0 only when every byte was 0; end-around carry never makes a 0 out of anything else. 0 and 0xffff are the
 * same number in one's complement, so compare checksums by summing everything and looking for 0xffff.
 */

/**
 * The partial sum of `bytes`, added to `initial`. An odd last byte is padded with a zero, so of several pieces only
 * the last may have an odd length.
 */
export function sum(bytes: Uint8Array, initial = 0): number {
  // Words add up exactly in a double until 2^53; folding once at the end is enough.
  let total = initial;
  const even = bytes.length & ~1;
  for (let offset = 0; offset < even; offset += 2) {
    total += ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
  }
  if (even !== bytes.length) {
    total += (bytes[even] ?? 0) << 8;
  }
  return fold(total);
}

/** The sum of two partial sums. */
export function combine(first: number, second: number): number {
  return fold(first + second);
}

/** The checksum that a finished sum stands for, 0..0xffff. */
export function finish(total: number): number {
  return ~fold(total) & 0xffff;
}

/** The checksum of `bytes`. Bytes that contain a valid checksum give 0. */
export function internetChecksum(bytes: Uint8Array): number {
  return finish(sum(bytes));
}

/**
 * The partial sum of the pseudo-header of UDP and ICMPv6 (RFC 768, RFC 8200 section 8.1). `length` is that of the
 * transport header and its payload, in bytes. The two families lay it out differently, and the sum is the same.
 * Throws RangeError unless both addresses have 4 bytes or both have 16.
 */
export function pseudoHeaderSum(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  length: number,
): number {
  if ((source.length !== 4 && source.length !== 16) || source.length !== destination.length) {
    throw new RangeError(
      `addresses have ${source.length} and ${destination.length} bytes, and must both have 4 or both 16`,
    );
  }
  // A 32-bit length may be added whole: folding takes its two halves apart.
  return sum(destination, sum(source, protocol + length));
}

/**
 * The 16-bit word that, written at an even offset where there was a zero, turns the finished checksum into
 * `wantedChecksum`: Paris traceroute's way to make the checksum carry a number of ours, because it is among the 8 bytes
 * that every router quotes, and to keep load balancers on one path.
 *
 * `sumWithoutWord` is the sum over everything else, pseudo-header included, checksum field and word as zeros.
 * `wantedChecksum` is 1..0xfffe, else RangeError: in UDP 0 means "none", and 0 and 0xffff are the same number.
 */
export function compensation(sumWithoutWord: number, wantedChecksum: number): number {
  requireInteger('wantedChecksum', wantedChecksum, 1, 0xfffe);
  // Subtraction in one's complement is adding the complement.
  return fold(finish(wantedChecksum) + finish(sumWithoutWord));
}

function fold(total: number): number {
  let folded = total;
  while (folded > 0xffff) {
    // Not `>>>` and `&`: the total of a large buffer has more than 32 bits.
    folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  }
  return folded;
}
