import { describe, expect, test } from '@jest/globals';
import { whileUp } from './fixture.ts';
import { judge } from './judgement.ts';
import { measure } from './pathmtu.ts';
import { describeInLab } from './requirements.ts';
import { SCENARIOS } from './scenarios.ts';

const FAMILIES = [4, 6] as const;

describeInLab('a target that answers one method only', () => {
  describe.each([
    { scenario: 'echo-refused', by: 'udp', other: 'icmp', blackHole: false },
    { scenario: 'echo-refused-silent-1400', by: 'udp', other: 'icmp', blackHole: true },
    { scenario: 'udp-refused', by: 'icmp', other: 'udp', blackHole: false },
    { scenario: 'udp-refused-silent-1400', by: 'icmp', other: 'udp', blackHole: true },
  ] as const)('$scenario', ({ scenario, by, other, blackHole }) => {
    const network = whileUp(scenario);
    const { pathMtu } = SCENARIOS[scenario];

    test.each(FAMILIES)(`is measured exactly by ${by} over IPv%i`, async (family) => {
      const { result, outcome } = await measure(network(), network().target(family));

      expect(result).toMatchObject({ status: 'exact', pathMtu, blackHole });
      expect(result.methods).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ method: by, status: 'exact', pathMtu }),
          expect.objectContaining({ method: other, status: 'unreachable', pathMtu: null }),
        ]),
      );
      expect(outcome.code).toBe(0);
    });
  });
});

describeInLab('a router that rejects UDP in its own name', () => {
  const network = whileUp('port-reject');

  test.each(FAMILIES)('is not taken for the target over IPv%i', async (family) => {
    const { result, outcome } = await measure(network(), network().target(family));

    expect(result).toMatchObject({ status: 'exact', pathMtu: 1400, blackHole: true });
    expect(result.methods).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ method: 'icmp', status: 'exact', pathMtu: 1400 }),
        expect.objectContaining({ method: 'udp', status: 'unreachable', pathMtu: null }),
      ]),
    );
    expect(outcome.code).toBe(0);
  });
});

describeInLab('a target that answers nothing', () => {
  describe.each(['nothing-answers', 'nothing-answers-ptb-1400'] as const)('%s', (scenario) => {
    const network = whileUp(scenario);

    test.each(FAMILIES)(
      'is unreachable over IPv%i, with no path MTU',
      async (family) => {
        const { result, outcome } = await measure(network(), network().target(family));

        expect(result).toMatchObject({ status: 'unreachable', pathMtu: null, bounds: { fits: null } });
        expect(outcome.code).toBe(3);
      },
      20_000,
    );
  });
});

describeInLab('a path on which answers are rate limited', () => {
  describe.each([
    'default-rate-limits-ptb',
    'default-rate-limits-silent',
    'udp-only-default-limits',
    'echo-limited',
    'echo-limited-only',
  ] as const)('%s', (scenario) => {
    const network = whileUp(scenario);

    // Twice: the second run finds the buckets as the first one left them.
    test.each(FAMILIES)(
      'is measured exactly or bounded around the truth over IPv%i, twice',
      async (family) => {
        const first = await measure(network(), network().target(family));
        const second = await measure(network(), network().target(family));

        const { pathMtu } = SCENARIOS[scenario];
        expect(judge(first.result, pathMtu)).toMatch(/^(exact|bounded)$/);
        expect(judge(second.result, pathMtu)).toMatch(/^(exact|bounded)$/);
      },
      40_000,
    );
  });
});
