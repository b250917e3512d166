/**
 * The paths of the benchmark: client – router1 – router2 – host, 1500 1400 1500. The delay is on the narrow link
 * between the routers, as in notes on earlier measurements, unless the case says otherwise: so the router that sends
 * the PTB is near, and the host is far.
 */
import type { NetworkPlan, NodePlan } from '../../test/lab/network.ts';
import { DROP_FRAGMENTS, IKE_ONLY, SILENT_ABOUT_TOO_BIG } from '../../test/lab/rules.ts';
import type { Scenario } from '../../test/lab/scenario.ts';
import type { Impairment } from '../../test/lab/wire.ts';
import type { Family } from '../../src/results/result.ts';

export interface Case extends Scenario {
  readonly name: string;
  readonly pathMtu: number;
  readonly family: Family;
  /** Without jitter. */
  readonly rttMs: number;
  /** What happens to fragments, in a case that asks for it too. */
  readonly fragments: 'dropped' | null;
  /** `timed`: a few runs, for the time they take. `counted`: many, for how often the answer is right. */
  readonly kind: 'timed' | 'counted';
  /** A router says nothing about what does not fit: where programs wait out their time. */
  readonly isSilent: boolean;
}

const SILENT: NodePlan = { firewall: [SILENT_ABOUT_TOO_BIG] };

function path(impairment: Impairment, nodes: NetworkPlan['nodes'] = {}): NetworkPlan {
  return { links: [1500, 1400, 1500], nodes, impairments: { 2: impairment } };
}

interface Variation extends Partial<Omit<Case, 'name' | 'description' | 'network' | 'isSilent'>> {
  readonly nodes?: NetworkPlan['nodes'];
  /** Instead of delay alone, half of it each way. */
  readonly impairment?: Impairment;
  /** Instead of 1500 1400 1500 with the delay in the middle. */
  readonly network?: NetworkPlan;
}

function define(name: string, description: string, variation: Variation = {}): Case {
  const { rttMs = 40, nodes, impairment, network, ...rest } = variation;
  const delay: Impairment = { delayMs: rttMs / 2, ...impairment };
  const isDelayed = rttMs > 0 || impairment !== undefined;
  const plan =
    network ?? (isDelayed ? path(delay, nodes) : { links: [1500, 1400, 1500], nodes: nodes ?? {} });
  return {
    name,
    description,
    pathMtu: 1400,
    family: 4,
    rttMs,
    fragments: null,
    kind: 'timed',
    isSilent: Object.values(plan.nodes ?? {}).some(
      (node) => node?.firewall?.includes(SILENT_ABOUT_TOO_BIG) === true,
    ),
    network: plan,
    ...rest,
  };
}

export const CASES: readonly Case[] = [
  define('ptb-0', 'PTB, RTT 0.1 ms', { rttMs: 0 }),
  define('ptb-40', 'PTB, RTT 40 ms'),
  define('ptb-40-access', 'PTB, RTT 40 ms, all of it on the link of the client', {
    network: { links: [1500, 1400, 1500], impairments: { 1: { delayMs: 20 } } },
  }),
  define('ptb-200', 'PTB, RTT 200 ms', { rttMs: 200 }),
  define('silent-0', 'Silent black hole, RTT 0.1 ms', { rttMs: 0, nodes: { router1: SILENT } }),
  define('silent-40', 'Silent black hole, RTT 40 ms', { nodes: { router1: SILENT } }),
  define('silent-200', 'Silent black hole, RTT 200 ms', { rttMs: 200, nodes: { router1: SILENT } }),
  define('two-bottlenecks', 'Two bottlenecks, 1500 1450 1380, with PTBs, RTT 40 ms', {
    pathMtu: 1380,
    network: { links: [1500, 1450, 1380], impairments: { 2: { delayMs: 20 } } },
  }),
  define('second-silent', 'Two bottlenecks, 1500 1450 1380, the second silent, RTT 40 ms', {
    pathMtu: 1380,
    network: {
      links: [1500, 1450, 1380],
      nodes: { router2: SILENT },
      impairments: { 2: { delayMs: 20 } },
    },
  }),
  define('ike-only', 'A gateway that answers IKE only, behind a silent black hole, RTT 40 ms', {
    nodes: { router1: SILENT, host: { firewall: IKE_ONLY } },
    gateway: {},
  }),
  define('loss-5-ptb', 'PTB, 5 % loss each way, RTT 40 ms', {
    kind: 'counted',
    impairment: { lossPercent: 5 },
  }),
  define('loss-5-silent', 'Silent black hole, 5 % loss each way, RTT 40 ms', {
    kind: 'counted',
    impairment: { lossPercent: 5 },
    nodes: { router1: SILENT },
  }),
  define('loss-20-ptb', 'PTB, 20 % loss each way, RTT 40 ms', {
    kind: 'counted',
    impairment: { lossPercent: 20 },
  }),
  define('loss-20-silent', 'Silent black hole, 20 % loss each way, RTT 40 ms', {
    kind: 'counted',
    impairment: { lossPercent: 20 },
    nodes: { router1: SILENT },
  }),
  define('reordering', 'Silent black hole; delay 0 to 40 ms each way, 25 % reordered, 5 % duplicated', {
    kind: 'counted',
    impairment: { jitterMs: 20, reorderPercent: 25, duplicatePercent: 5 },
    nodes: { router1: SILENT },
  }),
  define('fragments', 'PTB; router2 drops fragments on their way to an IKE gateway, RTT 40 ms', {
    fragments: 'dropped',
    nodes: { router2: { firewall: [DROP_FRAGMENTS] } },
    gateway: { fragmentation: false },
  }),
  define('ipv6-ptb', 'IPv6, PTB, RTT 40 ms', { family: 6 }),
  define('ipv6-silent', 'IPv6, silent black hole, RTT 40 ms', { family: 6, nodes: { router1: SILENT } }),
];
