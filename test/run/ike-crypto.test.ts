import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Algorithms } from '../../src/packet/ike/answer.ts';
import { toHex } from '../../src/packet/ike/bytes.ts';
import { Encryption, Group, Integrity, NotifyType, Prf, TransformType } from '../../src/packet/ike/iana.ts';
import { type IkeMessage, decode, encode } from '../../src/packet/ike/message.ts';
import { NEGOTIABLE_GROUPS, keyExchangeBytes } from '../../src/packet/ike/negotiation.ts';
import { type Payload, notify } from '../../src/packet/ike/payload.ts';
import { type Keys, deriveKeys, ivBytes, protect } from '../../src/packet/ike/protection.ts';
import { transform } from '../../src/packet/ike/security-association.ts';
import { PROTOCOL } from '../../src/packet/protocol.ts';
import * as udp from '../../src/packet/udp.ts';
import { createFlow } from '../../src/probe/methods/flow.ts';
import { Negotiation } from '../../src/probe/negotiation.ts';
import { createRandom } from '../../src/probe/random.ts';
import { createKeyAgreement, protectionSuite } from '../../src/run/ike-crypto.ts';
import { CBC_EXCHANGE, GCM_EXCHANGE, emptyIkeAuth } from '../packet/ike/strongswan-keys.ts';

function suiteOf(algorithms: Algorithms) {
  const suite = protectionSuite(algorithms);
  if (suite === null) throw new Error('these algorithms are known');
  return suite;
}

describe.each([
  ['AES-CBC with HMAC-SHA2-256', CBC_EXCHANGE],
  ['AES-GCM with PRF-HMAC-SHA2-384', GCM_EXCHANGE],
])('%s', (_name, { algorithms, input, keys, iv, message }) => {
  test('gives the keys that strongSwan logged', () => {
    expect(hexOf(deriveKeys(suiteOf(algorithms), input))).toEqual(hexOf(keys));
  });

  test('gives the message that strongSwan decrypted', () => {
    const bytes = protect(emptyIkeAuth(input), keys, suiteOf(algorithms).cipher, iv);
    expect(toHex(bytes)).toBe(toHex(message));
  });
});

describe('algorithms', () => {
  test.each([
    ['aes-128-cbc', Encryption.aesCbc, 128, Integrity.hmacSha1_96, 'sha1', 12],
    ['aes-192-cbc', Encryption.aesCbc, 192, Integrity.hmacSha2_384_192, 'sha384', 24],
    ['aes-256-cbc', Encryption.aesCbc, 256, Integrity.hmacSha2_512_256, 'sha512', 32],
    ['des-ede3-cbc', Encryption.des3, null, Integrity.hmacSha1_96, 'sha1', 12],
  ] as const)(
    '%s: a message opens with its keys',
    (name, encryption, keyLengthBits, integrity, hash, icvBytes) => {
      const suite = suiteOf({
        encryption,
        keyLengthBits,
        integrity,
        pseudorandomFunction: Prf.hmacSha1,
        group: null,
      });
      const keys = deriveKeys(suite, CBC_EXCHANGE.input);
      const iv = new Uint8Array(ivBytes(suite.cipher)).fill(7);
      const bytes = protect(emptyIkeAuth(CBC_EXCHANGE.input), keys, suite.cipher, iv);
      const covered = bytes.subarray(0, -icvBytes);
      const icv = createHmac(hash, keys.integrity.initiator).update(covered).digest();
      expect(toHex(bytes.subarray(-icvBytes))).toBe(toHex(icv.subarray(0, icvBytes)));
      const plaintext = createDecipheriv(name, keys.encryption.initiator, iv)
        .setAutoPadding(false)
        .update(covered.subarray(28 + 4 + iv.length));
      expect(plaintext).toHaveLength(iv.length);
      expect(plaintext.at(-1)).toBe(iv.length - 1);
    },
  );

  test.each([128, 192, 256] as const)('AES-GCM with %i bits: a message opens with its keys', (bits) => {
    const suite = suiteOf({ ...GCM_EXCHANGE.algorithms, keyLengthBits: bits });
    const keys = deriveKeys(suite, GCM_EXCHANGE.input);
    const iv = new Uint8Array(8).fill(7);
    const bytes = protect(emptyIkeAuth(GCM_EXCHANGE.input), keys, suite.cipher, iv);
    const key = keys.encryption.initiator;
    const nonce = Buffer.concat([key.subarray(-4), iv]);
    const decipher = createDecipheriv(`aes-${bits}-gcm`, key.subarray(0, -4), nonce)
      .setAAD(bytes.subarray(0, 32))
      .setAuthTag(bytes.subarray(-16));
    expect(toHex(decipher.update(bytes.subarray(40, -16)))).toBe('00');
    expect(() => decipher.final()).not.toThrow();
  });

  test.each([
    ['another cipher', { encryption: Encryption.chacha20Poly1305, keyLengthBits: null }],
    ['no cipher', { encryption: null }],
    ['a key length that AES does not have', { keyLengthBits: 64 }],
    ['AES without a key length', { keyLengthBits: null }],
    ['another integrity algorithm', { integrity: Integrity.aesXcbc96 }],
    ['CBC without integrity', { integrity: null }],
    ['another prf', { pseudorandomFunction: Prf.aes128Xcbc }],
  ])('that are not known here give nothing: %s', (_what, change) => {
    expect(protectionSuite({ ...CBC_EXCHANGE.algorithms, ...change })).toBeNull();
  });
});

describe.each(NEGOTIABLE_GROUPS)('a key of group %i', (group) => {
  test('has the length that the negotiation sends, and both sides come to one secret', () => {
    const ours = createKeyAgreement(group);
    const theirs = createKeyAgreement(group);
    expect(ours.publicValue).toHaveLength(keyExchangeBytes(group) ?? 0);
    const secret = ours.secretWith(theirs.publicValue);
    expect(secret).toHaveLength(SECRET_BYTES[group] ?? 0);
    expect(toHex(secret ?? new Uint8Array())).toBe(
      toHex(theirs.secretWith(ours.publicValue) ?? new Uint8Array()),
    );
  });

  test('has no secret with a public value that is none', () => {
    const zeros = new Uint8Array(keyExchangeBytes(group) ?? 0);
    expect(createKeyAgreement(group).secretWith(zeros)).toBeNull();
    expect(createKeyAgreement(group).secretWith(new Uint8Array())).toBeNull();
  });
});

test('a group that is not offered has no key', () => {
  expect(() => createKeyAgreement(Group.mlKem768)).toThrow(RangeError);
});

describe('a negotiation that is accepted', () => {
  test('knows its outcome at once, and is over when the closing message has left', () => {
    const { negotiation, answer } = accepted();
    expect(negotiation.outcome.type).toBe('pending');
    answer();
    expect(negotiation.outcome).toMatchObject({
      type: 'answered',
      answer: { outcome: { type: 'accepted' } },
    });
    expect(negotiation.isOver).toBe(false);
    expect(negotiation.wakeAtMs(100)).toBe(0);
    const [sent] = negotiation.poll(10, 100);
    expect(negotiation.isOver).toBe(false);
    expect(negotiation.wakeAtMs(100)).toBe(15);
    negotiation.onSent(sent?.number ?? 0, 11);
    expect(negotiation.isOver).toBe(true);
  });

  test('sends an empty IKE_AUTH that the gateway can decrypt', () => {
    const { negotiation, answer, open } = accepted();
    answer();
    const [sent] = negotiation.poll(10, 100);
    expect(toHex(open(sent?.packet ?? new Uint8Array()))).toBe('00');
  });

  test('repeats the closing message once, while the measurement goes on', () => {
    const { negotiation, answer } = accepted();
    answer();
    expect(sentAt(negotiation, 10)).toBe(1);
    expect(negotiation.wakeAtMs(100)).toBe(410);
    expect(sentAt(negotiation, 409)).toBe(0);
    expect(sentAt(negotiation, 410)).toBe(1);
    expect(negotiation.isOver).toBe(true);
    expect(sentAt(negotiation, 10_000)).toBe(0);
    expect(negotiation.wakeAtMs(100)).toBe(Infinity);
  });

  test('does not repeat it when it is answered', () => {
    const { negotiation, answer, answerClosing } = accepted();
    answer();
    sentAt(negotiation, 10);
    // A late copy of the first answer says nothing about it.
    answer();
    expect(negotiation.wakeAtMs(100)).toBe(410);
    answerClosing();
    expect(negotiation.wakeAtMs(100)).toBe(Infinity);
    expect(sentAt(negotiation, 500)).toBe(0);
  });

  test('is over at once when the algorithms are none that are known here', () => {
    const { negotiation, answer } = accepted({ encryption: Encryption.chacha20Poly1305 });
    answer();
    expect(negotiation.outcome.type).toBe('answered');
    expect(negotiation.isOver).toBe(true);
    expect(sentAt(negotiation, 10)).toBe(0);
  });

  test('is over at once when the public value of the gateway is none', () => {
    const { negotiation, answer } = accepted({ publicValue: new Uint8Array(64) });
    answer();
    expect(negotiation.isOver).toBe(true);
  });
});

describe('a negotiation that is asked for another group', () => {
  test('asks with a key of it, and takes a second such answer for a late one', () => {
    const { negotiation, receive } = dialogue();
    const wanted = notify(NotifyType.invalidKePayload, Uint8Array.of(0, Group.x25519));
    receive({ payloads: [wanted], responderSpi: new Uint8Array(8) });
    const [sent] = negotiation.poll(10, 100);
    expect(payloadsOf(sent?.packet).find(({ type }) => type === 'key-exchange')).toMatchObject({
      group: Group.x25519,
    });
    receive({ payloads: [wanted], responderSpi: new Uint8Array(8) });
    expect(negotiation.outcome.type).toBe('pending');
  });

  test('keeps its key when a cookie is wanted', () => {
    const { negotiation, receive, request } = dialogue();
    receive({
      payloads: [notify(NotifyType.cookie, Uint8Array.of(1, 2, 3))],
      responderSpi: new Uint8Array(8),
    });
    const [sent] = negotiation.poll(10, 100);
    const [cookie, ...rest] = payloadsOf(sent?.packet);
    expect(cookie).toMatchObject({ notifyType: NotifyType.cookie });
    expect(rest).toEqual(request.payloads);
  });
});

const SECRET_BYTES: Readonly<Record<number, number>> = {
  [Group.ecp256]: 32,
  [Group.ecp384]: 48,
  [Group.ecp521]: 66,
  [Group.x25519]: 32,
  [Group.modp1024]: 128,
  [Group.modp1536]: 192,
  [Group.modp2048]: 256,
  [Group.modp3072]: 384,
  [Group.modp4096]: 512,
};

const OURS = Uint8Array.of(192, 0, 2, 1);
const GATEWAY = Uint8Array.of(192, 0, 2, 2);
const SOURCE_PORT = 40_000;
const RESPONDER_SPI = Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1);

/** A negotiation whose first request has left, and a gateway to answer it. */
function dialogue() {
  const random = createRandom([1, 2, 3, 4]);
  const negotiation = new Negotiation({
    flow: createFlow(OURS, GATEWAY, random),
    sourcePort: SOURCE_PORT,
    port: 500,
    random,
    sha1: (data) => createHash('sha1').update(data).digest(),
    keyAgreement: createKeyAgreement,
    protectionSuite,
  });
  const [sent] = negotiation.poll(0, 100);
  negotiation.onSent(sent?.number ?? 0, 0);
  const request = messageOf(sent?.packet);
  const receive = (answer: Partial<IkeMessage>): void => {
    const payload = encode({
      ...request,
      responderSpi: RESPONDER_SPI,
      isFromInitiator: false,
      isResponse: true,
      ...answer,
    });
    const message = udp.encode({
      source: GATEWAY,
      destination: OURS,
      sourcePort: 500,
      destinationPort: SOURCE_PORT,
      payload,
    });
    negotiation.onMessage({ source: GATEWAY, protocol: PROTOCOL.udp, message });
  };
  return { negotiation, request, receive };
}

/** A gateway that accepts AES-CBC-256 with HMAC-SHA2-256 and P-256. */
function accepted(change: { readonly encryption?: number; readonly publicValue?: Uint8Array } = {}) {
  const { negotiation, request, receive } = dialogue();
  const { encryption = Encryption.aesCbc } = change;
  const keyAgreement = createKeyAgreement(Group.ecp256);
  const nonce = new Uint8Array(32).fill(9);
  const payloads: Payload[] = [
    {
      type: 'security-association',
      proposals: [
        {
          number: 1,
          protocolId: 1,
          spi: new Uint8Array(),
          transforms: [
            transform(TransformType.encryption, encryption, 256),
            transform(TransformType.pseudorandomFunction, Prf.hmacSha2_256),
            transform(TransformType.integrity, Integrity.hmacSha2_256_128),
            transform(TransformType.keyExchange, Group.ecp256),
          ],
        },
      ],
      isCritical: false,
    },
    {
      type: 'key-exchange',
      group: Group.ecp256,
      data: change.publicValue ?? keyAgreement.publicValue,
      isCritical: false,
    },
    { type: 'nonce', data: nonce, isCritical: false },
  ];
  /** What is encrypted in a packet of ours, padding included. */
  const open = (packet: Uint8Array): Uint8Array => {
    const bytes = udpPayloadOf(packet);
    const ours = (type: string): Uint8Array =>
      request.payloads.flatMap((payload) =>
        payload.type === type && 'data' in payload ? payload.data : [],
      )[0] ?? new Uint8Array();
    const keys = deriveKeys(suiteOf(CBC_EXCHANGE.algorithms), {
      sharedSecret: keyAgreement.secretWith(ours('key-exchange')) ?? new Uint8Array(),
      initiatorNonce: ours('nonce'),
      responderNonce: nonce,
      initiatorSpi: request.initiatorSpi,
      responderSpi: RESPONDER_SPI,
    });
    const plaintext = createDecipheriv('aes-256-cbc', keys.encryption.initiator, bytes.subarray(32, 48))
      .setAutoPadding(false)
      .update(bytes.subarray(48, -16));
    return plaintext.subarray(0, plaintext.length - (plaintext.at(-1) ?? 0));
  };
  return {
    negotiation,
    open,
    answer: () => receive({ payloads }),
    answerClosing: () => receive({ exchangeType: 35, messageId: 1, payloads: [] }),
  };
}

/** How many packets it gives out; they leave at once. */
function sentAt(negotiation: Negotiation, nowMs: number): number {
  const packets = negotiation.poll(nowMs, 100);
  for (const { number } of packets) negotiation.onSent(number, nowMs);
  return packets.length;
}

function udpPayloadOf(packet: Uint8Array | undefined): Uint8Array {
  return (packet ?? new Uint8Array()).subarray(20 + udp.HEADER_BYTES);
}

function messageOf(packet: Uint8Array | undefined): IkeMessage {
  const message = decode(udpPayloadOf(packet));
  if (message.type === 'malformed') throw new Error(message.reason);
  return message;
}

function payloadsOf(packet: Uint8Array | undefined): readonly Payload[] {
  return messageOf(packet).payloads;
}

function hexOf({ seed, derive, integrity, encryption, authentication }: Keys): readonly string[] {
  const pairs = [integrity, encryption, authentication].flatMap((pair) => [pair.initiator, pair.responder]);
  return [seed, derive, ...pairs].map(toHex);
}
