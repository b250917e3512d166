/**
 * How much a search sends at once, and how long it rests between flights. As much as it likes, until answers show
 * that the target limits them or the path swallows large flights; from then on less, and less again after every
 * flight that nothing came back from.
 */
export class Pace {
  #isLimited = false;
  #pauseMs = 0;
  #mostSizes = MOST_SIZES;

  /** Whether answers were found to be limited. Stays so. */
  get isLimited(): boolean {
    return this.#isLimited;
  }

  /** Rest after a flight, in ms. */
  get pauseMs(): number {
    return this.#pauseMs;
  }

  /** Sizes that one flight may cut an interval with. */
  get mostSizes(): number {
    return this.#mostSizes;
  }

  limit(): void {
    if (this.#isLimited) return;
    this.#isLimited = true;
    this.#pauseMs = FIRST_PAUSE_MS;
  }

  /** One flight a second from now on. */
  beSlow(): void {
    this.limit();
    this.#pauseMs = LONGEST_PAUSE_MS;
  }

  /** A flight came through well: the next may be larger again. */
  onWellAnswered(): void {
    this.#mostSizes = Math.min(MOST_SIZES, this.#mostSizes * 2);
  }

  /** Nothing of a flight was answered, though something was before: too much at once, or too soon. */
  onSwallowed(probes: number): void {
    this.limit();
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    this.#mostSizes = Math.max(FEWEST_SIZES, Math.floor(Math.min(this.#mostSizes, probes) / 3));
  }
}

/** Enough to cut any interval; and what it comes down to on a path that swallows flights. */
const MOST_SIZES = 256;
const FEWEST_SIZES = 3;

/** Pauses between flights once answers are limited: token buckets of 4 per second and slower, down to Linux's 1. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 1000;
