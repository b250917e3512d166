import { beforeAll, describe, expect, test } from '@jest/globals';
import { createRandom } from '../../src/probe/random.ts';
import { firstSeed } from './first-seed.ts';
import type { PathSpec } from './path.ts';
import { randomPath } from './random-path.ts';
import { simulateTrace } from './simulate-trace.ts';

const PATHS = 300;

/**
 * A random path on which some routers say nothing of an expired TTL, and some limit all their errors as Linux does. All
 * that is sent back gets back: what echo finds of a narrow way back is no claim about the way there.
 */
function tracedPath(seed: number): PathSpec {
  const random = createRandom([seed, 9, 9, 9]);
  const spec = randomPath(seed);
  return {
    ...spec,
    returnMtu: Infinity,
    links: spec.links.map((link) => ({
      ...link,
      ...(random.below(10) === 0 ? { timeExceeded: 'silent' as const } : {}),
      ...(random.below(5) === 0 ? { errors: { perSecond: 1, burst: 6 } } : {}),
    })),
  };
}

/** Every claim that the truth refutes, in words. */
function wrongClaims(seed: number): string[] {
  const spec = tracedPath(seed);
  const { profile, log } = simulateTrace(spec, seed).trace.hops;
  return Array.from(
    { length: Math.min(log.lastAnswering, spec.links.length) },
    (_, index) => index + 1,
  ).flatMap((hop) => {
    const truth = Math.min(...spec.links.slice(0, hop).map(({ mtu }) => mtu));
    const { fits, fails } = profile.boundsAt(hop);
    const isWrong = (fits ?? 0) > truth || (fails ?? Infinity) <= truth;
    return isWrong ? [`seed ${seed}, hop ${hop}: ${fits} fits, ${fails} fails, the truth is ${truth}`] : [];
  });
}

describe(`traces of ${PATHS} random paths`, () => {
  const seed = firstSeed(1);
  let wrong: readonly string[] = [];

  beforeAll(() => {
    wrong = Array.from({ length: PATHS }, (_, index) => wrongClaims(seed + index)).flat();
  }, 300_000);

  test('never say of a hop what the truth refutes', () => {
    expect(wrong).toEqual([]);
  });
});
