import { describe, expect, test } from '@jest/globals';
import { findingsOf, type Evidence } from '../../src/results/findings.ts';
import { blackHole, link, pathOf } from '../sim/named-paths.ts';
import { askedAbout, assembled } from './assembled.ts';

/** Codes of a result's findings. */
function codes(result: { readonly findings: readonly { readonly code: string }[] }): string[] {
  return result.findings.map(({ code }) => code);
}

/** Nothing to say but what `changes` add. */
function evidence(changes: Partial<Evidence>): Evidence {
  return {
    family: 4,
    localMtu: 1500,
    effective: {
      status: 'exact',
      pathMtu: 1500,
      bounds: { fits: 1500, fails: null },
      blackHole: false,
      method: null,
    },
    methods: [],
    flows: null,
    oddities: [],
    bottleneck: null,
    location: null,
    fragments: { status: 'untested', tests: [] },
    ike: null,
    isAborted: false,
    ...changes,
  };
}

describe('a path without peculiarities', () => {
  test('has no findings', () => {
    expect(codes(assembled(pathOf([1500, 1500])))).toEqual([]);
  });
});

describe('every finding has a path that produces it', () => {
  test.each([
    ['no-answer', assembled(pathOf([1500], { echo: 'refuses', udp: 'refuses' }))],
    ['black-hole', assembled(blackHole(1400))],
    ['bottleneck', assembled(pathOf([1500, 1400, 1500]))],
    ['ipv6-below-minimum', assembled(blackHole(1200, { family: 6 }))],
    ['methods-disagree', assembled(pathOf([1500, 1500], { returnMtu: 1400 }))],
    ['method-silent', assembled(pathOf([1500, 1500], { udp: 'refuses' }))],
    ['packet-loss', assembled(pathOf([link(1500, { loss: 0.1 }), 1400]))],
    ['ike-auth-needs-fragments', assembled(pathOf([1500]), { ikeAuth: askedAbout(3200) })],
    ['ptb-mtu-zero', assembled(pathOf([1500, link(1400, { ptb: 'zero' })]))],
    ['ptb-not-smaller', assembled(pathOf([1500, link(1400, { ptb: 'not-smaller' })]))],
    ['ptb-contradicted', assembled(pathOf([1500, link(1450, { ptb: 'lying-low' })]))],
    ['ptb-below-minimum', assembled(pathOf([1500, 1500], { forgery: 1 }))],
    ['ptb-not-ours', assembled(pathOf([1500, 1500], { forgery: 1 }))],
    ['rate-limited', assembled(pathOf([1500, 1400], { echo: { perSecond: 10, burst: 5 } }))],
    ['late-answers', assembled(blackHole(1400, { stall: { fromMs: 0, untilMs: 1500 } }))],
    ['interrupted', assembled(blackHole(1450), { isAborted: true }, { deadlineMs: 45 })],
  ])('%s', (code, result) => {
    expect(codes(result)).toContain(code);
  });

  test('refused: an ICMP error other than PTB', () => {
    const oddity = {
      kind: 'refused',
      from: '203.0.113.1',
      detail: 'administratively prohibited',
      method: 'icmp',
    } as const;
    const [refused] = findingsOf(evidence({ oddities: [{ ...oddity, count: 3 }] }));
    expect(refused).toMatchObject({
      code: 'refused',
      message: '3 probes were refused from 203.0.113.1: administratively prohibited.',
    });
  });

  const fragmentTest = { size: 3000, pieces: 3, order: 'first-first', via: 'icmp' } as const;
  test.each([
    ['fragments-dropped', 'dropped', [{ ...fragmentTest, name: 'in-order', delivered: false }]],
    [
      'fragments-out-of-order-dropped',
      'delivered',
      [{ ...fragmentTest, name: 'last-first', delivered: false }],
    ],
    ['many-fragments-dropped', 'delivered', [{ ...fragmentTest, name: 'many-pieces', delivered: false }]],
  ] as const)('%s', (code, status, tests) => {
    expect(codes({ findings: findingsOf(evidence({ fragments: { status, tests } })) })).toContain(code);
  });
});

describe('findings', () => {
  test('come with the gravest first', () => {
    const { findings } = assembled(blackHole(1200, { family: 6, udp: 'refuses', forgery: 1 }));
    const gravity = findings.map(({ severity }) => ['critical', 'warning', 'info'].indexOf(severity));
    expect(gravity).toEqual(gravity.toSorted((a, b) => a - b));
    expect(new Set(gravity)).toEqual(new Set([0, 1, 2]));
  });

  test('name the router of a bottleneck, where it is and what it says', () => {
    const { findings, bottleneck } = assembled(pathOf([1500, 1500, 1400, 1500]));
    expect(bottleneck).toEqual({ hop: 2, address: '203.0.113.2' });
    expect(findings).toMatchObject([
      { code: 'bottleneck', severity: 'info', message: expect.stringContaining('203.0.113.2 at hop 2') },
    ]);
  });

  test('say one thing about many forged PTBs, with at most three examples', () => {
    const { findings } = assembled(pathOf([1500, link(1400, { ptb: 'not-smaller' })]));
    const about = findings.filter(({ code }) => code === 'ptb-not-smaller');
    expect(about).toHaveLength(1);
    expect(about[0]?.message).toMatch(/; and \d+ more/);
  });

  test('of the methods that disagree advise to reckon with the one nearest to IKE', () => {
    const { findings } = assembled(pathOf([1500, 1500], { returnMtu: 1400 }));
    expect(findings.find(({ code }) => code === 'methods-disagree')).toMatchObject({
      severity: 'warning',
      message: expect.stringContaining('icmp 1400, udp 1500'),
      advice: expect.stringContaining('1500'),
    });
  });

  test('are sentences, and their codes are kebab-case', () => {
    const { findings } = assembled(
      pathOf([link(1500, { loss: 0.1 }), link(1400, { ptb: 'zero' })], { forgery: 1, returnMtu: 1390 }),
      { ikeAuth: askedAbout(3200) },
    );
    expect(findings.length).toBeGreaterThan(4);
    expect(findings.filter(({ code }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code))).toEqual([]);
    expect(findings.filter(({ message }) => !/^[A-Z0-9].*\.$/s.test(message))).toEqual([]);
  });
});
