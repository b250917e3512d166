import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createRandom, shuffled } from '../../src/probe/random.ts';

function draw(seed: number): number[] {
  const random = createRandom([seed, 2, 3, 4]);
  return Array.from({ length: 20 }, () => random.next());
}

describe('the generator', () => {
  test('gives the same numbers for the same seed, and others for another', () => {
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  test('is sfc32: the numbers of a second implementation, after twelve rounds', () => {
    const state = Uint32Array.of(1, 2, 3, 4);
    const reference = (): number => {
      const [a = 0, b = 0, c = 0, counter = 0] = state;
      const sum = (a + b + counter) >>> 0;
      state.set([b ^ (b >>> 9), (c + (c << 3)) >>> 0, (((c << 21) | (c >>> 11)) + sum) >>> 0, counter + 1]);
      return sum;
    };
    for (let round = 0; round < 12; round++) reference();
    const random = createRandom([1, 2, 3, 4]);
    expect(Array.from({ length: 100 }, () => random.next())).toEqual(Array.from({ length: 100 }, reference));
  });

  test('stays below the limit', () => {
    const random = createRandom([5, 6, 7, 8]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 }), (limit) => {
        const value = random.below(limit);
        expect(Number.isInteger(value) && value >= 0 && value < limit).toBe(true);
      }),
    );
  });
});

describe('shuffling', () => {
  test('keeps the items, and leaves the array it was given', () => {
    const items = [1, 2, 3, 4, 5];
    const result = shuffled(items, createRandom([1, 1, 1, 1]));
    expect(items).toEqual([1, 2, 3, 4, 5]);
    expect(result.toSorted((a, b) => a - b)).toEqual(items);
  });

  test('makes every order of four items about equally often', () => {
    const random = createRandom([9, 9, 9, 9]);
    const counts = new Map<string, number>();
    const rounds = 24_000;
    for (let round = 0; round < rounds; round++) {
      const order = shuffled(['a', 'b', 'c', 'd'], random).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const expected = rounds / 24;
    const chiSquared = [...counts.values()].reduce(
      (sum, count) => sum + (count - expected) ** 2 / expected,
      0,
    );
    // 23 degrees of freedom: more than 49.7 once in a thousand times. The seed is fixed, so it holds or it doesn't.
    expect(chiSquared).toBeLessThan(49.7);
  });
});
