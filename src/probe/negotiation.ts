import { classifyAnswer, isAnswerTo, type Algorithms, type Answer } from '../packet/ike/answer.ts';
import { closing, type KeyAgreement } from '../packet/ike/closing.ts';
import { ExchangeType, Group } from '../packet/ike/iana.ts';
import { decode, type IkeMessage } from '../packet/ike/message.ts';
import { natDetectionHash, natPositions, type Sha1 } from '../packet/ike/nat-detection.ts';
import { NEGOTIABLE_GROUPS, negotiation } from '../packet/ike/negotiation.ts';
import { removeNonEspMarker } from '../packet/ike/non-esp-marker.ts';
import type { ProtectionSuite } from '../packet/ike/protection.ts';
import { PROTOCOL } from '../packet/protocol.ts';
import * as udp from '../packet/udp.ts';
import type { Inbound } from './method.ts';
import { isSameAddress, wrap, type Flow } from './methods/flow.ts';
import { randomBytes, type IkePort } from './methods/ike.ts';
import type { Random } from './random.ts';
import type { Outgoing, Sender } from './sender.ts';

export interface NegotiationContext {
  readonly flow: Flow;
  readonly sourcePort: number;
  readonly port: IkePort;
  readonly random: Random;
  readonly sha1: Sha1;
  /** A fresh key of one of {@link NEGOTIABLE_GROUPS}. */
  readonly keyAgreement: (group: number) => KeyAgreement;
  /** What protects messages after these algorithms are agreed; null: not known here. */
  readonly protectionSuite: (algorithms: Algorithms) => ProtectionSuite | null;
}

/** What came of it. */
export type NegotiationOutcome =
  | { readonly type: 'pending' }
  | { readonly type: 'unanswered' }
  | {
      readonly type: 'answered';
      readonly answer: Answer;
      readonly cookieRequired: boolean;
      /** Null when the gateway sent no hashes. */
      readonly nat: { readonly weAreBehindNat: boolean; readonly gatewayIsBehindNat: boolean } | null;
    };

/**
 * One IKE_SA_INIT as a real client sends it, to learn what the gateway offers. Once per run, since an accepted one
 * makes a half-open SA; a repetition is the same message, which gateways recognise (OpenIKED, which then says
 * nothing, is taken for unanswered rather than asked twice). A wanted cookie and a wanted group are followed up
 * with the same SPI and nonce (RFC 7296 sections 2.6 and 2.6.1).
 *
 * After an accepting answer the outcome is known, and one more message makes the gateway forget the SA (closing.ts).
 * It is repeated once if nothing comes back while the measurement goes on anyway: strongSwan never answers it, and
 * takes no notice of the repetition. If all copies are lost, or the algorithms are none that we can protect with, the
 * SA stays half-open for as long as the gateway keeps those: 30 s on strongSwan.
 */
export class Negotiation implements Sender {
  readonly #context: NegotiationContext;
  readonly #spi: Uint8Array;
  readonly #nonce: Uint8Array;
  #group = NEGOTIABLE_GROUPS[0] ?? Group.ecp256;
  /** Those that the gateway did not want. */
  readonly #refusedGroups: number[] = [];
  #cookie: Uint8Array | undefined;
  #cookies = 0;
  #phase: 'asking' | 'closing' | 'over' = 'asking';
  #keyAgreement: KeyAgreement;
  #packet: Uint8Array;
  #tries = 0;
  #isDue = true;
  #number = 0;
  #leftNumber = 0;
  #sentAtMs = 0;
  #polledAtMs = 0;
  #outcome: NegotiationOutcome = { type: 'pending' };

  constructor(context: NegotiationContext) {
    this.#context = context;
    this.#spi = randomBytes(8, context.random);
    this.#spi[0] = (this.#spi[0] ?? 0) | 1;
    this.#nonce = randomBytes(32, context.random);
    this.#keyAgreement = context.keyAgreement(this.#group);
    this.#packet = this.#request();
  }

  get outcome(): NegotiationOutcome {
    return this.#outcome;
  }

  /**
   * Whether nothing has to leave any more. The outcome is known before: closing takes until the transport says that
   * its packet has left, since one that still waits would be lost with the socket.
   */
  get isOver(): boolean {
    return this.#phase === 'over' || (this.#phase === 'closing' && !this.#isDue && this.#hasLeft);
  }

  /** @param timeoutMs round-trip timeout measured to the gateway */
  poll(nowMs: number, timeoutMs: number): readonly Outgoing[] {
    this.#polledAtMs = nowMs;
    if (this.#phase === 'over') return [];
    if (!this.#isDue) {
      if (nowMs < this.wakeAtMs(timeoutMs)) return [];
      if (this.#tries >= MOST_TRIES[this.#phase]) {
        if (this.#phase === 'asking') this.#outcome = { type: 'unanswered' };
        this.#phase = 'over';
        return [];
      }
    }
    this.#isDue = false;
    this.#tries++;
    this.#number++;
    this.#sentAtMs = nowMs;
    return [{ number: this.#number, packet: this.#packet }];
  }

  wakeAtMs(timeoutMs: number): number {
    if (this.#phase === 'over') return Infinity;
    if (this.#isDue) return 0;
    // Nobody is told when it leaves, and the measurement may wait for nothing else.
    if (this.#phase === 'closing' && !this.#hasLeft) return this.#polledAtMs + LEAVING_MS;
    const patienceMs = Math.max(LEAST_PATIENCE_MS, PATIENCE_TIMEOUTS * timeoutMs);
    return this.#sentAtMs + patienceMs * 2 ** (this.#tries - 1);
  }

  onSent(number: number, nowMs: number): void {
    this.#leftNumber = number;
    this.#sentAtMs = nowMs;
  }

  /** A repetition follows anyway. */
  onSendFailed(number: number): void {
    this.#leftNumber = number;
  }

  /** Whether the message was the answer to this. */
  onMessage(inbound: Inbound): boolean {
    const { flow, port, sourcePort } = this.#context;
    if (inbound.protocol !== PROTOCOL.udp || !isSameAddress(inbound.source, flow.destination)) return false;
    const datagram = udp.decode(inbound.message);
    if (
      datagram.type === 'malformed' ||
      datagram.sourcePort !== port ||
      datagram.destinationPort !== sourcePort
    ) {
      return false;
    }
    const bytes = port === 4500 ? removeNonEspMarker(datagram.payload) : datagram.payload;
    const message = bytes === null ? null : decode(bytes);
    if (message === null || message.type === 'malformed' || !isAnswerTo(message, this.#spi)) return false;
    if (this.#phase === 'asking') this.#follow(message);
    else if (message.exchangeType !== ExchangeType.ikeSaInit) this.#phase = 'over';
    return true;
  }

  get #hasLeft(): boolean {
    return this.#leftNumber === this.#number;
  }

  #follow(message: IkeMessage): void {
    const answer = classifyAnswer(message);
    const { outcome } = answer;
    if (outcome.type === 'cookie-wanted' && this.#cookies < MOST_COOKIES) {
      this.#cookies++;
      this.#cookie = outcome.cookie.slice();
      this.#say(this.#request());
      return;
    }
    if (outcome.type === 'group-wanted') {
      const { group } = outcome;
      // The same answer to a repetition of the request before.
      if (group === this.#group && this.#refusedGroups.length > 0) return;
      if (group !== null && NEGOTIABLE_GROUPS.includes(group) && !this.#refusedGroups.includes(group)) {
        this.#refusedGroups.push(this.#group);
        this.#group = group;
        this.#keyAgreement = this.#context.keyAgreement(group);
        this.#say(this.#request());
        return;
      }
    }
    const { flow, port, sourcePort, sha1 } = this.#context;
    const { responderSpi } = message;
    const hash = (address: Uint8Array, itsPort: number): Uint8Array =>
      natDetectionHash(sha1, { initiatorSpi: this.#spi, responderSpi, address, port: itsPort });
    const nat = natPositions(answer.natDetection, {
      source: hash(flow.destination, port),
      destination: hash(flow.source, sourcePort),
    });
    this.#outcome = { type: 'answered', answer, cookieRequired: this.#cookies > 0, nat };
    const packet = outcome.type === 'accepted' ? this.#close(message, outcome.algorithms) : null;
    this.#phase = packet === null ? 'over' : 'closing';
    if (packet !== null) this.#say(packet);
  }

  #say(packet: Uint8Array): void {
    this.#packet = packet;
    this.#tries = 0;
    this.#isDue = true;
  }

  #close(accepted: IkeMessage, algorithms: Algorithms): Uint8Array | null {
    const { port, random } = this.#context;
    const suite = this.#context.protectionSuite(algorithms);
    if (suite === null) return null;
    const payload = closing({
      accepted,
      nonce: this.#nonce,
      keyAgreement: this.#keyAgreement,
      suite,
      random: (lengthBytes) => randomBytes(lengthBytes, random),
      onPort4500: port === 4500,
    });
    return payload === null ? null : this.#wrap(payload);
  }

  #request(): Uint8Array {
    const { flow, port, sourcePort, sha1 } = this.#context;
    const noSpi = new Uint8Array(8);
    const hash = (address: Uint8Array, itsPort: number): Uint8Array =>
      natDetectionHash(sha1, { initiatorSpi: this.#spi, responderSpi: noSpi, address, port: itsPort });
    const payload = negotiation({
      spi: this.#spi,
      nonce: this.#nonce,
      group: this.#group,
      keyExchange: this.#keyAgreement.publicValue,
      natDetection: { source: hash(flow.source, sourcePort), destination: hash(flow.destination, port) },
      ...(this.#cookie === undefined ? {} : { cookie: this.#cookie }),
      onPort4500: port === 4500,
    });
    return this.#wrap(payload);
  }

  #wrap(payload: Uint8Array): Uint8Array {
    const { flow, port, sourcePort } = this.#context;
    const datagram = udp.encode({ ...flow, sourcePort, destinationPort: port, payload });
    return wrap(flow, PROTOCOL.udp, IP_IDENTIFICATION, datagram);
  }
}

/** With patience doubling from 0.2 s on a short path: 1.4 s of asking in all. */
const MOST_TRIES = { asking: 3, closing: 2 } as const;
const LEAST_PATIENCE_MS = 200;
const PATIENCE_TIMEOUTS = 4;
const MOST_COOKIES = 3;
/** A packet leaves within a millisecond, unless the host is very busy. */
const LEAVING_MS = 5;

/** Away from the numbers of the probes; it means nothing on a packet that is not fragmented. */
const IP_IDENTIFICATION = 0xf000;
