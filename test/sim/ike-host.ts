import { encode, decode, type IkeMessage } from '../../src/packet/ike/message.ts';
import { Encryption, ExchangeType, Group, Integrity, NotifyType, Prf } from '../../src/packet/ike/iana.ts';
import { ProtocolId, TransformType } from '../../src/packet/ike/iana.ts';
import { addNonEspMarker, removeNonEspMarker } from '../../src/packet/ike/non-esp-marker.ts';
import { notify, type Payload } from '../../src/packet/ike/payload.ts';
import { transform } from '../../src/packet/ike/security-association.ts';
import { NONCE, POINT } from '../packet/ike/samples.ts';

/** A gateway that accepts what a client offers, and what it offers itself. */
export interface IkeOffer {
  /** IKEV2_FRAGMENTATION_SUPPORTED, RFC 7383. */
  readonly fragmentation: boolean;
}

/**
 * A gateway that answers every IKE_SA_INIT as strongSwan answers our size probes: NO_PROPOSAL_CHOSEN, responder SPI
 * zero; and with an offer, a client's IKE_SA_INIT with an SA. What follows an SA is not answered. A fake, for virtual
 * time; the lab has the real one.
 *
 * @returns the UDP payload of the answer; null: none
 */
export function answerIke(payload: Uint8Array, port: number, offer: IkeOffer | null): Uint8Array | null {
  const bytes = port === 4500 ? removeNonEspMarker(payload) : payload;
  const request = bytes === null ? null : decode(bytes);
  if (request === null || request.type === 'malformed' || request.exchangeType !== ExchangeType.ikeSaInit)
    return null;
  const accepted = offer !== null && isOfClient(request) ? sa(offer) : null;
  const answer = encode({
    type: 'ike',
    initiatorSpi: request.initiatorSpi,
    responderSpi: accepted === null ? new Uint8Array(8) : RESPONDER_SPI,
    majorVersion: 2,
    minorVersion: 0,
    exchangeType: request.exchangeType,
    isFromInitiator: false,
    isResponse: true,
    messageId: 0,
    payloads: accepted ?? [notify(NotifyType.noProposalChosen, new Uint8Array())],
    trailing: new Uint8Array(),
  });
  return port === 4500 ? addNonEspMarker(answer) : answer;
}

export function isIkePort(port: number): port is 500 | 4500 {
  return port === 500 || port === 4500;
}

/** Size probes say nothing of NAT: no gateway is to accept them. */
function isOfClient({ payloads }: IkeMessage): boolean {
  return payloads.some(
    (payload) => payload.type === 'notify' && payload.notifyType === NotifyType.natDetectionSourceIp,
  );
}

function sa({ fragmentation }: IkeOffer): Payload[] {
  const transforms = [
    transform(TransformType.encryption, Encryption.aesCbc, 256),
    transform(TransformType.pseudorandomFunction, Prf.hmacSha2_256),
    transform(TransformType.integrity, Integrity.hmacSha2_256_128),
    transform(TransformType.keyExchange, Group.ecp256),
  ];
  const proposal = { number: 1, protocolId: ProtocolId.ike, spi: new Uint8Array(), transforms };
  return [
    { type: 'security-association', proposals: [proposal], isCritical: false },
    { type: 'key-exchange', group: Group.ecp256, data: POINT, isCritical: false },
    { type: 'nonce', data: NONCE, isCritical: false },
    ...(fragmentation ? [notify(NotifyType.fragmentationSupported, new Uint8Array())] : []),
  ];
}

const RESPONDER_SPI = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
