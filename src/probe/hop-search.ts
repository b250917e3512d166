import type { Inbound, Method } from './method.ts';
import type { Outgoing, SendFailure, Sender } from './sender.ts';

export interface HopSearchOptions {
  /** Its own instance: no probe of a search has its numbers. */
  readonly method: Method;
  /** Size that does not arrive: the path MTU and one more. */
  readonly largeBytes: number;
  /** How many hops away the target is, from 1, as far as is known; null: it is not. */
  readonly targetHop: number | null;
}

/** Where packets that are too large vanish. */
export interface Location {
  /** The last hop that a large packet reached, from 1; 0: none, not even the first. */
  readonly hop: number;
  /** Of that hop; null for hop 0. */
  readonly address: string | null;
  /** The first hop beyond that answers small packets and no large one; null: none answered. */
  readonly nextHop: number | null;
}

interface Sent {
  readonly timeToLive: number;
  readonly isLarge: boolean;
  /** Who answered: a router that the packet expired at, or the target. */
  from: string | null;
  isTarget: boolean;
  answeredAtMs: number;
}

/**
 * Which hop swallows what is too large? Packets with a limited TTL, large and small in pairs: a router that a large
 * packet reaches says "time exceeded" before it looks at the size (Linux: ip_forward(), RFC 1812 section 5.3.1), the
 * first one beyond the narrow link says so of the small one only. One flight for the hops up to the target, or for the
 * first {@link FIRST_HOPS} where it is not known how far that is; a second for what stayed open: hops further away, or a
 * pair of which nothing was heard.
 */
export class HopSearch implements Sender {
  readonly #options: HopSearchOptions;
  readonly #sent: Sent[] = [];
  readonly #firstHops: number;
  #flights = 0;
  /** Infinity until the whole flight has left. */
  #overdueAtMs = Infinity;
  #patienceMs = 0;
  #unsent = 0;
  #isOver = false;

  constructor(options: HopSearchOptions) {
    this.#options = options;
    this.#firstHops = Math.min(options.targetHop ?? FIRST_HOPS, MOST_HOPS);
  }

  /** See {@link HopSearchOptions}. */
  get largeBytes(): number {
    return this.#options.largeBytes;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Null while nothing is known: no hop answered anything. */
  get location(): Location | null {
    const reached = this.#sent.filter((sent) => sent.isLarge && sent.from !== null && !sent.isTarget);
    const last = reached.toSorted((a, b) => b.timeToLive - a.timeToLive)[0];
    const hop = last?.timeToLive ?? 0;
    const beyond = this.#answeredHops().filter((timeToLive) => timeToLive > hop);
    const nextHop = beyond.length === 0 ? null : Math.min(...beyond);
    if (last === undefined && nextHop === null) return null;
    return { hop, address: last?.from ?? null, nextHop };
  }

  /** @param timeoutMs round-trip timeout measured to the target, which is farther than any hop */
  poll(nowMs: number, timeoutMs: number): readonly Outgoing[] {
    if (this.#isOver || (this.#flights > 0 && nowMs < this.#flightEndsAtMs)) return [];
    const hops = this.#flights === 0 ? upTo(1, this.#firstHops) : this.#openHops();
    if (hops.length === 0 || this.#flights >= MOST_FLIGHTS) {
      this.#isOver = true;
      return [];
    }
    this.#flights++;
    this.#overdueAtMs = Infinity;
    this.#patienceMs = timeoutMs + ROUTER_RESERVE_MS;
    this.#unsent = hops.length * PAIRS.length;
    const { method, largeBytes } = this.#options;
    return hops.flatMap((timeToLive) =>
      PAIRS.map((isLarge): Outgoing => {
        const number = this.#sent.push({
          timeToLive,
          isLarge,
          from: null,
          isTarget: false,
          answeredAtMs: Infinity,
        });
        return {
          number,
          packet: method.encode(number, isLarge ? largeBytes : method.controlBytes, timeToLive),
        };
      }),
    );
  }

  get wakeAtMs(): number {
    return this.#isOver ? Infinity : this.#flights === 0 ? 0 : this.#flightEndsAtMs;
  }

  onSent(_number: number, nowMs: number): void {
    this.#unsent--;
    if (this.#unsent === 0) this.#overdueAtMs = nowMs + this.#patienceMs;
  }

  onSendFailed(number: number, _failure: SendFailure, _reason: string, nowMs: number): void {
    this.onSent(number, nowMs);
  }

  /** Whether the message was an answer to this. */
  onMessage(inbound: Inbound, nowMs: number): boolean {
    const reply = this.#options.method.decode(inbound);
    if (reply.type !== 'expired' && reply.type !== 'answer' && reply.type !== 'too-big') return false;
    const sent = this.#sent[reply.number - 1];
    if (sent === undefined) return false;
    if (reply.type === 'too-big') return true;
    sent.from ??= reply.from;
    sent.answeredAtMs = Math.min(sent.answeredAtMs, nowMs);
    sent.isTarget ||= reply.type === 'answer';
    return true;
  }

  stop(): void {
    this.#isOver = true;
  }

  /** Once all small ones are answered, the answer to a large one between them would be here too, but for a little. */
  get #flightEndsAtMs(): number {
    const answeredAtMs = Math.max(
      0,
      ...this.#sent.filter((sent) => !sent.isLarge).map((sent) => sent.answeredAtMs),
    );
    return Math.min(this.#overdueAtMs, answeredAtMs + REORDER_WINDOW_MS);
  }

  #answeredHops(): number[] {
    return this.#sent.filter((sent) => !sent.isLarge && sent.from !== null).map((sent) => sent.timeToLive);
  }

  /** The hops around the place where large packets stop, as long as it is not clear; or those beyond the first flight. */
  #openHops(): number[] {
    const answered = this.#answeredHops();
    const target = Math.min(
      Infinity,
      ...this.#sent.filter((sent) => sent.isTarget).map((sent) => sent.timeToLive),
    );
    const hop = this.location?.hop ?? 0;
    const next = this.location?.nextHop;
    if (next !== null && next !== undefined) {
      // Both small ones answered beside two silent large ones, right behind the last that a large one reached.
      const isClear = next === hop + 1 && answered.filter((timeToLive) => timeToLive === next).length === 2;
      return isClear ? [] : upTo(hop + 1, Math.min(next, hop + FIRST_HOPS));
    }
    return target === Infinity && answered.includes(this.#firstHops)
      ? upTo(this.#firstHops + 1, MOST_HOPS)
      : [];
  }
}

function upTo(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** Two of each, so that one loss does not move the place. Linux routers answer six at once, then one a second. */
const PAIRS = [false, true, false, true];

const FIRST_HOPS = 12;
const MOST_HOPS = 30;
const MOST_FLIGHTS = 2;

/** As little as timers of a busy machine can be trusted with. */
const REORDER_WINDOW_MS = 10;

/** Routers answer in their own time, not at the speed at which they forward. */
const ROUTER_RESERVE_MS = 20;
