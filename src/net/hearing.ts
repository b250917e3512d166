import { nowMs } from './clock.ts';

/**
 * Knows when everything that had arrived has been read. Timers come before sockets in a turn of the event loop: after a
 * moment in which the process did not run (a busy machine), a timer would say "overdue" while the answer lies in a
 * socket's buffer. And of each socket one turn reads only so much.
 */
export class Hearing {
  #heard = 0;
  #waiting: (() => void)[] = [];

  /** For every message, before its listeners hear it. */
  onMessage(): void {
    this.#heard++;
  }

  /** Calls back after the first turn of the event loop that brought no message, or after {@link LONGEST_MS}. */
  whenQuiet(callback: () => void): void {
    this.#waiting.push(callback);
    if (this.#waiting.length > 1) return;
    const sinceMs = nowMs();
    // What is left of the turn that this was called in may be behind the sockets already.
    setImmediate(() => this.#listen(sinceMs));
  }

  #listen(sinceMs: number): void {
    const before = this.#heard;
    setImmediate(() => {
      if (this.#heard !== before && nowMs() - sinceMs < LONGEST_MS) this.#listen(sinceMs);
      else for (const callback of this.#waiting.splice(0)) callback();
    });
  }
}

/** A host that never stops sending must not keep the measurement from going on. */
const LONGEST_MS = 20;
