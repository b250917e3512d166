import type { SentFlight } from './flight-log.ts';
import type { RoundTrip } from './round-trip.ts';

/** What decides, besides the flight itself, when it is over. */
export interface Patience {
  readonly roundTrip: RoundTrip;
  /** Next-hop MTU of the lowest believable PTB; Infinity: none. */
  readonly lowestPtbMtu: number;
  /** Round-trip timeout that another method measured to the same target; null: none. */
  readonly borrowedTimeoutMs: number | null;
  /** Time that the flight needs to leave the narrowest queue, as far as is known. */
  readonly drainMs: number;
  /** How much longer than the borrowed timeout the first answer of this method may take. */
  readonly reserveMs: number;
}

/**
 * When a flight is over, in ms on the engine's clock; 0: now. It is over when every probe in it has been answered
 * or quoted, or
 * 1. a probe among its last {@link TRAILING} was answered, the reorder window has passed since, and the last one of
 *    all is overdue, or
 * 2. no such answer came and the timeout after the last probe has passed, with a reserve for a queue that our own
 *    flight filled, or
 * 3. only sizes are pending that an answered PTB already decides.
 */
export function flightEndsAtMs({ probes }: SentFlight, patience: Patience): number {
  let lastSentAtMs = 0;
  let lastPending = 0;
  let lastAnswered = 0;
  let smallestPending = Infinity;
  let trailingAnsweredAtMs: number | null = null;
  probes.forEach((probe, place) => {
    // One that could not leave is waited for no longer.
    if (probe.outcome !== 'failed') lastSentAtMs = Math.max(lastSentAtMs, probe.sentAtMs);
    if (probe.outcome === 'pending') {
      lastPending = probe.number;
      smallestPending = Math.min(smallestPending, probe.sizeBytes);
    } else if (probe.outcome === 'answered') {
      lastAnswered = probe.number;
      if (place >= probes.length - TRAILING) {
        trailingAnsweredAtMs = Math.min(
          trailingAnsweredAtMs ?? Infinity,
          probe.sentAtMs + (probe.rttMs ?? 0),
        );
      }
    }
  });
  if (lastPending === 0) return 0;
  if (lastSentAtMs === Infinity) return Infinity;
  if (smallestPending > patience.lowestPtbMtu && lastAnswered > lastPending) return 0;
  const { roundTrip, borrowedTimeoutMs } = patience;
  if (roundTrip.timeoutMs !== null) {
    const dueAtMs = lastSentAtMs + roundTrip.timeoutMs;
    if (trailingAnsweredAtMs !== null)
      return Math.max(trailingAnsweredAtMs + roundTrip.reorderWindowMs, dueAtMs);
    return dueAtMs + Math.max(OWN_QUEUE_RESERVE_MS, patience.drainMs);
  }
  if (borrowedTimeoutMs === null) return lastSentAtMs + FIRST_TIMEOUT_MS;
  return lastSentAtMs + borrowedTimeoutMs + Math.max(borrowedTimeoutMs, patience.reserveMs);
}

/** The controls at the end of a flight (see search.ts). */
const TRAILING = 2;

/** Before any round trip is known. RFC 6298 section 2.1: one second; the longest satellite paths answer in 0.7 s. */
const FIRST_TIMEOUT_MS = 1000;

/** A flight of 60 packets of 1500 bytes takes 0.2 s to leave at 3.5 Mbit/s: its last probes are late, not lost. */
export const OWN_QUEUE_RESERVE_MS = 200;
