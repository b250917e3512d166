import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { compare, type Comparison, type ComparisonInput } from '../../src/results/comparison.ts';
import type { IkeAuthVerdict, IkeGateway, Result } from '../../src/results/result.ts';
import { anyResult } from '../report/any-result.ts';
import { healthy, silent, unreachable } from '../report/results.ts';

/** Over one path each, alike but for what a test says. */
function gateway(name: string, differing: Partial<Result> & { verdict?: IkeAuthVerdict } = {}): Result {
  const { verdict, ...result } = differing;
  return {
    ...healthy,
    ikeAuth: verdict === undefined || silent.ikeAuth === null ? null : { ...silent.ikeAuth, verdict },
    ...result,
    target: { input: name, address: '192.0.2.1', family: 4, name, ...result.target },
  };
}

function comparison(...results: readonly Result[]): Comparison {
  return compare(results.map((result) => ({ result, requirement: 'met' })));
}

function order(...results: readonly Result[]): string[] {
  return comparison(...results).entries.map(({ label }) => label);
}

function withLoss(lossRate: number): Partial<Result> {
  return { methods: healthy.methods.map((method) => ({ ...method, lossRate })) };
}

function withRtt(median: number, lossRate = 0): Partial<Result> {
  const rttMs = { min: median, median, max: median };
  return { methods: healthy.methods.map((method) => ({ ...method, rttMs, lossRate })) };
}

function withMtu(pathMtu: number): Partial<Result> {
  return { pathMtu, bounds: { fits: pathMtu, fails: pathMtu + 1 } };
}

/** What an entry is ranked by. */
function keys(from: readonly ComparisonInput[]): unknown[] {
  return compare(from).entries.map(({ grade, rttMs, lossRate, rank, result: { pathMtu, blackHole } }) => ({
    grade,
    rank,
    ...(rank === null ? {} : { rttMs, lossRate: lossRate === null || lossRate < 0.02, pathMtu, blackHole }),
  }));
}

function over(family: 4 | 6, address: string): Result {
  return gateway('vpn', { target: { input: 'vpn', name: 'vpn', address, family } });
}

function fragments(status: Result['fragments']['status']): Partial<Result> {
  return { fragments: { status, tests: [] } };
}

const IKE: IkeGateway = {
  answers: true,
  port: 500,
  natT: false,
  nat: null,
  responder: null,
  fragmentationSupported: true,
  negotiation: 'accepted',
  refusal: null,
  cookieRequired: false,
  algorithms: null,
  certificateAuthorities: null,
};

const BOUNDED: Partial<Result> = { status: 'bounded', pathMtu: null, bounds: { fits: 1492, fails: 1500 } };
const UNRESOLVED: Partial<Result> = {
  status: 'unreachable',
  pathMtu: null,
  methods: [],
  error: { code: 'unresolved', message: 'no address found' },
};
const SILENT_ABOUT_EVERYTHING: Partial<Result> = {
  status: 'unreachable',
  pathMtu: null,
  methods: unreachable.methods,
};

describe('the ranking', () => {
  test.each<{
    better: Partial<Result> & { verdict?: IkeAuthVerdict };
    worse: Partial<Result> & { verdict?: IkeAuthVerdict };
    because: string;
  }>([
    { better: {}, worse: BOUNDED, because: 'what is exact before what is not' },
    {
      better: { verdict: 'fits' },
      worse: { verdict: 'ip-fragments-delivered' },
      because: 'works before at risk',
    },
    {
      better: { verdict: 'ip-fragments-delivered' },
      worse: { ...BOUNDED, verdict: 'ip-fragments-unknown' },
      because: 'at risk before not known',
    },
    {
      better: { ...BOUNDED, verdict: 'ip-fragments-unknown' },
      worse: { verdict: 'ip-fragments-dropped' },
      because: 'not known before lost',
    },
    {
      better: { verdict: 'ip-fragments-dropped' },
      worse: SILENT_ABOUT_EVERYTHING,
      because: 'lost before no answer',
    },
    { better: SILENT_ABOUT_EVERYTHING, worse: UNRESOLVED, because: 'no answer before not measured' },
    {
      better: { verdict: 'fits' },
      worse: { verdict: 'ike-fragmented' },
      because: 'one packet before IKE fragments',
    },
    {
      better: { verdict: 'ip-fragments-delivered' },
      worse: { verdict: 'ip-fragments-unknown' },
      because: 'IP fragments that arrive before those that may',
    },
    { better: {}, worse: { blackHole: null }, because: 'no black hole before not known' },
    { better: { blackHole: null }, worse: { blackHole: true }, because: 'not known before a black hole' },
    { better: { ike: IKE }, worse: {}, because: 'IKE fragmentation before not known' },
    {
      better: { fragments: { status: 'delivered', tests: [] } },
      worse: {},
      because: 'IP fragments that arrive before not known',
    },
    {
      better: {},
      worse: { ike: { ...IKE, fragmentationSupported: false }, fragments: { status: 'dropped', tests: [] } },
      because: 'not known before neither',
    },
    { better: withLoss(0.01), worse: withLoss(0.05), because: 'less loss' },
    { better: withLoss(0.05), worse: withLoss(0.5), because: 'less loss, of much' },
    { better: withMtu(1500), worse: withMtu(1400), because: 'the larger path MTU' },
    { better: withRtt(10), worse: withRtt(20), because: 'the shorter round trip' },
  ])('$because', ({ better, worse }) => {
    expect(order(gateway('worse', worse), gateway('better', better))).toEqual(['better', 'worse']);
    expect(order(gateway('better', better), gateway('worse', worse))).toEqual(['better', 'worse']);
  });

  test.each<{ better: Partial<Result>; worse: Partial<Result>; because: string }>([
    {
      better: withMtu(1280),
      worse: { ...withMtu(1500), blackHole: true },
      because: 'a black hole before a small path MTU',
    },
    {
      better: withMtu(1400),
      worse: { ...withMtu(1500), ...withLoss(0.3) },
      because: 'loss before a small path MTU',
    },
    {
      better: { ...withMtu(1500), ...withRtt(200) },
      worse: { ...withMtu(1492), ...withRtt(1) },
      because: 'the path MTU before the round trip',
    },
    {
      better: withRtt(1, 0.019),
      worse: withRtt(2, 0),
      because: 'loss that may be chance not at all',
    },
  ])('counts $because', ({ better, worse }) => {
    expect(order(gateway('worse', worse), gateway('better', better))).toEqual(['better', 'worse']);
  });

  test('leaves those that are alike in their order', () => {
    expect(order(gateway('a'), gateway('b'), gateway('c'))).toEqual(['a', 'b', 'c']);
  });

  test('gives no rank to those that did not answer', () => {
    const { entries } = comparison(
      gateway('x', UNRESOLVED),
      gateway('a'),
      gateway('y', SILENT_ABOUT_EVERYTHING),
    );
    expect(entries.map(({ label, rank, grade }) => [label, rank, grade])).toEqual([
      ['a', 1, 'works'],
      ['y', null, 'silent'],
      ['x', null, 'unmeasured'],
    ]);
  });

  test.each([
    { requirement: 'failed', grade: 'fails' },
    { requirement: 'warning', grade: 'at-risk' },
  ] as const)('a requirement that is $requirement makes it $grade', ({ requirement, grade }) => {
    const { entries } = compare([{ result: gateway('a'), requirement }]);
    expect(entries[0]?.grade).toBe(grade);
  });

  test('is an order, whatever was measured: it does not depend on that of the input', () => {
    const inputs = fc.array(
      fc.record<ComparisonInput>({
        result: anyResult,
        requirement: fc.constantFrom('met', 'warning', 'failed'),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(inputs, (given) => {
        expect(keys(given.toReversed())).toEqual(keys(given));
      }),
    );
  });
});

describe('names', () => {
  test('that occur more than once get their family, or their address where that is not enough', () => {
    expect(order(over(4, '192.0.2.1'), over(6, '2001:db8::1'))).toEqual(['vpn over IPv4', 'vpn over IPv6']);
    expect(order(over(4, '192.0.2.1'), over(4, '192.0.2.2'), over(6, '2001:db8::1'))).toEqual([
      'vpn at 192.0.2.1',
      'vpn at 192.0.2.2',
      'vpn over IPv6',
    ]);
  });
});

describe('the recommendation', () => {
  test.each<{ results: readonly Result[]; use: string | null; sentence: string }>([
    {
      results: [gateway('lyon', { ...withMtu(1400), blackHole: true }), gateway('paris')],
      use: 'paris',
      sentence: 'Use paris: path MTU 1500 bytes, no black hole; the path to lyon has a black hole.',
    },
    {
      results: [
        gateway('paris', { verdict: 'ike-fragmented' }),
        gateway('lyon', { verdict: 'ip-fragments-dropped' }),
      ],
      use: 'paris',
      sentence:
        'Use paris: the IKE_AUTH of 3200 bytes goes in several IKE fragments, path MTU 1500 bytes, no black hole; ' +
        'to lyon the IKE_AUTH of 3200 bytes will be lost, since IP fragments are dropped on the way.',
    },
    {
      results: [gateway('paris', withRtt(10)), gateway('lyon', withRtt(80))],
      use: 'paris',
      sentence: 'Use paris: path MTU 1500 bytes, no black hole; lyon is farther away (80 ms against 10 ms).',
    },
    {
      results: [gateway('paris', withRtt(10)), gateway('lyon', withRtt(11))],
      use: 'paris',
      sentence: 'Use paris: path MTU 1500 bytes, no black hole; lyon is as good.',
    },
    {
      results: [gateway('paris'), gateway('x', UNRESOLVED)],
      use: 'paris',
      sentence: 'Use paris: path MTU 1500 bytes, no black hole.',
    },
    {
      results: [gateway('paris', { verdict: 'ip-fragments-dropped' })],
      use: null,
      sentence:
        'None can be recommended: even to paris the IKE_AUTH of 3200 bytes will be lost, since IP fragments are dropped on the way.',
    },
    {
      results: [gateway('paris', BOUNDED), gateway('lyon', BOUNDED)],
      use: null,
      sentence:
        'None can be recommended yet: what the path to paris carries is not known exactly, and the others are no better.',
    },
    {
      results: [gateway('x', UNRESOLVED), gateway('y', SILENT_ABOUT_EVERYTHING)],
      use: null,
      sentence: 'None of the 2 gateways answered: check names and addresses, and what this site lets out.',
    },
    {
      results: [gateway('y', SILENT_ABOUT_EVERYTHING)],
      use: null,
      sentence: 'y gave no answer: check names and addresses, and what this site lets out.',
    },
  ])('$sentence', ({ results, use, sentence }) => {
    expect(comparison(...results).recommendation).toEqual({ use, sentence });
  });

  test('is one sentence, whatever was measured', () => {
    fc.assert(
      fc.property(fc.array(anyResult, { minLength: 1, maxLength: 4 }), (results) => {
        const { recommendation, entries } = comparison(...results);
        expect(recommendation.sentence).not.toMatch(/undefined|null|NaN|Infinity/);
        expect(recommendation.use ?? entries[0]?.label).toBe(entries[0]?.label);
      }),
    );
  });
});

describe('the differences', () => {
  const at = (input: string, family: 4 | 6, differing: Partial<Result> = {}): Result =>
    gateway(input, { ...differing, target: { input, name: input, address: `address-${family}`, family } });

  test.each<{ results: readonly Result[]; differences: readonly string[] }>([
    { results: [gateway('a'), gateway('b')], differences: [] },
    {
      results: [at('vpn', 4), at('vpn', 6, { ...withMtu(1400), blackHole: true })],
      differences: [
        'vpn is not the same at each address: path MTU 1500 over IPv4, 1400 over IPv6; black hole no over IPv4, yes over IPv6.',
      ],
    },
    { results: [at('vpn', 4), at('vpn', 6)], differences: ['vpn is the same at IPv4 and IPv6.'] },
    {
      results: [at('vpn', 4), at('vpn', 6, SILENT_ABOUT_EVERYTHING)],
      differences: [
        'vpn answers over IPv4, not over IPv6: a client that tries the latter first waits in vain.',
      ],
    },
    {
      results: [gateway('a', withMtu(1492)), gateway('b', withMtu(1492))],
      differences: [
        "All have the same path MTU, 1492 bytes, below the 1500 of this host's interface: the limit is probably on this side.",
      ],
    },
    {
      results: ['a', 'b'].map((name) =>
        gateway(name, { ...withMtu(1492), bottleneck: { hop: 1, address: '192.0.2.254' } }),
      ),
      differences: [
        "All have the same path MTU, 1492 bytes, below the 1500 of this host's interface: the limit is probably on this side, at 192.0.2.254.",
      ],
    },
    {
      results: [gateway('a', fragments('delivered')), gateway('b', fragments('dropped'))],
      differences: ['IP fragments reach a, but not b: what drops them is not at this site.'],
    },
    {
      results: [gateway('a', fragments('dropped')), gateway('b', fragments('dropped'))],
      differences: ['IP fragments reach none of them: what drops them is probably at this site.'],
    },
    {
      results: [
        gateway('a', { ike: IKE }),
        gateway('b', { ike: { ...IKE, port: 4500, natT: true, fragmentationSupported: false } }),
      ],
      differences: [
        'b answers IKE on UDP port 4500, but not on 500, where clients begin.',
        'IKEv2 fragmentation (RFC 7383) is offered by a, not by b.',
        'A NAT is seen on the way to b, none to a: port 4500 against 500, and 4 bytes more in each packet.',
      ],
    },
    {
      results: [
        gateway('a', { ike: IKE }),
        gateway('b', {
          ike: { ...IKE, answers: false, fragmentationSupported: null, natT: null, port: null },
        }),
      ],
      differences: ['No IKE service answers at b.'],
    },
    {
      results: [
        gateway('a', fragments('delivered')),
        ...['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => gateway(name, fragments('dropped'))),
      ],
      differences: [
        'IP fragments reach a, but not b, c, d, e, f and 2 more: what drops them is not at this site.',
      ],
    },
  ])('$differences', ({ results, differences }) => {
    expect(comparison(...results).differences).toEqual(differences);
  });
});
