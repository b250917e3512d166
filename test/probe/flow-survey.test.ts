import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { FlowSurvey } from '../../src/probe/flow-survey.ts';
import { flowNumberOf, type Spreading } from '../sim/equal-cost-paths.ts';
import { blackHole, link, pathOf } from '../sim/named-paths.ts';
import { trueMtu, type PathSpec } from '../sim/path.ts';
import { FIRST_IDENTIFIER, FIRST_SOURCE_PORT, simulate, type Simulation } from '../sim/simulate.ts';
import { flightsOf } from './flights.ts';

/** The path MTUs of all flows, the first one first; null: not exact. */
function mtusOf(done: FlowSurvey | null): (number | null)[] {
  return done === null ? [] : [done.first, ...done.probers].map(({ exactPathMtu }) => exactPathMtu);
}

/** Of the packet's flow, 0 for the first. */
function placeOf(packet: Uint8Array): number {
  const number = flowNumberOf(packet);
  return number >= FIRST_SOURCE_PORT ? number - FIRST_SOURCE_PORT : number - FIRST_IDENTIFIER;
}

/** Measures `count` flows over these paths; `branchOf` says which of them the flow at this place takes. */
function survey(
  count: number,
  paths: readonly [PathSpec, ...PathSpec[]],
  branchOf: (place: number) => number,
  options: Parameters<typeof simulate>[2] = {},
  seed = 1,
): Simulation & { readonly survey: FlowSurvey | null; readonly truth: readonly number[] } {
  const [spec, ...specs] = paths;
  const spreading: Spreading = (packet) => branchOf(placeOf(packet));
  const simulation = simulate(spec, seed, {
    flows: count,
    beside: { specs, branchOf: spreading },
    ...options,
  });
  const truth = Array.from({ length: count }, (_, place) => trueMtu(paths[branchOf(place)] ?? spec));
  return { ...simulation, survey: simulation.measurement.flowSurvey, truth };
}

const alternating = (place: number): number => place % 2;

const WIDE = pathOf([1500, 1500, 1500]);
const NARROW = pathOf([1500, 1400, 1500]);
const SILENT = blackHole(1400);

describe('a survey of flows', () => {
  test('asks each for what the first one has, and is done after one flight where they are alike', () => {
    const { survey: done, path, durationMs } = survey(16, [WIDE], () => 0, { methods: ['udp'] });
    expect(mtusOf(done)).toEqual(Array.from({ length: 16 }, () => 1500));
    expect(done?.probers.map(flightsOf)).toEqual(
      Array.from({ length: 15 }, () => [['open', [1500, 68, 68]]]),
    );
    expect(path.packets).toBe(27 + 15 * 3);
    const alone = simulate(WIDE, 1, { methods: ['udp'] });
    // One round trip of 30 ms, and what it takes to send.
    expect(durationMs - alone.durationMs).toBeLessThan(35);
  });

  test.each([
    { name: 'the first flow on the wide one', paths: [WIDE, NARROW] },
    { name: 'the first flow on the narrow one', paths: [NARROW, WIDE] },
    { name: 'the first flow on the wide one, the narrow one silent', paths: [WIDE, SILENT] },
    { name: 'the first flow on the narrow one, which is silent', paths: [SILENT, WIDE] },
  ] as const)('finds both of two paths: $name', ({ paths }) => {
    const { survey: done, truth } = survey(16, paths, alternating);
    expect(new Set(truth)).toEqual(new Set([1400, 1500]));
    expect(mtusOf(done)).toEqual(truth);
  });

  test('tests both sides of the first path MTU and the limit at once: one flight where routers speak', () => {
    const { survey: done } = survey(8, [NARROW, WIDE], alternating);
    expect(done?.probers.map(flightsOf)).toEqual(
      Array.from({ length: 7 }, () => [['open', [1500, 1401, 1400, 68, 68]]]),
    );
  });

  test('confirms silence by a stratum of its own for each flow: one flight more', () => {
    const { survey: done } = survey(4, [SILENT], () => 0, { methods: ['udp'] });
    expect(done?.probers.map((prober) => flightsOf(prober).map(([purpose]) => purpose))).toEqual(
      Array.from({ length: 3 }, () => ['open', 'suggestion']),
    );
  });

  test('lets one flow search for what no flow had before, and the others confirm it', () => {
    const { survey: done, truth } = survey(9, [WIDE, blackHole(1437)], alternating);
    expect(mtusOf(done)).toEqual(truth);
    const searching = done?.probers.filter((prober) =>
      flightsOf(prober).some(([purpose]) => purpose === 'spread'),
    );
    expect(searching).toHaveLength(1);
  });

  test('finds three different path MTUs', () => {
    const { survey: done, truth } = survey(12, [SILENT, WIDE, pathOf([1500, 1280])], (place) => place % 3);
    expect(new Set(truth).size).toBe(3);
    expect(mtusOf(done)).toEqual(truth);
  });

  test('goes by echo where UDP is not answered', () => {
    const quiet = { udp: 'refuses' } as const;
    const { survey: done, truth } = survey(
      8,
      [pathOf([1500, 1500], quiet), pathOf([1500, 1400], quiet)],
      alternating,
    );
    expect(done?.name).toBe('icmp');
    expect(mtusOf(done)).toEqual(truth);
  });

  test('is none where nothing but IKE is answered', () => {
    const quiet = { udp: 'refuses', echo: 'refuses', ike: 'answers' } as const;
    const { survey: done, path } = survey(8, [pathOf([1500, 1500], quiet)], () => 0, {
      methods: ['icmp', 'udp', 'ike'],
    });
    expect(done).toBeNull();
    expect(path.packets).toBeGreaterThan(0);
  });

  test('does not know flows that get no answer, and tries once a second until time is up', () => {
    // What Linux allows itself: six answers at once, then one a second.
    const limited = pathOf([1500, 1500], { udp: { perSecond: 1, burst: 6 } });
    const { survey: done, durationMs } = survey(16, [limited], () => 0, { deadlineMs: 5000 });
    const mtus = mtusOf(done);
    expect(durationMs).toBeGreaterThanOrEqual(5000);
    expect(mtus.filter((mtu) => mtu === 1500).length).toBeGreaterThan(3);
    expect(mtus.filter((mtu) => mtu === null).length).toBeGreaterThan(3);
    expect(done?.probers.filter(({ state }) => state.type === 'silent')).toEqual([]);
  });

  test('has at most 30 kB and one flight under way', () => {
    const { events } = survey(64, [SILENT], () => 0);
    const underWay = new Map<string, number>();
    let most = 0;
    for (const event of events.filter(({ flow }) => flow !== undefined)) {
      const probe = 'sizeBytes' in event ? `${event.flow} ${event.number}` : null;
      const size = event.type === 'sent' ? event.sizeBytes : 0;
      underWay.set(probe ?? '', size);
      most = Math.max(
        most,
        [...underWay.values()].reduce((total, bytes) => total + bytes, 0),
      );
    }
    expect(most).toBeGreaterThan(30_000);
    // Nineteen of each size and two controls: what a flow needs of which three probes were answered.
    expect(most).toBeLessThan(30_000 + 38 * 1401 + 2 * 68);
  });

  test('says of every event whose it is', () => {
    const { events } = survey(3, [WIDE], () => 0, { methods: ['udp'] });
    const sent = events.filter(({ type }) => type === 'sent');
    expect(sent.map(({ flow }) => flow)).toEqual([
      ...Array.from({ length: 27 }, () => undefined),
      2,
      2,
      2,
      3,
      3,
      3,
    ]);
  });

  test('stopped in the middle keeps what it has', () => {
    const { survey: done, measurement } = survey(16, [WIDE, SILENT], alternating, { deadlineMs: 110 });
    expect(measurement.isOver).toBe(true);
    expect(mtusOf(done).filter((mtu) => mtu === 1500)).not.toEqual([]);
    expect(done?.probers.some(({ state }) => state.type === 'stopped')).toBe(true);
  });

  test('never claims a wrong path MTU, whatever the paths lose and say', () => {
    const path = fc
      .record({
        mtu: fc.integer({ min: 576, max: 1500 }),
        loss: fc.constantFrom(0, 0, 0.02, 0.1),
        ptb: fc.constantFrom('speaks' as const, 'silent' as const, { perSecond: 1, burst: 6 }),
        udp: fc.constantFrom('answers' as const, 'answers' as const, { perSecond: 20, burst: 10 }),
      })
      .map(({ mtu, loss, ptb, udp }) => pathOf([1500, link(mtu, { ptb, loss }), 1500], { udp }));
    fc.assert(
      fc.property(
        fc.tuple(path, path, path),
        fc.array(fc.nat({ max: 2 }), { minLength: 2, maxLength: 12 }),
        fc.nat(),
        (paths, branches, seed) => {
          const result = survey(branches.length, paths, (place) => branches[place] ?? 0, {}, seed);
          const wrong = mtusOf(result.survey).filter(
            (mtu, place) => mtu !== null && mtu !== result.truth[place],
          );
          expect(wrong).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });
});
