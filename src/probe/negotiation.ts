import { classifyAnswer, isAnswerTo, type Answer } from '../packet/ike/answer.ts';
import { decode } from '../packet/ike/message.ts';
import { natDetectionHash, natPositions, type Sha1 } from '../packet/ike/nat-detection.ts';
import { NEGOTIABLE_GROUPS, negotiation } from '../packet/ike/negotiation.ts';
import { removeNonEspMarker } from '../packet/ike/non-esp-marker.ts';
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
  /** A public value of one of {@link NEGOTIABLE_GROUPS}. */
  readonly publicValue: (group: number) => Uint8Array;
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
 * leaves a half-open SA; a repetition is the same message, which gateways recognise (OpenIKED, which then says
 * nothing, is taken for unanswered rather than asked twice). A wanted cookie and a wanted group are followed up
 * with the same SPI and nonce (RFC 7296 sections 2.6 and 2.6.1).
 */
export class Negotiation implements Sender {
  readonly #context: NegotiationContext;
  readonly #spi: Uint8Array;
  readonly #nonce: Uint8Array;
  readonly #triedGroups: number[] = [];
  #cookie: Uint8Array | undefined;
  #cookies = 0;
  #packet: Uint8Array;
  #tries = 0;
  #isDue = true;
  #sentAtMs = 0;
  #outcome: NegotiationOutcome = { type: 'pending' };

  constructor(context: NegotiationContext) {
    this.#context = context;
    this.#spi = randomBytes(8, context.random);
    this.#spi[0] = (this.#spi[0] ?? 0) | 1;
    this.#nonce = randomBytes(32, context.random);
    this.#packet = this.#request(NEGOTIABLE_GROUPS[0] ?? 19);
  }

  get outcome(): NegotiationOutcome {
    return this.#outcome;
  }

  /** @param timeoutMs round-trip timeout measured to the gateway */
  poll(nowMs: number, timeoutMs: number): readonly Outgoing[] {
    if (this.#outcome.type !== 'pending') return [];
    if (!this.#isDue) {
      if (nowMs < this.wakeAtMs(timeoutMs)) return [];
      if (this.#tries >= MOST_TRIES) {
        this.#outcome = { type: 'unanswered' };
        return [];
      }
    }
    this.#isDue = false;
    this.#tries++;
    this.#sentAtMs = nowMs;
    return [{ number: this.#tries, packet: this.#packet }];
  }

  wakeAtMs(timeoutMs: number): number {
    if (this.#outcome.type !== 'pending') return Infinity;
    const patienceMs = Math.max(LEAST_PATIENCE_MS, PATIENCE_TIMEOUTS * timeoutMs);
    return this.#isDue ? 0 : this.#sentAtMs + patienceMs * 2 ** (this.#tries - 1);
  }

  onSent(_number: number, nowMs: number): void {
    this.#sentAtMs = nowMs;
  }

  /** A repetition follows anyway. */
  onSendFailed(): void {}

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
    if (this.#outcome.type === 'pending') this.#follow(classifyAnswer(message), message.responderSpi);
    return true;
  }

  #follow(answer: Answer, responderSpi: Uint8Array): void {
    const { outcome } = answer;
    if (outcome.type === 'cookie-wanted' && this.#cookies < MOST_COOKIES) {
      this.#cookies++;
      this.#cookie = outcome.cookie.slice();
      this.#again(this.#triedGroups.at(-1));
      return;
    }
    if (outcome.type === 'group-wanted') {
      const { group } = outcome;
      if (group !== null && NEGOTIABLE_GROUPS.includes(group) && !this.#triedGroups.includes(group)) {
        this.#again(group);
        return;
      }
    }
    const { flow, port, sourcePort, sha1 } = this.#context;
    const hash = (address: Uint8Array, itsPort: number): Uint8Array =>
      natDetectionHash(sha1, { initiatorSpi: this.#spi, responderSpi, address, port: itsPort });
    const nat = natPositions(answer.natDetection, {
      source: hash(flow.destination, port),
      destination: hash(flow.source, sourcePort),
    });
    this.#outcome = { type: 'answered', answer, cookieRequired: this.#cookies > 0, nat };
  }

  #again(group: number | undefined): void {
    this.#packet = this.#request(group ?? 19);
    this.#tries = 0;
    this.#isDue = true;
  }

  #request(group: number): Uint8Array {
    const { flow, port, sourcePort, sha1, publicValue } = this.#context;
    this.#triedGroups.push(group);
    const noSpi = new Uint8Array(8);
    const hash = (address: Uint8Array, itsPort: number): Uint8Array =>
      natDetectionHash(sha1, { initiatorSpi: this.#spi, responderSpi: noSpi, address, port: itsPort });
    const payload = negotiation({
      spi: this.#spi,
      nonce: this.#nonce,
      group,
      keyExchange: publicValue(group),
      natDetection: { source: hash(flow.source, sourcePort), destination: hash(flow.destination, port) },
      ...(this.#cookie === undefined ? {} : { cookie: this.#cookie }),
      onPort4500: port === 4500,
    });
    const datagram = udp.encode({ ...flow, sourcePort, destinationPort: port, payload });
    return wrap(flow, PROTOCOL.udp, IP_IDENTIFICATION, datagram);
  }
}

/** With patience doubling from 0.2 s on a short path: 1.4 s in all. */
const MOST_TRIES = 3;
const LEAST_PATIENCE_MS = 200;
const PATIENCE_TIMEOUTS = 4;
const MOST_COOKIES = 3;

/** Away from the numbers of the probes; it means nothing on a packet that is not fragmented. */
const IP_IDENTIFICATION = 0xf000;
