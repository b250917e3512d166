import { beforeAll, describe, expect, test } from '@jest/globals';
import { HISTORY_BYTES, OLD_FILES } from '../../src/state/history-file.ts';
import type { Kind } from './day/auditor.ts';
import { watchAll } from './day/watch-all.ts';
import type { Watched } from './day/watch.ts';
import { firstSeed } from './first-seed.ts';

const HOURS = 24;
const SITES = ['paris', 'lyon', 'nice'];

describe('a check every minute of a day, over paths that change, lose and black out', () => {
  const seed = firstSeed(35);
  let all: readonly Watched[] = [];

  beforeAll(async () => {
    all = await watchAll(seed, HOURS);
  }, 300_000);

  test('was made of every gateway', () => {
    const checks = Object.fromEntries(
      all.flatMap(({ sites }) => sites).map(({ name }) => [name, checksIn(all, name)]),
    );
    expect(checks).toEqual(Object.fromEntries(SITES.map((name) => [name, HOURS * 60])));
  });

  test('says nothing that is wrong: not of the path, the status, what changed or flaps, nor the figures', () => {
    expect(all.flatMap(({ wrongs }) => wrongs)).toEqual([]);
  });

  test('saw many changes, and told them', () => {
    const told = all.flatMap(({ sites }) => sites.map(({ changesTold }) => changesTold));
    expect(Math.min(...told)).toBeGreaterThan(10);
  });

  test.each(['calm', 'loss to 3 %', 'loss to 10 %'] satisfies Kind[])(
    'is never UNKNOWN in weather that is %s, where the gateway answers more than IKE',
    (kind) => {
      const unknown = all
        .flatMap(({ sites }) => sites)
        .filter(({ name }) => name !== 'nice')
        .flatMap(({ name, tallies }) =>
          tallies.filter((tally) => tally.kind === kind && tally.unknown > 0).map(() => name),
        );
      expect(unknown).toEqual([]);
    },
  );

  test('leaves no memory behind', () => {
    for (const { early, late } of all)
      expect(late.heapBytes - early.heapBytes).toBeLessThan(MOST_GROWTH_BYTES);
  });

  test('leaves a state that does not grow, and a history of bounded size', () => {
    for (const { early, late } of all) {
      expect(late.stateBytes).toBeLessThan(early.stateBytes + MOST_STATE_GROWTH_BYTES);
      expect(late.historyBytes).toBeLessThanOrEqual((OLD_FILES + 1) * HISTORY_BYTES);
      expect(late.historyBytes).toBeLessThan(early.historyBytes);
    }
  });
});

function checksIn(all: readonly Watched[], name: string): number {
  return all
    .flatMap(({ sites }) => sites)
    .filter((site) => site.name === name)
    .flatMap(({ tallies }) => tallies.map(({ checks }) => checks))
    .reduce((total, checks) => total + checks, 0);
}

/** A check that left a result behind, 20 kB, would make 25 MB of it in the 22 hours. */
const MOST_GROWTH_BYTES = 2_000_000;
/** Per gateway there is one fact more or less, and what it was before. */
const MOST_STATE_GROWTH_BYTES = 1000;
