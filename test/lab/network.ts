/**
 * A chain of network namespaces in place of a path: client – router1 … routerN – host, out of a description.
 *
 * Link number i (from 1, counted from the client) has the addresses 10.0.i.1 and 2001:db8:i::1 on the client's side,
 * 10.0.i.2 and 2001:db8:i::2 on the host's. A link below 1280 bytes carries no IPv6 (RFC 8200 section 5), and then
 * the whole network has none.
 *
 * Neighbours are permanent entries: there is no ARP and no neighbour discovery, so the first packet is as fast as
 * any other, a host that drops everything does not drop that, and what crosses a link is the program's own doing.
 * Routes lead to the links' own prefixes only: any other destination has no route.
 */
import type { Family } from '../../src/results/result.ts';
import { must, start, type Running, type StartOptions } from './commands.ts';
import { createNamespaces } from './namespaces.ts';
import { ruleset, type Chain } from './rules.ts';
import { addWires, type Impairment, type Wire, type WireEnd, type Wires } from './wire.ts';

export type NodeName = 'client' | 'host' | `router${number}`;

export interface NodePlan {
  readonly firewall?: readonly Chain[];
  /** `none`: as many ICMP errors as are caused. `linux-default`: what the kernel starts with. Default: `none`. */
  readonly icmpRateLimits?: 'none' | 'linux-default';
  readonly sysctls?: Readonly<Record<string, string | number>>;
  /** False: the node knows its own links only. Default: true. */
  readonly hasRoutes?: boolean;
}

export interface NetworkPlan {
  /** MTU of each link in bytes, from the client to the host. One more link than routers. */
  readonly links: readonly number[];
  readonly nodes?: Readonly<Partial<Record<NodeName, NodePlan>>>;
  /** Delay, loss and the like of links by their number, from 1 at the client. Default: none has any. */
  readonly impairments?: Readonly<Record<number, Impairment>>;
}

/** A network that is up. Close it; if that is forgotten, it goes with the process. */
export interface Network {
  readonly plan: NetworkPlan;
  /** From the client to the host. */
  readonly nodes: readonly NodeName[];
  readonly families: readonly Family[];
  readonly namespaceOf: (node: NodeName) => string;
  /** The address with which a node answers the client. */
  readonly addressOf: (node: NodeName, family: Family) => string;
  /** The host's address: what to measure. */
  readonly target: (family: Family) => string;
  /** Changes the MTU of a link at both its ends. Links count from 1 at the client. */
  readonly setLinkMtu: (link: number, mtu: number) => void;
  /** Runs a command in a node's namespace to its end; throws unless it exits 0. Returns stdout. */
  readonly must: (node: NodeName, command: readonly string[]) => string;
  /** Starts a command in a node's namespace. */
  readonly start: (node: NodeName, command: readonly string[], options?: StartOptions) => Running;
  readonly close: () => void;
}

/** Brings the network up; it is usable when this returns. Needs root. Nothing is left behind when it throws. */
export function bringUp(plan: NetworkPlan): Network {
  const nodes = nodesOf(plan);
  const families = familiesOf(plan);
  const namespaces = createNamespaces(nodes);
  let wires: Wires | null = null;
  const close = (): void => {
    wires?.close();
    namespaces.remove();
  };
  try {
    // Settings before interfaces, so that these start out with them.
    for (const node of nodes) configure(namespaces.name(node), node, plan.nodes?.[node] ?? {});
    wires = addLinks();
    nodes.forEach((node, position) => {
      const lines = interfacesOf(plan, position, families);
      must('ip', ['-netns', namespaces.name(node), '-batch', '-'], lines.map((line) => `${line}\n`).join(''));
    });
  } catch (error) {
    close();
    throw error;
  }

  /** A veth pair for each link, or a wire where it is to be impaired. */
  function addLinks(): Wires {
    const impaired: Wire[] = [];
    const veths: string[] = [];
    plan.links.forEach((mtu, index) => {
      const ends = namedEndsOf(index + 1);
      const impairment = plan.impairments?.[index + 1];
      if (impairment === undefined) veths.push(vethLine(ends, mtu));
      else impaired.push({ ends, mtu, impairment });
    });
    must('ip', ['-batch', '-'], veths.join(''));
    return addWires(impaired);
  }

  function namedEndsOf(link: number): readonly [WireEnd, WireEnd] {
    const [client, host] = endsOf(link).map(({ node, device, mac }) => {
      const name = nodes[node];
      if (name === undefined) throw new Error(`link ${link} leads nowhere`);
      return { device, mac, namespace: namespaces.name(name) };
    });
    if (client === undefined || host === undefined) throw new Error(`link ${link} has no two ends`);
    return [client, host];
  }

  const addressOf = (node: NodeName, family: Family): string => {
    const position = nodes.indexOf(node);
    return position === 0 ? address(1, 'client', family) : address(position, 'host', family);
  };
  return {
    plan,
    nodes,
    families,
    namespaceOf: namespaces.name,
    addressOf,
    target: (family) => addressOf('host', family),
    setLinkMtu: (link, mtu) => {
      for (const { node, device } of endsOf(link)) {
        const name = nodes[node];
        if (name === undefined) throw new RangeError(`there is no link ${link}`);
        must('ip', ['-netns', namespaces.name(name), 'link', 'set', 'dev', device, 'mtu', String(mtu)]);
      }
    },
    must: (node, command) => must('ip', ['netns', 'exec', namespaces.name(node), ...command]),
    start: (node, command, options) =>
      start('ip', ['netns', 'exec', namespaces.name(node), ...command], options),
    close,
  };
}

function vethLine([client, host]: readonly [WireEnd, WireEnd], mtu: number): string {
  return (
    `link add name ${client.device} address ${client.mac} mtu ${mtu} netns ${client.namespace} type veth ` +
    `peer name ${host.device} address ${host.mac} mtu ${mtu} netns ${host.namespace}\n`
  );
}

export function nodesOf(plan: NetworkPlan): readonly NodeName[] {
  const routers = plan.links.slice(1).map((_, index): NodeName => `router${index + 1}`);
  return ['client', ...routers, 'host'];
}

export function familiesOf(plan: NetworkPlan): readonly Family[] {
  return Math.min(...plan.links) < IPV6_MINIMUM_LINK_MTU ? [4] : [4, 6];
}

/** A node's interface towards the client, or towards the host. */
export const TO_CLIENT = 'to-client';
const TO_HOST = 'to-host';

type Side = 'client' | 'host';

function address(link: number, side: Side, family: Family): string {
  const last = side === 'client' ? 1 : 2;
  return family === 4 ? `10.0.${link}.${last}` : `2001:db8:${link}::${last}`;
}

function prefix(link: number, family: Family): string {
  return family === 4 ? `10.0.${link}.0/24` : `2001:db8:${link}::/64`;
}

function macAddress(link: number, side: Side): string {
  // 02: locally administered.
  return `02:00:00:00:${link.toString(16).padStart(2, '0')}:${side === 'client' ? '01' : '02'}`;
}

/** The two ends of a link, the client's side first: position of the node, and its device. */
function endsOf(link: number): readonly { node: number; device: string; mac: string }[] {
  return [
    { node: link - 1, device: TO_HOST, mac: macAddress(link, 'client') },
    { node: link, device: TO_CLIENT, mac: macAddress(link, 'host') },
  ];
}

/** Lines for `ip -batch` in the namespace of the node at this position: addresses, neighbours, routes. */
function interfacesOf(plan: NetworkPlan, position: number, families: readonly Family[]): string[] {
  const lastLink = plan.links.length;
  const name = nodesOf(plan)[position];
  const hasRoutes = (name === undefined ? undefined : plan.nodes?.[name]?.hasRoutes) ?? true;
  const lines = ['link set dev lo up'];

  const attach = (
    device: string,
    link: number,
    own: Side,
    peer: Side,
    linksBeyond: readonly number[],
  ): void => {
    lines.push(`link set dev ${device} up`);
    for (const family of families) {
      const ownAddress = `${address(link, own, family)}/${family === 4 ? 24 : 64}`;
      const via = address(link, peer, family);
      lines.push(
        `address add ${ownAddress} dev ${device}${family === 6 ? ' nodad' : ''}`,
        `neighbour add ${via} lladdr ${macAddress(link, peer)} dev ${device} nud permanent`,
        ...linksBeyond.map((beyond) => `route add ${prefix(beyond, family)} via ${via}`),
      );
    }
  };
  const range = (from: number, to: number): number[] =>
    hasRoutes ? Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index) : [];

  if (position > 0) attach(TO_CLIENT, position, 'host', 'client', range(1, position - 1));
  if (position < lastLink) attach(TO_HOST, position + 1, 'client', 'host', range(position + 2, lastLink));
  return lines;
}

export function configure(namespace: string, node: NodeName, plan: NodePlan): void {
  const isRouter = node !== 'client' && node !== 'host';
  const sysctls = {
    ...ADDRESSES_USABLE_AT_ONCE,
    ...(isRouter ? FORWARDING : {}),
    ...((plan.icmpRateLimits ?? 'none') === 'none' ? NO_ICMP_RATE_LIMITS : {}),
    ...plan.sysctls,
  };
  const settings = Object.entries(sysctls).map(([key, value]) => `${key}=${value}\n`);
  // -e: the global ICMP limit exists per namespace only since Linux 6.13; the IPv4 mask covers it before.
  must('ip', ['netns', 'exec', namespace, 'sysctl', '-e', '-q', '-p', '-'], settings.join(''));
  if (plan.firewall !== undefined) {
    must('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], ruleset(plan.firewall));
  }
}

const IPV6_MINIMUM_LINK_MTU = 1280;

/** No duplicate address detection; no link-local addresses, which nothing here needs. */
const ADDRESSES_USABLE_AT_ONCE = {
  'net.ipv6.conf.default.addr_gen_mode': 1,
  'net.ipv6.conf.all.accept_dad': 0,
  'net.ipv6.conf.default.accept_dad': 0,
};

const FORWARDING = { 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 };

const NO_ICMP_RATE_LIMITS = {
  'net.ipv4.icmp_ratelimit': 0,
  'net.ipv4.icmp_ratemask': 0,
  'net.ipv6.icmp.ratelimit': 0,
  'net.ipv6.icmp.ratemask': '',
  'net.ipv4.icmp_msgs_per_sec': 1_000_000,
  'net.ipv4.icmp_msgs_burst': 1_000_000,
};
