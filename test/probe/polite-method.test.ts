import { describe, expect, test } from '@jest/globals';
import { methodResult } from '../../src/results/method-result.ts';
import { blackHole, link, pathOf } from '../sim/named-paths.ts';
import { trueMtu, type PathSpec } from '../sim/path.ts';
import { simulate } from '../sim/simulate.ts';
import { measured } from './flights.ts';

const GATEWAY = { ike: 'answers' } as const;

/** A method that asks little of the target: 25 probes at most, 20 ms apart, as IKE daemons like it. */
describe('a polite method', () => {
  test('never sends two probes within 20 ms, nor more than 25 in all', () => {
    const { events } = simulate(blackHole(1450, GATEWAY), 1, { methods: ['ike'] });
    const sentAtMs = events.filter(({ type }) => type === 'sent').map(({ atMs }) => atMs);
    const gaps = sentAtMs.slice(1).map((atMs, index) => atMs - (sentAtMs[index] ?? 0));
    // A hair less than 20: times are sums of fractions.
    expect(Math.min(...gaps)).toBeGreaterThan(19.999);
    expect(sentAtMs.length).toBeLessThanOrEqual(25);
  });

  test('confirms with few probes what another method found', () => {
    const { effective, of } = measured(blackHole(1450, GATEWAY), { methods: ['icmp', 'ike'] });
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1450, method: { method: 'ike' } });
    expect(of('ike').log.probes.length).toBeLessThanOrEqual(10);
  });

  test('finds a likely size alone', () => {
    const { effective } = measured(blackHole(1400, GATEWAY), { methods: ['ike'] });
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1400 });
  });

  test('finds what a router says alone', () => {
    const { effective, of } = measured(pathOf([1500, 1437, 1500], GATEWAY), { methods: ['ike'] });
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1437, blackHole: false });
    expect(of('ike').log.probes.length).toBeLessThanOrEqual(12);
  });

  // Known: candidates and controls leave in turn, so a limit that lets every second answer through looks like size.
  test('is not deceived by a host that answers only so many times a second', () => {
    const limits = [20, 23, 26, 29, 32, 35].flatMap((perSecond) =>
      [1, 2, 3].map((burst): PathSpec => pathOf([link(1500, { delayMs: 2 })], { ike: { perSecond, burst } })),
    );
    const claims = limits.flatMap((spec) => {
      const { measurement } = simulate(spec, 1, { methods: ['ike'] });
      const wrong = measurement.probers
        .map(methodResult)
        .filter(({ pathMtu }) => pathMtu !== null && pathMtu !== trueMtu(spec));
      return wrong.map(({ pathMtu }) => ({ limit: spec.ike, pathMtu }));
    });
    expect(claims).toEqual([]);
  });

  test('counts as sent only what has left when it is stopped in the middle of a flight', () => {
    const { measurement, path } = simulate(blackHole(1450, GATEWAY), 1, { methods: ['ike'], deadlineMs: 70 });
    expect(measurement.probers.map(methodResult)).toMatchObject([
      { probes: { sent: path.packets, bytes: path.bytes } },
    ]);
  });
});

describe('PTBs that an answer refutes', () => {
  test('are counted once each, however often the evidence is weighed', () => {
    const { of, events } = measured(pathOf([1500, link(1450, { ptb: 'lying-low' }), 1500]), {
      methods: ['icmp'],
    });
    expect(of('icmp').oddities.all).toMatchObject([
      { kind: 'ptb-contradicted', count: events.filter(({ type }) => type === 'too-big').length },
    ]);
  });
});
