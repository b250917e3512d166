import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isAnswerTo, classifyAnswer } from '../../../src/packet/ike/answer.ts';
import { EMPTY, concat, fromHex, toHex } from '../../../src/packet/ike/bytes.ts';
import { decodeHeader, encodeHeader } from '../../../src/packet/ike/header.ts';
import { type IkeMessage, MAX_PAYLOADS, decode, encode } from '../../../src/packet/ike/message.ts';
import { addNonEspMarker, removeNonEspMarker } from '../../../src/packet/ike/non-esp-marker.ts';
import type { Payload } from '../../../src/packet/ike/payload.ts';
import { CAPTURED, SPI } from './samples.ts';

const byte = fc.nat(0xff);
const short = fc.nat(0xffff);
const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const isCritical = fc.boolean();

const attribute = fc.oneof(
  fc.record({ type: fc.constant('short' as const), attributeType: fc.nat(0x7fff), value: short }),
  fc.record({ type: fc.constant('long' as const), attributeType: fc.nat(0x7fff), value: bytes(20) }),
);
const proposal = fc.record({
  number: byte,
  protocolId: byte,
  spi: bytes(8),
  transforms: fc.array(
    fc.record({ transformType: byte, id: short, attributes: fc.array(attribute, { maxLength: 3 }) }),
    { maxLength: 6 },
  ),
});
const payload: fc.Arbitrary<Payload> = fc.oneof(
  fc.record({
    type: fc.constant('security-association' as const),
    proposals: fc.array(proposal, { minLength: 1, maxLength: 4 }),
    isCritical,
  }),
  fc.record({ type: fc.constant('key-exchange' as const), group: short, data: bytes(80), isCritical }),
  fc.record({ type: fc.constant('nonce' as const), data: bytes(40), isCritical }),
  fc.record({
    type: fc.constant('notify' as const),
    protocolId: byte,
    spi: bytes(8),
    notifyType: short,
    data: bytes(40),
    isCritical,
  }),
  fc.record({ type: fc.constant('vendor-id' as const), data: bytes(40), isCritical }),
  fc.record({
    type: fc.constant('certificate-request' as const),
    encoding: byte,
    data: bytes(60),
    isCritical,
  }),
  fc.record({
    type: fc.constant('opaque' as const),
    payloadType: fc.constantFrom(35, 37, 39, 42, 44, 47, 48, 54, 200, 255),
    data: bytes(40),
    isCritical,
  }),
);
const lastPayload: fc.Arbitrary<Payload> = fc.oneof(
  fc.record({ type: fc.constant('encrypted' as const), firstPayload: byte, body: bytes(60), isCritical }),
  fc
    .tuple(
      fc.integer({ min: 1, max: 0xffff }),
      fc.integer({ min: 1, max: 0xffff }),
      byte,
      bytes(60),
      isCritical,
    )
    .map(([a, b, firstPayload, body, critical]) => ({
      type: 'encrypted-fragment' as const,
      firstPayload,
      fragmentNumber: Math.min(a, b),
      totalFragments: Math.max(a, b),
      body,
      isCritical: critical,
    })),
);
const spi = fc.uint8Array({ minLength: 8, maxLength: 8 });
const message: fc.Arbitrary<IkeMessage> = fc
  .record({
    type: fc.constant('ike' as const),
    initiatorSpi: spi,
    responderSpi: spi,
    majorVersion: fc.integer({ min: 2, max: 15 }),
    minorVersion: fc.nat(15),
    exchangeType: byte,
    isFromInitiator: fc.boolean(),
    isResponse: fc.boolean(),
    messageId: fc.nat(0xffffffff),
    payloads: fc.array(payload, { maxLength: 8 }),
    trailing: bytes(10),
    last: fc.option(lastPayload),
  })
  .map(({ last, payloads, ...rest }) => ({
    ...rest,
    payloads: last === null ? payloads : [...payloads, last],
  }));

describe('the codec', () => {
  test.each(Object.entries(CAPTURED))('reads and writes the captured answer %s', (_, captured) => {
    const decoded = decode(captured);
    expect(decoded.type).toBe('ike');
    expect(decoded.type === 'ike' && toHex(encode(decoded))).toBe(toHex(captured));
  });

  test('reads the payloads of the captured answer in their order', () => {
    const decoded = decode(CAPTURED.accepted);
    expect(decoded.type === 'ike' && decoded.payloads.map(({ type }) => type)).toEqual([
      'security-association',
      'key-exchange',
      'nonce',
      'notify',
      'notify',
      'certificate-request',
      'notify',
      'notify',
      'notify',
      'notify',
    ]);
  });

  test('keeps every value', () => {
    fc.assert(
      fc.property(message, (value) => {
        expect(decode(encode(value))).toEqual(value);
      }),
      { numRuns: 2000 },
    );
  });

  test('reads at any offset of a larger buffer, and shares nothing with it', () => {
    fc.assert(
      fc.property(message, fc.nat(50), (value, offset) => {
        const encoded = encode(value);
        const buffer = concat([new Uint8Array(offset).fill(0xee), encoded]);
        const decoded = decode(buffer.subarray(offset));
        buffer.fill(0xff);
        expect(decoded).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  test('refuses every prefix of a message', () => {
    fc.assert(
      fc.property(message, (value) => {
        const encoded = encode({ ...value, trailing: EMPTY });
        for (let length = 0; length < encoded.length; length += 1) {
          expect(decode(encoded.subarray(0, length)).type).toBe('malformed');
        }
      }),
      { numRuns: 100 },
    );
  });

  test('tolerates bytes behind the message and hands them over', () => {
    const decoded = decode(concat([CAPTURED.noProposalChosen, Uint8Array.of(1, 2, 3)]));
    expect(decoded).toMatchObject({ type: 'ike', trailing: Uint8Array.of(1, 2, 3) });
  });

  test('keeps the payloads of IKEv1 opaque', () => {
    const version1 = CAPTURED.noProposalChosen.with(17, 0x10);
    const decoded = decode(version1);
    expect(decoded).toMatchObject({
      majorVersion: 1,
      payloads: [{ type: 'opaque', payloadType: 41, data: fromHex('0000000e') }],
    });
  });

  test('reads a fragment of RFC 7383 and what is encrypted without a look inside', () => {
    const fragment = `${toHex(SPI)}11111111111111113520232000000001000000282300000c00020003aabbccdd`;
    expect(decode(fromHex(fragment))).toMatchObject({
      payloads: [
        {
          type: 'encrypted-fragment',
          firstPayload: 35,
          fragmentNumber: 2,
          totalFragments: 3,
          body: fromHex('aabbccdd'),
        },
      ],
    });
  });

  test.each([
    ['a length below the header', header('00', '0000001b'), 'the message is shorter than its header'],
    ['a length beyond the datagram', header('00', '0000001d'), 'the message is longer than its datagram'],
    [
      'a payload shorter than its header',
      `${header('29', '00000020')}29000003`,
      'a payload is shorter than its header',
    ],
    [
      'a payload of length zero, which would never end',
      `${header('29', '00000020')}29000000`,
      'a payload is shorter than its header',
    ],
    [
      'a payload longer than the message',
      `${header('29', '00000020')}00000009`,
      'a payload is longer than its message',
    ],
    ['a payload announced but not there', header('29', '0000001c'), 'a payload is cut short'],
    [
      'bytes that no payload accounts for',
      `${header('00', '0000001e')}0000`,
      'bytes follow the last payload',
    ],
    [
      'bytes behind an encrypted payload',
      `${header('2e', '00000024')}2900000400000004`,
      'bytes follow the last payload',
    ],
    ['a notify without its fields', `${header('29', '00000020')}00000004`, 'a notify payload is cut short'],
    [
      'a notify whose SPI is longer than it',
      `${header('29', '00000024')}0000000800050007`,
      'the SPI of a notify payload is longer than the payload',
    ],
    [
      'a key exchange without a group',
      `${header('22', '00000022')}000000060013`,
      'a key exchange payload is cut short',
    ],
    [
      'an empty certificate request',
      `${header('26', '00000020')}00000004`,
      'a certificate request is cut short',
    ],
    [
      'a fragment without numbers',
      `${header('35', '00000020')}00000004`,
      'an encrypted fragment is cut short',
    ],
    [
      'fragment 0',
      `${header('35', '00000024')}0000000800000001`,
      'an encrypted fragment has an impossible number',
    ],
    [
      'fragment 3 of 2',
      `${header('35', '00000024')}0000000800030002`,
      'an encrypted fragment has an impossible number',
    ],
    ['an empty SA', `${header('21', '00000020')}00000004`, 'a proposal is cut short'],
    [
      'a proposal of length zero',
      `${header('21', '00000028')}0000000c0000000001010000`,
      'a proposal has an impossible length',
    ],
    [
      'a proposal with an unknown mark',
      `${header('21', '00000028')}0000000c0100000801010000`,
      'a proposal is followed by something else',
    ],
    [
      'fewer transforms than it says',
      `${header('21', '00000028')}0000000c0000000801010001`,
      'a transform is cut short',
    ],
    [
      'more transforms than it says',
      `${header('21', '00000030')}00000014000000100101000000000008010000ff`,
      'bytes follow the last transform',
    ],
    [
      'a transform of length zero',
      `${header('21', '00000030')}000000140000001001010001000000000100000c`,
      'a transform has an impossible length',
    ],
    [
      'a transform marked wrongly',
      `${header('21', '00000030')}000000140000001001010001030000080100000c`,
      'the number of transforms is not what the proposal says',
    ],
    [
      'half an attribute',
      `${header('21', '00000032')}0000001600000012010100010000000a0100000c800e`,
      'an attribute is cut short',
    ],
    [
      'an attribute longer than its transform',
      `${header('21', '00000034')}0000001800000014010100010000000c0100000c000e0001`,
      'an attribute has an impossible length',
    ],
  ])('refuses %s', (_, hex, reason) => {
    expect(decode(fromHex(hex))).toEqual({ type: 'malformed', reason });
  });

  test(`refuses more than ${MAX_PAYLOADS} payloads`, () => {
    expect(decode(messageOfNonces(MAX_PAYLOADS)).type).toBe('ike');
    expect(decode(messageOfNonces(MAX_PAYLOADS + 1))).toEqual({
      type: 'malformed',
      reason: 'more than 100 payloads',
    });
  });

  test('throws on a message that cannot be written', () => {
    const sk: Payload = { type: 'encrypted', firstPayload: 0, body: EMPTY, isCritical: false };
    const nonce: Payload = { type: 'nonce', data: EMPTY, isCritical: false };
    expect(() => encode({ ...responseOf(), payloads: [sk, nonce] })).toThrow('the last of its message');
    expect(() => encode({ ...responseOf(), initiatorSpi: EMPTY })).toThrow('an IKE SPI is 8 bytes long');
    const tooLong: Payload = { ...nonce, data: new Uint8Array(65_532) };
    expect(() => encode({ ...responseOf(), payloads: [tooLong] })).toThrow('does not fit in two bytes');
    const badId: Payload = { type: 'opaque', payloadType: 256, data: EMPTY, isCritical: false };
    expect(() => encode({ ...responseOf(), payloads: [nonce, badId] })).toThrow('does not fit in one byte');
  });
});

describe('the header', () => {
  test('is read where the payloads behind it are not', () => {
    const broken = CAPTURED.noProposalChosen.with(31, 3);
    expect(decode(broken).type).toBe('malformed');
    expect(decodeHeader(broken)).toMatchObject({ isResponse: true, lengthBytes: 36, nextPayload: 41 });
  });

  test('is written as it was read', () => {
    const read = decodeHeader(CAPTURED.accepted);
    expect('type' in read ? '' : toHex(encodeHeader(read))).toBe(toHex(CAPTURED.accepted.subarray(0, 28)));
  });
});

describe('the non-ESP marker', () => {
  test('is four zero bytes, added and removed', () => {
    const marked = addNonEspMarker(CAPTURED.noProposalChosen);
    expect(toHex(marked.subarray(0, 4))).toBe('00000000');
    expect(removeNonEspMarker(marked)).toEqual(CAPTURED.noProposalChosen);
  });

  test.each([['ff'], ['000000'], ['00000001aabb']])('is not found in %s', (hex) => {
    expect(removeNonEspMarker(fromHex(hex))).toBeNull();
  });
});

describe('100,000 random and mutated answers', () => {
  // A plain generator with a seed: fast-check would spend its time on shrinking information that is not
  // needed here.
  const random = generator(20_260_731);
  const captured = Object.values(CAPTURED);

  function mutated(): Uint8Array {
    const source = captured[random(captured.length)] ?? EMPTY;
    const changed = source.slice(0, random(4) === 0 ? random(source.length + 1) : source.length);
    for (let count = random(6); count > 0 && changed.length > 0; count -= 1) {
      // Mostly near the start, where the lengths and types are; never the SPI, so that only luck could match
      // ours.
      changed[8 + random(Math.max(1, Math.min(changed.length, 120) - 8))] = random(256);
    }
    return changed;
  }

  test('never crash, never hang, and never pass as an answer to another request', () => {
    let understood = 0;
    let passed = 0;
    const ours = fromHex('f1e2d3c4b5a69788');
    for (let count = 0; count < 100_000; count += 1) {
      const datagram =
        count % 2 === 0 ? mutated() : Uint8Array.from({ length: random(120) }, () => random(256));
      const decoded = decode(datagram);
      if (decoded.type === 'malformed') continue;
      understood += 1;
      classifyAnswer(decoded);
      if (isAnswerTo(decoded, ours)) passed += 1;
    }
    expect(passed).toBe(0);
    // Otherwise the mutations are too rough to test anything.
    expect(understood).toBeGreaterThan(5000);
  }, 60_000);
});

/** A header up to its length, with our SPI. */
function header(nextPayload: string, length: string): string {
  return `${toHex(SPI)}0000000000000000${nextPayload}20222000000000${length}`;
}

function messageOfNonces(count: number): Uint8Array {
  const nonce: Payload = { type: 'nonce', data: EMPTY, isCritical: false };
  return encode({ ...responseOf(), payloads: Array.from({ length: count }, () => nonce) });
}

function responseOf(): IkeMessage {
  const decoded = decode(CAPTURED.noProposalChosen);
  if (decoded.type === 'malformed') throw new Error(decoded.reason);
  return decoded;
}

/** Mulberry32: 0 to below `limit`. */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}
