import { describe, expect, test } from '@jest/globals';
import { toHex } from '../../../src/packet/ike/bytes.ts';
import { Encryption, Group, NotifyType, TransformType } from '../../../src/packet/ike/iana.ts';
import { type IkeMessage, decode } from '../../../src/packet/ike/message.ts';
import {
  NEGOTIABLE_GROUPS,
  type NegotiationOptions,
  keyExchangeBytes,
  negotiation,
} from '../../../src/packet/ike/negotiation.ts';
import { keyLengthBits } from '../../../src/packet/ike/security-association.ts';
import { NONCE, POINT, SPI, filler } from './samples.ts';

const options: NegotiationOptions = {
  spi: SPI,
  nonce: NONCE,
  group: Group.ecp256,
  keyExchange: POINT,
  natDetection: { source: new Uint8Array(20).fill(1), destination: new Uint8Array(20).fill(2) },
  onPort4500: false,
};

function messageOf(bytes: Uint8Array): IkeMessage {
  const message = decode(bytes);
  if (message.type === 'malformed') throw new Error(message.reason);
  return message;
}

function kinds({ payloads }: IkeMessage): readonly string[] {
  return payloads.map((payload) => (payload.type === 'notify' ? `N(${payload.notifyType})` : payload.type));
}

describe('a negotiation', () => {
  test('offers three proposals, a key, and what it wants to be told', () => {
    const message = messageOf(negotiation(options));
    expect(kinds(message)).toEqual([
      'security-association',
      'key-exchange',
      'nonce',
      'N(16430)',
      'N(16388)',
      'N(16389)',
      'N(16431)',
    ]);
    expect(message).toMatchObject({ isFromInitiator: true, isResponse: false, messageId: 0 });
  });

  test('has 576 bytes with P-256, as captured', () => {
    expect(negotiation(options)).toHaveLength(576);
  });

  test('offers the ciphers of the notes, the group of its key first', () => {
    const [sa] = messageOf(
      negotiation({ ...options, group: Group.x25519, keyExchange: new Uint8Array(32) }),
    ).payloads;
    const proposals = sa?.type === 'security-association' ? sa.proposals : [];
    const ciphers = proposals.map(({ transforms }) =>
      transforms
        .filter(({ transformType }) => transformType === TransformType.encryption)
        .map((each) => `${each.id}/${keyLengthBits(each)}`),
    );
    expect(ciphers).toEqual([
      [`${Encryption.aesCbc}/256`, `${Encryption.aesCbc}/192`, `${Encryption.aesCbc}/128`],
      [`${Encryption.aesGcm16}/256`, `${Encryption.aesGcm16}/128`],
      [`${Encryption.des3}/null`],
    ]);
    const groups = proposals[0]?.transforms
      .filter(({ transformType }) => transformType === TransformType.keyExchange)
      .map(({ id }) => id);
    expect(groups).toEqual([31, 19, 14, 20, 21, 15, 16, 5, 2]);
  });

  test('returns a cookie first, and the rest unchanged', () => {
    const cookie = Uint8Array.from({ length: 24 }, (_, index) => index);
    const message = messageOf(negotiation({ ...options, cookie }));
    expect(message.payloads[0]).toMatchObject({ notifyType: NotifyType.cookie, data: cookie });
    expect(message.payloads.slice(1)).toEqual(messageOf(negotiation(options)).payloads);
  });

  test.each(NEGOTIABLE_GROUPS)('can be repeated with group %i when the gateway wants that', (group) => {
    const keyExchange = new Uint8Array(keyExchangeBytes(group) ?? 0).fill(7);
    const message = messageOf(negotiation({ ...options, group, keyExchange }));
    expect(message.payloads[1]).toMatchObject({ type: 'key-exchange', group, data: keyExchange });
  });

  test('says which hash algorithms it knows: SHA-256, 384, 512, and identity', () => {
    expect(toHex(negotiation(options)).endsWith('000000100000402f0002000300040005')).toBe(true);
  });

  test('can be padded to a size, and carried on port 4500', () => {
    const padded = negotiation({ ...options, padding: { lengthBytes: 424, filler }, onPort4500: true });
    expect(padded).toHaveLength(576 + 424 + 4);
    expect(toHex(padded.subarray(0, 4))).toBe('00000000');
  });

  test.each([
    [{ group: 99 }, 'group 99 is not one this program offers'],
    [{ keyExchange: new Uint8Array(65) }, 'a public value of group 19 has 64 bytes'],
    [{ nonce: new Uint8Array(15) }, 'a nonce has 16 to 256 bytes'],
    [{ nonce: new Uint8Array(17) }, 'a nonce has 16 to 256 bytes, an even number'],
    [{ nonce: new Uint8Array(258) }, 'a nonce has 16 to 256 bytes'],
    [{ padding: { lengthBytes: 7, filler } }, 'padding has at least 8 bytes'],
  ] as const)('throws on %j', (change, message) => {
    expect(() => negotiation({ ...options, ...change })).toThrow(message);
  });
});
