import type { Family } from './method.ts';
import type { Oddity } from './oddity.ts';

/**
 * Why a PTB deserves no belief, whatever it quotes; null: it may be true. RFC 8201 section 4 and RFC 1191 section 3
 * for the minimum, RFC 792 for the zero.
 *
 * @param mtu             next-hop MTU that it names
 * @param quotedBytes     size of the probe that it quotes
 * @param protocolMinimum 68 for IPv4, 1280 for IPv6
 */
export function reasonToDoubt(
  mtu: number,
  quotedBytes: number,
  protocolMinimum: number,
): Pick<Oddity, 'kind' | 'detail'> | null {
  if (mtu === 0) return { kind: 'ptb-mtu-zero', detail: 'it names no next-hop MTU' };
  if (mtu < protocolMinimum) {
    return {
      kind: 'ptb-below-minimum',
      detail: `it names ${mtu}, less than the protocol's minimum of ${protocolMinimum}`,
    };
  }
  if (mtu >= quotedBytes)
    return { kind: 'ptb-not-smaller', detail: `it names ${mtu} for a packet of ${quotedBytes}` };
  return null;
}

/** Smallest MTU that a link may have, in bytes: RFC 791 and RFC 8200 section 5. A PTB that names less is no fact. */
export function protocolMinimumMtu(family: Family): number {
  return family === 4 ? 68 : 1280;
}
