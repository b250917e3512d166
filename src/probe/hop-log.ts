/**
 * What became of a probe with a limited TTL.
 * - `expired`: the router at that distance answered "time exceeded"; the size got as far.
 * - `arrived`: the target answered.
 */
export type HopOutcome = 'pending' | 'expired' | 'arrived' | 'too-big' | 'refused' | 'lost' | 'failed';

export interface HopProbe {
  readonly number: number;
  readonly timeToLive: number;
  readonly sizeBytes: number;
  /** Which try of this size at this hop, from 1. */
  readonly attempt: number;
  sentAtMs: number;
  outcome: HopOutcome;
  rttMs: number | null;
}

/** A router that refuses what is to pass it, with an ICMP error of its own: nothing beyond is to be seen. */
export interface Refusal {
  /** TTL of the first probe that was refused: the refusing router is that far away, or one hop less. */
  readonly hop: number;
  readonly from: string;
  readonly reason: string;
}

/** Who is at a hop, as far as it says. */
export interface HopSeen {
  /** In the order in which they answered; several where packets of one TTL go several ways. */
  readonly addresses: readonly string[];
  /** Shortest; null: no answer. */
  readonly rttMs: number | null;
  readonly sent: number;
  readonly answered: number;
}

interface Hop {
  readonly addresses: Set<string>;
  readonly probes: HopProbe[];
  rttMs: number;
}

/** All probes of a trace, by hop. Decides nothing. */
export class HopLog {
  /** By distance; 0 is this host. */
  readonly #hops: readonly Hop[];
  readonly #pending = new Set<HopProbe>();
  #longestRttMs = 0;
  #targetHop: number | null = null;
  #refusal: Refusal | null = null;

  constructor(maxHops: number) {
    this.#hops = Array.from({ length: maxHops + 1 }, () => ({
      addresses: new Set(),
      probes: [],
      rttMs: Infinity,
    }));
  }

  add(number: number, timeToLive: number, sizeBytes: number, nowMs: number): HopProbe {
    const { probes } = this.#at(timeToLive);
    const attempt = 1 + probes.filter((probe) => probe.sizeBytes === sizeBytes).length;
    const probe: HopProbe = {
      number,
      timeToLive,
      sizeBytes,
      attempt,
      sentAtMs: nowMs,
      outcome: 'pending',
      rttMs: null,
    };
    probes.push(probe);
    this.#pending.add(probe);
    return probe;
  }

  /** What became of a probe, other than an answer. */
  settle(probe: HopProbe, outcome: Exclude<HopOutcome, 'pending'>): void {
    probe.outcome = outcome;
    this.#pending.delete(probe);
  }

  /** A duplicate changes nothing but the list of addresses. */
  onAnswer(probe: HopProbe, from: string, isTarget: boolean, nowMs: number): void {
    const hop = this.#at(probe.timeToLive);
    hop.addresses.add(from);
    if (isTarget) this.#targetHop = Math.min(this.#targetHop ?? Infinity, probe.timeToLive);
    if (isAnswered(probe)) return;
    this.settle(probe, isTarget ? 'arrived' : 'expired');
    probe.rttMs = Math.max(0, nowMs - probe.sentAtMs);
    hop.rttMs = Math.min(hop.rttMs, probe.rttMs);
    this.#longestRttMs = Math.max(this.#longestRttMs, hop.rttMs);
  }

  onRefused(probe: HopProbe, from: string, reason: string): void {
    if (probe.outcome === 'pending') this.settle(probe, 'refused');
    if (probe.timeToLive < (this.#refusal?.hop ?? Infinity)) {
      this.#refusal = { hop: probe.timeToLive, from, reason };
    }
  }

  /** Gives up the probes that are overdue, and says which. */
  expire(nowMs: number, dueAtMs: (probe: HopProbe) => number): readonly HopProbe[] {
    const overdue = [...this.#pending].filter((probe) => dueAtMs(probe) <= nowMs);
    for (const probe of overdue) this.settle(probe, 'lost');
    return overdue;
  }

  /** Infinity: none is pending. */
  nextDueAtMs(dueAtMs: (probe: HopProbe) => number): number {
    return Math.min(Infinity, ...[...this.#pending].map(dueAtMs));
  }

  /** Whether such a probe is under way. */
  isPending(isSuch: (probe: HopProbe) => boolean): boolean {
    return [...this.#pending].some(isSuch);
  }

  /** Probes of this size to this hop. */
  tries(hop: number, sizeBytes: number): readonly HopProbe[] {
    return this.#at(hop).probes.filter((probe) => probe.sizeBytes === sizeBytes);
  }

  /** Distance of the target; null: it answered no probe with a limited TTL. */
  get targetHop(): number | null {
    return this.#targetHop;
  }

  get refusal(): Refusal | null {
    return this.#refusal;
  }

  /** The last hop that answered anything; 0: none. */
  get lastAnswering(): number {
    return Math.max(0, Math.min(this.#hops.findLastIndex(hasAnswered), this.#targetHop ?? Infinity));
  }

  isAnswering(hop: number): boolean {
    return hasAnswered(this.#at(hop));
  }

  /** The first hop with this address; null: none. */
  hopOf(address: string): number | null {
    const hop = this.#hops.findIndex((each) => each.addresses.has(address));
    return hop === -1 ? null : hop;
  }

  /** The longest of all hops' round trips; 0: none is known. */
  get longestRttMs(): number {
    return this.#longestRttMs;
  }

  seenAt(hop: number): HopSeen {
    const { addresses, probes, rttMs } = this.#at(hop);
    return {
      addresses: [...addresses],
      rttMs: rttMs === Infinity ? null : rttMs,
      sent: probes.filter(({ outcome }) => outcome !== 'failed').length,
      answered: probes.filter(isAnswered).length,
    };
  }

  #at(hop: number): Hop {
    const found = this.#hops[hop];
    if (found === undefined) throw new RangeError(`no hop ${hop} is traced`);
    return found;
  }
}

function hasAnswered({ addresses }: Hop): boolean {
  return addresses.size > 0;
}

function isAnswered({ outcome }: HopProbe): boolean {
  return outcome === 'expired' || outcome === 'arrived';
}
