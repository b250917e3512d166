import { DrainRate } from './drain-rate.ts';
import type { Reply } from './method.ts';
import { Prober, type ProberOptions } from './prober.ts';
import type { Surroundings } from './prober-state.ts';
import type { Outgoing } from './sender.ts';

export interface HopMtuSearchOptions extends Omit<ProberOptions, 'strategy' | 'maxBytes' | 'drainRate'> {
  readonly hop: number;
  /** `minBytes`, inherited, is known to fit. */
  readonly maxBytes: number;
  /** Reserves a number of the trace for the search's own `number`-th probe. */
  readonly numberOf: (number: number, sizeBytes: number) => number;
}

/**
 * The search for the MTU of the path as far as a router: the one for a target, with packets that expire there and "time
 * exceeded" for an answer.
 */
export class HopMtuSearch {
  readonly prober: Prober;
  /** By the prober's numbers. */
  readonly #numbers = new Map<number, number>();

  constructor({ hop, numberOf, ...options }: HopMtuSearchOptions) {
    const { method } = options;
    this.prober = new Prober({
      ...options,
      strategy: 'parallel',
      // When it begins, the measurement of the target is over or has no answers: the path is its own.
      drainRate: new DrainRate(),
      method: {
        ...method,
        encode: (ownNumber, sizeBytes) => {
          const number = numberOf(ownNumber, sizeBytes);
          this.#numbers.set(ownNumber, number);
          return method.encode(number, sizeBytes, hop);
        },
      },
    });
  }

  get isOver(): boolean {
    return this.prober.state.type !== 'searching';
  }

  /** Largest size that got there; 0: none. */
  get fits(): number {
    return this.prober.belief.fits ?? 0;
  }

  /** Null unless it is exactly known. */
  get mtu(): number | null {
    return this.prober.exactPathMtu;
  }

  /** Whether a router named it. */
  get isByPtb(): boolean {
    return this.prober.state.type === 'exact' && this.prober.state.by === 'ptb';
  }

  /** @param timeoutMs of the target, which is farther away than any hop; null: not known */
  poll(nowMs: number, timeoutMs: number | null): Outgoing[] {
    return this.prober.poll(nowMs, alone(timeoutMs)).map(({ number, packet }) => ({
      number: this.#numbers.get(number) ?? number,
      packet,
    }));
  }

  wakeAtMs(timeoutMs: number | null): number {
    return this.isOver ? Infinity : (this.prober.wakeAtMs(alone(timeoutMs)) ?? Infinity);
  }

  /** `number` is the prober's. */
  onReply(reply: Extract<Reply, { readonly number: number }>, nowMs: number): void {
    const { number, from } = reply;
    this.prober.onReply(reply.type === 'expired' ? { type: 'answer', number, from } : reply, nowMs);
  }
}

function alone(timeoutMs: number | null): Surroundings {
  return {
    timeoutMs,
    localMtu: null,
    isAnsweredElsewhere: false,
    isClosedElsewhere: false,
    mustWait: false,
    isLed: false,
    suspectedMtu: null,
    mayBegin: true,
    expectedMtus: [],
    found: null,
  };
}
