/**
 * Milliseconds since the process started, on a clock that never jumps. Not `performance.now()`, which is the same: Node
 * loads ten modules when `performance` is first named, half a millisecond before the first packet.
 */
export function nowMs(): number {
  return sinceBoot() - STARTED_MS;
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

function sinceBoot(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

const STARTED_MS = sinceBoot() - process.uptime() * 1000;
