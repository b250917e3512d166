import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Result } from '../../src/results/result.ts';
import { bottlenecks, randomPath } from '../sim/random-path.ts';
import { trueMtu } from '../sim/path.ts';
import { blackHole, link, pathOf } from '../sim/named-paths.ts';
import { askedAbout, assembled } from './assembled.ts';

/** Every promise of CONTRACT.md that `result` breaks, in words. */
function brokenPromises(result: Result): string[] {
  const { status, pathMtu, bounds, blackHole: isBlackHole, localMtu, methods, ranges, findings } = result;
  const order = ['critical', 'warning', 'info'];
  const promises: [string, boolean][] = [
    ['pathMtu is null unless exact', (status === 'exact') === (pathMtu !== null)],
    [
      'exact means fails = fits + 1, or fits = localMtu',
      status !== 'exact' ||
        bounds.fails === (bounds.fits ?? 0) + 1 ||
        (bounds.fails === null && bounds.fits === localMtu),
    ],
    ['an exact path MTU is what fits', status !== 'exact' || pathMtu === bounds.fits],
    ['what fails is larger than what fits', (bounds.fails ?? Infinity) > (bounds.fits ?? 0)],
    ['nothing fits that cannot leave', (bounds.fits ?? 0) <= (localMtu ?? Infinity)],
    ['sizes are whole numbers', [pathMtu, bounds.fits, bounds.fails, localMtu].every(isWhole)],
    ['a black hole is known if and only if the path MTU is', (isBlackHole === null) === (status !== 'exact')],
    ['unreachable means nothing fits', (status === 'unreachable') === (bounds.fits === null)],
    ['it survives JSON', JSON.stringify(JSON.parse(JSON.stringify(result))) === JSON.stringify(result)],
    ['nothing in it is undefined, infinite or not a number', isPlain(result)],
    [
      'its arrays are arrays',
      [methods, ranges, findings, result.fragments.tests].every((value) => Array.isArray(value)),
    ],
    ['there is an entry per method', methods.map(({ method }) => method).join() === 'icmp,udp'],
    ['the ranges begin at 1', ranges[0]?.from === 1],
    [
      'the ranges have no gaps',
      ranges.slice(1).every(({ from }, index) => from === (ranges[index]?.to ?? 0) + 1),
    ],
    [
      'the gravest finding comes first',
      findings.every(
        ({ severity }, index) =>
          order.indexOf(severity) >= order.indexOf(findings[index - 1]?.severity ?? 'critical'),
      ),
    ],
    ['startedAt is ISO 8601 in UTC', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(result.startedAt)],
    ...methods.flatMap((method): [string, boolean][] => {
      const { probes, rttMs, lossRate } = method;
      const rtts = rttMs === null ? [] : [rttMs.min, rttMs.median, rttMs.max];
      const name = method.method;
      return [
        [`${name}: pathMtu is null unless exact`, (method.status === 'exact') === (method.pathMtu !== null)],
        [`${name}: a reason unless exact`, (method.status === 'exact') === (method.reason === null)],
        [`${name}: no more is answered or lost than was sent`, probes.answered + probes.lost <= probes.sent],
        [`${name}: answers mean a round-trip time`, probes.answered > 0 === (rttMs !== null)],
        [`${name}: min, median, max`, rtts.every((rtt, index) => rtt >= (rtts[index - 1] ?? 0))],
        [`${name}: a loss rate is 0 to 1`, lossRate === null || (lossRate >= 0 && lossRate <= 1)],
        [
          `${name}: what fails is larger than what fits`,
          (method.bounds.fails ?? Infinity) > (method.bounds.fits ?? 0),
        ],
      ];
    }),
  ];
  return promises.filter(([, isKept]) => !isKept).map(([promise]) => promise);
}

function isWhole(value: number | null): boolean {
  return value === null || Number.isInteger(value);
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (Array.isArray(value)) return value.every(isPlain);
  return typeof value === 'object' && Object.values(value).every(isPlain);
}

describe('the result document', () => {
  test('keeps the contract on any path', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        expect(brokenPromises(assembled(randomPath(seed), {}, {}, seed))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('keeps it when the measurement is cut short anywhere', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.double({ min: 0.01, max: 400, noNaN: true }),
        (seed, ms) => {
          const result = assembled(randomPath(seed), { isAborted: true }, { deadlineMs: ms }, seed);
          expect(brokenPromises(result)).toEqual([]);
          expect(result.error).toMatchObject({ code: 'interrupted' });
        },
      ),
      { numRuns: 100 },
    );
  });

  test('keeps it with sizes limited by the user, and with an interface whose MTU is not known', () => {
    const size = fc.integer({ min: 68, max: 1600 });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        size,
        size,
        fc.boolean(),
        (seed, one, other, isKnown) => {
          const options = {
            minBytes: Math.min(one, other),
            maxBytes: Math.max(one, other),
            ...(isKnown ? {} : { localMtu: null }),
          };
          expect(brokenPromises(assembled(randomPath(seed), {}, options, seed))).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('says who measured what, when and how long', () => {
    expect(assembled(pathOf([1500, 1500]), { durationMs: 21.126 })).toMatchObject({
      schemaVersion: 1,
      tool: { name: 'pathmtu', version: '0.0.0' },
      target: { input: 'vpn.example.net', address: '198.51.100.7', family: 4 },
      startedAt: '2026-03-01T02:17:45.123Z',
      durationMs: 21.1,
      localMtu: 1500,
      error: null,
    });
  });

  test('counts what was sent', () => {
    const { methods } = assembled(blackHole(1400));
    expect(methods[0]).toMatchObject({
      method: 'icmp',
      port: null,
      rounds: 2,
      lossRate: 0,
      probes: { sent: 63, answered: 13 + 19, lost: 14 + 17 },
      rttMs: { min: 30, median: 30, max: 30 },
    });
    expect(methods[1]).toMatchObject({ method: 'udp', port: 33_434 });
  });

  test('gives a verdict on an IKE_AUTH with the effective path MTU', () => {
    const { ikeAuth } = assembled(pathOf([1500, 1400]), { ikeAuth: askedAbout(1369) });
    expect(ikeAuth).toMatchObject({ size: 1369, wireSize: 1401 });
    expect(ikeAuth?.ipFragments).toHaveLength(2);
    expect(assembled(pathOf([1500, 1400]), { ikeAuth: askedAbout(1368) }).ikeAuth).toMatchObject({
      verdict: 'fits',
      ipFragments: [1400],
    });
  });

  test('corrects the MTU of the interface by sends that failed', () => {
    expect(assembled(pathOf([1400, 1400]), { localMtu: 1500 }, { localMtu: 1500 })).toMatchObject({
      localMtu: 1400,
      status: 'exact',
      pathMtu: 1400,
    });
  });
});

describe('a black hole', () => {
  test('is a border that silence proved', () => {
    expect(assembled(blackHole(1400)).blackHole).toBe(true);
  });

  test('is none where a router names the path MTU', () => {
    expect(assembled(pathOf([1500, 1400])).blackHole).toBe(false);
  });

  // As Linux routers limit what they say: six at once, then one a second.
  const sparing = pathOf([1500, link(1400, { ptb: { perSecond: 1, burst: 6 } }), 1500]);

  test('is none where the router names it now and then', () => {
    expect(assembled(sparing, {}, { methods: ['icmp'] })).toMatchObject({ pathMtu: 1400, blackHole: false });
  });

  // Known: the first method uses the router's allowance up, and the other one takes its silence for a black hole.
  test('is none either for the method that the router had no PTB left for', () => {
    expect(assembled(sparing)).toMatchObject({ pathMtu: 1400, blackHole: false });
  });

  test('is none where nothing is in the way', () => {
    expect(assembled(pathOf([1500, 1500])).blackHole).toBe(false);
  });

  test('is behind a router that speaks, when the narrowest one is silent', () => {
    const path = pathOf([1500, 1450, link(1380, { ptb: 'silent' })]);
    expect(assembled(path)).toMatchObject({ pathMtu: 1380, blackHole: true, bottleneck: null });
  });

  test('is not claimed as long as the path MTU is not exact', () => {
    expect(assembled(blackHole(1450), {}, { deadlineMs: 45 })).toMatchObject({
      status: 'bounded',
      blackHole: null,
    });
  });

  test('is told from a speaking bottleneck on any lossless path', () => {
    // Seeds of paths with one bottleneck that either speaks or is silent.
    const seeds = Array.from({ length: 400 }, (_, seed) => seed).filter((seed) => {
      const spec = randomPath(seed);
      const [only, ...more] = bottlenecks(spec);
      return (
        only !== undefined &&
        more.length === 0 &&
        (only.ptb === 'speaks' || only.ptb === 'silent') &&
        spec.echo === 'answers' &&
        spec.returnMtu === Infinity &&
        spec.bandwidth === Infinity &&
        spec.links.every(({ loss, jitterMs, reorder }) => loss === 0 && jitterMs === 0 && reorder === 0)
      );
    });
    const told = seeds.map((seed) => {
      const { pathMtu, blackHole: isBlackHole } = assembled(
        randomPath(seed),
        {},
        { methods: ['icmp'] },
        seed,
      );
      return { seed, pathMtu, isBlackHole };
    });
    expect(seeds.length).toBeGreaterThan(10);
    expect(told).toEqual(
      seeds.map((seed) => {
        const spec = randomPath(seed);
        return { seed, pathMtu: trueMtu(spec), isBlackHole: bottlenecks(spec)[0]?.ptb === 'silent' };
      }),
    );
  });
});
