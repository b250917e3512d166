import type { Belief } from './evidence.ts';
import type { Probe, SentFlight } from './flight-log.ts';
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
 * Smallest size shown not to arrive; null: none. By an uncontradicted PTB, by the strata, or by all silent sizes up to
 * it together: if the size fitted, all those would be random losses. The last counts only where loss is independent
 * of size, as a queue that a flight fills is not: it drops large packets and still has room for small ones. So a queue
 * that was seen rules it out, and only flights of at most {@link SMALL_FLIGHT_BYTES} count.
 */
export function findProvenFails(
  flights: readonly SentFlight[],
  { smallestTooBig, fits }: Belief,
  proofs: { readonly isLossIndependent: boolean; readonly isSilenceProven: (sizeBytes: number) => boolean },
): number | null {
  const known = fits ?? 0;
  const all = flights.flatMap(({ probes }) => probes);
  const byStrata = all
    .filter(
      (probe) => probe.sizeBytes > known && isUnanswered(probe) && proofs.isSilenceProven(probe.sizeBytes),
    )
    .map((probe) => probe.sizeBytes);
  const proven = [smallestTooBig ?? Infinity, ...byStrata];
  if (proofs.isLossIndependent) proven.push(byLossesTogether(flights, known));
  const smallest = Math.min(...proven);
  return smallest === Infinity ? null : smallest;
}

function byLossesTogether(flights: readonly SentFlight[], fits: number): number {
  const probes = flights.filter(isSmall).flatMap((flight) => flight.probes);
  // Not those unheard: a flight that vanished whole, in a full queue or a black-out, did not lose them independently.
  const silent = probes
    .filter((probe) => probe.sizeBytes > fits && probe.outcome === 'lost')
    .map((probe) => probe.sizeBytes)
    .toSorted((a, b) => a - b);
  const controls = probes.filter(
    (probe) => probe.sizeBytes <= fits && (probe.outcome === 'answered' || isUnanswered(probe)),
  );
  const controlsLost = controls.filter(isUnanswered).length;
  return silent.find((_, place) => isSilenceUnlikely(place + 1, controls.length, controlsLost)) ?? Infinity;
}

function isSmall({ probes }: SentFlight): boolean {
  return probes.reduce((total, probe) => total + probe.sizeBytes, 0) <= SMALL_FLIGHT_BYTES;
}

function isUnanswered({ outcome }: Probe): boolean {
  return outcome === 'lost' || outcome === 'unheard';
}

/** Two methods send at once, and the shallowest queues of access routers hold 64 kB or a little more. */
const SMALL_FLIGHT_BYTES = 32_000;
