import { encode } from '../../src/packet/ike/message.ts';
import { decodeHeader } from '../../src/packet/ike/header.ts';
import { NotifyType } from '../../src/packet/ike/iana.ts';
import { addNonEspMarker, removeNonEspMarker } from '../../src/packet/ike/non-esp-marker.ts';
import { notify } from '../../src/packet/ike/payload.ts';

/**
 * A gateway that answers every IKE_SA_INIT as strongSwan answers our size probes: NO_PROPOSAL_CHOSEN, responder SPI
 * zero. A fake, for virtual time; the lab has the real one.
 *
 * @returns the UDP payload of the answer; null: none
 */
export function answerIke(payload: Uint8Array, port: number): Uint8Array | null {
  const message = port === 4500 ? removeNonEspMarker(payload) : payload;
  const header = message === null ? null : decodeHeader(message);
  if (header === null || 'reason' in header) return null;
  const answer = encode({
    type: 'ike',
    initiatorSpi: header.initiatorSpi,
    responderSpi: new Uint8Array(8),
    majorVersion: 2,
    minorVersion: 0,
    exchangeType: header.exchangeType,
    isFromInitiator: false,
    isResponse: true,
    messageId: 0,
    payloads: [notify(NotifyType.noProposalChosen, new Uint8Array())],
    trailing: new Uint8Array(),
  });
  return port === 4500 ? addNonEspMarker(answer) : answer;
}

export function isIkePort(port: number): port is 500 | 4500 {
  return port === 500 || port === 4500;
}
