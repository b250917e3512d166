/**
 * A small deterministic generator (sfc32, Chris Doty-Humphrey), so that the same seed always gives the same
 * flights: the engine draws the order of its probes and their identifiers from it. Not for secrets: the 128-bit
 * seed is, and the caller takes that from the operating system.
 */
export interface Random {
  /** A whole number, 0..2^32-1. */
  readonly next: () => number;
  /** A whole number, 0..limit-1; `limit` at most 2^32. */
  readonly below: (limit: number) => number;
}

export type Seed = readonly [number, number, number, number];

export function createRandom(seed: Seed): Random {
  let [a, b, c, counter] = seed;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  // The first outputs still show the seed; twelve rounds mix it in (the author's recommendation).
  for (let round = 0; round < 12; round++) next();
  return { next, below: (limit) => Math.floor((next() / 2 ** 32) * limit) };
}

/** A new array with the same items in random order, every order equally likely (Fisher-Yates). */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const item = result[last] as Item;
    result[last] = result[other] as Item;
    result[other] = item;
  }
  return result;
}
