import type { ProbeEvent } from './event.ts';
import { weigh, type Belief, type PtbClaim } from './evidence.ts';
import type { DrainRate } from './drain-rate.ts';
import { flightEndsAtMs, OWN_QUEUE_RESERVE_MS } from './flight-end.ts';
import { FlightLog, type Probe, type SentFlight } from './flight-log.ts';
import { findProvenFails, judge } from './judgement.ts';
import type { Inbound, Method, MethodName, Reply } from './method.ts';
import { Oddities } from './oddity.ts';
import { Pace } from './pace.ts';
import type { ProberState, Surroundings } from './prober-state.ts';
import { reasonToDoubt } from './ptb.ts';
import type { Random } from './random.ts';
import { looksRateLimited } from './rate-limit.ts';
import { RoundTrip } from './round-trip.ts';
import type { Outgoing, Sender, SendFailure } from './sender.ts';
import type { Flight } from './flight.ts';
import { hintOnTheWay, nextFlight, type SearchSpace, type Strategy } from './search.ts';
import { corroborating, FEW_ANSWERS, GENTLE, MATCHED, sparing, type SilenceRule } from './silence-rule.ts';

export interface ProberOptions {
  readonly method: Method;
  readonly strategy: Strategy;
  readonly minBytes: number;
  /** The user's largest size; null: none, the interface decides. */
  readonly maxBytes: number | null;
  /** MTU of the outgoing interface; null: not known, found by sends that fail. */
  readonly localMtu: number | null;
  /** Smallest MTU that the protocol allows in a PTB: 68 or 1280. */
  readonly protocolMinimumMtu: number;
  readonly random: Random;
  /** Of the path, so of all its probers. */
  readonly drainRate: DrainRate;
  readonly onEvent: (event: ProbeEvent) => void;
}

/**
 * The search with one method: asked what to send, told what came back. No clock, no socket, no timer; the same
 * calls always give the same probes.
 */
export class Prober implements Sender {
  readonly #options: ProberOptions;
  readonly #log = new FlightLog();
  readonly #roundTrip = new RoundTrip();
  readonly #oddities = new Oddities();
  #limitBytes: number;
  /** What sends have shown or the system said: the largest packet the outgoing interface takes. */
  #localMtu: number | null;
  /** What is under way: a flight, with what followed it while it was in the air. */
  #flight: SentFlight | null = null;
  #belief: Belief;
  #state: ProberState = { type: 'searching' };
  readonly #pace = new Pace();
  readonly #drainRate: DrainRate;
  readonly #queue: Probe[] = [];
  #nextSendAtMs = 0;
  #notBeforeMs = 0;
  #polledAtMs = 0;
  #unansweredFlights = 0;
  #triedSuggestion: number | null = null;
  #corroborated: { readonly pathMtu: number; readonly rule: SilenceRule } | null = null;
  #isClosed = false;
  #mostSilentFlights = SILENT_FLIGHTS;
  readonly #contradicted = new Set<PtbClaim>();
  /** Of the present belief; undefined: not yet worked out. */
  #provenFails: number | null | undefined;
  #lowestPtbMtu = Infinity;
  /** A PTB has come since the last poll that names less than any before. */
  #hasNewHint = false;
  /** What a target said that saw our packets: the hop that it is; null: not known. */
  #targetHop: number | null = null;
  #answered = 0;

  constructor(options: ProberOptions) {
    this.#options = options;
    this.#drainRate = options.drainRate;
    this.#localMtu = options.localMtu;
    this.#limitBytes = Math.min(
      options.maxBytes ?? Infinity,
      options.localMtu ?? options.maxBytes ?? ASSUMED_LIMIT_BYTES,
    );
    this.#belief = weigh([], this.#limitBytes);
  }

  get name(): MethodName {
    return this.#options.method.name;
  }

  get port(): number | null {
    return this.#options.method.port;
  }

  get state(): ProberState {
    return this.#state;
  }

  get belief(): Belief {
    return this.#belief;
  }

  get log(): FlightLog {
    return this.#log;
  }

  get roundTrip(): RoundTrip {
    return this.#roundTrip;
  }

  get oddities(): Oddities {
    return this.#oddities;
  }

  get localMtu(): number | null {
    return this.#localMtu;
  }

  get isRateLimited(): boolean {
    return this.#pace.isLimited;
  }

  /** Whether answers come as fast as probes go: no limit on them was found, and no queue that our flights fill. */
  get isUnhindered(): boolean {
    return !this.#pace.isLimited && !this.#drainRate.sawQueue;
  }

  /** Whether the target answered anything so far. */
  get hasAnswers(): boolean {
    return this.#answered > 0;
  }

  /** Whether a whole flight went out and nothing was answered, then or since. */
  get isUnheard(): boolean {
    return !this.hasAnswers && this.#unansweredFlights > 0;
  }

  /** Whether the target answers this method's probes, and not only that its port is closed. */
  get isAnswering(): boolean {
    // Not the state, which says so only when the flight is over: the negotiation would ask a closed port meanwhile.
    return this.hasAnswers && !this.#isClosed;
  }

  /** What silence is about to prove: the answers to it are under way. Null: nothing. */
  get suspectedPathMtu(): number | null {
    if (this.#state.type !== 'searching' || this.#flight?.purpose !== 'confirm') return null;
    const { stratum } = this.#flight;
    return stratum !== null && stratum.candidateBytes === stratum.controlBytes + 1
      ? stratum.controlBytes
      : null;
  }

  /** How many hops away the target is, from 1, by the TTL that its answers quote; null: they quote none. */
  get targetHop(): number | null {
    return this.#targetHop;
  }

  /** Bytes of the present flight of which nothing is known yet. */
  get pendingBytes(): number {
    const pending = this.#flight?.probes.filter(({ outcome }) => outcome === 'pending') ?? [];
    return pending.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  }

  /** Null unless the search ended exact. */
  get exactPathMtu(): number | null {
    return this.#state.type === 'exact' ? this.#state.pathMtu : null;
  }

  /** Whether it asks little of the target, see {@link Manners}. */
  get isSparing(): boolean {
    return this.#options.method.manners.isSparing;
  }

  /** The packets to send now; empty: nothing, ask again at {@link wakeAtMs} or after the next event. */
  poll(nowMs: number, surroundings: Surroundings): readonly Outgoing[] {
    this.#polledAtMs = nowMs;
    this.#limitToInterface(surroundings.localMtu ?? Infinity);
    if (this.#queue.length > 0) return this.#release(nowMs);
    if (this.#flight !== null) {
      const hint = this.#nextHint();
      if (hint !== null) return this.#launchBeside(this.#flight, hint, nowMs);
      if (nowMs < this.#flightEndsAtMs(this.#flight, surroundings)) return [];
      this.#settle(this.#flight, nowMs);
    }
    this.#allowForFewAnswers(surroundings);
    // A late answer may have changed things since the last flight was settled.
    if (this.#state.type === 'searching') this.#judge();
    if (this.#isSilentBeside(surroundings)) this.#state = { type: 'silent' };
    if (this.#state.type !== 'searching' || nowMs < this.#notBeforeMs) return [];
    if (!surroundings.mayBegin) return [];
    if (surroundings.mustWait && this.isSparing && this.hasAnswers) return [];
    this.#consider(surroundings);
    const flight = nextFlight({
      space: this.#space,
      belief: this.#belief,
      flights: this.#log.flights.length,
      spreads: this.#log.flights.filter(({ purpose }) => purpose === 'spread').length,
      expectedMtus: surroundings.expectedMtus,
      suggestedMtu: this.#suggestion(surroundings),
      isLed: surroundings.isLed,
      mostSizes: this.#pace.mostSizes,
      isUnhurried: this.#pace.isLimited || this.isSparing,
      planStratum: (candidateBytes) =>
        this.#ruleFor(candidateBytes).plan(this.#log, candidateBytes, this.#belief.lossRate),
      hasStratumFor: (candidateBytes) => this.#log.hasStratumFor(candidateBytes),
      random: this.#options.random,
    });
    if (surroundings.mustWait && this.hasAnswers && flight.purpose === 'spread') return [];
    if (this.#log.probes.length + flight.probes.length > this.#options.method.manners.mostProbes) {
      this.#state = { type: 'exhausted' };
      return [];
    }
    return this.#launch(flight, nowMs);
  }

  /** When to poll again if nothing happens before; null: only after an event. */
  wakeAtMs(surroundings: Surroundings): number | null {
    if (this.#queue.length > 0) return Math.max(this.#nextSendAtMs, this.#drainRate.nextAtMs);
    if (this.#flight !== null) return this.#flightEndsAtMs(this.#flight, surroundings);
    // A pause that is over, and still nothing was sent: this one waits for another method, not for time.
    return this.#state.type === 'searching' && this.#notBeforeMs > this.#polledAtMs
      ? this.#notBeforeMs
      : null;
  }

  /** The probe has really left now: the round trip counts from here. */
  onSent(number: number, nowMs: number): void {
    const probe = this.#log.probes[number - 1];
    if (probe !== undefined) probe.sentAtMs = nowMs;
  }

  onSendFailed(number: number, failure: SendFailure, reason: string, nowMs: number): void {
    const probe = this.#log.probes[number - 1];
    if (probe === undefined) return;
    probe.outcome = 'failed';
    this.#emit({ type: 'failed', reason, ...this.#about(probe, nowMs) });
    if (failure === 'too-large') {
      this.#limitToInterface(probe.sizeBytes - 1);
    } else if (failure === 'no-buffers') {
      this.#limitRate();
    } else if (this.#flight?.probes.every((other) => other.outcome === 'failed') === true) {
      this.#state = { type: 'blocked', failure };
    }
  }

  #limitToInterface(mtu: number): void {
    if (mtu >= (this.#localMtu ?? Infinity)) return;
    this.#localMtu = mtu;
    this.#limitBytes = Math.min(this.#limitBytes, mtu);
  }

  /** What a message means to this method; changes nothing. */
  decode(inbound: Inbound): Reply {
    return this.#options.method.decode(inbound);
  }

  /** A decoded message of this method. Anything may come, at any time, any number of times. */
  onReply(reply: Reply, nowMs: number): void {
    switch (reply.type) {
      case 'unrelated':
        return;
      case 'ignored':
        if (reply.isPtb)
          this.#oddities.note({ kind: 'ptb-not-ours', from: reply.from, detail: reply.reason });
        this.#ignore(reply.from, reply.reason, nowMs);
        return;
      case 'answer':
      case 'too-big':
      case 'expired':
      case 'refused': {
        const probe = this.#log.probes[reply.number - 1];
        if (probe === undefined || probe.outcome === 'failed' || probe.sentAtMs === Infinity) {
          if (reply.type === 'too-big') {
            this.#oddities.note({
              kind: 'ptb-not-ours',
              from: reply.from,
              detail: 'it quotes a probe that was never sent',
            });
          }
          this.#ignore(reply.from, 'answers a probe that was never sent', nowMs);
          return;
        }
        if (reply.type === 'answer') this.#onAnswer(probe, reply, nowMs);
        else if (reply.type === 'too-big') this.#onTooBig(probe, reply, nowMs);
        else {
          const reason =
            reply.type === 'refused' ? reply.reason : 'TTL exceeded: the packets go round in a loop';
          this.#onRefused(probe, reply.from, reason, nowMs);
        }
      }
    }
  }

  /** Another port of the same method answers: this one is not needed. */
  retire(): void {
    if (this.#state.type === 'searching' || this.#state.type === 'silent') this.#state = { type: 'spare' };
    this.#dropQueue();
    this.#flight = null;
  }

  /** Ends the search; probes still pending stay so and count as neither answered nor lost. */
  stop(nowMs: number): void {
    if (this.#state.type !== 'searching') return;
    this.#dropQueue();
    // Nor will what somebody else holds back, who keeps to a rate.
    for (const probe of this.#flight?.probes ?? []) if (probe.sentAtMs === Infinity) probe.outcome = 'failed';
    if (this.#flight !== null) this.#settle(this.#flight, nowMs, true);
    if (this.#state.type === 'searching') this.#state = { type: 'stopped' };
  }

  /** What has not left yet never will. */
  #dropQueue(): void {
    for (const probe of this.#queue.splice(0)) probe.outcome = 'failed';
  }

  get #space(): SearchSpace {
    return {
      strategy: this.#options.strategy,
      minBytes: Math.max(this.#options.minBytes, this.#options.method.leastSearchedBytes),
      limitBytes: this.#limitBytes,
      controlBytes: this.#options.method.controlBytes,
      isSparing: this.isSparing,
    };
  }

  #onAnswer(probe: Probe, reply: Reply & { type: 'answer' }, nowMs: number): void {
    const { from, isPortClosed = false, hop = null } = reply;
    this.#targetHop ??= hop;
    if (probe.outcome === 'answered') return; // a duplicate
    if (isPortClosed && this.isSparing) this.#isClosed = true;
    const late = probe.outcome === 'lost' || probe.outcome === 'unheard';
    probe.outcome = 'answered';
    probe.rttMs = Math.max(0, nowMs - probe.sentAtMs);
    this.#roundTrip.sample(probe.rttMs);
    this.#answered++;
    this.#emit({ type: 'answered', rttMs: probe.rttMs, from, late, ...this.#about(probe, nowMs) });
    if (late) {
      this.#oddities.note({
        kind: 'late-answer',
        from,
        detail: 'answers came after their probes had been given up',
      });
      this.#log.onLateAnswer(probe);
      this.#believe(nowMs);
      // A claim that this answer refutes is withdrawn: the search goes on.
      if (this.#state.type === 'exact' && probe.sizeBytes > this.#state.pathMtu)
        this.#state = { type: 'searching' };
    }
    if (this.#state.type === 'silent') this.#state = { type: 'searching' };
  }

  #onTooBig(probe: Probe, reply: Reply & { type: 'too-big' }, nowMs: number): void {
    const { mtu, from, hop } = reply;
    const refusal = reasonToDoubt(mtu, probe.sizeBytes, this.#options.protocolMinimumMtu);
    if (refusal !== null) {
      // The probe stays as it is: an answer, a better PTB or silence will tell.
      this.#oddities.note({ ...refusal, from });
      this.#ignore(from, `PTB not believed: ${refusal.detail}`, nowMs);
      return;
    }
    const claim: PtbClaim = { mtu, from, hop };
    if (probe.outcome === 'answered') {
      probe.ptb ??= claim;
      this.#ignore(
        from,
        `PTB not believed: the packet of ${probe.sizeBytes} that it quotes was answered`,
        nowMs,
      );
      return;
    }
    if (probe.outcome === 'too-big' && (probe.ptb?.mtu ?? 0) <= mtu) return;
    probe.ptb = claim;
    probe.outcome = 'too-big';
    if (mtu < this.#lowestPtbMtu) {
      this.#lowestPtbMtu = mtu;
      this.#hasNewHint = true;
    }
    this.#emit({ type: 'too-big', mtu, from, ...this.#about(probe, nowMs) });
  }

  #onRefused(probe: Probe, from: string, reason: string, nowMs: number): void {
    if (probe.outcome !== 'pending') return;
    probe.outcome = 'refused';
    this.#oddities.note({ kind: 'refused', from, detail: reason });
    this.#emit({ type: 'refused', reason, from, ...this.#about(probe, nowMs) });
  }

  #launch(flight: Flight, nowMs: number): readonly Outgoing[] {
    if (flight.purpose === 'suggestion')
      this.#triedSuggestion = flight.stratum?.controlBytes ?? this.#limitBytes;
    this.#flight = this.#log.add(flight);
    this.#queue.push(...this.#flight.probes);
    return this.#release(nowMs);
  }

  /**
   * What a PTB says is tried at once, while the rest of the flight is still in the air: a router that is near costs no
   * round trip of its own then. Null: nothing new.
   */
  #nextHint(): Flight | null {
    if (!this.#hasNewHint || this.#flight === null) return null;
    this.#hasNewHint = false;
    if (this.isSparing || this.#pace.isLimited || this.#options.strategy === 'binary') return null;
    const belief = weigh(this.#log.probes, this.#limitBytes);
    const sizes = this.#flight.probes.map(({ sizeBytes }) => sizeBytes);
    return hintOnTheWay(belief, sizes, this.#space);
  }

  #launchBeside(current: SentFlight, flight: Flight, nowMs: number): readonly Outgoing[] {
    const added = this.#log.add(flight);
    this.#flight = { ...current, probes: [...current.probes, ...added.probes] };
    this.#queue.push(...added.probes);
    return this.#release(nowMs);
  }

  /**
   * What of the current flight may leave now: all of it, or one probe at a time where manners ask for it, or as much as
   * a queue on the path takes.
   */
  #release(nowMs: number): readonly Outgoing[] {
    const { spacingMs } = this.#options.method.manners;
    if (nowMs < this.#nextSendAtMs) return [];
    const most = spacingMs === 0 ? this.#queue.length : 1;
    const leaving: Probe[] = [];
    for (const probe of this.#queue.slice(0, most)) {
      if (!this.#drainRate.admit(probe, nowMs)) break;
      leaving.push(probe);
    }
    this.#queue.splice(0, leaving.length);
    if (leaving.length > 0) this.#nextSendAtMs = nowMs + spacingMs;
    return leaving.map((probe) => {
      this.#emit({ type: 'sent', ...this.#about(probe, nowMs) });
      return { number: probe.number, packet: this.#options.method.encode(probe.number, probe.sizeBytes) };
    });
  }

  #flightEndsAtMs(flight: SentFlight, surroundings: Surroundings): number {
    return flightEndsAtMs(flight, {
      roundTrip: this.#roundTrip,
      lowestPtbMtu: this.#lowestPtbMtu,
      borrowedTimeoutMs: surroundings.timeoutMs,
      drainMs: this.#drainRate.reserveMs(flight.probes),
      reserveMs: this.#reserveMs(surroundings),
    });
  }

  #reserveMs({ found, expectedMtus }: Surroundings): number {
    if (this.isSparing) return DAEMON_RESERVE_MS;
    // Flows send side by side, so that one's packets queue behind those of all.
    return found === null || expectedMtus.length > 0 ? OWN_QUEUE_RESERVE_MS : 0;
  }

  /** Judges what is still pending in a flight, updates the belief, and decides whether the search is over. */
  #settle(flight: SentFlight, nowMs: number, isStopped = false): void {
    this.#flight = null;
    const lastAnswered = flight.probes.findLast((probe) => probe.outcome === 'answered')?.number ?? 0;
    for (const probe of flight.probes) {
      if (probe.outcome !== 'pending') continue;
      if (isStopped && probe.number > lastAnswered) continue;
      probe.outcome = probe.number < lastAnswered ? 'lost' : 'unheard';
      this.#emit({ type: 'lost', ...this.#about(probe, nowMs) });
    }
    this.#believe(nowMs);
    if (isStopped) {
      this.#judge();
      return;
    }
    this.#unansweredFlights = lastAnswered === 0 ? this.#unansweredFlights + 1 : 0;
    const filledQueue = this.#drainRate.onFlight(flight.probes);
    if (!filledQueue && looksRateLimited(flight.probes, this.#belief.fits ?? 0)) this.#limitRate();
    if (this.#isSwallowed(flight)) {
      this.#limitRate();
      this.#pace.onSwallowed(flight.probes.length);
    } else if (!flight.probes.some(({ outcome }) => outcome === 'unheard')) {
      this.#pace.onWellAnswered();
    }
    this.#notBeforeMs = this.#pace.isLimited ? nowMs + this.#pace.pauseMs : 0;
    this.#judge();
  }

  #believe(nowMs: number): void {
    const before = this.#belief;
    const recent = this.#log.flights.at(-RECENT_FLIGHTS)?.probes[0]?.number ?? 1;
    this.#belief = weigh(this.#log.probes, this.#limitBytes, recent - 1);
    this.#provenFails = undefined;
    for (const claim of this.#belief.contradicted) {
      if (this.#contradicted.has(claim)) continue;
      this.#contradicted.add(claim);
      this.#oddities.note({
        kind: 'ptb-contradicted',
        from: claim.from,
        detail: `it names ${claim.mtu}, but a larger packet was answered`,
      });
    }
    const { fits, ceiling } = this.#belief;
    if (fits !== before.fits || ceiling !== before.ceiling) {
      this.#emit({
        type: 'estimate',
        atMs: nowMs,
        method: this.name,
        fits,
        fails: ceiling > this.#limitBytes ? null : ceiling,
      });
    }
  }

  #judge(): void {
    if (this.#state.type === 'blocked') return;
    const state = this.#isClosed
      ? ({ type: 'closed' } as const)
      : judge({
          belief: this.#belief,
          space: this.#space,
          localMtu: this.#localMtu,
          isSilent: this.#unansweredFlights >= this.#flightsUntilSilent,
          isSilenceProven: (sizeBytes) => this.isSilenceProven(sizeBytes),
        });
    if (state !== null) this.#state = state;
  }

  /** See {@link findProvenFails}. */
  get provenFails(): number | null {
    // Null is a finding too, and asked for at every poll.
    if (this.#provenFails === undefined) {
      this.#provenFails = findProvenFails(this.#log.flights, this.#belief, {
        isLossIndependent: this.isUnhindered,
        isSilenceProven: (sizeBytes) => this.isSilenceProven(sizeBytes),
      });
    }
    return this.#provenFails;
  }

  /** A router's refusals are an answer of a kind: no need to ask that often. */
  get #flightsUntilSilent(): number {
    const isRefused = this.#log.probes.every(({ outcome }) => outcome === 'refused' || outcome === 'failed');
    return isRefused ? Math.min(REFUSED_FLIGHTS, this.#mostSilentFlights) : this.#mostSilentFlights;
  }

  /** Whether the strata show that this size does not arrive, within the bound of confidence.ts. */
  isSilenceProven(sizeBytes: number): boolean {
    return this.#ruleFor(sizeBytes).isProven(this.#log, sizeBytes);
  }

  #ruleFor(candidateBytes: number): SilenceRule {
    if (this.isSparing) {
      return this.#corroborated?.pathMtu === candidateBytes - 1
        ? this.#corroborated.rule
        : sparing(this.#options.method.manners.mostProbes);
    }
    if (this.#options.strategy === 'binary') return GENTLE;
    return this.#pace.isLimited ? FEW_ANSWERS : MATCHED;
  }

  #consider({ found }: Surroundings): void {
    if (found === null || found.pathMtu === this.#corroborated?.pathMtu) return;
    this.#corroborated = { pathMtu: found.pathMtu, rule: corroborating(found.controls) };
  }

  /**
   * A target that answers one closed port and not the other may just have used up what it allows itself (Linux: one a
   * second after six): then patience, one flight a second, is what is needed.
   */
  #allowForFewAnswers({ isClosedElsewhere }: Surroundings): void {
    if (!isClosedElsewhere || this.hasAnswers || this.isSparing || this.port === null || this.#pace.isLimited)
      return;
    this.#mostSilentFlights = PATIENT_FLIGHTS;
    this.#limitRate();
    this.#pace.beSlow();
  }

  /**
   * Another method gets answers where this one gets none: if enough probes went unanswered, of sizes that fit or at
   * least in several flights, waiting for more would only cost time.
   */
  #isSilentBeside({ found, isAnsweredElsewhere }: Surroundings): boolean {
    if (this.#state.type !== 'searching' || this.hasAnswers || this.#flight !== null || !isAnsweredElsewhere)
      return false;
    if (!this.isSparing && this.#unansweredFlights >= SILENT_FLIGHTS_BESIDE) return true;
    const unanswered = this.#log.probes.filter(
      (probe) => probe.outcome === 'unheard' && probe.sizeBytes <= (found?.pathMtu ?? 0),
    );
    return unanswered.length >= UNANSWERED_BESIDE_ANSWERED;
  }

  #suggestion({ found, suspectedMtu }: Surroundings): number | null {
    const mtu = found?.pathMtu ?? suspectedMtu;
    return mtu === this.#triedSuggestion ? null : mtu;
  }

  /** Nothing of it was answered, though something was before, and chance is no likely explanation. */
  #isSwallowed({ probes }: SentFlight): boolean {
    const { fits, lossRate } = this.#belief;
    if (this.#unansweredFlights === 0 || fits === null) return false;
    const fitting = probes.filter(
      ({ sizeBytes, outcome }) => sizeBytes <= fits && outcome !== 'failed',
    ).length;
    return lossRate ** fitting < CHANCE_OF_BAD_LUCK;
  }

  #limitRate(): void {
    if (this.#pace.isLimited) return;
    this.#pace.limit();
    this.#oddities.note({ kind: 'rate-limited', from: '', detail: 'only part of what arrives is answered' });
  }

  #about(probe: Probe, nowMs: number) {
    const { number, sizeBytes, isControl } = probe;
    return { atMs: nowMs, method: this.name, port: this.port, number, sizeBytes, isControl } as const;
  }

  #ignore(from: string, reason: string, nowMs: number): void {
    this.#emit({ type: 'ignored', atMs: nowMs, method: this.name, reason, from });
  }

  #emit(event: ProbeEvent): void {
    this.#options.onEvent(event);
  }
}

const CHANCE_OF_BAD_LUCK = 0.01;

/** Loss is estimated from these. */
const RECENT_FLIGHTS = 4;

/** How many flights without any answer make a target silent: at 20 % loss each way chance is out of the question. */
const SILENT_FLIGHTS = 3;

const REFUSED_FLIGHTS = 2;

/** With the pauses of a limited pace this takes longer than the default deadline. */
const PATIENT_FLIGHTS = 12;

/** The same where another method is answered, and the target is known to live. */
const SILENT_FLIGHTS_BESIDE = 2;

/** A daemon that was asleep answers later than a kernel: 66 ms were seen from strongSwan on a busy machine. */
const DAEMON_RESERVE_MS = 100;

/** At 20 % loss each way (0.36 there and back) chance leaves this many unanswered once in 27,000 times. */
const UNANSWERED_BESIDE_ANSWERED = 10;

/** Where nothing is known of the outgoing interface: Ethernet. Sends that fail correct it downward. */
const ASSUMED_LIMIT_BYTES = 1500;
