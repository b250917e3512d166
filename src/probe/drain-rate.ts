import type { Probe } from './flight-log.ts';

/**
 * How fast the narrowest queue of the path empties, from the spacing of a flight's answers: what was sent at once comes
 * back spread out. Only an upper estimate of the time to wait; a wrong one costs time, not truth.
 */
export class DrainRate {
  /** Infinity: no queue was seen. */
  #bytesPerMs = Infinity;

  onFlight(probes: readonly Probe[]): void {
    const first = probes.findIndex((probe) => probe.outcome === 'answered');
    const last = probes.findLastIndex((probe) => probe.outcome === 'answered');
    if (last <= first) return;
    const arrivedAt = (place: number): number => (probes[place]?.sentAtMs ?? 0) + (probes[place]?.rttMs ?? 0);
    const spreadMs =
      arrivedAt(last) - arrivedAt(first) - ((probes[last]?.sentAtMs ?? 0) - (probes[first]?.sentAtMs ?? 0));
    if (spreadMs < NOTABLE_SPREAD_MS) return;
    const bytes = probes.slice(first + 1, last + 1).reduce((total, probe) => total + probe.sizeBytes, 0);
    this.#bytesPerMs = Math.min(this.#bytesPerMs, bytes / spreadMs);
  }

  /** Whether a flight came back spread out. */
  get sawQueue(): boolean {
    return this.#bytesPerMs !== Infinity;
  }

  /** Time in which a flight leaves the queue, in ms; twice that, for other methods send at the same time. */
  reserveMs(probes: readonly Probe[]): number {
    const bytes = probes.reduce((total, probe) => total + probe.sizeBytes, 0);
    return (2 * bytes) / this.#bytesPerMs;
  }
}

/** Less than this is jitter. */
const NOTABLE_SPREAD_MS = 20;
