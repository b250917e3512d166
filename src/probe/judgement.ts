import type { Belief } from './evidence.ts';
import type { Probe } from './flight-log.ts';
import type { ProberState } from './prober-state.ts';
import type { SearchSpace } from './search.ts';
import { isSilenceUnlikely } from './silence-rule.ts';

/** All that decides whether a search is over. */
export interface Grounds {
  readonly belief: Belief;
  readonly space: SearchSpace;
  /** The largest packet that the outgoing interface takes; null: not known. */
  readonly localMtu: number | null;
  /** Enough flights went out without any answer. */
  readonly isSilent: boolean;
  readonly isSilenceProven: (sizeBytes: number) => boolean;
}

/** What the search has come to; null: it goes on. */
export function judge({ belief, space, localMtu, isSilent, isSilenceProven }: Grounds): ProberState | null {
  const { fits, hint, smallestTooBig } = belief;
  if (fits === null) return isSilent ? { type: 'silent' } : null;
  if (fits >= space.limitBytes) {
    const isLocal = localMtu !== null && fits >= localMtu;
    return isLocal ? { type: 'exact', pathMtu: fits, by: 'local-mtu' } : { type: 'edge' };
  }
  const isBelowMinimum = fits < space.minBytes - 1;
  const candidate = isBelowMinimum ? space.minBytes : fits + 1;
  const isProvenByPtb = hint !== null && hint.mtu === fits && smallestTooBig === candidate;
  if (!isProvenByPtb && !isSilenceProven(candidate)) return null;
  if (isBelowMinimum) return { type: 'edge' };
  return { type: 'exact', pathMtu: fits, by: isProvenByPtb ? 'ptb' : 'silence' };
}

/**
 * Smallest size shown not to arrive; null: none. By an uncontradicted PTB, by the strata, or, as long as answers
 * are not limited, by all silent sizes up to it together: if the size fitted, all those would be random losses.
 */
export function findProvenFails(
  probes: readonly Probe[],
  { smallestTooBig, fits }: Belief,
  proofs: { readonly isRateLimited: boolean; readonly isSilenceProven: (sizeBytes: number) => boolean },
): number | null {
  const known = fits ?? 0;
  const silent = probes
    // Not those unheard: a flight that vanished whole, in a full queue or a black-out, did not lose them independently.
    .filter((probe) => probe.sizeBytes > known && probe.outcome === 'lost')
    .map((probe) => probe.sizeBytes)
    .toSorted((a, b) => a - b);
  const controls = probes.filter(
    (probe) => probe.sizeBytes <= known && (probe.outcome === 'answered' || isUnanswered(probe)),
  );
  const controlsLost = controls.filter(isUnanswered).length;
  const bySilence = silent.find(
    (sizeBytes, place) =>
      proofs.isSilenceProven(sizeBytes) ||
      (!proofs.isRateLimited && isSilenceUnlikely(place + 1, controls.length, controlsLost)),
  );
  return smallestTooBig === null ? (bySilence ?? null) : Math.min(smallestTooBig, bySilence ?? Infinity);
}

function isUnanswered({ outcome }: Probe): boolean {
  return outcome === 'lost' || outcome === 'unheard';
}
