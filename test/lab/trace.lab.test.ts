import { describe, expect, test } from '@jest/globals';
import type { TraceResult } from '../../src/results/trace-result.ts';
import { whileGatewayUp, whileUp } from './fixture.ts';
import { TO_CLIENT, type Network, type NodeName } from './network.ts';
import { watchForPacket } from './packet-watch.ts';
import { parseTrace, startPathmtu, trace } from './pathmtu.ts';
import { describeInLab } from './requirements.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';

const FAMILIES = [4, 6] as const;

interface Case {
  readonly scenario: ScenarioName;
  /** MTU of the path as far as each hop; null: not exactly known. */
  readonly mtus: readonly (number | null)[];
  /** Where it falls, and how that is known. */
  readonly narrowings: readonly {
    readonly node: NodeName;
    readonly mtu: number;
    readonly by: 'ptb' | 'silence';
  }[];
  /** A router that a trace does not see. */
  readonly unseen?: NodeName;
}

const CASES: readonly Case[] = [
  { scenario: 'healthy', mtus: [1500, 1500, 1500], narrowings: [] },
  {
    scenario: 'three-routers-ptb',
    mtus: [1500, 1450, 1450, 1380],
    narrowings: [
      { node: 'router1', mtu: 1450, by: 'ptb' },
      { node: 'router3', mtu: 1380, by: 'ptb' },
    ],
  },
  {
    scenario: 'three-routers-silent-1400',
    mtus: [1500, 1500, 1400, 1400],
    narrowings: [{ node: 'router2', mtu: 1400, by: 'silence' }],
  },
  {
    scenario: 'three-routers-two-silent',
    mtus: [1500, 1450, 1450, 1380],
    narrowings: [
      { node: 'router1', mtu: 1450, by: 'silence' },
      { node: 'router3', mtu: 1380, by: 'silence' },
    ],
  },
  {
    scenario: 'three-routers-limits-silent',
    mtus: [1500, 1500, 1400, 1400],
    narrowings: [{ node: 'router2', mtu: 1400, by: 'silence' }],
  },
  {
    scenario: 'three-routers-far-lossy-silent',
    mtus: [1500, 1500, 1400, 1400],
    narrowings: [{ node: 'router2', mtu: 1400, by: 'silence' }],
  },
  {
    scenario: 'default-rate-limits-ptb',
    mtus: [1500, 1400, 1400],
    narrowings: [{ node: 'router1', mtu: 1400, by: 'ptb' }],
  },
  {
    scenario: 'echo-refused-silent-1400',
    mtus: [1500, 1400, 1400],
    narrowings: [{ node: 'router1', mtu: 1400, by: 'silence' }],
  },
  {
    scenario: 'three-routers-one-unseen',
    mtus: [1500, null, 1400, 1400],
    narrowings: [{ node: 'router2', mtu: 1400, by: 'ptb' }],
    unseen: 'router2',
  },
];

/** The addresses of the nodes behind the client, as a trace shows them. */
function hopsOf(network: Network, family: 4 | 6, unseen: NodeName | undefined): (string | null)[] {
  return network.nodes.slice(1).map((node) => (node === unseen ? null : network.addressOf(node, family)));
}

describeInLab('a trace', () => {
  describe.each(CASES)('of $scenario', ({ scenario, mtus, narrowings, unseen }) => {
    const network = whileUp(scenario);

    test.each(FAMILIES)(
      'shows every hop and the MTU as far as it, over IPv%i',
      async (family) => {
        const { result, outcome } = await trace(network(), network().target(family));
        const { pathMtu } = SCENARIOS[scenario];
        expect(outcome).toMatchObject({ code: 0, stderr: '' });
        expect(result).toMatchObject({
          schemaVersion: 1,
          status: 'exact',
          pathMtu,
          targetHop: mtus.length,
          error: null,
        } satisfies Partial<TraceResult>);
        expect(result.hops.map(({ address }) => address)).toEqual(hopsOf(network(), family, unseen));
        expect(result.hops.map(({ mtu }) => mtu)).toEqual(mtus);
        expect(result.narrowings.map(({ address, mtu, by }) => ({ address, mtu, by }))).toEqual(
          narrowings.map(({ node, mtu, by }) => ({ address: network().addressOf(node, family), mtu, by })),
        );
        const last = narrowings.at(-1);
        expect(result.bottleneck?.address).toBe(
          last === undefined ? undefined : network().addressOf(last.node, family),
        );
      },
      20_000,
    );
  });
});

describeInLab('a trace to a host that does not answer', () => {
  const network = whileUp('nothing-answers-ptb-1400');

  test.each(FAMILIES)(
    'shows the hops that do, and the MTU as far as them, over IPv%i',
    async (family) => {
      const { result, outcome } = await trace(network(), network().target(family));
      expect(outcome.code).toBe(3);
      expect(result).toMatchObject({
        status: 'unreachable',
        pathMtu: null,
        targetHop: null,
        bottleneck: null,
      });
      expect(result.hops.map(({ address, mtu }) => ({ address, mtu }))).toEqual([
        { address: network().addressOf('router1', family), mtu: 1500 },
        { address: network().addressOf('router2', family), mtu: 1400 },
      ]);
    },
    20_000,
  );

  test('prints what it knows on Ctrl-C and exits 3', async () => {
    const target = network().target(4);
    const { seen } = await watchForPacket(network(), 'router1', TO_CLIENT, `dst host ${target}`);
    const program = startPathmtu(network(), ['trace', target, '--json']);
    await seen;
    program.signal('SIGINT');
    const outcome = await program.outcome;
    expect(outcome).toMatchObject({ code: 3, signal: null });
    expect(parseTrace(outcome)).toMatchObject({
      pathMtu: null,
      error: { code: 'interrupted' },
      target: { address: target },
    });
  });
});

describeInLab('a trace by one method', () => {
  const network = whileUp('three-routers-silent-1400');

  test.each(['icmp', 'udp'] as const)('asks hops and host by %s alone', async (method) => {
    const { result } = await trace(network(), network().target(4), '--method', method);
    expect(result.hopMethod.method).toBe(method);
    expect(result.methods.map((each) => each.method)).toEqual([method]);
    expect(result.hops.map(({ mtu }) => mtu)).toEqual([1500, 1500, 1400, 1400]);
  });
});

describeInLab('a trace to a gateway that answers IKE alone', () => {
  const lab = whileGatewayUp('ike-only-silent-1400');

  test.each(FAMILIES)(
    'shows how far away it is, and the black hole before it, over IPv%i',
    async (family) => {
      const { network } = lab();
      const { result, outcome } = await trace(network, network.target(family));
      expect(outcome.code).toBe(0);
      expect(result).toMatchObject({ pathMtu: 1400, blackHole: true, targetHop: network.nodes.length - 1 });
      expect(result.hops.map(({ address }) => address)).toEqual(hopsOf(network, family, undefined));
      expect(result.hops.at(-1)).toMatchObject({ isTarget: true, mtu: 1400 });
      expect(result.narrowings).toMatchObject([{ by: 'silence', mtu: 1400 }]);
    },
    20_000,
  );
});
