import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { RoundTrip } from '../../src/probe/round-trip.ts';

function after(...samplesMs: readonly number[]): RoundTrip {
  const roundTrip = new RoundTrip();
  for (const sampleMs of samplesMs) roundTrip.sample(sampleMs);
  return roundTrip;
}

describe('round-trip time', () => {
  test('says nothing before the first sample', () => {
    const roundTrip = new RoundTrip();
    expect([roundTrip.isKnown, roundTrip.timeoutMs, roundTrip.summary]).toEqual([false, null, null]);
  });

  test('follows RFC 6298 with alpha 1/8 and beta 1/4, but begins with an eighth of the first sample', () => {
    // Worked out by hand. R = 100: SRTT 100, RTTVAR 12.5. R = 140: RTTVAR 0.75*12.5 + 0.25*40 = 19.375, SRTT 105.
    // R = 60: RTTVAR 0.75*19.375 + 0.25*45 = 25.78125, SRTT 0.875*105 + 0.125*60 = 99.375.
    expect(after(100).timeoutMs).toBeCloseTo(100 + 4 * 12.5, 9);
    expect(after(100, 140).timeoutMs).toBeCloseTo(105 + 4 * 19.375, 9);
    expect(after(100, 140, 60).timeoutMs).toBeCloseTo(99.375 + 4 * 25.78125, 9);
  });

  test('on a steady path waits an eighth of the round trip longer than the round trip', () => {
    expect(after(...Array.from({ length: 100 }, () => 200)).timeoutMs).toBeCloseTo(225, 6);
  });

  test('on a fast path waits ten milliseconds at least: our own timers are no better', () => {
    expect(after(...Array.from({ length: 100 }, () => 0.2)).reorderWindowMs).toBe(10);
  });

  test('sums up all samples', () => {
    expect(after(30, 10, 20).summary).toEqual({ min: 10, median: 20, max: 30 });
  });

  test('never waits less than a recent sample of a steady path took', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 3000, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        (ms, count) => {
          const { timeoutMs } = after(...Array.from({ length: count }, () => ms));
          expect(timeoutMs).toBeGreaterThanOrEqual(ms + 9.99);
        },
      ),
    );
  });
});
