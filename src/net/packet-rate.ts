import { nowMs } from './clock.ts';
import type { Transport } from './transport.ts';

/**
 * A cap on what a whole process sends: in no second more packets than given, however many measurements run.
 *
 * 1. Measurements take turns, packet by packet, so that a large flight of one does not hold up the others.
 * 2. The order of packets within a measurement stays.
 * 3. A packet counts as sent when it really leaves, so waiting here is no round-trip time and no loss.
 * 4. What a measurement still has in the queue when it stops listening is forgotten, and no outcome is told.
 */
export class PacketRate {
  readonly #burst: number;
  readonly #perMs: number;
  #tokens: number;
  #filledAtMs = nowMs();
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Those that are not empty; the one whose turn it is comes first. */
  #queues: Queue[] = [];

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

  /** The same transport for one measurement, at this rate. */
  pace(transport: Transport): Transport {
    const queue: Queue = [];
    return {
      family: transport.family,
      udpSourcePort: transport.udpSourcePort,
      listen: (address, listener) => {
        const stop = transport.listen(address, listener);
        return () => {
          stop();
          queue.length = 0;
          this.#queues = this.#queues.filter((other) => other !== queue);
        };
      },
      whenHeard: (callback) => transport.whenHeard(callback),
      send: (packet, destination, outcome) => {
        queue.push(() => transport.send(packet, destination, outcome));
        if (queue.length === 1) this.#queues.push(queue);
        this.#drain();
      },
    };
  }

  #drain(): void {
    clearTimeout(this.#timer);
    this.#refill();
    while (this.#queues.length > 0 && this.#tokens >= 1) {
      const queue = this.#queues.shift();
      const send = queue?.shift();
      // Before sending, which may bring the next packet at once.
      if (queue !== undefined && queue.length > 0) this.#queues.push(queue);
      this.#tokens -= 1;
      this.#sent += 1;
      send?.();
    }
    if (this.#queues.length === 0) return;
    this.#timer = setTimeout(() => this.#drain(), Math.ceil((1 - this.#tokens) / this.#perMs));
  }

  #refill(): void {
    const now = nowMs();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#filledAtMs) * this.#perMs);
    this.#filledAtMs = now;
  }
}

/** Packets of one measurement that wait. */
type Queue = (() => void)[];

/** Timers come late by a millisecond or two; a twentieth of a second's packets makes up for it. */
const BURST_SHARE = 0.05;
