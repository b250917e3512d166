import type { ProbeEvent } from './event.ts';
import type { Probe } from './flight-log.ts';
import { HopBorderTest } from './hop-border.ts';
import { HopClaims, type HopClaim } from './hop-claims.ts';
import { HopLog, type HopProbe } from './hop-log.ts';
import { HopProfile } from './hop-profile.ts';
import { HopMtuSearch } from './hop-mtu-search.ts';
import type { Inbound, Method, Reply } from './method.ts';
import { INITIAL_TTL } from './methods/flow.ts';
import { reasonToDoubt } from './ptb.ts';
import type { Random } from './random.ts';
import type { Outgoing, Sender, SendFailure } from './sender.ts';

export interface HopTraceOptions {
  /** The one that measures the target too, so that all packets are one flow; this has the numbers from {@link FIRST_NUMBER}. */
  readonly method: Method;
  /** MTU of the outgoing interface, in bytes. */
  readonly localMtu: number;
  /** 68 or 1280. */
  readonly protocolMinimumMtu: number;
  /** Hops to ask, at most. */
  readonly maxHops: number;
  readonly random: Random;
  /** `hop`: the TTL that the probe of the event was sent with. */
  readonly onEvent: (event: ProbeEvent, hop: number) => void;
}

/** What the measurement of the target knows by now. */
export interface TargetKnowledge {
  /** Round-trip timeout; null: the target answered nothing yet. */
  readonly timeoutMs: number | null;
  /** Null unless it is exact. */
  readonly pathMtu: number | null;
  /** What it will probably be, while the proof is under way; null: no idea. */
  readonly suspectedMtu: number | null;
  /** Largest packet that the target answered; null: none. */
  readonly fits: number | null;
  /** Of packets that fit, there and back to the target; null: not known. */
  readonly lossRate: number | null;
  /**
   * What the target answers, where it does not answer the method that the hops are asked by, and the measurement is
   * over: IKE. Null: it does, or nothing.
   */
  readonly answeredOnly: Method | null;
  /** PTBs that the measurement's probes drew: `hop` by the quoted TTL. */
  readonly ptbs: readonly {
    readonly mtu: number;
    readonly from: string;
    readonly hop: number | null;
    readonly sizeBytes: number;
  }[];
}

/** A probe that was given out: one of our own, perhaps of a border test, or one of a search. */
type Sent =
  | {
      readonly type: 'own';
      readonly probe: HopProbe;
      readonly tested: Tested | null;
      readonly method: Method;
    }
  | {
      readonly type: 'search';
      readonly search: HopMtuSearch;
      readonly number: number;
      readonly sizeBytes: number;
    };

interface Tested {
  readonly test: HopBorderTest;
  readonly probe: Probe;
}

/** A hop and its exact MTU. */
interface KnownHop {
  readonly hop: number;
  readonly mtu: number;
}

/**
 * Every hop on the way, and the MTU of the path as far as it. A router answers "time exceeded" before it looks at the
 * size (RFC 1812 section 5.3.1), so packets with a limited TTL show which sizes get to which hop.
 *
 * 1. A small packet to each of the first {@link FIRST_HOPS} hops, all at once, and beside it one of the local MTU.
 *    Where the large one is answered, the local MTU is that of the path so far.
 * 2. More hops when the last of these answered.
 * 3. A size that a PTB names is tried beyond the router that sent it, and one byte more.
 * 4. From the far end, where the MTU is known (the target's by its measurement; the last hop's by a search of its own
 *    where the target is silent), back to this host: the last hop that larger packets get to ends the stretch that has
 *    this MTU. Where no PTB says so, silence of the first hop behind it proves it ({@link HopBorderTest}). The MTU as
 *    far as that last hop is the local one, or one that a PTB named, or is searched for ({@link HopMtuSearch}).
 *
 * Nothing is concluded from a hop that is silent itself: its MTU lies between those of its neighbours.
 */
export class HopTrace implements Sender {
  readonly profile: HopProfile;
  readonly log: HopLog;
  readonly #options: HopTraceOptions;
  readonly #claims = new HopClaims();
  readonly #tests: HopBorderTest[] = [];
  readonly #searches = new Map<number, HopMtuSearch>();
  /** By number, from {@link FIRST_NUMBER}. */
  readonly #sent: Sent[] = [];
  /** When the first flight's small probes have left; null: it has not begun. */
  #openedAtMs: number | null = null;
  #isStopped = false;
  #isIdle = false;
  #restsUntilMs = Infinity;
  #mostTries = LEAST_TRIES;
  #answeredOnly: Method | null = null;
  /** The one that is waited for; others may have become superfluous by what was learned meanwhile. */
  #search: HopMtuSearch | null = null;
  #polledAtMs = 0;

  constructor(options: HopTraceOptions) {
    this.#options = options;
    this.profile = new HopProfile(options.localMtu);
    this.log = new HopLog(options.maxHops);
  }

  /** Nothing is under way, and there is nothing left to ask, unless the measurement learns more. */
  get isIdle(): boolean {
    return this.#isIdle || this.#isStopped;
  }

  /** PTBs that no answer refutes, the nearest first. */
  get claims(): readonly HopClaim[] {
    return this.#claims.standing(this.log, this.profile);
  }

  /**
   * The packets to send now. In the first {@link OPENING_MS} only small ones: what is sent before anything else is
   * answered before a router's limit is reached.
   */
  poll(nowMs: number, target: TargetKnowledge): readonly Outgoing[] {
    if (this.#isStopped) return [];
    this.#polledAtMs = nowMs;
    this.#giveUpOverdue(nowMs, target);
    this.#learn(target);
    this.#restsUntilMs = Infinity;
    this.#search = null;
    this.#openedAtMs ??= nowMs + OPENING_MS;
    this.#mostTries = mostTriesAt(target.lossRate ?? 0);
    const packets = this.#probeHops(nowMs);
    if (nowMs >= this.#openedAtMs) {
      packets.push(
        ...this.#trySizes(nowMs),
        ...this.#refine(nowMs, target),
        ...this.#findTarget(nowMs, target),
      );
    }
    this.#isIdle =
      packets.length === 0 &&
      nowMs >= this.#openedAtMs &&
      !this.log.isPending((probe) => !this.#isMoot(probe)) &&
      this.#restsUntilMs === Infinity &&
      this.#tests.every(({ isOpen }) => !isOpen) &&
      !this.#isSearching;
    return packets;
  }

  /**
   * When to poll again if nothing happens before.
   *
   * @param timeoutMs as {@link TargetKnowledge} has it
   */
  wakeAtMs(timeoutMs: number | null): number {
    if (this.#isStopped) return Infinity;
    const openedAtMs = this.#openedAtMs ?? 0;
    return Math.min(
      openedAtMs > this.#polledAtMs ? openedAtMs : Infinity,
      this.log.nextDueAtMs((probe) => this.#dueAtMs(probe, timeoutMs)),
      this.#restsUntilMs,
      this.#search?.wakeAtMs(timeoutMs) ?? Infinity,
    );
  }

  get #isSearching(): boolean {
    return this.#search !== null && !this.#search.isOver;
  }

  onSent(number: number, nowMs: number): void {
    const sent = this.#sent[number - FIRST_NUMBER];
    if (sent?.type === 'own') sent.probe.sentAtMs = nowMs;
    else sent?.search.prober.onSent(sent.number, nowMs);
  }

  onSendFailed(number: number, failure: SendFailure, reason: string, nowMs: number): void {
    const sent = this.#sent[number - FIRST_NUMBER];
    if (sent === undefined) return;
    if (sent.type === 'search') {
      sent.search.prober.onSendFailed(sent.number, failure, reason, nowMs);
      return;
    }
    const { probe, tested } = sent;
    this.log.settle(probe, 'failed');
    tested?.test.discard();
    if (failure === 'too-large') this.profile.limitLocalMtu(probe.sizeBytes - 1);
    this.#emit({ type: 'failed', reason, ...this.#about(probe, nowMs) }, probe);
  }

  /** Whether the message was an answer to a probe of this. */
  onMessage(inbound: Inbound, nowMs: number): boolean {
    for (const method of [
      this.#options.method,
      ...(this.#answeredOnly === null ? [] : [this.#answeredOnly]),
    ]) {
      const reply = method.decode(inbound);
      if ('number' in reply && this.#hear(reply, method, nowMs)) return true;
    }
    return false;
  }

  stop(): void {
    this.#isStopped = true;
  }

  #hear(reply: Extract<Reply, { readonly number: number }>, method: Method, nowMs: number): boolean {
    const sent = this.#sent[reply.number - FIRST_NUMBER];
    if (sent === undefined || (sent.type === 'own' && sent.method !== method)) return false;
    if (sent.type === 'own') this.#onReply(sent.probe, sent.tested, reply, nowMs);
    else {
      const { search, number, sizeBytes } = sent;
      if (reply.type === 'too-big') this.#addPtb(reply.mtu, reply.from, null, sizeBytes);
      search.onReply({ ...reply, number }, nowMs);
    }
    return true;
  }

  #onReply(
    probe: HopProbe,
    tested: Tested | null,
    reply: Extract<Reply, { readonly number: number }>,
    nowMs: number,
  ): void {
    const { timeToLive, sizeBytes } = probe;
    const { from } = reply;
    switch (reply.type) {
      case 'answer':
      case 'expired': {
        const late = probe.outcome === 'lost';
        const isFirst = probe.outcome !== 'expired' && probe.outcome !== 'arrived';
        this.log.onAnswer(probe, from, reply.type === 'answer', nowMs);
        this.profile.addReached(timeToLive, sizeBytes);
        if (tested !== null) tested.probe.outcome = 'answered';
        if (isFirst) {
          this.#emit(
            { type: 'answered', rttMs: probe.rttMs ?? 0, from, late, ...this.#about(probe, nowMs) },
            probe,
          );
        }
        return;
      }
      case 'too-big': {
        const { mtu, hop } = reply;
        // The method reckons from the TTL that other probes have.
        this.#addPtb(mtu, from, hop === null ? null : hop - INITIAL_TTL + timeToLive, sizeBytes);
        if (probe.outcome !== 'pending') return;
        this.log.settle(probe, 'too-big');
        if (tested !== null) tested.probe.outcome = 'too-big';
        this.#emit({ type: 'too-big', mtu, from, ...this.#about(probe, nowMs) }, probe);
        return;
      }
      case 'refused':
        this.log.onRefused(probe, from, reply.reason);
        if (tested !== null) tested.probe.outcome = 'refused';
        this.#emit({ type: 'refused', reason: reply.reason, from, ...this.#about(probe, nowMs) }, probe);
    }
  }

  #addPtb(mtu: number, from: string, quotedHop: number | null, sizeBytes: number): void {
    if (reasonToDoubt(mtu, sizeBytes, this.#options.protocolMinimumMtu) !== null) return;
    this.#claims.add(mtu, from, quotedHop, sizeBytes);
  }

  #giveUpOverdue(nowMs: number, target: TargetKnowledge): void {
    for (const probe of this.log.expire(nowMs, (each) => this.#dueAtMs(each, target.timeoutMs))) {
      const sent = this.#sent[probe.number - FIRST_NUMBER];
      if (sent?.type === 'own' && sent.tested !== null) sent.tested.probe.outcome = 'lost';
      this.#emit({ type: 'lost', ...this.#about(probe, nowMs) }, probe);
    }
  }

  /**
   * The target is farther away than any hop. Until it answers, the first try has all the time that a measurement has;
   * later ones have some times the longest round trip that was seen.
   */
  #dueAtMs({ sentAtMs, attempt }: HopProbe, timeoutMs: number | null): number {
    const { longestRttMs } = this.log;
    if (timeoutMs !== null) return sentAtMs + Math.max(timeoutMs, 1.25 * longestRttMs) + ROUTER_RESERVE_MS;
    return sentAtMs + (attempt === 1 ? FIRST_TIMEOUT_MS : Math.max(LEAST_TIMEOUT_MS, 2 * longestRttMs));
  }

  #learn(target: TargetKnowledge): void {
    const { log, profile } = this;
    for (const { mtu, from, hop, sizeBytes } of target.ptbs) this.#addPtb(mtu, from, hop, sizeBytes);
    for (const { hop, sizeBytes } of this.#claims.reached(log)) profile.addReached(hop, sizeBytes);
    profile.addReached(this.#targetHop, target.fits ?? 0);
    if (target.pathMtu !== null && target.pathMtu < profile.localMtu) {
      profile.addBorder({ hop: this.#targetHop, sizeBytes: target.pathMtu + 1, proof: 'target' });
    }
    for (const claim of this.#claims.standing(log, profile)) {
      if (this.#isBorneOut(claim, target)) {
        profile.addBorder({ hop: claim.hop + 1, sizeBytes: claim.mtu + 1, proof: 'ptb' });
      }
    }
  }

  /**
   * What the PTB names was answered from beyond the router, and one byte more drew a PTB too. Its silence would not do:
   * a router may name less than its link takes, and three losses are no rarity where a fifth is lost.
   */
  #isBorneOut(
    { hop, mtu, smallestBytes }: HopClaim & { readonly smallestBytes: number },
    { pathMtu }: TargetKnowledge,
  ): boolean {
    if (this.profile.fitsAt(hop + 1) !== mtu) return false;
    return pathMtu === mtu || smallestBytes === mtu + 1;
  }

  #triesBeyond(hop: number, sizeBytes: number): readonly HopProbe[] {
    return hopsFrom(hop + 1, this.#lastHop).flatMap((beyond) => this.log.tries(beyond, sizeBytes));
  }

  /** Its distance; one more than any hop while that is not known. */
  get #targetHop(): number {
    return this.log.targetHop ?? this.#options.maxHops + 1;
  }

  /** The last hop worth asking, as far as is known. */
  get #lastHop(): number {
    const { log } = this;
    if (log.targetHop !== null) return log.targetHop;
    if (log.refusal !== null) return log.refusal.hop;
    const { maxHops } = this.#options;
    const isMoreToCome =
      log.isAnswering(Math.min(FIRST_HOPS, maxHops)) ||
      (log.lastAnswering > FIRST_HOPS - LONGEST_GAP && !this.#isLookingFor(1, FIRST_HOPS));
    return isMoreToCome ? maxHops : Math.min(FIRST_HOPS, maxHops);
  }

  /** A small packet to each hop that did not answer yet. */
  #probeHops(nowMs: number): Outgoing[] {
    const { log } = this;
    const { controlBytes } = this.#options.method;
    const reach = log.targetHop ?? log.lastAnswering + LONGEST_GAP;
    return hopsFrom(1, this.#lastHop).flatMap((hop) => {
      const tries = log.tries(hop, controlBytes);
      const mostTries = hop <= reach ? this.#mostTries : 1;
      if (log.isAnswering(hop) || tries.length >= mostTries || tries.some(isPending)) return [];
      return [this.#send(hop, controlBytes, nowMs)];
    });
  }

  /** The local MTU to each hop, and what PTBs name, with one byte more, beyond the routers that sent them. */
  #trySizes(nowMs: number): Outgoing[] {
    const { profile } = this;
    const packets = this.#tryAtEach(1, profile.localMtu, nowMs);
    for (const { hop, mtu } of this.#claims.standing(this.log, profile)) {
      if (profile.failsAt(hop + 1) <= mtu + 1) continue;
      packets.push(...this.#tryAtEach(hop + 1, mtu, nowMs));
      const nearest = hopsFrom(hop + 1, this.#lastHop).find((beyond) => this.log.isAnswering(beyond));
      if (nearest === undefined || this.#triesBeyond(hop, mtu + 1).length >= CLAIM_TRIES) continue;
      for (let copy = 0; copy < CLAIM_TRIES; copy++) packets.push(this.#send(nearest, mtu + 1, nowMs));
    }
    return packets;
  }

  /**
   * A packet of this size to each hop from `first` on that it may get to; again to the nearest of those that answer but
   * not to this, since the loss of an answer there would move the border.
   */
  #tryAtEach(first: number, sizeBytes: number, nowMs: number): Outgoing[] {
    const { log, profile } = this;
    const packets: Outgoing[] = [];
    let again = RETRIED_HOPS;
    for (const hop of hopsFrom(first, this.#lastHop)) {
      if (profile.fitsAt(hop) >= sizeBytes || profile.failsAt(hop) <= sizeBytes) continue;
      const tries = log.tries(hop, sizeBytes);
      if (tries.some(({ outcome }) => outcome === 'too-big' || outcome === 'refused')) continue;
      const mostTries = log.isAnswering(hop) && again-- > 0 ? this.#mostTries : 1;
      if (tries.length < mostTries && !tries.some(isPending)) packets.push(this.#send(hop, sizeBytes, nowMs));
    }
    return packets;
  }

  /** Point 4 of the head: one step nearer to knowing all hops. */
  #refine(nowMs: number, target: TargetKnowledge): Outgoing[] {
    const { log, profile } = this;
    let end = this.#farEnd(target);
    if (end === null) return this.#searchLastHop(nowMs, target);
    while (end.mtu < profile.localMtu) {
      const { hop, mtu }: KnownHop = end;
      // The target answered more than was measured: to another method, or on another way.
      if (profile.fitsAt(hop) > mtu) return [];
      let before = Math.min(hop - 1, log.lastAnswering);
      while (profile.fitsAt(before) <= mtu) before--;
      const behind =
        hopsFrom(before + 1, Math.min(hop - 1, log.lastAnswering)).find((each) => log.isAnswering(each)) ??
        hop;
      // A hop in between may still answer, and be the one to test.
      if (this.#isLookingFor(before + 1, behind - 1)) return [];
      // The border of a path MTU that is only suspected is for the measurement to prove.
      if (profile.mtuAt(behind) === null && behind === hop) return [];
      if (profile.mtuAt(behind) === null) return this.#testBorder(behind, mtu, nowMs, target);
      if (before === 0) return [];
      const mtuBefore = profile.mtuAt(before);
      if (mtuBefore === null) return this.#searchAt(before, nowMs, target);
      end = { hop: before, mtu: mtuBefore };
    }
    return [];
  }

  /** The last hop whose MTU is known, or as good as: the target, or the last router that answers where the target is silent. */
  #farEnd({ pathMtu, suspectedMtu, timeoutMs }: TargetKnowledge): KnownHop | null {
    const targetMtu = pathMtu ?? suspectedMtu;
    if (targetMtu !== null) return { hop: this.#targetHop, mtu: targetMtu };
    const hop = this.#lastBeforeSilence(timeoutMs);
    const mtu = hop === 0 ? null : this.profile.mtuAt(hop);
    return mtu === null ? null : { hop, mtu };
  }

  #searchLastHop(nowMs: number, target: TargetKnowledge): Outgoing[] {
    const hop = this.#lastBeforeSilence(target.timeoutMs);
    return hop === 0 ? [] : this.#searchAt(hop, nowMs, target);
  }

  /** The last hop that answers, where the target does not; 0: the target does, or an answer may still come. */
  #lastBeforeSilence(timeoutMs: number | null): number {
    const { lastAnswering, targetHop } = this.log;
    return timeoutMs === null && targetHop === null && !this.#isLookingFor(lastAnswering + 1, Infinity)
      ? lastAnswering
      : 0;
  }

  /** Whether one of these hops, which did not answer yet, may still do so. */
  #isLookingFor(firstHop: number, lastHop: number): boolean {
    const { controlBytes } = this.#options.method;
    return this.log.isPending(
      ({ timeToLive, sizeBytes }) =>
        sizeBytes === controlBytes && timeToLive >= firstHop && timeToLive <= lastHop,
    );
  }

  /** Whether an answer to this probe would tell nothing new. */
  #isMoot({ timeToLive, sizeBytes }: HopProbe): boolean {
    if (timeToLive > this.#lastHop || sizeBytes >= this.profile.failsAt(timeToLive)) return true;
    return this.log.isAnswering(timeToLive) && sizeBytes <= this.profile.fitsAt(timeToLive);
  }

  /**
   * How far away a gateway is that answers IKE alone: small requests with one hop more each time, one at a time, since
   * those that get there are work for it. Mostly the first one does.
   */
  #findTarget(nowMs: number, { answeredOnly }: TargetKnowledge): Outgoing[] {
    const { log } = this;
    this.#answeredOnly ??= answeredOnly;
    const last = log.lastAnswering;
    if (answeredOnly === null || log.targetHop !== null || this.#isLookingFor(last + 1, Infinity)) return [];
    const { controlBytes } = answeredOnly;
    for (const hop of hopsFrom(last + 1, Math.min(last + LONGEST_GAP, this.#options.maxHops))) {
      const tries = log.tries(hop, controlBytes);
      if (tries.some(isPending)) return [];
      if (tries.length < TARGET_TRIES) return [this.#send(hop, controlBytes, nowMs, null, answeredOnly)];
    }
    return [];
  }

  #testBorder(hop: number, mtu: number, nowMs: number, target: TargetKnowledge): Outgoing[] {
    let test = this.#tests.find((each) => each.hop === hop && each.fitsBytes === mtu);
    if (test === undefined) {
      test = new HopBorderTest(hop, mtu, this.#tests.length + 1);
      this.#tests.push(test);
    }
    if (test.isOpen) return [];
    test.settle(nowMs);
    if (test.isProven) {
      this.profile.addBorder({ hop, sizeBytes: mtu + 1, proof: 'silence' });
      return this.#refine(nowMs, target);
    }
    if (test.isExhausted) return [];
    if (nowMs < test.nextAtMs) {
      this.#restsUntilMs = test.nextAtMs;
      return [];
    }
    return test
      .nextStratum(this.#options.random)
      .map((probe) => this.#send(hop, probe.sizeBytes, nowMs, { test, probe }));
  }

  #searchAt(hop: number, nowMs: number, target: TargetKnowledge): Outgoing[] {
    if (this.log.isPending(({ timeToLive }) => timeToLive === hop)) return [];
    const search = this.#searches.get(hop) ?? this.#createSearch(hop);
    this.#search = search;
    const wasOver = search.isOver;
    const packets = search.poll(nowMs, target.timeoutMs);
    const { fits, mtu } = search;
    this.profile.addReached(hop, fits);
    if (mtu !== null && mtu < this.profile.localMtu) {
      this.profile.addBorder({ hop, sizeBytes: mtu + 1, proof: search.isByPtb ? 'ptb' : 'silence' });
    }
    return wasOver || !search.isOver ? packets : this.#refine(nowMs, target);
  }

  #createSearch(hop: number): HopMtuSearch {
    const { localMtu } = this.profile;
    const search: HopMtuSearch = new HopMtuSearch({
      ...this.#options,
      hop,
      localMtu,
      minBytes: this.profile.fitsAt(hop),
      maxBytes: Math.min(localMtu, this.profile.failsAt(hop) - 1),
      numberOf: (number, sizeBytes) => this.#number({ type: 'search', search, number, sizeBytes }),
      onEvent: (event) => this.#options.onEvent(event, hop),
    });
    this.#searches.set(hop, search);
    return search;
  }

  #send(
    hop: number,
    sizeBytes: number,
    nowMs: number,
    tested: Tested | null = null,
    method = this.#options.method,
  ): Outgoing {
    const probe = this.log.add(FIRST_NUMBER + this.#sent.length, hop, sizeBytes, nowMs);
    const number = this.#number({ type: 'own', probe, tested, method });
    this.#emit({ type: 'sent', ...this.#about(probe, nowMs) }, probe);
    return { number, packet: method.encode(number, sizeBytes, hop) };
  }

  #number(sent: Sent): number {
    return FIRST_NUMBER - 1 + this.#sent.push(sent);
  }

  #about({ number, sizeBytes }: HopProbe, nowMs: number) {
    const sent = this.#sent[number - FIRST_NUMBER];
    const { name, port, controlBytes } = sent?.type === 'own' ? sent.method : this.#options.method;
    const isControl = sizeBytes === controlBytes;
    return { atMs: nowMs, method: name, port, number, sizeBytes, isControl } as const;
  }

  #emit(event: ProbeEvent, { timeToLive }: HopProbe): void {
    this.#options.onEvent(event, timeToLive);
  }
}

function hopsFrom(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

function isPending({ outcome }: HopProbe): boolean {
  return outcome === 'pending';
}

/** Far above those of the measurement (manners.ts: 2000), and below what 16 bits hold. */
const FIRST_NUMBER = 20_001;

/**
 * The large packets of the first flight wait until those of the measurement have left: a hundred at once take Node so
 * long to send that answers seem late.
 */
const OPENING_MS = 10;

/** Most paths are no longer; the first flight asks so many. */
const FIRST_HOPS = 16;
/** Silent hops in a row after which nothing more is expected, as scamper's. */
const LONGEST_GAP = 5;

/** So many that chance leaves a hop without an answer once in a hundred times. */
function mostTriesAt(lossRate: number): number {
  const needed = lossRate <= 0 ? 0 : Math.ceil(Math.log(0.01) / Math.log(lossRate));
  return Math.min(Math.max(needed, LEAST_TRIES), MOST_TRIES);
}

/** As traceroute, however little is lost. */
const LEAST_TRIES = 3;
/** For paths that lose two thirds. */
const MOST_TRIES = 10;
/** Where large packets stop to be answered, so many hops are asked again. */
const RETRIED_HOPS = 3;
const CLAIM_TRIES = 2;
const TARGET_TRIES = 2;

/** Routers answer in their own time, not at the speed at which they forward. */
const ROUTER_RESERVE_MS = 20;
/** While no round trip is known: RFC 6298 section 2.1. */
const FIRST_TIMEOUT_MS = 1000;
const LEAST_TIMEOUT_MS = 200;
