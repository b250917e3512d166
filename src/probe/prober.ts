import { candidatesNeeded, logChanceOfAllLost, logLevelOfCandidate } from './confidence.ts';
import { weigh, type Belief, type PtbClaim } from './evidence.ts';
import type { ProbeEvent } from './event.ts';
import { FlightLog, type Probe, type SentFlight } from './flight-log.ts';
import type { Inbound, Method, MethodName, Reply } from './method.ts';
import { Oddities } from './oddity.ts';
import type { Random } from './random.ts';
import { looksRateLimited } from './rate-limit.ts';
import { RoundTrip } from './round-trip.ts';
import { nextFlight, type Flight, type SearchSpace, type Strategy } from './search.ts';

/** Why a probe could not be sent. */
export type SendFailure =
  /** Larger than the MTU of the outgoing interface. */
  | 'too-large'
  /** No route to the target. */
  | 'no-route'
  /** Refused by this host: permissions or a local firewall. */
  | 'not-permitted'
  /** The host is out of buffers for the moment. */
  | 'no-buffers'
  | 'other';

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
  readonly onEvent: (event: ProbeEvent) => void;
}

/** How the search stands. `searching` includes waiting. */
export type ProberState =
  | { readonly type: 'searching' }
  | { readonly type: 'exact'; readonly pathMtu: number; readonly by: 'local-mtu' | 'ptb' | 'silence' }
  /** `--max` or `--min` ends the search: all that was asked is known. */
  | { readonly type: 'edge' }
  /** {@link MOST_PROBES} were not enough: the path changes under the search, or somebody plays with it. */
  | { readonly type: 'exhausted' }
  | { readonly type: 'silent' }
  | { readonly type: 'blocked'; readonly failure: SendFailure };

/** What others know that this search may use. */
export interface Surroundings {
  /** Round-trip timeout that another method measured to the same target; null: none. */
  readonly timeoutMs: number | null;
  /** Another method, that goes first, is still searching: no search of one's own, please. */
  readonly mustWait: boolean;
  /** Path MTU that another method found; null: none. */
  readonly suggestedMtu: number | null;
}

export interface Outgoing {
  readonly number: number;
  readonly packet: Uint8Array;
}

/**
 * The search with one method: asked what to send, told what came back. No clock, no socket, no timer; the same
 * calls always give the same probes.
 *
 * A flight is over when every probe in it has been answered or quoted, or
 * 1. a probe among its last {@link TRAILING} was answered and the reorder window has passed since, or
 * 2. no such answer came and the timeout after the last probe has passed, with a reserve for a queue that our own
 *    flight filled, or
 * 3. only sizes are pending that an answered PTB already decides.
 */
export class Prober {
  readonly #options: ProberOptions;
  readonly #log = new FlightLog();
  readonly #roundTrip = new RoundTrip();
  readonly #oddities = new Oddities();
  #limitBytes: number;
  /** What sends have shown or the system said: the largest packet the outgoing interface takes. */
  #localMtu: number | null;
  #flight: SentFlight | null = null;
  #belief: Belief;
  #state: ProberState = { type: 'searching' };
  #isRateLimited = false;
  #pauseMs = 0;
  #mostSizes = MOST_SIZES;
  #notBeforeMs = 0;
  #polledAtMs = 0;
  #unansweredFlights = 0;
  #triedSuggestion: number | null = null;
  #lowestPtbMtu = Infinity;
  #answered = 0;

  constructor(options: ProberOptions) {
    this.#options = options;
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
    return this.#isRateLimited;
  }

  /** Whether the target answered anything so far. */
  get hasAnswers(): boolean {
    return this.#answered > 0;
  }

  /** The packets to send now; empty: nothing, ask again at {@link wakeAtMs} or after the next event. */
  poll(nowMs: number, surroundings: Surroundings): readonly Outgoing[] {
    this.#polledAtMs = nowMs;
    if (this.#flight !== null) {
      if (nowMs < this.#flightEndsAtMs(this.#flight, surroundings)) return [];
      this.#settle(this.#flight, nowMs);
    }
    // A late answer may have changed things since the last flight was settled.
    if (this.#state.type === 'searching') this.#judge();
    if (this.#isSilentBeside(surroundings)) this.#state = { type: 'silent' };
    if (this.#state.type !== 'searching' || nowMs < this.#notBeforeMs) return [];
    const flight = nextFlight({
      space: this.#space,
      belief: this.#belief,
      flights: this.#log.flights.length,
      spreads: this.#log.flights.filter((flight) => flight.purpose === 'spread').length,
      suggestedMtu: this.#suggestion(surroundings),
      isRateLimited: this.#isRateLimited,
      mostSizes: this.#mostSizes,
      candidatesFor: (candidateBytes) => this.#candidatesFor(candidateBytes),
      hasStratumFor: (candidateBytes) => this.#log.hasStratumFor(candidateBytes),
      random: this.#options.random,
    });
    if (surroundings.mustWait && this.hasAnswers && flight.purpose === 'spread') return [];
    return this.#launch(flight, nowMs, surroundings);
  }

  /** When to poll again if nothing happens before; null: only after an event. */
  wakeAtMs(surroundings: Surroundings): number | null {
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
      this.#localMtu = Math.min(this.#localMtu ?? Infinity, probe.sizeBytes - 1);
      this.#limitBytes = Math.min(this.#limitBytes, probe.sizeBytes - 1);
    } else if (failure === 'no-buffers') {
      this.#limitRate();
    } else if (this.#flight?.probes.every((other) => other.outcome === 'failed') === true) {
      this.#state = { type: 'blocked', failure };
    }
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
      case 'refused': {
        const probe = this.#log.probes[reply.number - 1];
        if (probe === undefined || probe.outcome === 'failed') {
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
        if (reply.type === 'answer') this.#onAnswer(probe, reply.from, nowMs);
        else if (reply.type === 'too-big') this.#onTooBig(probe, reply, nowMs);
        else this.#onRefused(probe, reply.from, reply.reason, nowMs);
      }
    }
  }

  /** Ends the search; probes still pending stay so and count as neither answered nor lost. */
  stop(nowMs: number): void {
    if (this.#flight !== null && this.#state.type === 'searching') this.#settle(this.#flight, nowMs, true);
  }

  get #space(): SearchSpace {
    return {
      strategy: this.#options.strategy,
      minBytes: this.#options.minBytes,
      limitBytes: this.#limitBytes,
      controlBytes: this.#options.method.controlBytes,
    };
  }

  #onAnswer(probe: Probe, from: string, nowMs: number): void {
    if (probe.outcome === 'answered') return; // a duplicate
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
      this.#believe(nowMs);
      // A claim that this answer refutes is withdrawn: the search goes on.
      if (this.#state.type === 'exact' && probe.sizeBytes > this.#state.pathMtu)
        this.#state = { type: 'searching' };
    }
    if (this.#state.type === 'silent') this.#state = { type: 'searching' };
  }

  #onTooBig(probe: Probe, reply: Reply & { type: 'too-big' }, nowMs: number): void {
    const { mtu, from, hop } = reply;
    const minimum = this.#options.protocolMinimumMtu;
    const refusal =
      mtu === 0
        ? ({ kind: 'ptb-mtu-zero', detail: 'it names no next-hop MTU' } as const)
        : mtu < minimum
          ? ({
              kind: 'ptb-below-minimum',
              detail: `it names ${mtu}, less than the protocol's minimum of ${minimum}`,
            } as const)
          : mtu >= probe.sizeBytes
            ? ({
                kind: 'ptb-not-smaller',
                detail: `it names ${mtu} for a packet of ${probe.sizeBytes}`,
              } as const)
            : null;
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
    this.#lowestPtbMtu = Math.min(this.#lowestPtbMtu, mtu);
    this.#emit({ type: 'too-big', mtu, from, ...this.#about(probe, nowMs) });
  }

  #onRefused(probe: Probe, from: string, reason: string, nowMs: number): void {
    if (probe.outcome !== 'pending') return;
    probe.outcome = 'refused';
    this.#oddities.note({ kind: 'refused', from, detail: reason });
    this.#emit({ type: 'refused', reason, from, ...this.#about(probe, nowMs) });
  }

  #launch(flight: Flight, nowMs: number, surroundings: Surroundings): readonly Outgoing[] {
    if (flight.purpose === 'suggestion') this.#triedSuggestion = surroundings.suggestedMtu;
    this.#flight = this.#log.add(flight, nowMs);
    return this.#flight.probes.map((probe) => {
      this.#emit({ type: 'sent', ...this.#about(probe, nowMs) });
      return { number: probe.number, packet: this.#options.method.encode(probe.number, probe.sizeBytes) };
    });
  }

  #flightEndsAtMs(flight: SentFlight, surroundings: Surroundings): number {
    let lastSentAtMs = 0;
    let lastPending = 0;
    let lastAnswered = 0;
    let largestOfMinorInterest = Infinity;
    let trailingAnsweredAtMs: number | null = null;
    flight.probes.forEach((probe, place) => {
      lastSentAtMs = Math.max(lastSentAtMs, probe.sentAtMs);
      if (probe.outcome === 'pending') {
        lastPending = probe.number;
        largestOfMinorInterest = Math.min(largestOfMinorInterest, probe.sizeBytes);
      } else if (probe.outcome === 'answered') {
        lastAnswered = probe.number;
        if (place >= flight.probes.length - TRAILING) {
          const answeredAtMs = probe.sentAtMs + (probe.rttMs ?? 0);
          trailingAnsweredAtMs = Math.min(trailingAnsweredAtMs ?? Infinity, answeredAtMs);
        }
      }
    });
    if (lastPending === 0) return 0;
    if (largestOfMinorInterest > this.#lowestPtbMtu && lastAnswered > lastPending) return 0;
    if (trailingAnsweredAtMs !== null) return trailingAnsweredAtMs + this.#roundTrip.reorderWindowMs;
    const timeoutMs = this.#roundTrip.timeoutMs;
    if (timeoutMs !== null) return lastSentAtMs + timeoutMs + OWN_QUEUE_RESERVE_MS;
    const patienceMs =
      surroundings.timeoutMs === null ? FIRST_TIMEOUT_MS : surroundings.timeoutMs + OWN_QUEUE_RESERVE_MS;
    return lastSentAtMs + patienceMs;
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
    if (looksRateLimited(flight.probes, this.#belief.fits ?? 0)) this.#limitRate();
    if (this.#unansweredFlights > 0 && this.hasAnswers) {
      // Nothing of it was answered, though something was before: too much at once, or too soon.
      this.#limitRate();
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
      this.#mostSizes = Math.max(
        FEWEST_SIZES,
        Math.floor(Math.min(this.#mostSizes, flight.probes.length) / 3),
      );
    }
    this.#notBeforeMs = this.#isRateLimited ? nowMs + this.#pauseMs : 0;
    this.#judge();
  }

  #believe(nowMs: number): void {
    const before = this.#belief;
    this.#belief = weigh(this.#log.probes, this.#limitBytes);
    for (const claim of this.#belief.contradicted) {
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
    const { fits, hint } = this.#belief;
    if (this.#state.type === 'blocked') return;
    if (this.#log.probes.length >= MOST_PROBES) this.#state = { type: 'exhausted' };
    if (fits === null) {
      const isRefused = this.#log.probes.every(
        (probe) => probe.outcome === 'refused' || probe.outcome === 'failed',
      );
      if (this.#unansweredFlights >= (isRefused ? 2 : SILENT_FLIGHTS)) this.#state = { type: 'silent' };
      return;
    }
    if (fits >= this.#limitBytes) {
      const isLocal = this.#localMtu !== null && fits >= this.#localMtu;
      this.#state = isLocal ? { type: 'exact', pathMtu: fits, by: 'local-mtu' } : { type: 'edge' };
      return;
    }
    const isBelowMinimum = fits < this.#options.minBytes;
    const candidate = isBelowMinimum ? this.#options.minBytes : fits + 1;
    const isProvenByPtb = hint !== null && hint.mtu === fits && this.#belief.smallestTooBig === candidate;
    if (isProvenByPtb || this.isSilenceProven(candidate)) {
      this.#state = isBelowMinimum
        ? { type: 'edge' }
        : { type: 'exact', pathMtu: fits, by: isProvenByPtb ? 'ptb' : 'silence' };
    }
  }

  /**
   * Smallest size shown not to arrive; null: none. By an uncontradicted PTB, by the strata, or, as long as answers
   * are not limited, by all silent sizes up to it together: if the size fitted, all those would be random losses.
   */
  get provenFails(): number | null {
    const { smallestTooBig, fits } = this.#belief;
    const isUnanswered = (probe: Probe): boolean => probe.outcome === 'lost' || probe.outcome === 'unheard';
    const silent = this.#log.probes
      .filter((probe) => probe.sizeBytes > (fits ?? 0) && isUnanswered(probe))
      .map((probe) => probe.sizeBytes)
      .toSorted((a, b) => a - b);
    const controls = this.#log.probes.filter(
      (probe) => probe.sizeBytes <= (fits ?? 0) && (probe.outcome === 'answered' || isUnanswered(probe)),
    );
    const controlsLost = controls.filter(isUnanswered).length;
    const bySilence = silent.find(
      (sizeBytes, place) =>
        this.isSilenceProven(sizeBytes) ||
        (!this.#isRateLimited &&
          logChanceOfAllLost(place + 1, controls.length, controlsLost) <= logLevelOfCandidate(1)),
    );
    return smallestTooBig === null ? (bySilence ?? null) : Math.min(smallestTooBig, bySilence ?? Infinity);
  }

  /** Whether the strata show that this size does not arrive, within the bound of confidence.ts. */
  isSilenceProven(sizeBytes: number): boolean {
    return (
      this.#log.hasStratumFor(sizeBytes) &&
      this.#log.logChanceOfSilence(sizeBytes) <= this.#log.logLevelFor(sizeBytes)
    );
  }

  /**
   * Another method has shown what fits, and enough probes of such sizes went unanswered here: this method gets no
   * answers from the target, and waiting for more would only cost time.
   */
  #isSilentBeside({ suggestedMtu }: Surroundings): boolean {
    if (suggestedMtu === null || this.hasAnswers || this.#flight !== null) return false;
    const unanswered = this.#log.probes.filter(
      (probe) => probe.outcome === 'unheard' && probe.sizeBytes <= suggestedMtu,
    );
    return unanswered.length >= UNANSWERED_BESIDE_ANSWERED;
  }

  #candidatesFor(candidateBytes: number): number {
    if (this.#options.strategy === 'binary') return GENTLE_CANDIDATES;
    const remaining = this.#log.logLevelFor(candidateBytes) - this.#log.logChanceOfSilence(candidateBytes);
    return candidatesNeeded(this.#belief.lossRate, remaining, MOST_CANDIDATES);
  }

  #suggestion(surroundings: Surroundings): number | null {
    return surroundings.suggestedMtu === this.#triedSuggestion ? null : surroundings.suggestedMtu;
  }

  #limitRate(): void {
    if (this.#isRateLimited) return;
    this.#isRateLimited = true;
    this.#pauseMs = FIRST_PAUSE_MS;
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

/** The controls at the end of a flight (see search.ts). */
const TRAILING = 2;

/** Before any round trip is known. RFC 6298 section 2.1: one second; the longest satellite paths answer in 0.7 s. */
const FIRST_TIMEOUT_MS = 1000;

/** How many flights without any answer make a target silent: at 20 % loss each way chance is out of the question. */
const SILENT_FLIGHTS = 3;

/** At 20 % loss each way (0.36 there and back) chance leaves this many unanswered once in 27,000 times. */
const UNANSWERED_BESIDE_ANSWERED = 10;

/** A flight of 60 packets of 1500 bytes takes 0.2 s to leave at 3.5 Mbit/s: its last probes are late, not lost. */
const OWN_QUEUE_RESERVE_MS = 200;

/** Flights of a strategy that sends one size at a time: two candidates and two controls. */
const GENTLE_CANDIDATES = 2;

/** Ten times what a path needs that loses a third. */
const MOST_PROBES = 2000;

/** A flight has at most twice as many probes in its stratum; beyond that, two flights. */
const MOST_CANDIDATES = 32;

/** Enough to cut any interval; and what it comes down to on a path that swallows flights. */
const MOST_SIZES = 256;
const FEWEST_SIZES = 3;

/** Pauses between flights once answers are limited: token buckets of 4 per second and slower, down to Linux's 1. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 1000;

/** Where nothing is known of the outgoing interface: Ethernet. Sends that fail correct it downward. */
const ASSUMED_LIMIT_BYTES = 1500;
