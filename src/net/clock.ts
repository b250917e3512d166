/** Milliseconds on a clock that never jumps. */
export function nowMs(): number {
  return performance.now();
}

/** The wall clock, for the result's `startedAt`. */
export function wallClock(): Date {
  return new Date();
}
