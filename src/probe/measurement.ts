import type { Inbound, Method } from './method.ts';
import { Prober, type ProberOptions, type SendFailure, type Surroundings } from './prober.ts';

export interface MeasurementOptions extends Omit<ProberOptions, 'method'> {
  /** In the order in which they search: the first goes ahead, the others wait for what it finds. */
  readonly methods: readonly Method[];
  /** When to stop, in ms on the clock that `nowMs` is read from. */
  readonly deadlineMs: number;
}

/** A packet to send. Give `prober` and `number` back when it has left or could not. */
export interface MeasurementPacket {
  readonly prober: Prober;
  readonly number: number;
  readonly packet: Uint8Array;
}

/**
 * One target, several methods side by side. Deterministic and without I/O, as the probers are.
 *
 * The opening flights of all methods go out together. After that:
 * 1. The first method that gets answers searches; the others wait for its result and then test just that (both sides
 *    of the border), unless answers to the first are limited: then everyone searches alone. Flights that follow a
 *    PTB or confirm a border are never held back: they would be sent anyway.
 * 2. Once a method is exact, the others have a grace of {@link GRACE_TIMEOUTS} round trips to finish too; until the
 *    deadline if they have seen something else, or with the binary strategy, which takes many.
 */
export class Measurement {
  readonly probers: readonly Prober[];
  readonly #deadlineMs: number;
  readonly #isGentle: boolean;
  #graceEndsAtMs = Infinity;
  #isStopped = false;

  constructor({ methods, deadlineMs, ...options }: MeasurementOptions) {
    this.probers = methods.map((method) => new Prober({ ...options, method }));
    this.#deadlineMs = deadlineMs;
    this.#isGentle = options.strategy === 'binary';
  }

  /** Whether there is nothing more to do. Becomes true in {@link poll}, by {@link stop}, or at the deadline. */
  get isOver(): boolean {
    return this.#isStopped || this.probers.every((prober) => prober.state.type !== 'searching');
  }

  /** The packets to send now. */
  poll(nowMs: number): MeasurementPacket[] {
    const packets: MeasurementPacket[] = [];
    if (this.isOver) return packets;
    for (const prober of this.probers) {
      for (const outgoing of prober.poll(nowMs, this.#surroundingsOf(prober)))
        packets.push({ prober, ...outgoing });
    }
    if (this.#graceEndsAtMs === Infinity && !this.#isGentle) {
      const exact = this.probers.find((prober) => prober.state.type === 'exact');
      if (exact !== undefined) {
        this.#graceEndsAtMs =
          nowMs + Math.max(LEAST_GRACE_MS, GRACE_TIMEOUTS * (exact.roundTrip.timeoutMs ?? 0));
        // What the others may do has changed.
        return [...packets, ...this.poll(nowMs)];
      }
    }
    if (nowMs >= this.#endsAtMs) this.stop(nowMs);
    return packets;
  }

  /** When to poll again if nothing happens before. */
  get wakeAtMs(): number {
    return this.probers.reduce(
      (earliest, prober) => Math.min(earliest, prober.wakeAtMs(this.#surroundingsOf(prober)) ?? Infinity),
      this.#endsAtMs,
    );
  }

  onMessage(inbound: Inbound, nowMs: number): void {
    const replies = this.probers.map((prober) => ({ prober, reply: prober.decode(inbound) }));
    const best =
      replies.find(({ reply }) => reply.type !== 'unrelated' && reply.type !== 'ignored') ??
      replies.find(({ reply }) => reply.type === 'ignored');
    best?.prober.onReply(best.reply, nowMs);
  }

  onSent(sent: MeasurementPacket, nowMs: number): void {
    sent.prober.onSent(sent.number, nowMs);
  }

  onSendFailed(sent: MeasurementPacket, failure: SendFailure, reason: string, nowMs: number): void {
    sent.prober.onSendFailed(sent.number, failure, reason, nowMs);
  }

  /** Ends the measurement with what is known. */
  stop(nowMs: number): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    for (const prober of this.probers) prober.stop(nowMs);
  }

  /** The end of the grace counts only while nobody has seen something else than the method that is exact. */
  get #endsAtMs(): number {
    if (this.#graceEndsAtMs >= this.#deadlineMs) return this.#deadlineMs;
    const exact = this.probers.find((prober) => prober.state.type === 'exact');
    const isDisputed =
      exact?.state.type !== 'exact' ||
      this.probers.some(
        ({ state, belief, provenFails }) =>
          state.type === 'searching' &&
          exact.state.type === 'exact' &&
          ((belief.fits ?? 0) > exact.state.pathMtu || (provenFails ?? Infinity) <= exact.state.pathMtu),
      );
    return isDisputed ? this.#deadlineMs : this.#graceEndsAtMs;
  }

  #surroundingsOf(prober: Prober): Surroundings {
    const others = this.probers.filter((other) => other !== prober);
    const exact = others.find((other) => other.state.type === 'exact');
    const ahead = this.probers.slice(0, this.probers.indexOf(prober));
    return {
      timeoutMs:
        others.map((other) => other.roundTrip.timeoutMs).find((timeoutMs) => timeoutMs !== null) ?? null,
      mustWait: ahead.some(
        (other) => other.state.type === 'searching' && other.hasAnswers && !other.isRateLimited,
      ),
      suggestedMtu: exact?.state.type === 'exact' ? exact.state.pathMtu : null,
    };
  }
}

/** Enough for a method to confirm, at a third lost, what another has found. */
const GRACE_TIMEOUTS = 8;
const LEAST_GRACE_MS = 200;
