/**
 * Milliseconds since the process started, on a clock that never jumps. Not `performance.now()`, which is the same:
 * Node loads ten modules when `performance` is first named, half a millisecond before the first packet.
 */
export function nowMs(): number {
  return process.uptime() * 1000;
}

/** The wall clock, for the result's `startedAt`. */
export function wallClock(): Date {
  return new Date();
}
