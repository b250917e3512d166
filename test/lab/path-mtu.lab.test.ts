import { describe, expect, test } from '@jest/globals';
import { whileUp } from './fixture.ts';
import { familiesOf, type NodeName } from './network.ts';
import { measure } from './pathmtu.ts';
import { describeInLab } from './requirements.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';

interface Case {
  readonly scenario: ScenarioName;
  readonly blackHole: boolean;
  /** Who sent the PTB that counts; null: nobody. */
  readonly bottleneck: NodeName | null;
}

const CASES: readonly Case[] = [
  { scenario: 'healthy', blackHole: false, bottleneck: null },
  { scenario: 'jumbo-to-1500', blackHole: false, bottleneck: 'router1' },
  { scenario: 'ptb-1400', blackHole: false, bottleneck: 'router1' },
  { scenario: 'silent-1400', blackHole: true, bottleneck: 'router1' },
  { scenario: 'two-bottlenecks-ptb', blackHole: false, bottleneck: 'router2' },
  { scenario: 'second-silent', blackHole: true, bottleneck: 'router2' },
  { scenario: 'silent-1280', blackHole: true, bottleneck: 'router1' },
  { scenario: 'silent-576', blackHole: true, bottleneck: 'router1' },
  { scenario: 'silent-296', blackHole: true, bottleneck: 'router1' },
];

describeInLab('a path whose target answers', () => {
  describe.each(CASES)('$scenario', ({ scenario, blackHole, bottleneck }) => {
    const network = whileUp(scenario);
    const { pathMtu, network: plan } = SCENARIOS[scenario];

    test.each(familiesOf(plan))('is measured exactly over IPv%i, by icmp and udp', async (family) => {
      const target = network().target(family);
      const { result, outcome } = await measure(network(), target);

      expect(result).toMatchObject({
        schemaVersion: 1,
        target: { input: target, address: target, family },
        localMtu: plan.links[0],
        status: 'exact',
        pathMtu,
        blackHole,
        error: null,
      });
      expect(result.bounds.fits).toBe(pathMtu);
      expect(result.bottleneck?.address ?? null).toBe(
        bottleneck === null ? null : network().addressOf(bottleneck, family),
      );
      const methods = result.methods.map(({ method, status, pathMtu: mtu, blackHole: isSilent }) => ({
        method,
        status,
        pathMtu: mtu,
        blackHole: isSilent,
      }));
      expect(methods.toSorted((a, b) => a.method.localeCompare(b.method))).toEqual([
        { method: 'icmp', status: 'exact', pathMtu, blackHole },
        // The host has no IKE service: its closed port tells nothing about size.
        { method: 'ike', status: 'undetermined', pathMtu: null, blackHole: null },
        { method: 'udp', status: 'exact', pathMtu, blackHole },
      ]);
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
    });
  });
});

/** Median of an odd number of runs: one run that the machine delayed must not decide. */
const TIMED_RUNS = 5;

describeInLab('the whole command, on a path without delay', () => {
  describe.each([
    { scenario: 'healthy', limitMs: 600 },
    { scenario: 'ptb-1400', limitMs: 600 },
    { scenario: 'two-bottlenecks-ptb', limitMs: 600 },
    { scenario: 'silent-1400', limitMs: 1000 },
    { scenario: 'second-silent', limitMs: 1000 },
    { scenario: 'silent-1280', limitMs: 1000 },
  ] as const)('$scenario', ({ scenario, limitMs }) => {
    const network = whileUp(scenario);

    test.each([4, 6] as const)(
      `takes at most ${limitMs} ms over IPv%i`,
      async (family) => {
        const durations: number[] = [];
        for (let run = 0; run < TIMED_RUNS; run += 1) {
          const { outcome } = await measure(network(), network().target(family));
          durations.push(outcome.durationMs);
        }
        const median = durations.toSorted((a, b) => a - b)[(TIMED_RUNS - 1) / 2];
        expect(median).toBeLessThanOrEqual(limitMs);
      },
      30_000,
    );
  });
});
