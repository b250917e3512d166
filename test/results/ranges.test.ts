import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { headersOfMss, rangesOf } from '../../src/results/ranges.ts';

/** `1-1372 in-range` and so on. */
function rows(...args: Parameters<typeof rangesOf>): string[] {
  return rangesOf(...args).map(({ from, to, verdict }) => `${from}-${to} ${verdict}`);
}

describe('the closing table', () => {
  test('of an exact result has what arrives, and what does not', () => {
    expect(rows({ fits: 1400, fails: 1401 }, 1500, 4, false)).toEqual([
      '1-1372 in-range',
      '1373-16384 exceeded',
    ]);
    expect(rows({ fits: 1400, fails: 1401 }, 1500, 6, false)).toEqual([
      '1-1352 in-range',
      '1353-16384 exceeded',
    ]);
  });

  test('of a path as wide as the interface: nothing larger can leave', () => {
    expect(rows({ fits: 1500, fails: null }, 1500, 4, false)).toEqual([
      '1-1472 in-range',
      '1473-16384 exceeded',
    ]);
  });

  test('of a bounded result has what is not known in between', () => {
    expect(rows({ fits: 1392, fails: 1412 }, 1500, 4, false)).toEqual([
      '1-1364 in-range',
      '1365-1383 timeout',
      '1384-16384 exceeded',
    ]);
  });

  test('of a silent host knows only what cannot leave', () => {
    expect(rows({ fits: null, fails: null }, 1500, 4, false)).toEqual([
      '1-1472 timeout',
      '1473-16384 exceeded',
    ]);
    expect(rows({ fits: null, fails: null }, null, 4, false)).toEqual(['1-16384 timeout']);
  });

  test('of a host that could not send says so', () => {
    expect(rows({ fits: null, fails: null }, 1500, 4, true)).toEqual([
      '1-1472 failure',
      '1473-16384 exceeded',
    ]);
  });

  test('goes on to the size of the interface where that is larger than 16384', () => {
    expect(rows({ fits: 65_535, fails: null }, 65_535, 4, false)).toEqual(['1-65507 in-range']);
  });

  test('adds up: it begins at 1, has no gaps and no overlaps, and never repeats a verdict', () => {
    const size = fc.integer({ min: 68, max: 65_535 });
    fc.assert(
      fc.property(
        fc.option(size),
        fc.option(size),
        fc.option(size),
        fc.constantFrom<4 | 6>(4, 6),
        fc.boolean(),
        (fits, distance, room, family, isBlocked) => {
          // As bounds and interfaces are: what fails is larger than what fits, and nothing fits that can't leave.
          const localMtu = room === null ? null : Math.max(room, fits ?? 0);
          const fails = distance === null ? null : (fits ?? 0) + distance;
          const table = rangesOf({ fits, fails }, localMtu, family, isBlocked);
          expect(table[0]?.from).toBe(1);
          expect(table.slice(1).map(({ from }) => from)).toEqual(table.slice(0, -1).map(({ to }) => to + 1));
          expect(table.every(({ from, to }) => from <= to)).toBe(true);
          expect(table.at(-1)?.to).toBeGreaterThanOrEqual(16_384);
          expect(new Set(table.map(({ verdict }) => verdict)).size).toBe(table.length);
          const inRange = table.filter(({ verdict }) => verdict === 'in-range').map(({ to }) => to);
          expect(inRange).toEqual(
            fits !== null && fits > headersOfMss(family) ? [fits - headersOfMss(family)] : [],
          );
        },
      ),
      { numRuns: 2000 },
    );
  });
});
