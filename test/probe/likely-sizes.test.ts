import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isLikelyMtu, LIKELY_MTUS, openingSizes } from '../../src/probe/likely-sizes.ts';

describe('the likely sizes', () => {
  test('are in descending order, each once, and sizes that IP packets can have', () => {
    expect(LIKELY_MTUS).toEqual([...new Set(LIKELY_MTUS)].toSorted((a, b) => b - a));
    expect(LIKELY_MTUS.every((mtu) => Number.isInteger(mtu) && mtu >= 68 && mtu <= 65_535)).toBe(true);
  });

  test.each([1500, 1492, 1480, 1472, 1460, 1454, 1440, 1420, 1400, 1380, 1350, 1300, 1280, 576])(
    'contain %i',
    (mtu) => {
      expect(isLikelyMtu(mtu)).toBe(true);
    },
  );

  test('do not contain the sizes one above', () => {
    expect(LIKELY_MTUS.filter((mtu) => isLikelyMtu(mtu + 1))).toEqual([]);
  });
});

describe('the opening sizes', () => {
  test('of an Ethernet host', () => {
    expect(openingSizes(68, 1500)).toEqual([
      1500, 1493, 1492, 1481, 1480, 1476, 1472, 1461, 1460, 1454, 1440, 1421, 1420, 1401, 1400, 1381, 1380,
      1350, 1300, 1281, 1280, 1006, 576, 296,
    ]);
  });

  test('of a host with jumbo frames contain the jumbo sizes too', () => {
    expect(openingSizes(68, 9000).slice(0, 9)).toEqual([
      9000, 8901, 8500, 8166, 4464, 4352, 2304, 2002, 1500,
    ]);
  });

  test('begin with the limit, and end at the smallest size in question', () => {
    expect(openingSizes(1280, 1300)).toEqual([1300, 1281, 1280]);
    expect(openingSizes(1285, 1400)).toEqual([1400, 1381, 1380, 1350, 1300]);
    expect(openingSizes(68, 100)).toEqual([100]);
  });

  test('descend without repeating, within the range, whatever the range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 68, max: 65_535 }),
        fc.integer({ min: 68, max: 65_535 }),
        (one, other) => {
          const [least, limit] = [Math.min(one, other), Math.max(one, other)];
          const sizes = openingSizes(least, limit);
          expect(sizes[0]).toBe(limit);
          expect(sizes).toEqual([...new Set(sizes)].toSorted((a, b) => b - a));
          expect(sizes.every((size) => size >= least && size <= limit)).toBe(true);
        },
      ),
    );
  });
});
