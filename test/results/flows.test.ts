import { describe, expect, test } from '@jest/globals';
import { createFlow } from '../../src/probe/methods/flow.ts';
import { createRandom } from '../../src/probe/random.ts';
import type { Effective } from '../../src/results/effective.ts';
import { safeForAllFlows, type FlowIdentity } from '../../src/results/flows.ts';
import type { Bounds, FlowsResult, Result } from '../../src/results/result.ts';
import { flowNumberOf } from '../sim/equal-cost-paths.ts';
import { pathOf } from '../sim/named-paths.ts';
import { CLIENT, HOST, type PathSpec } from '../sim/path.ts';
import { FIRST_IDENTIFIER, FIRST_SOURCE_PORT } from '../sim/simulate.ts';
import { askedAbout, assembled } from './assembled.ts';

const COUNT = 4;

const IDENTITIES: readonly FlowIdentity[] = Array.from({ length: COUNT }, (_, place) => ({
  flow: createFlow(CLIENT[4], HOST[4], createRandom([place, 1, 1, 1])),
  sourcePort: FIRST_SOURCE_PORT + place,
  echoIdentifier: FIRST_IDENTIFIER + place,
}));

/** Four flows over two paths: even ones over the first. */
function resultOf(
  specs: readonly [PathSpec, PathSpec],
  changes: Parameters<typeof assembled>[1] = {},
): Result {
  return assembled(
    specs[0],
    { flows: IDENTITIES, ...changes },
    {
      flows: COUNT,
      beside: {
        specs: [specs[1]],
        branchOf: (packet) => (flowNumberOf(packet) - FIRST_SOURCE_PORT + 2 * FIRST_SOURCE_PORT) % 2,
      },
      methods: ['udp'],
    },
  );
}

const WIDE = pathOf([1500, 1500]);
const NARROW = pathOf([1500, 1400]);

describe('the flows of a result', () => {
  test('are absent where one flow was measured', () => {
    expect(assembled(WIDE)).not.toHaveProperty('flows');
  });

  test('are counted by path MTU, each with its source port; the path MTU on top stays the first one’s', () => {
    const result = resultOf([WIDE, NARROW]);
    expect(result.pathMtu).toBe(1500);
    expect(result.flows).toMatchObject({
      count: 4,
      method: 'udp',
      pathMtus: [
        { pathMtu: 1500, flows: 2 },
        { pathMtu: 1400, flows: 2 },
      ],
      undetermined: 0,
      smallestPathMtu: 1400,
      flows: [
        { sourcePort: FIRST_SOURCE_PORT, echoIdentifier: null, flowLabel: null, pathMtu: 1500 },
        { sourcePort: FIRST_SOURCE_PORT + 1, pathMtu: 1400, bounds: { fits: 1400, fails: 1401 } },
        { pathMtu: 1500 },
        { pathMtu: 1400 },
      ],
    });
    expect(result.findings).toMatchObject([{ code: 'path-diversity', severity: 'warning' }]);
    expect(result.findings[0]?.advice).toContain('1400');
  });

  test('say nothing more where all are alike', () => {
    const result = resultOf([NARROW, NARROW]);
    expect(result.flows?.pathMtus).toEqual([{ pathMtu: 1400, flows: 4 }]);
    expect(result.findings.map(({ code }) => code)).toEqual(['bottleneck']);
  });

  test('are not known where nothing is answered, and a finding says so', () => {
    const dead = pathOf([1500, 1500], { udp: 'refuses' });
    const result = resultOf([dead, dead]);
    expect(result.flows).toEqual({
      count: 4,
      method: null,
      pathMtus: [],
      undetermined: 4,
      smallestPathMtu: null,
      flows: [],
    });
    expect(result.findings.map(({ code }) => code)).toContain('flows-unknown');
  });

  test('make the verdict on an IKE_AUTH that of the narrowest', () => {
    const asked = { ikeAuth: askedAbout(1440) };
    expect(resultOf([WIDE, WIDE], asked).ikeAuth?.verdict).toBe('fits');
    expect(resultOf([WIDE, NARROW], asked).ikeAuth).toMatchObject({
      verdict: 'ip-fragments-unknown',
      ipFragments: [1396, 96],
    });
  });
});

function exact(pathMtu: number, fails: number | null = pathMtu + 1): Effective {
  return { status: 'exact', pathMtu, bounds: { fits: pathMtu, fails }, blackHole: false, method: null };
}

function bounded(bounds: Bounds): Effective {
  return { ...exact(0), status: 'bounded', pathMtu: null, bounds };
}

function flowsOf(...each: readonly Effective[]): FlowsResult {
  return {
    count: each.length,
    method: 'udp',
    pathMtus: [],
    undetermined: 0,
    smallestPathMtu: null,
    flows: each.map(({ status, pathMtu, bounds, blackHole }) => ({
      status,
      pathMtu,
      bounds,
      blackHole,
      sourcePort: 1,
      echoIdentifier: null,
      flowLabel: null,
      probes: { sent: 0, answered: 0, lost: 0, bytes: 0 },
      reason: null,
    })),
  };
}

describe('what is safe for all flows', () => {
  test.each([
    {
      name: 'the narrowest flow',
      first: exact(1500, null),
      others: [exact(1400), exact(1450)],
      safe: exact(1400),
    },
    {
      name: 'the first one where no flow is narrower',
      first: exact(1380),
      others: [exact(1400)],
      safe: exact(1380),
    },
    {
      name: 'less than a size that is proven to fail on some flow',
      first: exact(1500, null),
      others: [bounded({ fits: 1300, fails: 1450 })],
      safe: bounded({ fits: 1300, fails: 1450 }),
    },
    {
      name: 'the first one where nothing is known of another',
      first: exact(1500, null),
      others: [bounded({ fits: 68, fails: null })],
      safe: exact(1500, null),
    },
    {
      name: 'not exact where the first one is known to carry less than the narrowest',
      first: bounded({ fits: 1300, fails: null }),
      others: [exact(1400)],
      safe: bounded({ fits: 1300, fails: 1401 }),
    },
  ])('is $name', ({ first, others, safe }) => {
    expect(safeForAllFlows(first, flowsOf(...others))).toEqual(safe);
  });
});
