import type { Random } from '../../../src/probe/random.ts';
import { SimulatedPath, type PathSpec } from '../path.ts';

/** What the path is like from a time on, in virtual ms. */
export interface Phase {
  readonly fromMs: number;
  readonly spec: PathSpec;
}

/**
 * A path that changes: a packet goes the way that is there when it is sent, and what that way gives back still comes
 * when it has changed meanwhile.
 */
export class ChangingPath {
  readonly #phases: readonly Phase[];
  readonly #random: Random;
  /** The way that is there now, and those that something may still come from. */
  #ways: readonly SimulatedPath[] = [];
  #begun = 0;

  /** @param phases in order of time, the first of them from the beginning */
  constructor(phases: readonly Phase[], random: Random) {
    this.#phases = phases;
    this.#random = random;
  }

  /** False: larger than the client's own link. Times never go back. */
  send(packet: Uint8Array, nowMs: number): boolean {
    for (let next = this.#phases[this.#begun]; next !== undefined && next.fromMs <= nowMs;) {
      const underWay = this.#ways.filter(({ nextAtMs }) => nextAtMs < Infinity);
      this.#ways = [new SimulatedPath(next.spec, this.#random), ...underWay];
      next = this.#phases[++this.#begun];
    }
    const [now] = this.#ways;
    if (now === undefined) throw new Error('the first phase begins later');
    return now.send(packet, nowMs);
  }

  /** Virtual time of the next arrival; Infinity: none under way. */
  get nextAtMs(): number {
    return Math.min(...this.#ways.map(({ nextAtMs }) => nextAtMs));
  }

  next(): ReturnType<SimulatedPath['next']> {
    const { nextAtMs } = this;
    return this.#ways.find((way) => way.nextAtMs === nextAtMs)?.next();
  }

  /** Leaves behind what nobody waits for any more. */
  forget(): void {
    while (this.nextAtMs < Infinity) this.next();
  }
}
