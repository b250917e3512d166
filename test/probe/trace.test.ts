import { describe, expect, test } from '@jest/globals';
import { addressText } from '../../src/probe/methods/flow.ts';
import { HOST, routerAddress, type PathSpec } from '../sim/path.ts';
import { link, pathOf } from '../sim/named-paths.ts';
import { simulateTrace, type SimulatedTrace } from '../sim/simulate-trace.ts';

const SILENT = { ptb: 'silent' } as const;
const NO_ANSWER = { timeExceeded: 'silent' } as const;
/** One limit for all ICMP errors of a router. */
const LINUX = { errors: { perSecond: 1, burst: 6 } } as const;

/** The exact MTU as far as each hop, or its bounds. */
function profileOf({ trace: { hops } }: SimulatedTrace): (number | string)[] {
  const { profile, log } = hops;
  return Array.from({ length: log.lastAnswering }, (_, index) => {
    const { fits, fails } = profile.boundsAt(index + 1);
    return profile.mtuAt(index + 1) ?? `${fits}..${fails ?? ''}`;
  });
}

/** What was sent to the hops: sizes by TTL, in sending order. */
function sentTo({ events }: SimulatedTrace): Record<number, number[]> {
  const sizes: Record<number, number[]> = {};
  for (const { hop, event } of events) {
    if (event.type === 'sent') (sizes[hop] ??= []).push(event.sizeBytes);
  }
  return sizes;
}

describe('a trace', () => {
  test('names every router and the target, with round trips', () => {
    const { trace } = simulateTrace(pathOf([1500, 1500, 1500, 1500]));
    const { log } = trace.hops;
    expect(log.targetHop).toBe(4);
    expect([1, 2, 3, 4].map((hop) => log.seenAt(hop).addresses)).toEqual([
      [addressText(routerAddress(4, 1))],
      [addressText(routerAddress(4, 2))],
      [addressText(routerAddress(4, 3))],
      [addressText(HOST[4])],
    ]);
    expect([1, 2, 3, 4].map((hop) => Math.round(log.seenAt(hop).rttMs ?? 0))).toEqual([10, 20, 30, 40]);
  });

  test('of a path that is wide enough asks each hop once for each of two sizes', () => {
    const run = simulateTrace(pathOf([1500, 1500, 1500, 1500]));
    expect(profileOf(run)).toEqual([1500, 1500, 1500, 1500]);
    expect(
      Object.values(sentTo(run))
        .flat()
        .filter((size) => size !== 68 && size !== 1500),
    ).toEqual([]);
    expect(run.durationMs).toBeLessThan(60);
  });

  test('behind a router that sends PTBs tries what it names, and one byte more', () => {
    const run = simulateTrace(pathOf([1500, 1500, 1400, 1500]));
    expect(profileOf(run)).toEqual([1500, 1500, 1400, 1400]);
    expect(run.trace.hops.claims).toMatchObject([
      { hop: 2, mtu: 1400, from: addressText(routerAddress(4, 2)) },
    ]);
    expect(sentTo(run)[2]).toEqual([68, 1500]);
    expect([...new Set(sentTo(run)[3])].toSorted((a, b) => a - b)).toEqual([68, 1400, 1401, 1500]);
    expect(run.durationMs).toBeLessThan(100);
  });

  test.each<{ name: string; spec: PathSpec; profile: (number | string)[] }>([
    {
      name: 'a silent black hole',
      spec: pathOf([1500, 1500, link(1400, SILENT), 1500, 1500]),
      profile: [1500, 1500, 1400, 1400, 1400],
    },
    {
      name: 'a black hole on the last link',
      spec: pathOf([1500, 1500, link(1400, SILENT)]),
      profile: [1500, 1500, 1400],
    },
    {
      name: 'two bottlenecks that say so',
      spec: pathOf([1500, 1450, 1500, 1380, 1500]),
      profile: [1500, 1450, 1450, 1380, 1380],
    },
    {
      name: 'two bottlenecks of which the second is silent',
      spec: pathOf([1500, 1450, 1500, link(1380, SILENT), 1500]),
      profile: [1500, 1450, 1450, 1380, 1380],
    },
    {
      name: 'two bottlenecks of which the first is silent',
      spec: pathOf([1500, link(1450, SILENT), 1500, 1380, 1500]),
      profile: [1500, 1450, 1450, 1380, 1380],
    },
    {
      name: 'two silent bottlenecks, of a size that is not likely',
      spec: pathOf([1500, link(1437, SILENT), 1500, link(1380, SILENT), 1500]),
      profile: [1500, 1437, 1437, 1380, 1380],
    },
    {
      name: 'three silent bottlenecks',
      spec: pathOf([9000, link(4352, SILENT), link(1500, SILENT), 1500, link(1380, SILENT)]),
      profile: [9000, 4352, 1500, 1500, 1380],
    },
    {
      name: 'a silent hop between two that agree',
      spec: pathOf([1500, 1400, link(1500, NO_ANSWER), 1500]),
      profile: [1500, 1400, 1400, 1400],
    },
    {
      name: 'a silent hop right behind a black hole: it lies between its neighbours',
      spec: pathOf([1500, 1500, link(1400, SILENT), link(1400, NO_ANSWER), 1500]),
      profile: [1500, 1500, '1400..', 1400, 1400],
    },
    {
      name: 'a bottleneck of which the router says less than the truth',
      spec: pathOf([1500, link(1400, { ptb: 'lying-low' }), 1500, 1500]),
      profile: [1500, 1400, 1400, 1400],
    },
    {
      name: "routers with Linux's limit on a path with PTBs",
      spec: pathOf([1500, link(1500, LINUX), link(1400, LINUX), link(1500, LINUX)]),
      profile: [1500, 1500, 1400, 1400],
    },
    {
      name: "routers with Linux's limit before and behind a black hole",
      spec: pathOf([
        1500,
        link(1500, LINUX),
        link(1400, { ...SILENT, ...LINUX }),
        link(1500, LINUX),
        link(1500, LINUX),
      ]),
      profile: [1500, 1500, 1400, 1400, 1400],
    },
    {
      name: 'IPv6',
      spec: pathOf([1500, 1450, link(1380, SILENT), 1500], { family: 6 }),
      profile: [1500, 1450, 1380, 1380],
    },
    {
      name: 'a host that answers no echo: the hops are asked by UDP then',
      spec: pathOf([1500, 1500, link(1400, SILENT), 1500], { echo: 'refuses' }),
      profile: [1500, 1500, 1400, 1400],
    },
  ])('is exact: $name', ({ spec, profile }) => {
    for (const seed of [1, 2]) expect(profileOf(simulateTrace(spec, seed))).toEqual(profile);
  });

  test('asks a gateway that answers IKE alone how far away it is, with one small request', () => {
    const spec = pathOf([1500, 1500, link(1400, SILENT), 1500], {
      echo: 'refuses',
      udp: 'refuses',
      ike: 'answers',
    });
    const run = simulateTrace(spec, 1, { hasIke: true });
    expect(run.trace.hops.log.targetHop).toBe(4);
    expect(profileOf(run)).toEqual([1500, 1500, 1400, 1400]);
    const asked = run.events.filter(({ event }) => event.type === 'sent' && event.method === 'ike');
    expect(asked).toMatchObject([{ hop: 4, event: { port: 500, sizeBytes: 208 } }]);
  });

  test('finds a black hole hardly later than the measurement of the target', () => {
    const spec = pathOf([1500, 1500, link(1400, SILENT), 1500, 1500]);
    // Three round trips of 50 ms.
    expect(simulateTrace(spec).durationMs).toBeLessThan(170);
  });

  test('goes on to the target where it is more than sixteen hops away, and no further', () => {
    const run = simulateTrace(pathOf(Array.from({ length: 22 }, (_, index) => (index > 18 ? 1400 : 1500))));
    expect(profileOf(run)).toEqual([...Array<number>(19).fill(1500), 1400, 1400, 1400]);
    expect(run.trace.hops.log.targetHop).toBe(22);
  });

  test('asks no hop beyond the number that is allowed', () => {
    const run = simulateTrace(pathOf(Array.from({ length: 9 }, () => 1500)), 1, { maxHops: 4 });
    expect(Math.max(...Object.keys(sentTo(run)).map(Number))).toBe(4);
    expect(profileOf(run)).toEqual([1500, 1500, 1500, 1500]);
    expect(run.trace.hops.log.targetHop).toBeNull();
  });

  test.each([
    { name: 'a black hole', links: [1500, 1500, link(1400, SILENT), 1500] },
    { name: 'a bottleneck that says so', links: [1500, 1500, 1400, 1500] },
  ])('searches the MTU as far as the last hop that answers, when the target does not: $name', ({ links }) => {
    const run = simulateTrace(pathOf([...links, link(1500, { loss: 1 })]));
    expect(profileOf(run)).toEqual([1500, 1500, 1400, 1400]);
    expect(run.trace.hops.log.targetHop).toBeNull();
  });

  test('stops five silent hops after the last one that answers', () => {
    const run = simulateTrace(pathOf([1500, 1500, link(1500, { loss: 1 })]));
    expect(Math.max(...Object.keys(sentTo(run)).map(Number))).toBe(16);
    // Once all sixteen; those that are likely to come, three times.
    expect(sentTo(run)[7]?.filter((size) => size === 68)).toHaveLength(3);
    expect(sentTo(run)[8]?.filter((size) => size === 68)).toHaveLength(1);
  });

  test('stopped in the middle keeps what it knows', () => {
    const run = simulateTrace(pathOf([1500, 1500, link(1400, SILENT), 1500]), 1, { deadlineMs: 55 });
    expect(run.durationMs).toBeGreaterThanOrEqual(55);
    expect(run.trace.isOver).toBe(true);
    expect(profileOf(run)).toEqual([1500, 1500, '1400..', '1400..']);
  });

  test('at 10 % loss each way on every link is right, and mostly exact', () => {
    const lossy = { loss: 0.1 };
    const spec = pathOf([1500, link(1500, lossy), link(1400, { ...SILENT, ...lossy }), link(1500, lossy)]);
    const profiles = Array.from({ length: 30 }, (_, seed) => profileOf(simulateTrace(spec, seed + 1)));
    const claims = profiles.map((profile) => profile.map((mtu) => (typeof mtu === 'number' ? mtu : null)));
    const wrong = claims.filter((mtus) => mtus.some((mtu, hop) => mtu !== null && mtu !== TRUTH[hop]));
    expect(wrong).toEqual([]);
    expect(claims.flat().filter((mtu) => mtu !== null).length).toBeGreaterThan(0.95 * 4 * profiles.length);
  });
});

const TRUTH = [1500, 1500, 1400, 1400];
