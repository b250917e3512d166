import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { MAX_IKE_MESSAGE_BYTES, predictIkeAuth, wireBytes } from '../../src/ike/ike-auth.ts';

describe('the wire size of an IKE_AUTH', () => {
  test('is IP, UDP, the marker on port 4500, and the message', () => {
    expect(wireBytes({ sizeBytes: 3200, natT: true, family: 4 })).toBe(3200 + 4 + 8 + 20);
    expect(wireBytes({ sizeBytes: 3200, natT: false, family: 4 })).toBe(3200 + 8 + 20);
    expect(wireBytes({ sizeBytes: 3200, natT: true, family: 6 })).toBe(3200 + 4 + 8 + 40);
    expect(wireBytes({ sizeBytes: 3200, natT: false, family: 6 })).toBe(3200 + 8 + 40);
  });

  test('fills an IPv4 packet to the last byte at the largest message', () => {
    expect(wireBytes({ sizeBytes: MAX_IKE_MESSAGE_BYTES, natT: true, family: 4 })).toBe(65_535);
  });
});

describe('an IKE_AUTH on a path whose MTU is known', () => {
  test('fits when the packet is exactly the MTU', () => {
    expect(predictIkeAuth({ sizeBytes: 1368, natT: true, family: 4, mtuBytes: 1400 })).toEqual({
      size: 1368,
      natT: true,
      family: 4,
      wireSize: 1400,
      verdict: 'fits',
      ipFragments: [1400],
      ikeFragments: null,
      reason: 'The packet of 1400 bytes is not larger than the path MTU of 1400 bytes.',
    });
  });

  test('does not fit when it is one byte more, and says into how many fragments it goes', () => {
    const result = predictIkeAuth({ sizeBytes: 1369, natT: true, family: 4, mtuBytes: 1400 });
    // 1381 bytes of payload: 1376 = 172 * 8, then 5.
    expect(result.ipFragments).toEqual([1396, 25]);
    expect(result.verdict).toBe('ip-fragments-unknown');
    expect(result.reason).toBe(
      'The packet of 1401 bytes is larger than the path MTU of 1400 bytes, so it travels as 2 IP fragments; ' +
        'whether this path delivers fragments has not been tested.',
    );
  });

  // Worked out by hand. IPv4: 20 + a multiple of 8 <= MTU - 20. IPv6: 48 + a multiple of 8 <= MTU - 48.
  test.each([
    // 3212 of payload = 1376 + 1376 + 460
    { sizeBytes: 3200, natT: true, family: 4, mtuBytes: 1400, pieces: [1396, 1396, 480] },
    // 3208 = 1376 + 1376 + 456
    { sizeBytes: 3200, natT: false, family: 4, mtuBytes: 1400, pieces: [1396, 1396, 476] },
    // 3212 = 1480 + 1480 + 252
    { sizeBytes: 3200, natT: true, family: 4, mtuBytes: 1500, pieces: [1500, 1500, 272] },
    // 3212 = 1352 + 1352 + 508
    { sizeBytes: 3200, natT: true, family: 6, mtuBytes: 1400, pieces: [1400, 1400, 556] },
    // 3208 = 1232 + 1232 + 744
    { sizeBytes: 3200, natT: false, family: 6, mtuBytes: 1280, pieces: [1280, 1280, 792] },
    // 212 = 48 * 4 + 20
    { sizeBytes: 200, natT: true, family: 4, mtuBytes: 68, pieces: [68, 68, 68, 68, 40] },
  ] as const)('$sizeBytes bytes over IPv$family, MTU $mtuBytes, NAT-T $natT', ({ pieces, ...question }) => {
    expect(predictIkeAuth(question).ipFragments).toEqual(pieces);
  });

  test('is split so that the pieces carry it all and none is larger than the MTU', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 28, max: MAX_IKE_MESSAGE_BYTES }),
        fc.boolean(),
        fc.constantFrom(4 as const, 6 as const),
        fc.integer({ min: 1280, max: 9000 }),
        (sizeBytes, natT, family, mtuBytes) => {
          const { wireSize, ipFragments } = predictIkeAuth({ sizeBytes, natT, family, mtuBytes });
          const ipBytes = family === 4 ? 20 : 40;
          const perPiece = ipFragments.length === 1 ? ipBytes : family === 4 ? 20 : 48;
          const carried = ipFragments.reduce((sum, size) => sum + size - perPiece, 0);
          expect(carried).toBe(wireSize - ipBytes);
          expect(Math.max(...ipFragments)).toBeLessThanOrEqual(mtuBytes);
          expect(ipFragments.slice(0, -1).every((size) => (size - perPiece) % 8 === 0)).toBe(true);
        },
      ),
    );
  });
});

describe('an IKE_AUTH on a path whose MTU is not exactly known', () => {
  const question = { sizeBytes: 1368, natT: true, family: 4, mtuBytes: null } as const;

  test('fits when packets of its size are known to arrive', () => {
    const result = predictIkeAuth({ ...question, bounds: { fits: 1400, fails: 1492 } });
    expect(result).toMatchObject({
      verdict: 'fits',
      ipFragments: [1400],
      reason: 'The packet of 1400 bytes is not larger than packets of 1400 bytes, which arrive.',
    });
  });

  test.each([
    {
      name: 'is not guessed at when nothing is known',
      bounds: { fits: null, fails: null },
      reason: 'The packet of 1400 bytes may or may not fit: the path MTU is not known.',
    },
    {
      name: 'is not guessed at when its size lies between the bounds',
      bounds: { fits: 1399, fails: 1401 },
      reason: 'The packet of 1400 bytes may or may not fit: the path MTU is not known beyond 1399 bytes.',
    },
    {
      name: 'does not fit when packets of its size fail, but the pieces are not known',
      bounds: { fits: 1300, fails: 1400 },
      reason:
        'The packet of 1400 bytes does not fit, packets of 1400 bytes already fail; how it would be split depends ' +
        'on the path MTU, which is not exactly known.',
    },
  ])('$name', ({ bounds, reason }) => {
    expect(predictIkeAuth({ ...question, bounds })).toMatchObject({
      verdict: 'ip-fragments-unknown',
      ipFragments: [],
      reason,
    });
  });

  test('does not fit when it is larger than the outgoing interface carries', () => {
    expect(predictIkeAuth({ ...question, localMtuBytes: 1399 })).toMatchObject({
      verdict: 'ip-fragments-unknown',
      reason:
        'The packet of 1400 bytes does not fit, the outgoing interface carries 1399 at most; how it would be split ' +
        'depends on the path MTU, which is not exactly known.',
    });
  });
});
