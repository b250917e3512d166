/**
 * Two ways from client to host, over which a router spreads flows (ECMP): a chain as network.ts has it, with a second
 * router beside its router2.
 *
 *                          router2 (1500 bytes)
 *     client --- router1 <                       > router3 --- host
 *                          narrow  (1400 bytes)
 *
 * router1 spreads as Linux does with fib_multipath_hash_policy=1: by addresses, protocol and ports, and all echo one
 * way. The narrow link is behind `narrow`, so it is who says "too big", or does not. What comes back takes the wide way.
 * Each branch notes the UDP flows that it sees: that is the truth that a result is held against.
 *
 * The links of `narrow` have the addresses 10.79.i.1 and 2001:db8:79:i::1 on the client's side, .2 and ::2 on the
 * host's; i is 1 towards router1 and 2 towards router3.
 */
import type { Family } from '../../src/results/result.ts';
import { must } from './commands.ts';
import { createNamespaces } from './namespaces.ts';
import { bringUp, configure, TO_CLIENT, type Network, type NodePlan } from './network.ts';
import { SILENT_ABOUT_TOO_BIG, type Chain } from './rules.ts';

export type Branch = 'wide' | 'narrow';

export const BRANCH_MTUS: Readonly<Record<Branch, number>> = { wide: 1500, narrow: 1400 };

export interface Diamond {
  readonly network: Network;
  /** The UDP flows from the client that this branch has seen, as `SOURCE-PORT DESTINATION-PORT`. */
  readonly flowsOver: (branch: Branch, family: Family) => ReadonlySet<string>;
  readonly close: () => void;
}

export interface DiamondPlan {
  /** Whether `narrow` keeps "too big" to itself. */
  readonly isSilent: boolean;
  readonly host?: NodePlan;
}

/** Brings the diamond up. Needs root. Nothing is left behind when it throws. */
export function bringUpDiamond({ isSilent, host = {} }: DiamondPlan): Diamond {
  const network = bringUp({
    links: [1500, BRANCH_MTUS.wide, 1500, 1500],
    nodes: {
      router1: {
        sysctls: { 'net.ipv4.fib_multipath_hash_policy': 1, 'net.ipv6.fib_multipath_hash_policy': 1 },
      },
      router2: { firewall: [NOTE_FLOWS] },
      router3: { sysctls: NO_REVERSE_PATH_FILTER },
      host,
    },
  });
  const namespaces = createNamespaces(['narrow']);
  const narrow = namespaces.name('narrow');
  const close = (): void => {
    network.close();
    namespaces.remove();
  };
  try {
    configure(narrow, 'router4', {
      firewall: isSilent ? [NOTE_FLOWS, SILENT_ABOUT_TOO_BIG] : [NOTE_FLOWS],
    });
    batch(narrow, ['link set dev lo up']);
    addLink(network, { link: 1, mtu: 1500, client: network.namespaceOf('router1'), host: narrow });
    addLink(network, {
      link: 2,
      mtu: BRANCH_MTUS.narrow,
      client: narrow,
      host: network.namespaceOf('router3'),
    });
    for (const family of network.families) addRoutes(network, narrow, family);
  } catch (error) {
    close();
    throw error;
  }
  const namespaceOf = { wide: network.namespaceOf('router2'), narrow };
  return { network, flowsOver: (branch, family) => notedFlows(namespaceOf[branch], family), close };
}

interface LinkPlan {
  readonly link: number;
  readonly mtu: number;
  /** Namespaces of its two ends. */
  readonly client: string;
  readonly host: string;
}

function addLink({ families }: Network, { link, mtu, client, host }: LinkPlan): void {
  const [near, far] = [`02:00:00:79:0${link}:01`, `02:00:00:79:0${link}:02`];
  // The ends at router1 and router3 have to be told from their links of the chain.
  const [nearDevice, farDevice] = [
    link === 1 ? 'to-narrow' : 'to-host',
    link === 1 ? TO_CLIENT : 'to-narrow',
  ];
  must(
    'ip',
    ['-batch', '-'],
    `link add name ${nearDevice} address ${near} mtu ${mtu} netns ${client} type veth ` +
      `peer name ${farDevice} address ${far} mtu ${mtu} netns ${host}\n`,
  );
  const attach = (namespace: string, device: string, own: 1 | 2, peerMac: string): void =>
    batch(namespace, [
      `link set dev ${device} up`,
      ...families.flatMap((family) => [
        `address add ${address(link, own, family)}/${family === 4 ? 24 : 64} dev ${device}${family === 6 ? ' nodad' : ''}`,
        `neighbour add ${address(link, own === 1 ? 2 : 1, family)} lladdr ${peerMac} dev ${device} nud permanent`,
      ]),
    ]);
  attach(client, nearDevice, 1, far);
  attach(host, farDevice, 2, near);
}

function addRoutes(network: Network, narrow: string, family: Family): void {
  const toHost = prefixOf(network.target(family), family);
  const toClient = prefixOf(network.addressOf('client', family), family);
  const wide = network.addressOf('router2', family);
  batch(network.namespaceOf('router1'), [
    `route replace ${toHost} nexthop via ${wide} nexthop via ${address(1, 2, family)}`,
  ]);
  batch(narrow, [
    `route add ${toHost} via ${address(2, 2, family)}`,
    `route add ${toClient} via ${address(1, 1, family)}`,
  ]);
  // So that what `narrow` says comes from an address that the client knows a way to.
  batch(network.namespaceOf('client'), [
    `route add ${prefixOf(address(1, 1, family), family)} via ${network.addressOf('router1', family)}`,
  ]);
}

function address(link: number, side: 1 | 2, family: Family): string {
  return family === 4 ? `10.79.${link}.${side}` : `2001:db8:79:${link}::${side}`;
}

function prefixOf(member: string, family: Family): string {
  return family === 4 ? member.replace(/\d+$/, '0/24') : member.replace(/::\d+$/, '::/64');
}

function batch(namespace: string, lines: readonly string[]): void {
  must('ip', ['-netns', namespace, '-batch', '-'], lines.map((line) => `${line}\n`).join(''));
}

/** Before routing, where a packet is seen that is too large to be forwarded. */
const NOTE_FLOWS: Chain = {
  hook: 'prerouting',
  sets: ([4, 6] as const).map(
    (family) => `set ${setOf(family)} { type inet_service . inet_service; flags dynamic; size 65535; }`,
  ),
  rules: ([4, 6] as const).map(
    (family) =>
      `iifname "${TO_CLIENT}" meta nfproto ipv${family} meta l4proto udp update @${setOf(family)} { udp sport . udp dport }`,
  ),
};

function setOf(family: Family): string {
  return `flows${family}`;
}

function notedFlows(namespace: string, family: Family): ReadonlySet<string> {
  const json = must('ip', [
    'netns',
    'exec',
    namespace,
    'nft',
    '-j',
    'list',
    'set',
    'inet',
    'lab',
    setOf(family),
  ]);
  const { nftables } = JSON.parse(json) as { nftables: { set?: { elem?: { concat: number[] }[] } }[] };
  const elements = nftables.flatMap(({ set }) => set?.elem ?? []);
  return new Set(elements.map(({ concat }) => concat.join(' ')));
}

/** Packets come from `narrow`, and the way back is another one. */
const NO_REVERSE_PATH_FILTER = { 'net.ipv4.conf.all.rp_filter': 0, 'net.ipv4.conf.default.rp_filter': 0 };
