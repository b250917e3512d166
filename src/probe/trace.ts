import { HopTrace, type HopTraceOptions, type TargetKnowledge } from './hop-trace.ts';
import type { Measurement, MeasurementPacket } from './measurement.ts';
import type { Inbound, Method } from './method.ts';

export interface TraceOptions extends Omit<HopTraceOptions, 'method'> {
  /** Of the path as a whole, by its target. */
  readonly measurement: Measurement;
  /**
   * To ask the hops with, in order of preference, from those of the measurement: the first is taken unless the target
   * answers only a later one.
   */
  readonly methods: readonly [Method, ...Method[]];
  /** Further ones of the measurement, which are for the target alone and ask it for little. Default: none. */
  readonly sparingMethods?: readonly Method[];
  /** When to stop, in ms on the clock that `nowMs` is read from. */
  readonly deadlineMs: number;
}

/**
 * A measurement of the target and, beside it, of the way there. Deterministic and without I/O.
 *
 * The hops are asked with the measurement's own method, so that routers which choose among equal links by addresses and
 * ports send all packets the same way.
 */
export class Trace {
  readonly measurement: Measurement;
  readonly #options: TraceOptions;
  /** The last one counts; others may still get answers. */
  readonly #hopTraces: HopTrace[] = [];
  #method: Method;
  #hops: HopTrace;
  #beganAtMs = Infinity;
  #polledAtMs: number | null = null;
  #isOver = false;

  constructor(options: TraceOptions) {
    this.#options = options;
    this.measurement = options.measurement;
    [this.#method] = options.methods;
    this.#hops = this.#begin(this.#method);
  }

  get hops(): HopTrace {
    return this.#hops;
  }

  /** What the hops were asked with. */
  get method(): Method {
    return this.#method;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The packets to send now. */
  poll(nowMs: number): MeasurementPacket[] {
    if (this.#isOver) return [];
    if (nowMs >= this.#options.deadlineMs) {
      this.stop(nowMs);
      return [];
    }
    this.#beganAtMs = Math.min(this.#beganAtMs, nowMs);
    this.#changeMethod(nowMs);
    // The hops' opening goes first, while no router has reached its limit; afterwards the measurement, which the hops
    // then build on, and whose timeouts are the shorter ones.
    const packets = this.#polledAtMs === null ? this.#pollHops(nowMs) : [];
    packets.push(...this.measurement.poll(nowMs), ...this.#pollHops(nowMs));
    this.#polledAtMs = nowMs;
    this.#isOver = packets.length === 0 && this.measurement.isOver && this.#hops.isIdle;
    return packets;
  }

  /** When to poll again if nothing happens before. */
  get wakeAtMs(): number {
    const changesAtMs = this.#changesAtMs;
    return Math.min(
      this.#options.deadlineMs,
      // In the past: it was tried, and there is nothing to change to.
      changesAtMs > (this.#polledAtMs ?? 0) ? changesAtMs : Infinity,
      this.measurement.isOver ? Infinity : this.measurement.wakeAtMs,
      this.#hops.wakeAtMs(this.#timeoutMs),
    );
  }

  onMessage(inbound: Inbound, nowMs: number): void {
    if (this.#hopTraces.some((hops) => hops.onMessage(inbound, nowMs))) return;
    this.measurement.onMessage(inbound, nowMs);
  }

  /** Ends the trace with what is known. */
  stop(nowMs: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.measurement.stop(nowMs);
    this.#hops.stop();
  }

  #pollHops(nowMs: number): MeasurementPacket[] {
    const sender = this.#hops;
    return sender.poll(nowMs, this.#knowledge).map((outgoing) => ({ sender, ...outgoing }));
  }

  #begin(method: Method): HopTrace {
    const hops = new HopTrace({ ...this.#options, method });
    this.#hopTraces.push(hops);
    return hops;
  }

  /** Anew with a method that the target answers, where it had time to answer the present one and did not. */
  #changeMethod(nowMs: number): void {
    if (nowMs < this.#changesAtMs) return;
    const { probers } = this.measurement;
    const answered = this.#options.methods.find((method) =>
      probers.some(({ name, isAnswering }) => name === method.name && isAnswering),
    );
    if (answered === undefined) return;
    this.#hops.stop();
    this.#method = answered;
    this.#hops = this.#begin(answered);
  }

  /** When the target has had time to answer the present method as it answered another; Infinity: it did, or none. */
  get #changesAtMs(): number {
    const present = this.measurement.probers.find(({ name }) => name === this.#method.name);
    const timeoutMs = this.#timeoutMs;
    if (this.#hops.log.targetHop !== null || present?.hasAnswers !== false || timeoutMs === null)
      return Infinity;
    return this.#beganAtMs + PATIENCE * timeoutMs;
  }

  get #timeoutMs(): number | null {
    const known = this.measurement.probers.flatMap(({ roundTrip }) => roundTrip.timeoutMs ?? []);
    return known.length === 0 ? null : Math.min(...known);
  }

  get #knowledge(): TargetKnowledge {
    const { probers } = this.measurement;
    // What any method got through is a fact of the way there; echo may find less, because of the way back.
    const exact = probers.flatMap(({ exactPathMtu }) => exactPathMtu ?? []);
    const losses = probers.flatMap(({ hasAnswers, belief }) => (hasAnswers ? belief.lossRate : []));
    const suspected = probers.flatMap((prober) =>
      prober.isSparing || !prober.isUnhindered ? [] : (prober.suspectedPathMtu ?? []),
    );
    const fitting = probers.flatMap(({ belief }) => belief.fits ?? []);
    return {
      timeoutMs: this.#timeoutMs,
      pathMtu: exact.length === 0 ? null : Math.max(...exact),
      suspectedMtu: suspected.length === 0 ? null : Math.max(...suspected),
      fits: fitting.length === 0 ? null : Math.max(...fitting),
      answeredOnly: this.#answeredOnly,
      lossRate: losses.length === 0 ? null : Math.min(...losses),
      ptbs: probers.flatMap(({ log }) =>
        log.probes.flatMap(({ ptb, sizeBytes }) => (ptb === null ? [] : [{ ...ptb, sizeBytes }])),
      ),
    };
  }

  /** The sparing method that the target answers, if it answers no other, once the measurement needs it no more. */
  get #answeredOnly(): Method | null {
    const { probers, isOver } = this.measurement;
    if (!isOver || probers.some((prober) => prober.isAnswering && !prober.isSparing)) return null;
    const { sparingMethods = [] } = this.#options;
    return (
      sparingMethods.find(({ name, port }) =>
        probers.some((prober) => prober.name === name && prober.port === port && prober.isAnswering),
      ) ?? null
    );
  }
}

/** Answers of two methods do not differ by more than this factor. */
const PATIENCE = 1.5;
