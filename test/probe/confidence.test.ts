import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  candidatesNeeded,
  estimatedLossRate,
  logChanceOfAllLost,
  logLevelOfCandidate,
  logWorstChance,
  SPARING_LOG_LEVEL,
  WRONG_EXACT_BOUND,
} from '../../src/probe/confidence.ts';

/** Every way to pick `count` of the places 0..places-1. */
function* picks(places: number, count: number, from = 0): Generator<readonly number[]> {
  if (count === 0) {
    yield [];
    return;
  }
  for (let first = from; first <= places - count; first++)
    for (const rest of picks(places, count - 1, first + 1)) yield [first, ...rest];
}

/**
 * The definition, counted out: of all assignments of the candidates to the slots, how many have all of them among the
 * slots that went unanswered (the first ones; which ones they are makes no difference).
 */
function countedChance(candidates: number, controls: number, controlsLost: number): number {
  const unanswered = candidates + controlsLost;
  const assignments = [...picks(candidates + controls, candidates)];
  return assignments.filter((slots) => slots.every((slot) => slot < unanswered)).length / assignments.length;
}

/** q^n P(at most `most` of c lost), by going through all 2^c outcomes of the controls. */
function countedAt(q: number, candidates: number, controls: number, most: number): number {
  let chance = 0;
  for (let outcome = 0; outcome < 2 ** controls; outcome++) {
    const lost = outcome.toString(2).replaceAll('0', '').length;
    if (lost <= most) chance += q ** lost * (1 - q) ** (controls - lost);
  }
  return q ** candidates * chance;
}

describe('the chance that all candidates are among the unanswered', () => {
  const strata = [1, 2, 3, 4, 5].flatMap((candidates) =>
    [0, 1, 2, 3, 4, 5].flatMap((controls) =>
      Array.from(
        { length: controls + 1 },
        (_, controlsLost) => [candidates, controls, controlsLost] as const,
      ),
    ),
  );

  test.each(strata)('%i candidates, %i controls, %i of them lost: as counted out', (...stratum) => {
    expect(Math.exp(logChanceOfAllLost(...stratum))).toBeCloseTo(countedChance(...stratum), 12);
  });

  test('is certainty when no control was answered', () => {
    expect(logChanceOfAllLost(7, 7, 7)).toBe(0);
    expect(logChanceOfAllLost(7, 0, 0)).toBe(0);
  });

  test('shrinks with every candidate, and grows with every lost control', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        fc.nat(),
        (candidates, controls, drawn) => {
          const lost = drawn % controls;
          const chance = logChanceOfAllLost(candidates, controls, lost);
          expect(logChanceOfAllLost(candidates + 1, controls, lost)).toBeLessThan(chance);
          expect(logChanceOfAllLost(candidates, controls, lost + 1)).toBeGreaterThan(chance);
        },
      ),
    );
  });

  test('times its reciprocal where it happens has mean 1: the strata may be multiplied and looked at after each', () => {
    // Under the supposition every slot's fate is fixed and the assignment is random, so the mean of the factor is
    // (chance that all candidates are lost) * 1 / p.
    for (const [candidates, controls, controlsLost] of strata) {
      const factor = 1 / Math.exp(logChanceOfAllLost(candidates, controls, controlsLost));
      expect(countedChance(candidates, controls, controlsLost) * factor).toBeCloseTo(1, 9);
    }
  });
});

describe('the levels', () => {
  test('of all candidates of two plentiful methods and of the sparing one sum to at most the bound', () => {
    let sum = Math.exp(SPARING_LOG_LEVEL);
    for (let ordinal = 1; ordinal <= 500; ordinal++) sum += 2 * Math.exp(logLevelOfCandidate(ordinal));
    expect(sum).toBeLessThanOrEqual(WRONG_EXACT_BOUND * (1 + 1e-12));
    expect(sum).toBeGreaterThan(WRONG_EXACT_BOUND * 0.999);
  });

  test('the bound is at most one wrong answer in a million measurements', () => {
    expect(WRONG_EXACT_BOUND).toBeLessThanOrEqual(1e-6);
  });

  test('a path without loss is settled by 15 candidates and 15 controls, and not by one less', () => {
    expect(candidatesNeeded(0, logLevelOfCandidate(1), 32)).toBe(15);
    expect(logChanceOfAllLost(15, 15, 0)).toBeLessThanOrEqual(logLevelOfCandidate(1));
    expect(logChanceOfAllLost(14, 14, 0)).toBeGreaterThan(logLevelOfCandidate(1));
  });
});

describe('the worst chance of a fixed design', () => {
  const designs = [1, 3, 6].flatMap((candidates) =>
    [1, 4, 7].flatMap((controls) => [0, 1].map((most) => [candidates, controls, most] as const)),
  );

  test.each(designs)(
    '%i candidates, %i controls, at most %i lost: no loss rate makes it likelier',
    (...design) => {
      const worst = Math.exp(logWorstChance(...design));
      const counted = Array.from({ length: 999 }, (_, step) => countedAt((step + 1) / 1000, ...design));
      // A hundredth is what the grid may miss.
      expect(worst).toBeGreaterThanOrEqual(Math.max(...counted) * 0.99);
      expect(worst).toBeLessThanOrEqual(Math.max(...counted) * 1.01);
    },
  );

  test('ten silent beside ten answered is 2^-20, and enough for the sparing method', () => {
    expect(logWorstChance(10, 10, 0)).toBeCloseTo(-20 * Math.LN2, 3);
    expect(logWorstChance(10, 10, 0)).toBeLessThanOrEqual(SPARING_LOG_LEVEL);
    expect(logWorstChance(10, 10, 1)).toBeGreaterThan(SPARING_LOG_LEVEL);
  });
});

describe('the number of candidates', () => {
  test('reaches the level if no more controls are lost than the rate makes likely', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.6, noNaN: true }),
        fc.integer({ min: 1, max: 5 }),
        (loss, ordinal) => {
          const level = logLevelOfCandidate(ordinal);
          const count = candidatesNeeded(loss, level, 1000);
          expect(count).toBeLessThan(1000);
          expect(logChanceOfAllLost(count, count, Math.floor(count * loss))).toBeLessThanOrEqual(level);
        },
      ),
    );
  });

  test('never exceeds the limit, whatever the loss', () => {
    expect(candidatesNeeded(0.99, logLevelOfCandidate(1), 32)).toBe(32);
    expect(candidatesNeeded(1, logLevelOfCandidate(1), 32)).toBe(32);
  });

  test('is the least of 2 when next to nothing is left to prove', () => {
    expect(candidatesNeeded(0, -0.1, 32)).toBe(2);
  });
});

describe('the loss rate to reckon with', () => {
  test('is never 0 and never 1', () => {
    expect(estimatedLossRate(0, 0)).toBeGreaterThan(0);
    expect(estimatedLossRate(0, 1e6)).toBeGreaterThan(0);
    expect(estimatedLossRate(50, 50)).toBeLessThan(1);
  });

  test('comes close to what was seen once much was seen', () => {
    expect(estimatedLossRate(360, 1000)).toBeCloseTo(0.36, 2);
  });

  test('after three answered controls one lost probe is less likely than one in twenty', () => {
    expect(estimatedLossRate(0, 3)).toBeLessThan(0.05);
  });
});
