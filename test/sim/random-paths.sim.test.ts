import { beforeAll, describe, expect, test } from '@jest/globals';
import { firstSeed } from './first-seed.ts';
import { surveyAll } from './survey-all.ts';
import type { Surveyed } from './survey.ts';

const PATHS = 10_000;

describe(`${PATHS} random paths`, () => {
  const seed = firstSeed();
  let all: readonly Surveyed[] = [];

  beforeAll(async () => {
    all = await surveyAll('random', seed, PATHS);
  }, 300_000);

  test('were all measured', () => {
    expect(all).toHaveLength(PATHS);
  });

  test('are never answered wrongly: no claim of any method is refuted by the truth', () => {
    expect(all.flatMap(({ seed: of, wrong }) => (wrong === null ? [] : [`seed ${of}: ${wrong}`]))).toEqual(
      [],
    );
  });

  test('are answered exactly in 99 of 100 cases, where somebody answers without limits and a fifth is lost at most', () => {
    const answerable = all.filter((one) => !one.isDeaf && !one.isLimited && one.loss <= 0.2);
    const exact = answerable.filter(({ status }) => status === 'exact');
    expect(answerable.length).toBeGreaterThan(PATHS * 0.9);
    expect(exact.length / answerable.length).toBeGreaterThanOrEqual(0.99);
  });

  test('are unreachable only where nobody answers', () => {
    expect(
      seedsOf(all.filter((one) => one.status === 'unreachable' && !one.isDeaf && !one.isLimited)),
    ).toEqual([]);
    expect(seedsOf(all.filter((one) => one.isDeaf && one.status !== 'unreachable'))).toEqual([]);
  });

  test('without loss are all exact', () => {
    expect(seedsOf(lossless(all).filter(({ status }) => status !== 'exact'))).toEqual([]);
  });

  test('without loss or bottleneck take one round', () => {
    expect(seedsOf(lossless(all, 'none').filter(({ rounds }) => rounds > 1))).toEqual([]);
  });

  test('without loss and with one router that speaks take two rounds at most', () => {
    const speaking = lossless(all, 'one speaking');
    expect(speaking.length).toBeGreaterThan(100);
    expect(seedsOf(speaking.filter(({ rounds }) => rounds > 2))).toEqual([]);
  });

  test('without loss and with silent routers take four rounds at most, five where udp has to search in place of echo', () => {
    const silent = lossless(all, 'silent');
    expect(silent.length).toBeGreaterThan(100);
    expect(seedsOf(silent.filter(({ rounds, answersAll }) => rounds > (answersAll ? 4 : 5)))).toEqual([]);
  });

  // The goal is four round trips and 0.2 s. Up to 40 ms it holds. Above, each of the four flights waits an eighth of
  // a round trip for stragglers, and the second method confirms in a fifth.
  test('without loss and with silent routers take four round trips and 0.2 s at most, up to 40 ms', () => {
    const silent = lossless(all, 'silent').filter((one) => one.answersAll && one.roundTripMs <= 40.001);
    expect(silent.length).toBeGreaterThan(50);
    expect(seedsOf(silent.filter((one) => one.durationMs > 4 * one.roundTripMs + 200))).toEqual([]);
  });

  test('without loss and with silent routers never take more than six round trips and 0.4 s', () => {
    const silent = lossless(all, 'silent').filter((one) => one.answersAll);
    expect(seedsOf(silent.filter((one) => one.durationMs > 6 * one.roundTripMs + 400))).toEqual([]);
  });

  test('end at the deadline of ten seconds', () => {
    expect(seedsOf(all.filter(({ durationMs }) => durationMs > 10_050))).toEqual([]);
  });
});

/** Paths on which nothing but size matters, and somebody answers. */
function lossless(all: readonly Surveyed[], bottlenecks?: Surveyed['bottlenecks']): Surveyed[] {
  return all.filter(
    (one) => one.isLossless && !one.isDeaf && (bottlenecks === undefined || one.bottlenecks === bottlenecks),
  );
}

function seedsOf(some: readonly Surveyed[]): number[] {
  return some.map(({ seed }) => seed).toSorted((a, b) => a - b);
}
