import { DrainRate } from './drain-rate.ts';
import type { Belief } from './evidence.ts';
import { FlowSurvey } from './flow-survey.ts';
import type { FragmentTest } from './fragment-test.ts';
import type { HopSearch } from './hop-search.ts';
import type { FlowMethodName, Inbound, Method, MethodName } from './method.ts';
import type { IkePort } from './methods/ike.ts';
import type { Negotiation } from './negotiation.ts';
import type { Surroundings } from './prober-state.ts';
import { Prober, type ProberOptions } from './prober.ts';
import type { Outgoing, Sender } from './sender.ts';

export interface MeasurementOptions extends Omit<ProberOptions, 'method' | 'drainRate'> {
  /** In the order in which they search: the first goes ahead, the others wait for what it finds. */
  readonly methods: readonly Method[];
  /** When to stop, in ms on the clock that `nowMs` is read from. */
  readonly deadlineMs: number;
  /** Called once IKE is answered on a port; null: don't ask. */
  readonly createNegotiation?: ((port: IkePort) => Negotiation) | null;
  /** Called once the path MTU is known as well as it will be; may return null: nothing to test. */
  readonly createFragmentTest?: ((basis: FragmentTestBasis) => FragmentTest | null) | null;
  /** Called for a black hole; null: don't look where it is. */
  readonly createHopSearch?: ((basis: HopSearchBasis) => HopSearch) | null;
  /** Called when the first flow is done: this method for each further flow; null: there is one flow. */
  readonly createFlowMethods?: ((name: FlowMethodName) => readonly Method[]) | null;
}

/** What a search for the hop of a black hole can build on. */
export interface HopSearchBasis {
  /** Size that does not arrive: the path MTU and one more. */
  readonly largeBytes: number;
  /** How many hops away the target is, from 1; null: not known. */
  readonly targetHop: number | null;
  /** Methods that met the silence: others may be on another path. */
  readonly silent: readonly MethodName[];
}

/** What a fragment test can build on. */
export interface FragmentTestBasis {
  /** Path MTU, or the largest size known to fit. */
  readonly mtu: number;
  /** Of all methods together: probes of sizes that fit, and how many of those were lost. */
  readonly controls: Belief['controls'];
  /** Where IKE is answered; null: nowhere. */
  readonly ikePort: IkePort | null;
  /** Methods whose probes the target answers. */
  readonly answering: readonly MethodName[];
}

/** A packet to send. Tell `sender` its `number` when it has left or could not. */
export interface MeasurementPacket extends Outgoing {
  readonly sender: Sender;
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
 * 3. Once IKE is answered, the negotiation asks the gateway, beside the search.
 * 4. The hop that swallows what is too large is looked for while silence is being proven, beside the same flight.
 * 5. When the search is over, fragments are tested, and further flows are measured.
 */
export class Measurement {
  readonly probers: readonly Prober[];
  readonly #options: MeasurementOptions;
  readonly #drainRate = new DrainRate();
  #graceEndsAtMs = Infinity;
  #isStopped = false;
  #negotiation: Negotiation | null = null;
  #fragmentTest: FragmentTest | 'not yet' | null = 'not yet';
  #hopSearch: HopSearch | null = null;
  #flowSurvey: FlowSurvey | 'not yet' | null = 'not yet';

  constructor(options: MeasurementOptions) {
    this.#options = options;
    this.probers = options.methods.map(
      (method) => new Prober({ ...options, method, drainRate: this.#drainRate }),
    );
  }

  get negotiation(): Negotiation | null {
    return this.#negotiation;
  }

  get fragmentTest(): FragmentTest | null {
    return this.#fragmentTest === 'not yet' ? null : this.#fragmentTest;
  }

  /** Null also while it is not proven that there is a black hole, and where. */
  get hopSearch(): HopSearch | null {
    const border = this.#provenBorder;
    return border !== null && this.#hopSearch?.largeBytes === border + 1 ? this.#hopSearch : null;
  }

  get flowSurvey(): FlowSurvey | null {
    return this.#flowSurvey === 'not yet' ? null : this.#flowSurvey;
  }

  /** Whether there is nothing more to do. Becomes true in {@link poll}, by {@link stop}, or at the deadline. */
  get isOver(): boolean {
    return this.#isStopped;
  }

  /** Where IKE is answered; null: nowhere, or not yet. */
  get ikePort(): IkePort | null {
    const prober = this.probers.find(
      ({ name, isAnswering, state }) => name === 'ike' && isAnswering && state.type !== 'spare',
    );
    return prober?.port === 500 || prober?.port === 4500 ? prober.port : null;
  }

  /** The packets to send now. */
  poll(nowMs: number): MeasurementPacket[] {
    if (this.#isStopped) return [];
    if (nowMs >= this.#options.deadlineMs) {
      this.stop(nowMs);
      return [];
    }
    const packets: MeasurementPacket[] = [];
    const add = (sender: Sender, outgoing: readonly Outgoing[]): void => {
      for (const each of outgoing) packets.push({ sender, ...each });
    };
    let before: string;
    do {
      before = this.#progress;
      this.#retireSpare();
      for (const prober of this.#inSendingOrder)
        add(prober, prober.poll(nowMs, this.#surroundingsOf(prober)));
      this.#startGrace(nowMs);
      if (nowMs >= this.#graceEndsAtMs && !this.#isDisputed) this.#stopSearch(nowMs);
      // What one has come to changes what the others may do.
    } while (this.#progress !== before);

    const timeoutMs = this.#timeoutMs;
    if (this.#negotiation === null && this.ikePort !== null) {
      this.#negotiation = this.#options.createNegotiation?.(this.ikePort) ?? null;
    }
    if (this.#negotiation !== null) add(this.#negotiation, this.#negotiation.poll(nowMs, timeoutMs));
    this.#planHopSearch();
    if (this.#hopSearch !== null) add(this.#hopSearch, this.#hopSearch.poll(nowMs, timeoutMs));
    if (!this.#isSearchOver) return packets;
    if (this.#fragmentTest === 'not yet') this.#fragmentTest = this.#planFragmentTest();
    if (this.#flowSurvey === 'not yet') this.#flowSurvey = this.#planFlowSurvey();
    if (this.#fragmentTest !== null) add(this.#fragmentTest, this.#fragmentTest.poll(nowMs, timeoutMs));
    for (const { sender, outgoing } of this.#flowSurvey?.poll(nowMs) ?? []) add(sender, outgoing);
    const isNegotiated = this.#negotiation === null || this.#negotiation.isOver;
    const isTested = this.#fragmentTest === null || this.#fragmentTest.isOver;
    const isLocated = this.#hopSearch === null || this.#hopSearch.isOver;
    const isSurveyed = this.#flowSurvey === null || this.#flowSurvey.isOver;
    if (isNegotiated && isTested && isLocated && isSurveyed) this.#isStopped = true;
    return packets;
  }

  /** When to poll again if nothing happens before. */
  get wakeAtMs(): number {
    return Math.min(
      this.#options.deadlineMs,
      this.#isDisputed || this.#isSearchOver ? Infinity : this.#graceEndsAtMs,
      this.#negotiation?.wakeAtMs(this.#timeoutMs) ?? Infinity,
      this.fragmentTest?.wakeAtMs ?? Infinity,
      this.#hopSearch?.wakeAtMs ?? Infinity,
      (this.#isSearchOver ? this.flowSurvey?.wakeAtMs : null) ?? Infinity,
      ...this.probers.map((prober) => prober.wakeAtMs(this.#surroundingsOf(prober)) ?? Infinity),
    );
  }

  onMessage(inbound: Inbound, nowMs: number): void {
    const others = [this.#negotiation, this.fragmentTest, this.#hopSearch, this.flowSurvey];
    if (others.some((other) => other?.onMessage(inbound, nowMs) === true)) return;
    const replies = this.probers.map((prober) => ({ prober, reply: prober.decode(inbound) }));
    const best =
      replies.find(({ reply }) => reply.type !== 'unrelated' && reply.type !== 'ignored') ??
      replies.find(({ reply }) => reply.type === 'ignored');
    best?.prober.onReply(best.reply, nowMs);
  }

  /** Ends the measurement with what is known. */
  stop(nowMs: number): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#stopSearch(nowMs);
    this.fragmentTest?.stop();
    this.#hopSearch?.stop();
    this.flowSurvey?.stop(nowMs);
  }

  get #isSearchOver(): boolean {
    return this.probers.every((prober) => prober.state.type !== 'searching');
  }

  #stopSearch(nowMs: number): void {
    for (const prober of this.probers) prober.stop(nowMs);
  }

  get #progress(): string {
    return this.probers.map((prober) => prober.state.type).join(' ');
  }

  /** Begins when the first method has become exact. */
  #startGrace(nowMs: number): void {
    if (this.#graceEndsAtMs !== Infinity || this.#options.strategy === 'binary') return;
    const exact = this.probers.find((prober) => prober.exactPathMtu !== null);
    if (exact === undefined) return;
    this.#graceEndsAtMs = nowMs + Math.max(LEAST_GRACE_MS, GRACE_TIMEOUTS * (exact.roundTrip.timeoutMs ?? 0));
  }

  /**
   * Whether a method that still searches has seen something else than the one that is exact: routers that spread flows
   * may have put it on another path, and the exact one must not speak for it. Losses are enough for that, unless a limit
   * on answers may have caused them; and so are answers that have not been weighed yet, since their flight is under way.
   */
  get #isDisputed(): boolean {
    const pathMtu = this.probers.find((prober) => prober.exactPathMtu !== null)?.exactPathMtu ?? null;
    if (pathMtu === null) return true;
    return this.probers.some(
      ({ state, belief: { fits, ceiling }, provenFails, isRateLimited, isAnswering }) =>
        state.type === 'searching' &&
        (fits === null
          ? isAnswering
          : fits > pathMtu || (isRateLimited ? (provenFails ?? Infinity) : ceiling) <= pathMtu),
    );
  }

  get #timeoutMs(): number {
    const known = this.probers.flatMap((prober) => prober.roundTrip.timeoutMs ?? []);
    return known.length === 0 ? UNKNOWN_TIMEOUT_MS : Math.min(...known);
  }

  /**
   * Only for silence that no router explains: a PTB says itself where it comes from. A border that is only suspected is
   * looked for once; if another one is proven, so is its hop.
   */
  #planHopSearch(): void {
    const proven = this.#provenBorder;
    if (proven === null && (this.#hopSearch !== null || this.#isSearchOver)) {
      if (this.#isSearchOver) this.#hopSearch = null;
      return;
    }
    const border = proven ?? this.#suspectedBorder;
    if (border === null || this.#hopSearch?.largeBytes === border + 1) return;
    if (this.probers.some(({ belief }) => belief.hint?.mtu === border)) return;
    const silent = this.probers.filter(
      ({ exactPathMtu, suspectedPathMtu }) => (exactPathMtu ?? suspectedPathMtu) === border,
    );
    this.#hopSearch =
      this.#options.createHopSearch?.({
        largeBytes: border + 1,
        targetHop: this.probers.map(({ targetHop }) => targetHop).find((hop) => hop !== null) ?? null,
        silent: silent.map(({ name }) => name),
      }) ?? null;
  }

  /**
   * Path MTU that silence has proven; null: none. The last exact method is nearest to IKE. Methods that differ may be on
   * different paths: only that one's is asked about.
   */
  get #provenBorder(): number | null {
    const state = this.probers.findLast(({ exactPathMtu }) => exactPathMtu !== null)?.state;
    return state?.type === 'exact' && state.by === 'silence' ? state.pathMtu : null;
  }

  /** The same while the proof is under way, unless it needs all the room there is. */
  get #suspectedBorder(): number | null {
    const suspecting = this.probers.find(
      (prober) => prober.suspectedPathMtu !== null && !prober.isSparing && prober.isUnhindered,
    );
    return suspecting?.suspectedPathMtu ?? null;
  }

  /**
   * UDP before echo: it is UDP that a VPN uses, and many routers spread by ports and send all echo one way (Linux with
   * fib_multipath_hash_policy=1 does).
   */
  #planFlowSurvey(): FlowSurvey | null {
    const { createFlowMethods } = this.#options;
    if (createFlowMethods === undefined || createFlowMethods === null) return null;
    const answering = this.probers.filter((prober) => prober.isAnswering);
    const knownMtus = answering.flatMap(({ exactPathMtu }) => exactPathMtu ?? []);
    for (const name of ['udp', 'icmp'] as const) {
      const first = answering.find((prober) => prober.name === name);
      if (first !== undefined)
        return new FlowSurvey({
          ...this.#options,
          drainRate: this.#drainRate,
          first,
          knownMtus,
          name,
          methods: createFlowMethods(name),
        });
    }
    return null;
  }

  #planFragmentTest(): FragmentTest | null {
    const answering = this.probers.filter((prober) => prober.isAnswering);
    const exact = answering.flatMap(({ exactPathMtu }) => exactPathMtu ?? []);
    const mtu =
      exact.length > 0 ? Math.min(...exact) : Math.max(0, ...answering.map(({ belief }) => belief.fits ?? 0));
    if (mtu === 0) return null;
    return (
      this.#options.createFragmentTest?.({
        mtu,
        controls: controlsOf(answering),
        ikePort: this.ikePort,
        answering: answering.map(({ name }) => name),
      }) ?? null
    );
  }

  #surroundingsOf(prober: Prober): Surroundings {
    const others = this.probers.filter((other) => other !== prober);
    const exact = others.find((other) => other.exactPathMtu !== null);
    const ahead = this.probers.slice(0, this.probers.indexOf(prober));
    const isAtWork = (other: Prober): boolean =>
      other.state.type === 'searching' &&
      !other.isRateLimited &&
      (other.hasAnswers || (prober.isSparing && !other.isUnheard));
    return {
      timeoutMs:
        others.map((other) => other.roundTrip.timeoutMs).find((timeoutMs) => timeoutMs !== null) ?? null,
      localMtu: others.map((other) => other.localMtu).reduce(smaller, null),
      isAnsweredElsewhere: others.some((other) => other.isAnswering),
      isClosedElsewhere: others.some((other) => other.state.type === 'closed'),
      mustWait: ahead.some(isAtWork),
      isLed: ahead.some((other) => !other.isSparing),
      suspectedMtu: ahead.map((other) => other.suspectedPathMtu).find((pathMtu) => pathMtu !== null) ?? null,
      mayBegin: true,
      expectedMtus: [],
      found:
        exact === undefined || exact.exactPathMtu === null
          ? null
          : { pathMtu: exact.exactPathMtu, controls: exact.belief.controls },
    };
  }

  /** The few small probes of a sparing method leave before the others' flights, and need not queue behind them. */
  get #inSendingOrder(): readonly Prober[] {
    return this.probers.toSorted((a, b) => Number(b.isSparing) - Number(a.isSparing));
  }

  /** Of a method that tries two ports the later one is only needed if the earlier is not answered. */
  #retireSpare(): void {
    this.probers.forEach((prober, place) => {
      const isNeeded = !this.probers
        .slice(0, place)
        .some((earlier) => earlier.name === prober.name && earlier.isAnswering);
      if (!isNeeded && (prober.hasAnswers || prober.log.flights.length > 1)) prober.retire();
    });
  }
}

function smaller(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

/**
 * Of all methods together: one that is sparing has sent too little to tell. One whose answers the target limits seems
 * to lose what arrives, and counts only where there is no other.
 */
function controlsOf(answering: readonly Prober[]): Belief['controls'] {
  const unlimited = answering.filter((prober) => !prober.isRateLimited);
  const controls = (unlimited.length > 0 ? unlimited : answering).map(({ belief }) => belief.controls);
  return {
    judged: controls.reduce((total, { judged }) => total + judged, 0),
    lost: controls.reduce((total, { lost }) => total + lost, 0),
  };
}

/** Enough for a method to confirm, at a third lost, what another has found. */
const GRACE_TIMEOUTS = 8;
const LEAST_GRACE_MS = 200;

/** Before any answer. */
const UNKNOWN_TIMEOUT_MS = 1000;
