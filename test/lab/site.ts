/**
 * One client and several gateways, each behind a path of its own: lab networks side by side, with a namespace in front
 * of them that has a link to each.
 *
 * Branch k (from 1) is a chain as network.ts has it. The client here reaches its first node over a further link of 1500
 * bytes, 10.78.k.1 and 2001:db8:78:k::1 on the client's side. The chain's host has the addresses 10.77.k.1 and
 * 2001:db8:77:k::1 besides its own, since those are the same in all chains; and further ones where a test wants a host
 * to be many.
 */
import type { Family } from '../../src/results/result.ts';
import { must, start } from './commands.ts';
import { createNamespaces } from './namespaces.ts';
import { bringUp, type Network, type NetworkPlan } from './network.ts';

export interface Site {
  /** In the order of the plans. As lab networks whose client is the site's, and whose target is the branch's own. */
  readonly branches: readonly Network[];
  /** An address of a branch's host, 1 to 250; `target` is the first. Branches count from 0. */
  readonly addressOf: (branch: number, number: number, family: Family) => string;
  /** Gives a branch's host its addresses up to this number. */
  readonly addAddresses: (branch: number, upTo: number) => void;
  readonly close: () => void;
}

/** Brings the site up. Needs root. Nothing is left behind when it throws. */
export function bringUpSite(plans: readonly NetworkPlan[]): Site {
  const namespaces = createNamespaces(['site']);
  const client = namespaces.name('site');
  const chains: Network[] = [];
  const close = (): void => {
    for (const chain of chains) chain.close();
    namespaces.remove();
  };
  try {
    // Errors come from routers whose addresses the client has no route to, the same ones in each branch.
    const settings = ['all', 'default'].map((name) => `net.ipv4.conf.${name}.rp_filter=0\n`).join('');
    must('ip', ['netns', 'exec', client, 'sysctl', '-e', '-q', '-p', '-'], settings + NO_DETECTION);
    must('ip', ['-netns', client, 'link', 'set', 'dev', 'lo', 'up']);
    for (const [index, plan] of plans.entries()) {
      const chain = bringUp({
        ...plan,
        nodes: { ...plan.nodes, client: { ...plan.nodes?.client, sysctls: FORWARDING } },
      });
      chains.push(chain);
      join(client, chain, index + 1);
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    addressOf: addressOfBranch,
    addAddresses: (branch, upTo) => {
      const chain = chains[branch];
      if (chain === undefined) throw new RangeError(`there is no branch ${branch}`);
      for (let number = 2; number <= upTo; number += 1) addAddress(chain, branch + 1, number);
    },
    branches: chains.map((chain, index) => {
      const view: Network = {
        ...chain,
        namespaceOf: (node) => (node === 'client' ? client : chain.namespaceOf(node)),
        addressOf: (node, family) =>
          node === 'host' ? addressOfBranch(index, 1, family) : chain.addressOf(node, family),
        target: (family) => addressOfBranch(index, 1, family),
        must: (node, command) => must('ip', ['netns', 'exec', view.namespaceOf(node), ...command]),
        start: (node, command, options) =>
          start('ip', ['netns', 'exec', view.namespaceOf(node), ...command], options),
      };
      return view;
    }),
    close,
  };
}

function addressOfBranch(branch: number, number: number, family: Family): string {
  return address(branch + 1, number, family);
}

function join(client: string, chain: Network, branch: number): void {
  const first = chain.namespaceOf('client');
  const [near, far] = [`02:00:00:78:0${branch}:01`, `02:00:00:78:0${branch}:02`];
  const device = `branch${branch}`;
  must(
    'ip',
    ['-batch', '-'],
    `link add name ${device} address ${near} netns ${client} type veth peer name ${TO_SITE} address ${far} netns ${first}\n`,
  );
  batch(client, [`link set dev ${device} up`]);
  batch(first, [`link set dev ${TO_SITE} up`]);
  for (const family of chain.families) {
    const [own, peer] = [link(branch, 1, family), link(branch, 2, family)];
    const length = family === 4 ? 24 : 64;
    const noDetection = family === 6 ? ' nodad' : '';
    batch(client, [
      `address add ${own}/${length} dev ${device}${noDetection}`,
      `neighbour add ${peer} lladdr ${far} dev ${device} nud permanent`,
      `route add ${hosts(branch, family)} via ${peer}`,
    ]);
    batch(first, [
      `address add ${peer}/${length} dev ${TO_SITE}${noDetection}`,
      `neighbour add ${own} lladdr ${near} dev ${TO_SITE} nud permanent`,
    ]);
    for (const [position, node] of chain.nodes.entries()) {
      // Link number i has the addresses ...i.1 and ...i.2; the node at position p is between links p and p + 1.
      const before = family === 4 ? `10.0.${position}.1` : `2001:db8:${position}::1`;
      const behind = family === 4 ? `10.0.${position + 1}.2` : `2001:db8:${position + 1}::2`;
      batch(chain.namespaceOf(node), [
        ...(node === 'client' ? [] : [`route add ${site(branch, family)} via ${before}`]),
        ...(node === 'host' ? [] : [`route add ${hosts(branch, family)} via ${behind}`]),
      ]);
    }
  }
  addAddress(chain, branch, 1);
}

function addAddress(chain: Network, branch: number, number: number): void {
  batch(
    chain.namespaceOf('host'),
    chain.families.map(
      (family) =>
        `address add ${address(branch, number, family)}/${family === 4 ? 32 : 128} dev lo${family === 6 ? ' nodad' : ''}`,
    ),
  );
}

function batch(namespace: string, lines: readonly string[]): void {
  if (lines.length > 0)
    must('ip', ['-netns', namespace, '-batch', '-'], lines.map((line) => `${line}\n`).join(''));
}

function address(branch: number, number: number, family: Family): string {
  return family === 4 ? `10.77.${branch}.${number}` : `2001:db8:77:${branch}::${number}`;
}

function hosts(branch: number, family: Family): string {
  return family === 4 ? `10.77.${branch}.0/24` : `2001:db8:77:${branch}::/64`;
}

function link(branch: number, side: 1 | 2, family: Family): string {
  return family === 4 ? `10.78.${branch}.${side}` : `2001:db8:78:${branch}::${side}`;
}

function site(branch: number, family: Family): string {
  return family === 4 ? `10.78.${branch}.0/24` : `2001:db8:78:${branch}::/64`;
}

const TO_SITE = 'to-site';
const FORWARDING = { 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 };
const NO_DETECTION = [
  'net.ipv6.conf.default.addr_gen_mode=1',
  'net.ipv6.conf.all.accept_dad=0',
  'net.ipv6.conf.default.accept_dad=0',
  '',
].join('\n');
