import * as icmpv4 from '../../src/packet/icmpv4.ts';
import * as icmpv6 from '../../src/packet/icmpv6.ts';
import type { IcmpErrorToEncode } from '../../src/packet/icmp.ts';
import * as ipv4 from '../../src/packet/ipv4.ts';
import * as ipv6 from '../../src/packet/ipv6.ts';
import * as udp from '../../src/packet/udp.ts';
import { fragmentIpv4 } from '../../src/packet/fragment.ts';
import { answerIke, isIkePort, type IkeOffer } from './ike-host.ts';
import { PROTOCOL } from '../../src/packet/protocol.ts';
import type { Family, Inbound } from '../../src/probe/method.ts';
import type { Random } from '../../src/probe/random.ts';
import { isFragment, Reassembly } from './reassembly.ts';
import { TokenBucket, type RateLimit } from './token-bucket.ts';

/**
 * What a router says about a packet that is too large for its next link.
 * - `speaks`: a correct PTB.
 * - `silent`: nothing, a black hole.
 * - `zero`: MTU 0, as before RFC 1191.
 * - `not-smaller`: the size of the packet itself.
 * - `lying-low`: less than the truth, by `lieBytes`.
 * - a rate limit: a correct PTB as far as the limit allows.
 */
export type PtbBehaviour = 'speaks' | 'silent' | 'zero' | 'not-smaller' | 'lying-low' | RateLimit;

/** A link, and what the router before it says. The first link is the client's own: its "router" is the client. */
export interface Link {
  readonly mtu: number;
  readonly delayMs: number;
  /** Up to this much more, uniformly: packets overtake each other. */
  readonly jitterMs: number;
  /** Each way, 0..1. */
  readonly loss: number;
  /** Chance that a packet is held back by `reorderMs`. */
  readonly reorder: number;
  readonly reorderMs: number;
  readonly duplicate: number;
  readonly ptb: PtbBehaviour;
  /** What the router before it says of packets whose TTL ends there. Default: `speaks`. */
  readonly timeExceeded?: 'speaks' | 'silent';
  /** One limit on all ICMP errors of the router before it, as Linux has. Default: none. */
  readonly errors?: RateLimit;
}

export type HostBehaviour = 'answers' | 'refuses' | RateLimit;

export interface PathSpec {
  readonly family: Family;
  readonly links: readonly Link[];
  readonly echo: HostBehaviour;
  readonly udp: HostBehaviour;
  /** UDP 500 and 4500. `closed`, the default: port unreachable, as `udp` says. */
  readonly ike?: HostBehaviour | 'closed';
  /** What the gateway offers to a client. Absent: it accepts nobody. */
  readonly ikeOffer?: IkeOffer;
  /** A firewall before the host drops IP fragments. Default: false. */
  readonly dropsFragments?: boolean;
  /** Largest packet that gets back; larger answers vanish. Infinity: as large as they come. */
  readonly returnMtu: number;
  /** Bytes per ms on the client's own link; Infinity: no queue. */
  readonly bandwidth: number;
  /** Room in the queue before that link, in bytes. */
  readonly queueBytes: number;
  /** Bytes of transport that routers quote (IPv4). */
  readonly quotedTransportBytes: number;
  /** Chance per probe that somebody off the path sends a forged PTB at once. */
  readonly forgery: number;
  readonly lieBytes: number;
  /** What would reach the client in this time, in virtual ms, reaches it at its end: a link that stalls. */
  readonly stall?: { readonly fromMs: number; readonly untilMs: number };
}

export const CLIENT: Record<Family, Uint8Array> = {
  4: Uint8Array.of(192, 0, 2, 1),
  6: Uint8Array.of(0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
};
export const HOST: Record<Family, Uint8Array> = {
  4: Uint8Array.of(198, 51, 100, 7),
  6: Uint8Array.of(0x20, 0x01, 0x0d, 0xb8, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7),
};

/** Address of the router before link `index` (1 is the first router after the client). */
export function routerAddress(family: Family, index: number): Uint8Array {
  return family === 4
    ? Uint8Array.of(203, 0, 113, index)
    : Uint8Array.of(0x20, 0x01, 0x0d, 0xb8, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, index);
}

/** The truth that a measurement is held against: what packets of the client can have. */
export function trueMtu(spec: PathSpec): number {
  return Math.min(...spec.links.map((link) => link.mtu));
}

/**
 * A path made of real packet bytes and virtual time. `send` works out at once what will come back and when;
 * `next` hands it over in order of time.
 */
export class SimulatedPath {
  readonly spec: PathSpec;
  readonly #random: Random;
  readonly #ptbBuckets: readonly (TokenBucket | null)[];
  readonly #errorBuckets: readonly (TokenBucket | null)[];
  readonly #echoBucket: TokenBucket | null;
  readonly #udpBucket: TokenBucket | null;
  readonly #ikeBucket: TokenBucket | null;
  readonly #arrivals: { readonly atMs: number; readonly inbound: Inbound }[] = [];
  readonly #reassembly = new Reassembly();
  #linkFreeAtMs = 0;
  packets = 0;
  bytes = 0;

  constructor(spec: PathSpec, random: Random) {
    this.spec = spec;
    this.#random = random;
    this.#ptbBuckets = spec.links.map(({ ptb }) => (typeof ptb === 'object' ? new TokenBucket(ptb) : null));
    this.#errorBuckets = spec.links.map(({ errors }) =>
      errors === undefined ? null : new TokenBucket(errors),
    );
    this.#echoBucket = typeof spec.echo === 'object' ? new TokenBucket(spec.echo) : null;
    this.#udpBucket = typeof spec.udp === 'object' ? new TokenBucket(spec.udp) : null;
    this.#ikeBucket = typeof spec.ike === 'object' ? new TokenBucket(spec.ike) : null;
  }

  /** False: larger than the client's own link, the system refuses to send it. */
  send(packet: Uint8Array, nowMs: number): boolean {
    const [first] = this.spec.links;
    if (first === undefined || packet.length > first.mtu) return false;
    this.packets++;
    this.bytes += packet.length;
    if (this.#happens(this.spec.forgery)) this.#forge(packet, nowMs);

    const atMs = this.#queued(packet.length, nowMs);
    if (atMs !== null) this.#travel(packet, 0, atMs);
    return true;
  }

  /** Virtual time of the next arrival; Infinity: none under way. */
  get nextAtMs(): number {
    return this.#arrivals[0]?.atMs ?? Infinity;
  }

  next(): { readonly atMs: number; readonly inbound: Inbound } | undefined {
    return this.#arrivals.shift();
  }

  #happens(chance: number): boolean {
    return chance > 0 && this.#random.next() / 2 ** 32 < chance;
  }

  /** From the router before link `first` on. */
  #travel(packet: Uint8Array, first: number, startsAtMs: number): void {
    let atMs = startsAtMs;
    const timeToLive = packet[this.spec.family === 4 ? 8 : 7] ?? 0;
    for (const [index, link] of this.spec.links.entries()) {
      if (index < first) continue;
      // Routers look at the TTL before the size.
      if (index > 0 && timeToLive <= index) {
        if (link.timeExceeded === 'silent') return;
        this.#error({ type: 'time-exceeded', quoted: this.#quote(packet, index) }, index, atMs);
        return;
      }
      if (packet.length > link.mtu) {
        if (!mayBeCut(packet)) this.#sayTooBig(packet, index, atMs);
        else
          for (const piece of fragmentIpv4(packet, { maxBytes: link.mtu })) this.#travel(piece, index, atMs);
        return;
      }
      const arrivesAtMs = this.#cross(link, atMs);
      if (arrivesAtMs === null) return;
      atMs = arrivesAtMs;
    }
    const copies = this.spec.links.some((link) => this.#happens(link.duplicate)) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) this.#arriveAtHost(packet, atMs);
  }

  #arriveAtHost(packet: Uint8Array, atMs: number): void {
    if (this.spec.dropsFragments === true && isFragment(packet)) return;
    const whole = this.#reassembly.add(packet, atMs);
    if (whole !== null) this.#hostReceives(whole.packet, whole.atMs);
  }

  #queued(bytes: number, nowMs: number): number | null {
    if (this.spec.bandwidth === Infinity) return nowMs;
    const startsAtMs = Math.max(nowMs, this.#linkFreeAtMs);
    if ((startsAtMs - nowMs) * this.spec.bandwidth > this.spec.queueBytes) return null;
    this.#linkFreeAtMs = startsAtMs + bytes / this.spec.bandwidth;
    return this.#linkFreeAtMs;
  }

  #cross(link: Link, atMs: number): number | null {
    if (this.#happens(link.loss)) return null;
    const heldBackMs = this.#happens(link.reorder) ? link.reorderMs : 0;
    return atMs + link.delayMs + heldBackMs + (this.#random.next() / 2 ** 32) * link.jitterMs;
  }

  /** The way back from the router before link `index`, or from the host. */
  #sendBack(source: Uint8Array, message: Uint8Array, index: number, atMs: number, protocol: number): void {
    if (message.length + this.#headerBytes > this.spec.returnMtu) return;
    let arrivesAtMs: number | null = atMs;
    for (const link of this.spec.links.slice(0, index).toReversed()) {
      arrivesAtMs = this.#cross(link, arrivesAtMs);
      if (arrivesAtMs === null) return;
    }
    this.#arrive({ source, protocol, message }, arrivesAtMs);
  }

  #arrive(inbound: Inbound, onTimeAtMs: number): void {
    const { fromMs, untilMs } = this.spec.stall ?? { fromMs: Infinity, untilMs: Infinity };
    const atMs = onTimeAtMs >= fromMs ? Math.max(onTimeAtMs, untilMs) : onTimeAtMs;
    let place = this.#arrivals.length;
    while (place > 0 && (this.#arrivals[place - 1]?.atMs ?? 0) > atMs) place--;
    this.#arrivals.splice(place, 0, { atMs, inbound });
  }

  #sayTooBig(packet: Uint8Array, index: number, atMs: number): void {
    const { ptb, mtu } = { ...this.spec.links[index], ptb: this.spec.links[index]?.ptb ?? 'silent' };
    if (ptb === 'silent' || mtu === undefined) return;
    const bucket = this.#ptbBuckets[index];
    if (bucket !== null && bucket !== undefined && !bucket.take(atMs)) return;
    const claimed =
      ptb === 'zero'
        ? 0
        : ptb === 'not-smaller'
          ? packet.length
          : ptb === 'lying-low'
            ? mtu - this.spec.lieBytes
            : mtu;
    this.#error(
      { type: 'packet-too-big', mtu: Math.max(0, claimed), quoted: this.#quote(packet, index) },
      index,
      atMs,
    );
  }

  #error(error: IcmpErrorToEncode, index: number, atMs: number): void {
    if (this.#errorBuckets[index]?.take(atMs) === false) return;
    const source =
      index > this.spec.links.length ? HOST[this.spec.family] : routerAddress(this.spec.family, index);
    const message = this.#encodeError(error, source);
    this.#sendBack(source, message, Math.min(index, this.spec.links.length), atMs, this.#icmpProtocol);
  }

  #encodeError(error: IcmpErrorToEncode, source: Uint8Array): Uint8Array {
    return this.spec.family === 4
      ? icmpv4.encodeError(error)
      : icmpv6.encodeError(error, { source, destination: CLIENT[6] });
  }

  /** The packet as router `index` saw it: TTL counted down, cut as routers cut. */
  #quote(packet: Uint8Array, index: number): Uint8Array {
    const most = this.spec.family === 4 ? ipv4.HEADER_BYTES + this.spec.quotedTransportBytes : 1232;
    const quote = packet.slice(0, most);
    const timeToLiveAt = this.spec.family === 4 ? 8 : 7;
    quote[timeToLiveAt] = (quote[timeToLiveAt] ?? 0) - (index - 1);
    return quote;
  }

  #hostReceives(packet: Uint8Array, atMs: number): void {
    const decoded = this.spec.family === 4 ? ipv4.decode(packet) : ipv6.decode(packet);
    if (decoded.type === 'malformed')
      throw new Error(`the program sent a malformed packet: ${decoded.reason}`);
    const host = HOST[this.spec.family];
    const hops = this.spec.links.length;
    if (decoded.protocol === PROTOCOL.udp && this.#ikeReceives(decoded.payload, atMs)) return;
    if (decoded.protocol === PROTOCOL.udp) {
      if (this.spec.udp === 'refuses' || this.#udpBucket?.take(atMs) === false) return;
      this.#error({ type: 'port-unreachable', quoted: this.#quote(packet, hops) }, hops + 1, atMs);
      return;
    }
    const request = this.spec.family === 4 ? icmpv4.decode(decoded.payload) : icmpv6.decode(decoded.payload);
    if (request.type !== 'echo-request')
      throw new Error(`the program sent ${request.type} instead of an echo request`);
    if (this.spec.echo === 'refuses' || this.#echoBucket?.take(atMs) === false) return;
    const reply =
      this.spec.family === 4
        ? icmpv4.encodeEchoReply(request)
        : icmpv6.encodeEchoReply({ ...request, source: host, destination: CLIENT[6] });
    this.#sendBack(host, reply, hops, atMs, this.#icmpProtocol);
  }

  /** Whether the datagram was for an IKE port that is not closed. */
  #ikeReceives(bytes: Uint8Array, atMs: number): boolean {
    const { ike = 'closed', family, links } = this.spec;
    const datagram = udp.decode(bytes);
    if (ike === 'closed' || datagram.type === 'malformed' || !isIkePort(datagram.destinationPort))
      return false;
    const isMuted = ike === 'refuses' || this.#ikeBucket?.take(atMs) === false;
    const answer = isMuted
      ? null
      : answerIke(datagram.payload, datagram.destinationPort, this.spec.ikeOffer ?? null);
    if (answer === null) return true;
    const reply = udp.encode({
      source: HOST[family],
      destination: CLIENT[family],
      sourcePort: datagram.destinationPort,
      destinationPort: datagram.sourcePort,
      payload: answer,
    });
    this.#sendBack(HOST[family], reply, links.length, atMs, PROTOCOL.udp);
    return true;
  }

  /** What somebody could send who guesses, or who sees the probes: nothing of it may change the answer. */
  #forge(packet: Uint8Array, nowMs: number): void {
    const attacker = routerAddress(this.spec.family, 66);
    const isRightQuote = this.#random.below(2) === 0;
    const quote = packet.slice(0, this.spec.family === 4 ? 28 : 1232);
    if (!isRightQuote) {
      // A wrong identifier or port.
      const at = this.#headerBytes + (packet[this.spec.family === 4 ? 9 : 6] === PROTOCOL.udp ? 1 : 4);
      quote[at] = (quote[at] ?? 0) ^ 0x5a;
    }
    const values = [
      0,
      67,
      Math.min(65_535, 2000 + packet.length),
      isRightQuote ? 0 : 576,
      isRightQuote ? 10 : 1280,
    ];
    const mtu = values[this.#random.below(values.length)] ?? 0;
    const message = this.#encodeError({ type: 'packet-too-big', mtu, quoted: quote }, attacker);
    this.#arrive({ source: attacker, protocol: this.#icmpProtocol, message }, nowMs + 0.5);
  }

  get #headerBytes(): number {
    return this.spec.family === 4 ? ipv4.HEADER_BYTES : ipv6.HEADER_BYTES;
  }

  get #icmpProtocol(): number {
    return this.spec.family === 4 ? PROTOCOL.icmp : PROTOCOL.icmpv6;
  }
}

/** Routers cut IPv4 packets without DF. */
function mayBeCut(packet: Uint8Array): boolean {
  const decoded = ipv4.decode(packet);
  return decoded.type !== 'malformed' && !decoded.dontFragment;
}
