/**
 * Round-trip time and what follows from it: how long to wait before silence means something.
 * Smoothing as RFC 6298 section 2, but for the first variation; every probe has its own number, so every answer is a sample.
 */
export class RoundTrip {
  #smoothedMs: number | null = null;
  #variationMs = 0;
  readonly #samples: number[] = [];

  /** @param rttMs 0 or more */
  sample(rttMs: number): void {
    this.#samples.push(rttMs);
    if (this.#smoothedMs === null) {
      this.#smoothedMs = rttMs;
      this.#variationMs = rttMs * FIRST_VARIATION;
      return;
    }
    this.#variationMs += (Math.abs(this.#smoothedMs - rttMs) - this.#variationMs) / 4;
    this.#smoothedMs += (rttMs - this.#smoothedMs) / 8;
  }

  get isKnown(): boolean {
    return this.#smoothedMs !== null;
  }

  /** Time after which an unanswered probe is overdue; null before the first sample. */
  get timeoutMs(): number | null {
    return this.#smoothedMs === null ? null : this.#smoothedMs + this.reorderWindowMs;
  }

  /** How long an answer may trail the answer to a probe that was sent after it. */
  get reorderWindowMs(): number {
    return Math.max(GRANULARITY_MS, 4 * this.#variationMs, (this.#smoothedMs ?? 0) / 8);
  }

  /** Of all samples; null before the first. */
  get summary(): { readonly min: number; readonly median: number; readonly max: number } | null {
    const sorted = this.#samples.toSorted((a, b) => a - b);
    const min = sorted[0];
    const median = sorted[Math.floor(sorted.length / 2)];
    const max = sorted.at(-1);
    return min === undefined || median === undefined || max === undefined ? null : { min, median, max };
  }
}

/**
 * RFC 6298 takes half of the first sample, for a connection that has only that one to go by. Here the next samples of
 * the same flight follow at once, and half a round trip would be waited out in vain on paths where few sizes fit.
 */
const FIRST_VARIATION = 1 / 8;

/**
 * Timers of Node and the kernel's scheduling are good to a few milliseconds on a busy machine; waiting less than
 * this would take our own lateness for loss.
 */
const GRANULARITY_MS = 10;
