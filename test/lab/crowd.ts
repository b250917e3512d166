/**
 * One client and any number of targets: client – router1 – host, where the host has whole prefixes as its own
 * addresses (AnyIP: a route of type `local`), and the router treats each prefix as a kind of path of its own.
 *
 * The delay is on the client's link, so PTBs are as far as answers. Targets of all kinds are mixed evenly.
 */
import { must } from './commands.ts';
import { bringUp, type Network } from './network.ts';
import type { Chain } from './rules.ts';

export interface CrowdTarget {
  readonly address: string;
  readonly kind: CrowdKind;
}

/** What the path to a target is like, and so what is true of it. */
export interface CrowdKind {
  readonly name: string;
  /** Null: nobody answers. */
  readonly pathMtu: number | null;
  /** What the router does with larger packets, or, where nobody answers, with all. */
  readonly router: 'passes' | 'sends PTB' | 'is silent' | 'refuses';
  /** Of a thousand targets. */
  readonly perMille: number;
}

export const CROWD_KINDS: readonly CrowdKind[] = [
  { name: 'clear', pathMtu: 1500, router: 'passes', perMille: 400 },
  { name: 'PTB 1492', pathMtu: 1492, router: 'sends PTB', perMille: 200 },
  { name: 'PTB 1400', pathMtu: 1400, router: 'sends PTB', perMille: 200 },
  { name: 'PTB 1371', pathMtu: 1371, router: 'sends PTB', perMille: 90 },
  { name: 'silent 1400', pathMtu: 1400, router: 'is silent', perMille: 80 },
  { name: 'silent 1437', pathMtu: 1437, router: 'is silent', perMille: 20 },
  { name: 'nobody', pathMtu: null, router: 'is silent', perMille: 5 },
  { name: 'refused', pathMtu: null, router: 'refuses', perMille: 5 },
];

export interface Crowd {
  /** Its targets are not `network.target`, but these. */
  readonly network: Network;
  readonly targets: readonly CrowdTarget[];
  readonly close: () => void;
}

/**
 * Brings it up. Needs root. Nothing is left behind when it throws.
 *
 * @param count 1 to 10,000; from 200 on there is one of each kind
 * @param rttMs round-trip time; 0: as fast as the machine
 */
export function bringUpCrowd(count: number, rttMs: number): Crowd {
  const network = bringUp({
    links: [1500, 1500],
    nodes: { router1: { firewall: [SILENCE] } },
    impairments: rttMs === 0 ? {} : { 1: { delayMs: rttMs / 2 } },
  });
  try {
    addRoutes(network);
  } catch (error) {
    network.close();
    throw error;
  }
  return { network, targets: crowdOf(count), close: network.close };
}

/** The same targets for the same count. Each kind is spread evenly: target n is of the kind that is most behind. */
function crowdOf(count: number): CrowdTarget[] {
  const made = CROWD_KINDS.map(() => 0);
  return Array.from({ length: count }, (_, index): CrowdTarget => {
    let chosen = 0;
    let mostBehind = -Infinity;
    CROWD_KINDS.forEach(({ perMille }, place) => {
      // The half makes the first of a rare kind come in the middle of its period.
      const behind = ((index + 1) * perMille) / 1000 - (made[place] ?? 0) - 0.5;
      if (behind > mostBehind) [chosen, mostBehind] = [place, behind];
    });
    const kind = CROWD_KINDS[chosen];
    if (kind === undefined) throw new Error('no kind is left');
    const number = (made[chosen] ?? 0) + 1;
    made[chosen] = number;
    return { address: `10.${FIRST_OCTET + chosen}.${number >> 8}.${number & 255}`, kind };
  });
}

function addRoutes(network: Network): void {
  const [toRouter, toHost] = [network.addressOf('router1', 4), network.target(4)];
  const batch = (node: 'client' | 'router1' | 'host', lines: readonly string[]): void => {
    must(
      'ip',
      ['-netns', network.namespaceOf(node), '-batch', '-'],
      lines.map((line) => `${line}\n`).join(''),
    );
  };
  const prefixes = CROWD_KINDS.map((kind, place) => ({ kind, prefix: `10.${FIRST_OCTET + place}.0.0/16` }));
  batch(
    'client',
    prefixes.map(({ prefix }) => `route add ${prefix} via ${toRouter}`),
  );
  batch(
    'router1',
    prefixes.map(({ kind: { router, pathMtu }, prefix }) => {
      if (router === 'refuses') return `route add unreachable ${prefix}`;
      // A forwarding router honours the MTU of a route, and says so to the sender.
      return `route add ${prefix} via ${toHost}${router === 'sends PTB' ? ` mtu ${pathMtu}` : ''}`;
    }),
  );
  batch(
    'host',
    prefixes.map(({ prefix }) => `route add local ${prefix} dev lo`),
  );
}

const FIRST_OCTET = 64;

/** Packets that are too large, or, where nobody answers, all of them. */
const SILENCE: Chain = {
  hook: 'forward',
  rules: CROWD_KINDS.flatMap(({ router, pathMtu }, place) =>
    router === 'is silent'
      ? [`ip daddr 10.${FIRST_OCTET + place}.0.0/16 ip length > ${pathMtu ?? 0} drop`]
      : [],
  ),
};
