import type { Socket } from 'raw-socket';
import { PathmtuError } from '../errors.ts';
import * as icmpv4 from '../packet/icmpv4.ts';
import * as icmpv6 from '../packet/icmpv6.ts';
import * as ipv4 from '../packet/ipv4.ts';
import { PROTOCOL } from '../packet/protocol.ts';
import * as quoted from '../packet/quoted.ts';
import * as udp from '../packet/udp.ts';
import type { Family, Inbound } from '../probe/method.ts';
import type { SendFailure } from '../probe/sender.ts';
import { bytesOf } from './address.ts';
import { nowMs } from './clock.ts';
import { Hearing } from './hearing.ts';
import { HeldPorts } from './held-ports.ts';
import { loadRawSocket, notPermitted } from './raw-addon.ts';
import type { MessageListener, SendOutcome, Transport } from './transport.ts';

/**
 * Raw sockets, through the raw-socket addon. Per family and process: one to send whole IP packets, one to receive
 * ICMP, and the UDP sockets that hold the source ports.
 */
export class RawTransport implements Transport {
  readonly family: Family;
  readonly #sender: Socket;
  readonly #receiver: Socket;
  readonly #ports: HeldPorts;
  readonly #hearing = new Hearing();
  readonly #listeners = new Map<string, Set<MessageListener>>();
  #isReadingOn = false;

  /** @throws {PathmtuError} `not-permitted`, `addon-missing`, `no-source-ports` */
  static async open(family: Family): Promise<RawTransport> {
    const raw = loadRawSocket();
    const addressFamily = family === 4 ? raw.AddressFamily.IPv4 : raw.AddressFamily.IPv6;
    const open = (protocol: number): Socket => {
      try {
        return raw.createSocket({ addressFamily, protocol, bufferSize: LARGEST_PACKET_BYTES });
      } catch (cause) {
        throw notPermitted(cause);
      }
    };
    const receiver = open(family === 4 ? PROTOCOL.icmp : PROTOCOL.icmpv6);
    // The sender's protocol, IPPROTO_RAW, receives nothing.
    const sender = open(IPPROTO_RAW);
    const transport = new RawTransport(family, sender, receiver);
    await transport.udpSourcePorts(1);
    return transport;
  }

  private constructor(family: Family, sender: Socket, receiver: Socket) {
    this.family = family;
    this.#sender = sender;
    this.#receiver = receiver;
    this.#ports = new HeldPorts(family, (payload, from, toPort) => this.#onUdp(payload, from, toPort));

    setSendOptions(sender, family);
    sender.pauseRecv();
    setReceiveOptions(receiver, family);
    // An error that belongs to no packet has no one to tell it to: what it lost will be missed by its timeout.
    sender.on('error', () => {});
    receiver.on('error', () => {
      this.#isReadingOn = false;
    });
    receiver.on('message', (bytes, source) => {
      this.#onIcmp(bytes, source);
      if (!this.#isReadingOn) this.#readOn();
    });
  }

  get udpSourcePort(): number {
    return this.#ports.first;
  }

  udpSourcePorts(count: number): Promise<readonly number[]> {
    return this.#ports.hold(count);
  }

  listen(address: Uint8Array, listener: MessageListener): () => void {
    const key = keyOf(address);
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(key);
    };
  }

  whenHeard(callback: () => void): void {
    this.#hearing.whenQuiet(callback);
  }

  send(packet: Uint8Array, destination: string, { onSent, onFailed }: SendOutcome): void {
    const buffer = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
    let leftAtMs = 0;
    const onLeaving = (): void => {
      leftAtMs = nowMs();
    };
    this.#sender.send(buffer, 0, buffer.length, destination, onLeaving, (error) => {
      if (error === null) onSent(leftAtMs);
      else onFailed(failureOf(error.message), error.message, nowMs());
    });
  }

  close(): void {
    this.#sender.close();
    this.#receiver.close();
    this.#ports.close();
  }

  /**
   * Reads what else has arrived. The addon by itself reads one packet per turn of the event loop, and every turn begins
   * with the timers: where many answers wait, they would be called lost before they are read.
   */
  #readOn(): void {
    this.#isReadingOn = true;
    for (let count = 0; count < MOST_PER_TURN && this.#isReadingOn; count++) this.#receiver.onRecvReady();
    this.#isReadingOn = false;
  }

  #onIcmp(bytes: Uint8Array, sourceText: string): void {
    const atMs = nowMs();
    this.#hearing.onMessage();
    let message = bytes;
    if (this.family === 4) {
      // Linux hands over IPv4 packets with their header, IPv6 ones without.
      const packet = ipv4.decode(bytes);
      if (packet.type === 'malformed') return;
      // Raw sockets get ICMPv4 before the kernel looks at its checksum; ICMPv6 comes checked.
      if (!icmpv4.hasValidChecksum(packet.payload)) return;
      message = packet.payload;
    }
    const source = bytesOf(sourceText);
    const decoded = this.family === 4 ? icmpv4.decode(message) : icmpv6.decode(message);
    const protocol = this.family === 4 ? PROTOCOL.icmp : PROTOCOL.icmpv6;
    this.#deliver(
      concernedAddress(decoded, source),
      { source, protocol, message },
      atMs,
      decoded.type === 'packet-too-big',
    );
  }

  #onUdp(
    payload: Uint8Array,
    { address, port }: { readonly address: string; readonly port: number },
    toPort: number,
  ): void {
    const atMs = nowMs();
    this.#hearing.onMessage();
    // The header that the kernel took off: methods read datagrams whole.
    const message = new Uint8Array(udp.HEADER_BYTES + payload.length);
    const view = new DataView(message.buffer);
    view.setUint16(0, port);
    view.setUint16(2, toPort);
    view.setUint16(4, message.length);
    message.set(payload, udp.HEADER_BYTES);
    const source = bytesOf(address);
    this.#deliver(source, { source, protocol: PROTOCOL.udp, message }, atMs, false);
  }

  #deliver(concerned: Uint8Array | null, inbound: Inbound, atMs: number, isPtb: boolean): void {
    let listeners = concerned === null ? undefined : this.#listeners.get(keyOf(concerned));
    // A PTB about nobody's packet is worth a remark, where it is clear whose remark it would be.
    if (listeners === undefined && isPtb && this.#listeners.size === 1)
      [listeners] = this.#listeners.values();
    for (const listener of listeners ?? []) listener(inbound, atMs);
  }
}

/** The target that a message concerns: whose packet an error quotes, else who sent it; null: unreadable. */
function concernedAddress(message: ReturnType<typeof icmpv4.decode>, source: Uint8Array): Uint8Array | null {
  if (!('quoted' in message)) return source;
  const quote = quoted.decode(message.quoted);
  return quote.type === 'malformed' ? null : quote.destination;
}

function keyOf(address: Uint8Array): string {
  return address.join('.');
}

/**
 * The whole header is ours (IP_HDRINCL), so DF is what the packet says. IP_PMTUDISC_PROBE is needed all the same:
 * without it the kernel holds every packet against the path MTU that it has cached for the destination, and refuses
 * larger ones (seen on Linux 6.18); with it only the interface's own MTU counts.
 */
function setSendOptions(socket: Socket, family: Family): void {
  if (family === 4) {
    socket.setOption(IPPROTO_IP, IP_HDRINCL, 1);
    socket.setOption(IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_PROBE);
  } else {
    socket.setOption(IPPROTO_IPV6, IPV6_HDRINCL, 1);
    socket.setOption(IPPROTO_IPV6, IPV6_MTU_DISCOVER, PMTUDISC_PROBE);
  }
  enlarge(socket, SO_SNDBUFFORCE, SO_SNDBUF);
}

/** Only the types that matter are let in: on a busy host other echo traffic would fill the buffer. */
function setReceiveOptions(socket: Socket, family: Family): void {
  if (family === 4) {
    const filter = Buffer.alloc(4);
    // A set bit blocks: struct icmp_filter, host byte order.
    filter.writeUInt32LE(~ICMPV4_TYPES.reduce((bits, type) => bits | (1 << type), 0) >>> 0);
    socket.setOption(SOL_RAW, ICMP_FILTER, filter, filter.length);
  } else {
    const filter = Buffer.alloc(32, 0xff);
    // struct icmp6_filter: 8 words of 32 bits, a set bit blocks; little-endian words, so bytes in order.
    for (const type of ICMPV6_TYPES) filter[type >> 3] = (filter[type >> 3] ?? 0) & ~(1 << (type & 7));
    socket.setOption(IPPROTO_ICMPV6, ICMP6_FILTER, filter, filter.length);
  }
  enlarge(socket, SO_RCVBUFFORCE, SO_RCVBUF);
}

/**
 * A flight of jumbo echo replies is charged 16 KiB each against the buffer, whose default (208 KiB) holds 13. The
 * forced option passes the administrator's limit but needs CAP_NET_ADMIN; without it the limit is what there is.
 */
function enlarge(socket: Socket, forced: number, plain: number): void {
  try {
    socket.setOption(SOL_SOCKET, forced, BUFFER_BYTES);
  } catch {
    socket.setOption(SOL_SOCKET, plain, BUFFER_BYTES);
  }
}

/** The addon gives strerror texts, not codes. */
function failureOf(message: string): SendFailure {
  switch (message) {
    case 'Message too long':
      return 'too-large';
    case 'Network is unreachable':
    case 'No route to host':
      return 'no-route';
    case 'Operation not permitted':
    case 'Permission denied':
      return 'not-permitted';
    case 'No buffer space available':
    case 'Resource temporarily unavailable':
      return 'no-buffers';
    default:
      return 'other';
  }
}

/** A flood must not keep timers and packets to send from their turn. */
const MOST_PER_TURN = 256;

const LARGEST_PACKET_BYTES = 65_535;
const BUFFER_BYTES = 4 * 1024 * 1024;

/** Echo reply, destination unreachable, time exceeded, parameter problem. */
const ICMPV4_TYPES = [0, 3, 11, 12];
/** Destination unreachable, packet too big, time exceeded, parameter problem, echo reply. */
const ICMPV6_TYPES = [1, 2, 3, 4, 129];

// Linux's numbers (include/uapi/linux/in.h, in6.h, icmp.h, asm-generic/socket.h).
const IPPROTO_IP = 0;
const IPPROTO_IPV6 = 41;
const IPPROTO_ICMPV6 = 58;
const IPPROTO_RAW = 255;
const IP_HDRINCL = 3;
const IP_MTU_DISCOVER = 10;
const IPV6_MTU_DISCOVER = 23;
const IPV6_HDRINCL = 36;
const PMTUDISC_PROBE = 3;
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const SOL_RAW = 255;
const ICMP_FILTER = 1;
const ICMP6_FILTER = 1;

const open: Record<Family, { transport: Promise<RawTransport>; users: number } | null> = { 4: null, 6: null };

/**
 * The process's transport of this family: opened for the first user, closed after the last.
 *
 * @throws {PathmtuError} as {@link RawTransport.open}
 */
export async function withTransport<Value>(
  family: Family,
  use: (transport: Transport) => Promise<Value>,
): Promise<Value> {
  const shared = (open[family] ??= { transport: RawTransport.open(family), users: 0 });
  shared.users++;
  try {
    return await use(await shared.transport);
  } finally {
    shared.users--;
    if (shared.users === 0) {
      open[family] = null;
      await shared.transport.then(
        (transport) => transport.close(),
        (error: unknown) => {
          // Already thrown above, to every user.
          if (!(error instanceof PathmtuError)) throw error;
        },
      );
    }
  }
}
