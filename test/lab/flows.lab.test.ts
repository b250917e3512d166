import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Family, Result } from '../../src/results/result.ts';
import { BRANCH_MTUS, bringUpDiamond, type Branch, type Diamond, type DiamondPlan } from './diamond.ts';
import { measure } from './pathmtu.ts';
import { describeInLab } from './requirements.ts';
import { REFUSE_UDP } from './rules.ts';

/** For a test that hangs; no claim about time. */
jest.setTimeout(60_000);

/** That all of them take the same branch happens once in 32,768 times: routers draw their hash seed anew. */
const FLOWS = 16;
const FAMILIES: readonly Family[] = [4, 6];

/** The diamond of the `describe` that this is called in. */
function whileDiamondUp(plan: DiamondPlan): () => Diamond {
  let diamond: Diamond | null = null;
  beforeAll(() => {
    diamond = bringUpDiamond(plan);
  });
  afterAll(() => diamond?.close());
  return () => {
    if (diamond === null) throw new Error('the diamond is not up: this is for the inside of a test');
    return diamond;
  };
}

/** The branches on which datagrams of this flow were seen; it should be one. */
function branchesOf(diamond: Diamond, family: Family, sourcePort: number | null, port: number): Branch[] {
  return (['wide', 'narrow'] as const).filter((branch) =>
    diamond.flowsOver(branch, family).has(`${sourcePort} ${port}`),
  );
}

/** Destination port of the UDP probes. */
function closedPortOf({ methods }: Result): number {
  return methods.find(({ method }) => method === 'udp')?.port ?? 0;
}

/** What each flow should have: the MTUs of the branches on which it was seen. */
function truthOf(diamond: Diamond, family: Family, result: Result): number[][] {
  return (result.flows?.flows ?? []).map(({ sourcePort }) =>
    branchesOf(diamond, family, sourcePort, closedPortOf(result)).map((branch) => BRANCH_MTUS[branch]),
  );
}

describeInLab('two ways of 1500 and 1400 bytes, hashed by port', () => {
  describe.each([
    { name: 'routers say "too big"', isSilent: false },
    { name: 'routers are silent', isSilent: true },
  ])('$name', ({ isSilent }) => {
    const diamond = whileDiamondUp({ isSilent });

    test.each(FAMILIES)(
      '--flows 16 finds both over IPv%i, and each flow has what its link has',
      async (family) => {
        const { network } = diamond();
        const { result, outcome } = await measure(network, network.target(family), '--flows', `${FLOWS}`);
        const truth = truthOf(diamond(), family, result);

        expect(result.flows?.flows.map(({ pathMtu }) => [pathMtu])).toEqual(truth);
        const count = (mtu: number): number => truth.filter(([only]) => only === mtu).length;
        expect(result.flows).toMatchObject({
          count: FLOWS,
          method: 'udp',
          pathMtus: [
            { pathMtu: 1500, flows: count(1500) },
            { pathMtu: 1400, flows: count(1400) },
          ],
          undetermined: 0,
          smallestPathMtu: 1400,
        });
        expect(result.pathMtu).toBe(truth[0]?.[0]);
        expect(result.findings.map(({ code }) => code)).toContain('path-diversity');
        expect(outcome.code).toBe(0);
      },
    );

    test.each(FAMILIES)('without it the answer is right for its flow, over IPv%i', async (family) => {
      const { network } = diamond();
      const { result } = await measure(network, network.target(family));
      const seen = (['wide', 'narrow'] as const).filter((branch) =>
        [...diamond().flowsOver(branch, family)].some((flow) => flow.endsWith(` ${closedPortOf(result)}`)),
      );

      expect([result.pathMtu]).toEqual(seen.map((branch) => BRANCH_MTUS[branch]));
      expect(result).toMatchObject({ status: 'exact', blackHole: isSilent && seen[0] === 'narrow' });
      const narrow = { hop: 2, address: family === 4 ? '10.79.1.2' : '2001:db8:79:1::2' };
      expect(result.bottleneck).toEqual(seen[0] === 'narrow' ? narrow : null);
      expect(result).not.toHaveProperty('flows');
    });

    test('the verdict on an IKE_AUTH counts with the narrow way, whichever the first flow takes', async () => {
      const { network } = diamond();
      const options = ['--flows', `${FLOWS}`, '--ike-auth', '1440', '--client', 'generic'];
      const { result, outcome } = await measure(network, network.target(4), ...options);

      expect(result.ikeAuth).toMatchObject({ wireSize: 1472, ipFragments: [1396, 96] });
      expect(result.ikeAuth?.verdict).toMatch(/^ip-fragments-/);
      expect(outcome.code).not.toBe(0);
    });
  });

  describe('a target that says only once a second that a port is closed, as Linux does', () => {
    const diamond = whileDiamondUp({ isSilent: false, host: { icmpRateLimits: 'linux-default' } });

    test.each(FAMILIES)('leaves flows unknown over IPv%i, and none is wrong', async (family) => {
      const { network } = diamond();
      const options = ['--method', 'udp', '--flows', '64', '--deadline', '4'];
      const { result } = await measure(network, network.target(family), ...options);
      const truth = truthOf(diamond(), family, result);

      expect(result.flows?.undetermined).toBeGreaterThan(0);
      const wrong = result.flows?.flows.filter(
        ({ pathMtu }, place) => pathMtu !== null && pathMtu !== truth[place]?.[0],
      );
      expect(wrong).toEqual([]);
      expect(result.findings.map(({ code }) => code)).toContain('flows-unknown');
    });
  });

  describe('a target that answers echo only', () => {
    const diamond = whileDiamondUp({
      isSilent: false,
      host: { firewall: [REFUSE_UDP] },
    });

    test('is measured by echo, which such a router does not spread, and says so', async () => {
      const { network } = diamond();
      const { result } = await measure(network, network.target(4), '--flows', '4');

      expect(result.flows).toMatchObject({ count: 4, method: 'icmp', undetermined: 0 });
      expect(result.flows?.pathMtus).toHaveLength(1);
      expect(new Set(result.flows?.flows.map(({ echoIdentifier }) => echoIdentifier)).size).toBe(4);
      expect(result.findings.map(({ code }) => code)).toContain('flows-by-echo');
    });
  });
});
