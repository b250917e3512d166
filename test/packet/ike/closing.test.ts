import { describe, expect, test } from '@jest/globals';
import { type ClosingOptions, closing } from '../../../src/packet/ike/closing.ts';
import { decodeHeader } from '../../../src/packet/ike/header.ts';
import { type IkeMessage, decode } from '../../../src/packet/ike/message.ts';
import { CAPTURED, NONCE, filler } from './samples.ts';

const accepted = decode(CAPTURED.accepted) as IkeMessage;
const options: ClosingOptions = {
  accepted,
  nonce: NONCE,
  keyAgreement: { publicValue: new Uint8Array(256), secretWith: (peer) => peer },
  // Stands in for real algorithms: what they do is tested elsewhere.
  suite: {
    prf: { outputBytes: 32, compute: () => filler(32) },
    cipher: {
      type: 'aead',
      keyBytes: 16,
      saltBytes: 4,
      ivBytes: 8,
      checksumBytes: 16,
      seal: (_key, _nonce, _associated, plaintext) => filler(plaintext.length + 16),
    },
  },
  random: filler,
  onPort4500: false,
};

function without(type: string): IkeMessage {
  return { ...accepted, payloads: accepted.payloads.filter((payload) => payload.type !== type) };
}

describe('the closing message', () => {
  test('is request 1 of the accepted SA, an IKE_AUTH with nothing inside', () => {
    const bytes = closing(options) ?? new Uint8Array();
    expect(bytes).toHaveLength(28 + 4 + 8 + 1 + 16);
    expect(decodeHeader(bytes)).toMatchObject({
      initiatorSpi: accepted.initiatorSpi,
      responderSpi: accepted.responderSpi,
      exchangeType: 35,
      isFromInitiator: true,
      isResponse: false,
      messageId: 1,
      lengthBytes: bytes.length,
    });
    expect(decode(bytes)).toMatchObject({ payloads: [{ type: 'encrypted', firstPayload: 0 }] });
  });

  test('has a marker before it on port 4500', () => {
    expect(closing({ ...options, onPort4500: true })?.subarray(0, 4)).toEqual(new Uint8Array(4));
  });

  test.each(['key-exchange', 'nonce'])('is not made of an answer without %s', (type) => {
    expect(closing({ ...options, accepted: without(type) })).toBeNull();
  });

  test('is not made when the public value is none', () => {
    const keyAgreement = { ...options.keyAgreement, secretWith: () => null };
    expect(closing({ ...options, keyAgreement })).toBeNull();
  });
});
