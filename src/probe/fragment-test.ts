import { fragmentIpv4, fragmentIpv6 } from '../packet/fragment.ts';
import type { Inbound, Method, MethodName } from './method.ts';
import { ipHeaderBytes } from './methods/flow.ts';
import type { Random } from './random.ts';
import type { Outgoing, SendFailure, Sender } from './sender.ts';

/** One way of cutting a datagram. All sizes are whole IP packets. */
interface FragmentCase {
  readonly name: 'in-order' | 'last-first' | 'small-pieces' | 'many-pieces' | 'small-datagram';
  readonly size: number;
  readonly pieces: number;
  readonly order: 'in-order' | 'last-first';
}

export interface FragmentVerdict extends FragmentCase {
  /** Null: could not be told, given the loss of the path. */
  readonly delivered: boolean | null;
  readonly via: MethodName;
}

export interface FragmentTestOptions {
  /** Its own instance: no probe of a search has its numbers. */
  readonly method: Method;
  readonly family: 4 | 6;
  /** Path MTU, or the largest size known to fit. */
  readonly mtu: number;
  /** Size of the packet that the user wants to know about; null: none. */
  readonly wantedBytes: number | null;
  /** Single packets that went there and back before, and how many of them were lost. */
  readonly controls: { readonly judged: number; readonly lost: number };
  readonly random: Random;
}

interface Case extends FragmentCase {
  readonly packets: (number: number) => Uint8Array[];
  /** Rounds in which it went unanswered although a control was answered. */
  lost: number;
  isDelivered: boolean;
}

/**
 * Do IP fragments arrive? Requests that the target answers, cut into fragments by us, since no kernel cuts them in the
 * ways that firewalls stumble over:
 * - `in-order`: larger than the path MTU, first piece first, as a kernel sends an IKE_AUTH;
 * - `last-first`: the same in reverse order (some clouds drop those);
 * - `small-pieces`: of at most 576 bytes;
 * - `many-pieces`: twenty;
 * - `small-datagram`: a small request in two pieces, which tells "fragments are dropped" from "large datagrams are".
 *
 * They go out in rounds, with unfragmented controls of small size around them. An answer proves delivery. Silence counts
 * only in a round with an answered control, and says `dropped` when so many silent rounds would be random losses
 * with probability below {@link CHANCE_OF_WRONG_DROP}: a datagram of k pieces is lost if any of them is. How much is
 * lost, the controls of the search and of this test say together: a gateway that is spared has answered few before.
 *
 * Over icmp the answer is as large as the request and comes back in fragments: then both directions are tested.
 */
export class FragmentTest implements Sender {
  readonly #options: FragmentTestOptions;
  readonly #cases: Case[];
  /** What each number was: a case, or null for a control. */
  readonly #sent: { readonly subject: Case | null; isAnswered: boolean }[] = [];
  #queue: { readonly number: number; readonly packets: readonly Uint8Array[] }[] = [];
  #nextSendAtMs = 0;
  #round: { readonly first: number; endsAtMs: number } | null = null;
  #rounds = 0;
  #controls: FragmentTestOptions['controls'];
  /** Pieces that were given out and have not left; the round ends this long after the last one has. */
  #unsent = 0;
  #patienceMs = 0;
  #isOver = false;

  constructor(options: FragmentTestOptions) {
    this.#options = options;
    this.#controls = options.controls;
    this.#cases = casesFor(options);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get verdicts(): readonly FragmentVerdict[] {
    return this.#cases.map(({ name, size, pieces, order, ...subject }) => ({
      name,
      size,
      pieces,
      order,
      delivered: subject.isDelivered ? true : this.#isDropped({ pieces, ...subject }) ? false : null,
      via: this.#options.method.name,
    }));
  }

  /** @param timeoutMs round-trip timeout measured to the target */
  poll(nowMs: number, timeoutMs: number): readonly Outgoing[] {
    if (this.#isOver) return [];
    if (this.#queue.length > 0) return this.#release(nowMs, timeoutMs);
    if (this.#round !== null) {
      const isAllAnswered = this.#sent.slice(this.#round.first).every((sent) => sent.isAnswered);
      if (!isAllAnswered && nowMs < this.#round.endsAtMs) return [];
      this.#settle();
    }
    const open = this.#cases.filter((subject) => !subject.isDelivered && !this.#isDropped(subject));
    if (open.length === 0 || this.#rounds >= MOST_ROUNDS) {
      this.#isOver = true;
      return [];
    }
    this.#start(open);
    return this.#release(nowMs, timeoutMs);
  }

  get wakeAtMs(): number {
    if (this.#isOver) return Infinity;
    return this.#queue.length > 0 ? this.#nextSendAtMs : (this.#round?.endsAtMs ?? 0);
  }

  onSent(_number: number, nowMs: number): void {
    this.#unsent--;
    if (this.#unsent === 0 && this.#queue.length === 0 && this.#round !== null)
      this.#round.endsAtMs = nowMs + this.#patienceMs;
  }

  /** A piece that could not leave makes its datagram silent, which {@link verdicts} must not call dropped. */
  onSendFailed(number: number, _failure: SendFailure, _reason: string, nowMs: number): void {
    this.#rounds = MOST_ROUNDS;
    this.onSent(number, nowMs);
  }

  /** Whether the message was an answer to this. */
  onMessage(inbound: Inbound): boolean {
    const reply = this.#options.method.decode(inbound);
    if (reply.type !== 'answer' || reply.isPortClosed === true) return false;
    const sent = this.#sent[reply.number - 1];
    if (sent === undefined) return false;
    sent.isAnswered = true;
    if (sent.subject !== null) sent.subject.isDelivered = true;
    return true;
  }

  stop(): void {
    this.#isOver = true;
  }

  #start(open: readonly Case[]): void {
    this.#rounds++;
    this.#round = { first: this.#sent.length, endsAtMs: Infinity };
    const { method } = this.#options;
    const enqueue = (subject: Case | null): void => {
      const number = this.#sent.push({ subject, isAnswered: false });
      const packets =
        subject === null ? [method.encode(number, method.controlBytes)] : subject.packets(number);
      this.#queue.push({ number, packets });
    };
    enqueue(null);
    for (const subject of open) enqueue(subject);
    enqueue(null);
  }

  /** One datagram at a time, all its pieces at once. */
  #release(nowMs: number, timeoutMs: number): readonly Outgoing[] {
    if (nowMs < this.#nextSendAtMs) return [];
    const next = this.#queue.shift();
    if (next === undefined) return [];
    this.#nextSendAtMs = nowMs + this.#options.method.manners.spacingMs;
    this.#patienceMs = timeoutMs + REASSEMBLY_MS;
    this.#unsent += next.packets.length;
    return next.packets.map((packet) => ({ number: next.number, packet }));
  }

  #settle(): void {
    const round = this.#sent.slice(this.#round?.first ?? 0);
    this.#round = null;
    const controls = round.filter(({ subject }) => subject === null);
    const lost = controls.filter(({ isAnswered }) => !isAnswered).length;
    const { judged, lost: lostBefore } = this.#controls;
    this.#controls = { judged: judged + controls.length, lost: lostBefore + lost };
    if (lost === controls.length) return;
    for (const { subject, isAnswered } of round) if (subject !== null && !isAnswered) subject.lost++;
  }

  #isDropped({ lost, pieces }: Pick<Case, 'lost' | 'pieces'>): boolean {
    const { judged, lost: controlsLost } = this.#controls;
    // Half a loss more than was seen, as Jeffreys has it: too small a rate would make chance look like a firewall.
    const lossRate = (controlsLost + 0.5) / (judged + 1);
    const lossOfDatagram = 1 - (1 - lossRate) ** pieces;
    return lost > 0 && lossOfDatagram ** lost <= CHANCE_OF_WRONG_DROP;
  }
}

function casesFor({ method, family, mtu, wantedBytes, random }: FragmentTestOptions): Case[] {
  const size = Math.min(LARGEST_DATAGRAM_BYTES, Math.max(wantedBytes ?? 0, mtu + BEYOND_MTU_BYTES));
  const smallSize = Math.max(SMALL_DATAGRAM_BYTES, method.leastSearchedBytes + 16);
  // A path wider than the largest datagram that every gateway takes: cut below the MTU then.
  const pieceBytes = Math.min(mtu, Math.ceil(size * 0.6));
  const make = (
    name: FragmentCase['name'],
    bytes: number,
    piece: number,
    order: FragmentCase['order'],
  ): Case => {
    const packets = (number: number): Uint8Array[] => {
      const packet = method.encode(number, bytes);
      const pieces =
        family === 4
          ? fragmentIpv4(packet, { maxBytes: piece })
          : fragmentIpv6(packet, { maxBytes: piece, identification: random.next() });
      return order === 'in-order' ? pieces : pieces.toReversed();
    };
    return { name, size: bytes, pieces: packets(1).length, order, packets, lost: 0, isDelivered: false };
  };
  const headers = ipHeaderBytes(family) + (family === 4 ? 0 : 8);
  const twentieth = headers + Math.ceil((size - ipHeaderBytes(family)) / MANY / 8) * 8;
  const half = headers + Math.ceil((smallSize - ipHeaderBytes(family)) / 2 / 8) * 8;
  return [
    make('in-order', size, pieceBytes, 'in-order'),
    make('last-first', size, pieceBytes, 'last-first'),
    make('small-pieces', size, Math.min(mtu, SMALL_PIECE_BYTES), 'in-order'),
    make('many-pieces', size, Math.min(mtu, twentieth), 'in-order'),
    make('small-datagram', smallSize, half, 'in-order'),
  ];
}

/** One in a thousand: a verdict on a firewall, repeated by the next run; not the bound on the path MTU. */
const CHANCE_OF_WRONG_DROP = 1e-3;

/**
 * A gateway that answers nothing but IKE may have answered three controls before: it takes this many to say on a path
 * without loss that twenty pieces are dropped.
 */
const MOST_ROUNDS = 8;

/** Between the last piece and the answer there is a reassembly; it costs nothing, but a busy daemon may. */
const REASSEMBLY_MS = 20;

/** OpenIKED takes 8192 bytes of UDP payload, strongSwan 10000. */
const LARGEST_DATAGRAM_BYTES = 8000;

/** An IKE_AUTH that doesn't fit is usually half a packet or more too large. */
const BEYOND_MTU_BYTES = 600;

const SMALL_DATAGRAM_BYTES = 400;
const SMALL_PIECE_BYTES = 576;
const MANY = 20;
