import type { Belief } from './evidence.ts';
import type { FlowMethodName, Inbound, Method } from './method.ts';
import type { Surroundings } from './prober-state.ts';
import { Prober, type ProberOptions } from './prober.ts';
import type { Outgoing } from './sender.ts';

export interface FlowSurveyOptions extends Omit<ProberOptions, 'method'> {
  readonly name: FlowMethodName;
  /** The prober of the first flow, which is done. */
  readonly first: Prober;
  /** The same method once for each further flow: another source port or echo identifier. */
  readonly methods: readonly Method[];
  /** Path MTUs that other methods found, in bytes: the further flows may have these too. */
  readonly knownMtus: readonly number[];
}

/** Packets and whom to tell what became of them. */
export interface FlowPackets {
  readonly sender: Prober;
  readonly outgoing: readonly Outgoing[];
}

/**
 * Do other flows have the path MTU of the first one? Where routers spread flows over several links (ECMP, RFC 2992)
 * that is a question of each flow's source port. One prober for each further flow, side by side:
 *
 * 1. The opening flight of a flow asks for what is known already: both sides of every path MTU found so far, and the
 *    limit. A flow that has one of these is done after it where routers send PTBs, after one flight more where not.
 * 2. Only a flow that has another one searches, one such flow at a time; the others take what it finds as a suggestion.
 * 3. A flow that gets no answer tries again once a second until time is up, and is not known then: targets limit how
 *    often they say that a port is closed (Linux: six at once, then one a second), and other flows may have used it up.
 * 4. At most {@link MOST_PENDING_BYTES} are under way. A flight that begins below that is sent whole.
 *
 * Every flow is tested at a level of its own (confidence.ts), so that the chance of any wrong claim is at most the sum.
 */
export class FlowSurvey {
  /** Of the second flow, the third, and so on. */
  readonly probers: readonly Prober[];
  readonly first: Prober;
  readonly name: FlowMethodName;
  readonly #options: FlowSurveyOptions;
  #lastHeard: Prober | null = null;

  constructor(options: FlowSurveyOptions) {
    this.#options = options;
    this.first = options.first;
    this.name = options.name;
    this.probers = options.methods.map(
      (method, index) =>
        new Prober({
          ...options,
          method,
          onEvent: (event) => options.onEvent({ ...event, flow: index + 2 }),
        }),
    );
  }

  get isOver(): boolean {
    return this.probers.every(({ state }) => state.type !== 'searching');
  }

  poll(nowMs: number): FlowPackets[] {
    const packets: FlowPackets[] = [];
    let before: string;
    do {
      before = this.#progress;
      this.#eachSearching((prober, surroundings) => {
        const outgoing = prober.poll(nowMs, surroundings);
        if (outgoing.length > 0) packets.push({ sender: prober, outgoing });
      });
      // What one has come to changes what the others may do, and so does room that it leaves.
    } while (this.#progress !== before);
    return packets;
  }

  get wakeAtMs(): number {
    let earliest = Infinity;
    this.#eachSearching((prober, surroundings) => {
      earliest = Math.min(earliest, prober.wakeAtMs(surroundings) ?? Infinity);
    });
    return earliest;
  }

  /** Whether the message was about a probe of a further flow. */
  onMessage(inbound: Inbound, nowMs: number): boolean {
    // Answers to the probes of one flight come one after another.
    const candidates = this.#lastHeard === null ? this.probers : [this.#lastHeard, ...this.probers];
    for (const prober of candidates) {
      const reply = prober.decode(inbound);
      if (reply.type === 'unrelated' || reply.type === 'ignored') continue;
      this.#lastHeard = prober;
      prober.onReply(reply, nowMs);
      return true;
    }
    return false;
  }

  stop(nowMs: number): void {
    for (const prober of this.probers) prober.stop(nowMs);
  }

  get #progress(): string {
    return `${this.probers.map(({ state }) => state.type).join(' ')} ${this.#pendingBytes}`;
  }

  get #pendingBytes(): number {
    return this.probers.reduce((total, { pendingBytes }) => total + pendingBytes, 0);
  }

  /** Goes through what is common to all once, not for each: this runs for every message that arrives. */
  #eachSearching(visit: (prober: Prober, surroundings: Surroundings) => void): void {
    const { first } = this.#options;
    let expectedMtus = this.#expectedMtus;
    let pendingBytes = this.#pendingBytes;
    let mustWait = false;
    // Where answers are scarce, one that has none needs it most.
    const searching = this.probers.filter(({ state }) => state.type === 'searching');
    for (const prober of searching.toSorted((a, b) => Number(a.hasAnswers) - Number(b.hasAnswers))) {
      const isUnheard = prober.log.flights.length > 0 && !prober.hasAnswers;
      const { fits, ceiling } = prober.belief;
      const possible = expectedMtus.find((mtu) => mtu >= (fits ?? 0) && mtu < ceiling);
      const pendingBefore = prober.pendingBytes;
      visit(prober, {
        timeoutMs: first.roundTrip.timeoutMs,
        localMtu: first.localMtu,
        // A limit on answers is one for all flows together, so silence to one of them means little.
        isAnsweredElsewhere: !isUnheard,
        isClosedElsewhere: isUnheard || first.isRateLimited,
        mustWait,
        isLed: false,
        suspectedMtu: null,
        mayBegin: pendingBytes < MOST_PENDING_BYTES,
        expectedMtus,
        found: possible === undefined ? null : { pathMtu: possible, controls: NO_CONTROLS },
      });
      pendingBytes += prober.pendingBytes - pendingBefore;
      if (prober.exactPathMtu !== null) expectedMtus = this.#expectedMtus;
      mustWait ||= prober.state.type === 'searching' && !prober.isRateLimited && prober.hasAnswers;
    }
  }

  /** The largest first. */
  get #expectedMtus(): number[] {
    const { first, knownMtus } = this.#options;
    const exact = [first, ...this.probers].flatMap(({ exactPathMtu }) => exactPathMtu ?? []);
    const known = [...exact, ...knownMtus];
    const expected = known.length > 0 || first.belief.fits === null ? known : [first.belief.fits];
    return [...new Set(expected)].toSorted((a, b) => b - a);
  }
}

/**
 * Seven opening flights, or one confirmation by silence (40 packets, 53 kB) and what is left of another: the shallowest
 * queues of access routers hold 64 kB. Twice as much is a round trip faster on an empty path, and takes twice as long at
 * 20 Mbit/s, where whole flights are dropped then.
 */
const MOST_PENDING_BYTES = 30_000;

/** Another flow's losses are those of other links: each flow has controls of its own. */
const NO_CONTROLS: Belief['controls'] = { judged: 0, lost: 0 };
