import { describe, expect, test } from '@jest/globals';
import { DrainRate } from '../../src/probe/drain-rate.ts';
import type { Probe } from '../../src/probe/flight-log.ts';

/** A flight that left at once at 0 ms, and when its answers came; null: none did. */
function flight(answersMs: readonly (number | null)[], sizeBytes = 1000): Probe[] {
  return answersMs.map((rttMs, index) => ({
    number: index + 1,
    sizeBytes,
    isControl: false,
    inStratum: false,
    sentAtMs: 0,
    outcome: rttMs === null ? 'lost' : 'answered',
    ptb: null,
    rttMs,
  }));
}

/** `count` answers, one every `everyMs`. */
function spread(count: number, everyMs: number): number[] {
  return Array.from({ length: count }, (_, index) => 40 + index * everyMs);
}

function leavingTimes(rate: DrainRate, count: number): number[] {
  const times: number[] = [];
  let nowMs = 1000;
  for (const probe of flight(spread(count, 0))) {
    while (!rate.admit(probe, nowMs)) nowMs = rate.nextAtMs;
    times.push(Math.round(nowMs - 1000));
  }
  return times;
}

describe('the rate at which the narrowest queue drains', () => {
  test('is not known while answers come together: everything leaves at once', () => {
    const rate = new DrainRate();
    expect(rate.onFlight(flight(spread(10, 1)))).toBe(false);
    expect(rate.sawQueue).toBe(false);
    expect(leavingTimes(rate, 4)).toEqual([0, 0, 0, 0]);
  });

  test('follows from answers that come spread out; from then on probes leave no faster', () => {
    const rate = new DrainRate();
    expect(rate.onFlight(flight(spread(10, 8)))).toBe(true);
    expect(leavingTimes(rate, 4)).toEqual([0, 8, 16, 24]);
  });

  test('counts what was lost between two answers: it went through the queue too', () => {
    const rate = new DrainRate();
    expect(rate.onFlight(flight(spread(19, 8).map((ms, index) => (index % 2 === 0 ? ms : null))))).toBe(true);
    expect(leavingTimes(rate, 3)).toEqual([0, 8, 16]);
  });

  test('is not taken from one long gap: a moment in which a process did not run is no queue', () => {
    const rate = new DrainRate();
    expect(rate.onFlight(flight([...spread(5, 1), ...spread(5, 1).map((ms) => ms + 500)]))).toBe(false);
    expect(rate.sawQueue).toBe(false);
  });

  test('is never taken for less than 0.25 Mbit/s', () => {
    const rate = new DrainRate();
    rate.onFlight(flight(spread(10, 1000)));
    expect(leavingTimes(rate, 3)).toEqual([0, 31, 63]);
  });

  test('stays the lowest that was seen, and is not seen in a flight that was sent at that rate', () => {
    const rate = new DrainRate();
    rate.onFlight(flight(spread(10, 8)));
    rate.onFlight(flight(spread(10, 4)));
    expect(leavingTimes(rate, 3)).toEqual([0, 8, 16]);
    const paced = flight(spread(10, 0)).map((probe, index) => ({ ...probe, sentAtMs: index * 8 }));
    expect(rate.onFlight(paced)).toBe(false);
  });
});
