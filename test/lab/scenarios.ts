/** The lab's paths by name: for the tests, and for trying by hand (`npm run lab -- NAME`). */
import { GATEWAY_SCENARIOS } from './gateway-scenarios.ts';
import type { NetworkPlan, NodePlan } from './network.ts';
import {
  DROP_EVERYTHING,
  limitEcho,
  lose,
  REFUSE_ECHO,
  REFUSE_UDP,
  REJECT_UDP,
  SILENT_ABOUT_TOO_BIG,
  UNSEEN_BY_TRACES,
} from './rules.ts';
import type { Scenario } from './scenario.ts';

export type ScenarioName = keyof typeof SCENARIOS;

export const scenarioNames = (): ScenarioName[] => Object.keys(SCENARIOS) as ScenarioName[];

const SILENT: NodePlan = { firewall: [SILENT_ABOUT_TOO_BIG] };
const LINUX_LIMITS: NodePlan = { icmpRateLimits: 'linux-default' };
const SILENT_WITH_LINUX_LIMITS: NodePlan = { ...SILENT, ...LINUX_LIMITS };

/** Loss on a router before the bottleneck, so that probes, answers and PTBs are all lost alike. */
function lossy(percent: number, bottleneck: NodePlan): NetworkPlan {
  return {
    links: [1500, 1500, 1400],
    nodes: { router1: { firewall: [lose(percent)] }, router2: bottleneck },
  };
}

/** 1500, then a link of this MTU, then 1500; the router before the narrow link says nothing. */
function silentBefore(mtu: number, host: NodePlan = {}): NetworkPlan {
  return { links: [1500, mtu, 1500], nodes: { router1: SILENT, host } };
}

export const SCENARIOS = {
  healthy: {
    description: '1500 bytes all the way through two routers.',
    pathMtu: 1500,
    network: { links: [1500, 1500, 1500] },
  },
  'jumbo-to-1500': {
    description: 'The client has jumbo frames (9000), the rest of the path 1500, and PTBs arrive.',
    pathMtu: 1500,
    network: { links: [9000, 1500, 1500] },
  },
  'ptb-1400': {
    description: '1500, 1400, 1500: router1 sends PTBs, as it should.',
    pathMtu: 1400,
    network: { links: [1500, 1400, 1500] },
  },
  'silent-1400': {
    description: '1500, 1400, 1500: router1 drops its own PTBs, a black hole.',
    pathMtu: 1400,
    network: silentBefore(1400),
  },
  'silent-1400-at-router2': {
    description: '1500, 1500, 1400: the black hole is at router2, and router1 is free to say what it likes.',
    pathMtu: 1400,
    network: { links: [1500, 1500, 1400], nodes: { router2: SILENT } },
  },
  'two-bottlenecks-ptb': {
    description: '1500, 1450, 1380: both routers send PTBs, so the first one seen is not the last word.',
    pathMtu: 1380,
    network: { links: [1500, 1450, 1380] },
  },
  'second-silent': {
    description: '1500, 1450, 1380: router1 sends PTBs, router2 drops its own.',
    pathMtu: 1380,
    network: { links: [1500, 1450, 1380], nodes: { router2: SILENT } },
  },
  'silent-1280': {
    description: '1500, 1280, 1500: a black hole at the smallest MTU of IPv6.',
    pathMtu: 1280,
    network: silentBefore(1280),
  },
  'silent-576': {
    description: '1500, 576, 1500: a black hole at the classic small MTU; IPv4 only.',
    pathMtu: 576,
    network: silentBefore(576),
  },
  'silent-296': {
    description: '1500, 296, 1500: a black hole at the MTU of a slow serial line; IPv4 only.',
    pathMtu: 296,
    network: silentBefore(296),
  },
  'echo-refused': {
    description: '1500 all the way; the host drops echo requests, closed UDP ports answer.',
    pathMtu: 1500,
    network: { links: [1500, 1500, 1500], nodes: { host: { firewall: [REFUSE_ECHO] } } },
  },
  'echo-refused-silent-1400': {
    description: 'A 1400 black hole; the host drops echo requests, closed UDP ports answer.',
    pathMtu: 1400,
    network: silentBefore(1400, { firewall: [REFUSE_ECHO] }),
  },
  'udp-refused': {
    description: '1500 all the way; the host drops UDP, echo requests are answered.',
    pathMtu: 1500,
    network: { links: [1500, 1500, 1500], nodes: { host: { firewall: [REFUSE_UDP] } } },
  },
  'udp-refused-silent-1400': {
    description: 'A 1400 black hole; the host drops UDP, echo requests are answered.',
    pathMtu: 1400,
    network: silentBefore(1400, { firewall: [REFUSE_UDP] }),
  },
  'nothing-answers': {
    description: '1500 all the way; the host drops everything that arrives.',
    pathMtu: 1500,
    network: { links: [1500, 1500, 1500], nodes: { host: { firewall: [DROP_EVERYTHING] } } },
  },
  'nothing-answers-ptb-1400': {
    description: 'Router1 sends PTBs for 1400, but the host drops everything: a PTB is no proof of a path.',
    pathMtu: 1400,
    network: { links: [1500, 1400, 1500], nodes: { host: { firewall: [DROP_EVERYTHING] } } },
  },
  'port-reject': {
    description: 'A 1400 black hole at router2; router1 rejects UDP with port unreachable, in its own name.',
    pathMtu: 1400,
    network: {
      links: [1500, 1500, 1400],
      nodes: { router1: { firewall: [REJECT_UDP] }, router2: SILENT },
    },
  },
  'default-rate-limits-ptb': {
    description: "1500, 1400, 1500 with PTBs; Linux's default ICMP rate limits on routers and host.",
    pathMtu: 1400,
    network: {
      links: [1500, 1400, 1500],
      nodes: { router1: LINUX_LIMITS, router2: LINUX_LIMITS, host: LINUX_LIMITS },
    },
  },
  'default-rate-limits-silent': {
    description: "A 1400 black hole; Linux's default ICMP rate limits on routers and host.",
    pathMtu: 1400,
    network: {
      links: [1500, 1400, 1500],
      nodes: { router1: SILENT_WITH_LINUX_LIMITS, router2: LINUX_LIMITS, host: LINUX_LIMITS },
    },
  },
  'udp-only-default-limits': {
    description:
      "A 1400 black hole; the host drops echo requests and sends port unreachables at Linux's default rate.",
    pathMtu: 1400,
    network: silentBefore(1400, { ...LINUX_LIMITS, firewall: [REFUSE_ECHO] }),
  },
  'echo-limited': {
    description:
      'A 1400 black hole; the host accepts 10 echo requests a second (burst 5), closed UDP ports answer.',
    pathMtu: 1400,
    network: silentBefore(1400, { firewall: [limitEcho(10, 5)] }),
  },
  'echo-limited-only': {
    description: 'A 1400 black hole; the host accepts 10 echo requests a second (burst 5) and no UDP.',
    pathMtu: 1400,
    network: silentBefore(1400, { firewall: [limitEcho(10, 5), REFUSE_UDP] }),
  },
  'loss-5-ptb': {
    description: '1500, 1500, 1400 with PTBs; router1 loses 5 % of the packets each way.',
    pathMtu: 1400,
    network: lossy(5, {}),
  },
  'loss-5-silent': {
    description: '1500, 1500, 1400, a black hole at router2; router1 loses 5 % of the packets each way.',
    pathMtu: 1400,
    network: lossy(5, SILENT),
  },
  'loss-20-ptb': {
    description: '1500, 1500, 1400 with PTBs; router1 loses 20 % of the packets each way.',
    pathMtu: 1400,
    network: lossy(20, {}),
  },
  'loss-20-silent': {
    description: '1500, 1500, 1400, a black hole at router2; router1 loses 20 % of the packets each way.',
    pathMtu: 1400,
    network: lossy(20, SILENT),
  },
  'three-routers-ptb': {
    description: '1500, 1450, 1500, 1380 through three routers, which send PTBs.',
    pathMtu: 1380,
    network: { links: [1500, 1450, 1500, 1380] },
  },
  'three-routers-silent-1400': {
    description: '1500, 1500, 1400, 1500 through three routers: the black hole is at router2.',
    pathMtu: 1400,
    network: { links: [1500, 1500, 1400, 1500], nodes: { router2: SILENT } },
  },
  'three-routers-two-silent': {
    description: '1500, 1450, 1500, 1380 through three routers: black holes at router1 and router3.',
    pathMtu: 1380,
    network: { links: [1500, 1450, 1500, 1380], nodes: { router1: SILENT, router3: SILENT } },
  },
  'three-routers-one-unseen': {
    description:
      '1500, 1500, 1400, 1500: router2 sends PTBs, but lets no time exceeded out, so traces miss it.',
    pathMtu: 1400,
    network: { links: [1500, 1500, 1400, 1500], nodes: { router2: { firewall: [UNSEEN_BY_TRACES] } } },
  },
  'three-routers-limits-silent': {
    description:
      "1500, 1500, 1400, 1500: a black hole at router2; Linux's default ICMP rate limits everywhere.",
    pathMtu: 1400,
    network: {
      links: [1500, 1500, 1400, 1500],
      nodes: {
        router1: LINUX_LIMITS,
        router2: SILENT_WITH_LINUX_LIMITS,
        router3: LINUX_LIMITS,
        host: LINUX_LIMITS,
      },
    },
  },
  'three-routers-far-lossy-silent': {
    description:
      '1500, 1500, 1400, 1500: a black hole at router2; the first link has a delay of 20 ms and loses 5 % each way.',
    pathMtu: 1400,
    network: {
      links: [1500, 1500, 1400, 1500],
      nodes: { router2: SILENT },
      impairments: { 1: { delayMs: 20, lossPercent: 5 } },
    },
  },
  'no-route': {
    description: 'The client has no route to the host.',
    pathMtu: null,
    network: { links: [1500, 1500], nodes: { client: { hasRoutes: false } } },
  },
  ...GATEWAY_SCENARIOS,
} as const satisfies Readonly<Record<string, Scenario>>;
