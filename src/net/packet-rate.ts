import { nowMs } from './clock.ts';
import type { Transport } from './transport.ts';

/** A transport whose packets may have to wait. */
export interface PacedTransport extends Transport {
  /** How long packets of this measurement have waited for others, in ms: the time in which any did. */
  readonly heldMs: number;
}

/**
 * A cap on what a whole process sends: in no second more packets than given, however many measurements run.
 *
 * 1. Measurements take turns, packet by packet, so that a large flight of one does not hold up the others.
 * 2. The order of packets within a measurement stays.
 * 3. A packet counts as sent when it really leaves, so waiting here is no round-trip time and no loss.
 * 4. What a measurement still has in the queue when it stops listening is forgotten, and no outcome is told.
 * 5. A measurement that asks for its turn begins when no packet of another one waits: so as many are under way as
 *    keep the cap busy, and no more. On a machine that does not keep up, where timers come late, the next begins
 *    later by as much: answers that wait to be read would be called lost.
 */
export class PacketRate {
  readonly #burst: number;
  readonly #perMs: number;
  #tokens: number;
  #filledAtMs = nowMs();
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerDueAtMs = 0;
  /** How late the last timer came. */
  #lateMs = 0;
  #nextBeginAtMs = -Infinity;
  /** Those that are not empty; the one whose turn it is comes first. */
  #queues: Queue[] = [];
  /** Measurements that have not begun, in the order in which they asked. */
  readonly #newcomers = new Set<() => void>();

  /** @param perSecond at least 10: with less, the burst would be most of a second's share */
  constructor(perSecond: number) {
    // A full bucket and a second of refilling together are the cap.
    this.#burst = Math.ceil(perSecond * BURST_SHARE);
    this.#perMs = (perSecond - this.#burst) / 1000;
    this.#tokens = this.#burst;
  }

  /** Packets that have been handed to a transport since the beginning. */
  get sent(): number {
    return this.#sent;
  }

  /** Resolves when a measurement may begin (rule 5), or when the signal says that none will. */
  turn(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const begin = (): void => {
        signal?.removeEventListener('abort', begin);
        this.#newcomers.delete(begin);
        resolve();
      };
      signal?.addEventListener('abort', begin);
      this.#newcomers.add(begin);
      if (this.#newcomers.size === 1) this.#drain();
    });
  }

  /** The same transport for one measurement, at this rate. */
  pace(transport: Transport): PacedTransport {
    const queue: Queue = { packets: [], waitsSinceMs: null, heldMs: 0 };
    return {
      family: transport.family,
      udpSourcePort: transport.udpSourcePort,
      udpSourcePorts: (count) => transport.udpSourcePorts(count),
      get heldMs() {
        return queue.heldMs + (queue.waitsSinceMs === null ? 0 : nowMs() - queue.waitsSinceMs);
      },
      listen: (address, listener) => {
        const stop = transport.listen(address, listener);
        return () => {
          stop();
          queue.packets.length = 0;
          this.#queues = this.#queues.filter((other) => other !== queue);
        };
      },
      whenHeard: (callback) => transport.whenHeard(callback),
      send: (packet, destination, outcome) => {
        queue.packets.push(() => transport.send(packet, destination, outcome));
        if (queue.packets.length === 1) this.#queues.push(queue);
        this.#drain();
        if (queue.packets.length > 0) queue.waitsSinceMs ??= nowMs();
      },
    };
  }

  #drain(): void {
    clearTimeout(this.#timer);
    this.#refill();
    while (this.#tokens >= 1) {
      const queue = this.#queues.shift();
      if (queue === undefined) {
        this.#letBegin();
        return;
      }
      const send = queue.packets.shift();
      // Before sending, which may bring the next packet at once.
      if (queue.packets.length > 0) this.#queues.push(queue);
      else endWait(queue);
      this.#tokens -= 1;
      this.#sent += 1;
      send?.();
    }
    if (this.#queues.length > 0 || this.#newcomers.size > 0)
      this.#drainIn(Math.ceil((1 - this.#tokens) / this.#perMs));
  }

  /** One per turn of the event loop: whether there is room for the next shows when its packets are here. */
  #letBegin(): void {
    const [begin] = this.#newcomers;
    if (begin === undefined) return;
    const now = nowMs();
    if (now >= this.#nextBeginAtMs) {
      begin();
      this.#nextBeginAtMs = now + Math.max(LEAST_BETWEEN_BEGINNINGS_MS, LATENESS_FACTOR * this.#lateMs);
    }
    if (this.#newcomers.size > 0) this.#drainIn(Math.ceil(this.#nextBeginAtMs - now));
  }

  #drainIn(ms: number): void {
    this.#timerDueAtMs = nowMs() + ms;
    this.#timer = setTimeout(() => {
      this.#lateMs = nowMs() - this.#timerDueAtMs;
      this.#drain();
    }, ms);
  }

  #refill(): void {
    const now = nowMs();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#filledAtMs) * this.#perMs);
    this.#filledAtMs = now;
  }
}

/** Packets of one measurement that wait. */
interface Queue {
  readonly packets: (() => void)[];
  /** When the first of those that wait now came; null: none waits. */
  waitsSinceMs: number | null;
  heldMs: number;
}

function endWait(queue: Queue): void {
  if (queue.waitsSinceMs === null) return;
  queue.heldMs += nowMs() - queue.waitsSinceMs;
  queue.waitsSinceMs = null;
}

/** Timers come late by a millisecond or two; a twentieth of a second's packets makes up for it. */
const BURST_SHARE = 0.05;

/** Its packets and their answers are some ten turns of the event loop; half of them come while others are waited for. */
const LATENESS_FACTOR = 2;

/** A thousand a second: more than any rate of use lets begin. */
const LEAST_BETWEEN_BEGINNINGS_MS = 1;
