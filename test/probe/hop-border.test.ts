import { describe, expect, test } from '@jest/globals';
import { HopBorderTest } from '../../src/probe/hop-border.ts';
import { createRandom } from '../../src/probe/random.ts';

/** Sends strata until the test is at its end; `isAnswered` says which probes are, by size and place among their size. */
function runTest(isAnswered: (sizeBytes: number, place: number, stratum: number) => boolean) {
  const border = new HopBorderTest(3, 1400, 1);
  const random = createRandom([1, 2, 3, 4]);
  const strata: string[] = [];
  let nowMs = 0;
  while (!border.isProven && !border.isExhausted) {
    nowMs = Math.max(nowMs, border.nextAtMs);
    const places = new Map<number, number>();
    const probes = border.nextStratum(random);
    for (const probe of probes) {
      const place = places.get(probe.sizeBytes) ?? 0;
      places.set(probe.sizeBytes, place + 1);
      probe.outcome = isAnswered(probe.sizeBytes, place, strata.length) ? 'answered' : 'lost';
    }
    border.settle(nowMs);
    strata.push(`${places.get(1401) ?? 0}+${places.get(1400) ?? 0}`);
  }
  return { isProven: border.isProven, strata, nowMs };
}

describe('a border behind a hop', () => {
  test('is proven by five answered controls among 45 silent candidates, in one flight', () => {
    expect(runTest((sizeBytes) => sizeBytes === 1400)).toEqual({
      isProven: true,
      strata: ['45+5'],
      nowMs: 0,
    });
  });

  test('takes a second flight where a control is lost, and no rest', () => {
    expect(runTest((sizeBytes, place, stratum) => sizeBytes === 1400 && place + stratum > 0)).toEqual({
      isProven: true,
      strata: ['45+5', '3+5'],
      nowMs: 0,
    });
  });

  test('takes rests of a second and one control at a time where the router answers one a second', () => {
    const { isProven, strata, nowMs } = runTest((sizeBytes, place) => sizeBytes === 1400 && place === 0);
    expect({ isProven, strata, nowMs }).toEqual({
      isProven: true,
      strata: ['45+5', '45+1', '45+1', '45+1', '2+1'],
      nowMs: 4000,
    });
  });

  test('is never proven by a hop that fell silent, however often it is asked', () => {
    expect(runTest(() => false)).toMatchObject({ isProven: false, strata: { length: 12 } });
  });

  test('is never proven when a candidate was answered', () => {
    expect(runTest((sizeBytes, place) => sizeBytes === 1400 || place === 7).isProven).toBe(false);
  });

  test('proves nothing with a flight that this host could not send whole', () => {
    const border = new HopBorderTest(3, 1400, 1);
    for (const probe of border.nextStratum(createRandom([1, 2, 3, 4]))) {
      probe.outcome = probe.sizeBytes === 1400 ? 'answered' : 'failed';
    }
    border.discard();
    expect(border.isProven).toBe(false);
  });
});
