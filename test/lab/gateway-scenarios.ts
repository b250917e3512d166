/** The lab's paths to a strongSwan gateway, by name. */
import type { NetworkPlan, NodePlan } from './network.ts';
import {
  DROP_FRAGMENTS,
  DROP_FRAGMENTS_BEFORE_THE_FIRST,
  DROP_NON_FIRST_FRAGMENTS,
  dropDatagramsAbove,
  IKE_ONLY,
  lose,
  MASQUERADE,
  SILENT_ABOUT_TOO_BIG,
  type Chain,
} from './rules.ts';
import type { Scenario } from './scenario.ts';

export type GatewayScenarioName = keyof typeof GATEWAY_SCENARIOS;

const SILENT: NodePlan = { firewall: [SILENT_ABOUT_TOO_BIG] };
const HEALTHY: NetworkPlan = { links: [1500, 1500, 1500] };

/**
 * 1500, 1400, 1500 with PTBs; router2 does something to fragments. It sees both the client's own and those that
 * router1 makes of a packet without DF.
 */
function to1400Through(router2: Chain): NetworkPlan {
  return { links: [1500, 1400, 1500], nodes: { router2: { firewall: [router2] } } };
}

export const GATEWAY_SCENARIOS = {
  'ike-only-healthy': {
    description: '1500 all the way; the gateway answers UDP 500 and 4500 and nothing else.',
    pathMtu: 1500,
    network: { ...HEALTHY, nodes: { host: { firewall: IKE_ONLY } } },
    gateway: {},
  },
  'ike-only-silent-1400': {
    description: 'A 1400 black hole; the gateway answers UDP 500 and 4500 and nothing else.',
    pathMtu: 1400,
    network: { links: [1500, 1400, 1500], nodes: { router1: SILENT, host: { firewall: IKE_ONLY } } },
    gateway: {},
  },
  'ike-only-loss-20': {
    description:
      'A 1400 black hole at router2; router1 loses 20 % each way; the gateway answers UDP 500 and 4500 only.',
    pathMtu: 1400,
    network: {
      links: [1500, 1500, 1400],
      nodes: { router1: { firewall: [lose(20)] }, router2: SILENT, host: { firewall: IKE_ONLY } },
    },
    gateway: {},
  },
  'gateway-plain': {
    description: '1500 all the way to a gateway that filters nothing.',
    pathMtu: 1500,
    network: HEALTHY,
    gateway: {},
  },
  'gateway-cookies': {
    description: 'A 1400 black hole; the gateway answers every IKE_SA_INIT with COOKIE, as if under attack.',
    pathMtu: 1400,
    network: { links: [1500, 1400, 1500], nodes: { router1: SILENT } },
    gateway: { demandsCookies: true },
  },
  'fragments-passed': {
    description: '1500, 1400, 1500 with PTBs; fragments pass, and the gateway has no IKE fragmentation.',
    pathMtu: 1400,
    network: { links: [1500, 1400, 1500] },
    gateway: { fragmentation: false },
  },
  'fragments-dropped': {
    description: 'As fragments-passed, but router2 drops all fragments.',
    pathMtu: 1400,
    network: to1400Through(DROP_FRAGMENTS),
    gateway: { fragmentation: false },
  },
  'fragments-dropped-ike-fragmentation': {
    description: 'As fragments-dropped, but the gateway has IKE fragmentation, which makes up for it.',
    pathMtu: 1400,
    network: to1400Through(DROP_FRAGMENTS),
    gateway: { fragmentation: true },
  },
  'non-first-fragments-dropped': {
    description: 'As fragments-passed, but router2 drops the fragments that have no ports.',
    pathMtu: 1400,
    network: to1400Through(DROP_NON_FIRST_FRAGMENTS),
    gateway: { fragmentation: false },
  },
  'fragments-dropped-when-last-first': {
    description:
      'As fragments-passed, but router2 drops fragments that come before the first of their packet.',
    pathMtu: 1400,
    network: to1400Through(DROP_FRAGMENTS_BEFORE_THE_FIRST),
    gateway: { fragmentation: false },
  },
  'large-datagrams-dropped': {
    description:
      'As fragments-passed, but router2 reassembles, and drops what is larger than 1500 as a whole.',
    pathMtu: 1400,
    network: to1400Through(dropDatagramsAbove(1500)),
    gateway: { fragmentation: false },
  },
  'tiny-mtu': {
    description:
      '1500, 576, 1500 and fragments dropped: IKE fragments of 1280 bytes do not get through either. IPv4 only.',
    pathMtu: 576,
    network: { links: [1500, 576, 1500], nodes: { router2: { firewall: [DROP_FRAGMENTS] } } },
    gateway: { fragmentation: true, fragmentSize: 1280 },
  },
  nat: {
    description: '1500, 1400, 1500 with PTBs; router1 masquerades the client.',
    pathMtu: 1400,
    network: { links: [1500, 1400, 1500], nodes: { router1: { firewall: [MASQUERADE] } } },
    gateway: {},
  },
} as const satisfies Readonly<Record<string, Scenario>>;
