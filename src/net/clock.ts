/** Milliseconds on a clock that never jumps. */
export function nowMs(): number {
  return performance.now();
}

/** The wall clock, for the result's `startedAt`. */
export function wallClock(): Date {
  return new Date();
}

/** What says the time: the clock of this process, unless simulated time passes. */
export interface Clock {
  /** As {@link nowMs}. */
  nowMs(): number;
  wallClock(): Date;
}

export const systemClock: Clock = { nowMs, wallClock };
