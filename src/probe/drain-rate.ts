import type { Probe } from './flight-log.ts';

/**
 * How fast the narrowest queue of the path empties, from the spacing of a flight's answers: what was sent at once comes
 * back spread out. From then on probes leave no faster than that, those of all methods together, so that none is lost
 * to a queue that our own flights fill. A wrong estimate costs time, not truth.
 */
export class DrainRate {
  /** Infinity: no queue was seen. */
  #bytesPerMs = Infinity;
  #nextAtMs = 0;

  /** Whether the flight came back spread out: then what it lost, the queue may have dropped. */
  onFlight(probes: readonly Probe[]): boolean {
    let spreadMs = 0;
    let bytes = 0;
    let slowest = { gapMs: 0, bytes: 1 };
    let before: Probe | null = null;
    let bytesSince = 0;
    for (const probe of probes) {
      bytesSince += probe.sizeBytes;
      if (probe.outcome !== 'answered') continue;
      if (before !== null) {
        const gapMs = (probe.rttMs ?? 0) - (before.rttMs ?? 0);
        spreadMs += gapMs;
        bytes += bytesSince;
        if (gapMs / bytesSince > slowest.gapMs / slowest.bytes) slowest = { gapMs, bytes: bytesSince };
      }
      before = probe;
      bytesSince = 0;
    }
    // A single gap is no queue: a moment in which this process, or a router, did not run.
    const rest = { gapMs: spreadMs - slowest.gapMs, bytes: bytes - slowest.bytes };
    if (slowest.gapMs * rest.bytes > OUTLIER * rest.gapMs * slowest.bytes) {
      spreadMs = rest.gapMs;
      bytes = rest.bytes;
    }
    if (spreadMs < NOTABLE_SPREAD_MS) return false;
    this.#bytesPerMs = Math.max(Math.min(this.#bytesPerMs, bytes / spreadMs), LEAST_BYTES_PER_MS);
    return true;
  }

  /** Whether a flight came back spread out. */
  get sawQueue(): boolean {
    return this.#bytesPerMs !== Infinity;
  }

  /** Whether a probe may leave now; if so, it takes its place in the queue. */
  admit({ sizeBytes }: Probe, nowMs: number): boolean {
    if (!this.sawQueue) return true;
    if (nowMs + TIMER_MS < this.#nextAtMs) return false;
    this.#nextAtMs = Math.max(nowMs, this.#nextAtMs) + sizeBytes / this.#bytesPerMs;
    return true;
  }

  /** When the next probe may leave. */
  get nextAtMs(): number {
    return this.#nextAtMs;
  }

  /** Time in which a flight leaves the queue, in ms; twice that, for other methods send at the same time. */
  reserveMs(probes: readonly Probe[]): number {
    const bytes = probes.reduce((total, probe) => total + probe.sizeBytes, 0);
    return (2 * bytes) / this.#bytesPerMs;
  }
}

/** Less than this is jitter. */
const NOTABLE_SPREAD_MS = 20;

/** So many times slower than the rest: not by the same queue. */
const OUTLIER = 4;

/** 0.25 Mbit/s. On slower links a measurement that kept to their rate would not end in time. */
const LEAST_BYTES_PER_MS = 32;

/** Timers are good to a millisecond: what is due within it leaves together. */
const TIMER_MS = 1;
