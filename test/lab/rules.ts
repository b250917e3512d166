/** What a firewall on a lab node can do to packets, as nftables chains. */

/** A rule applies to both families unless it says otherwise. */
export interface Chain {
  /** Default: `filter`. */
  readonly type?: 'filter' | 'nat';
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
  /** Default: 0. */
  readonly priority?: number;
  readonly rules: readonly string[];
  /** Sets that the rules name: each a whole declaration. */
  readonly sets?: readonly string[];
}

/** The text for `nft -f`. */
export function ruleset(chains: readonly Chain[]): string {
  const sets = chains.flatMap((chain) => chain.sets ?? []);
  const body = chains.map(({ type = 'filter', hook, priority = 0, rules }, index) =>
    [`chain ${hook}${index} {`, `type ${type} hook ${hook} priority ${priority}`, ...rules, '}'].join('\n'),
  );
  return ['table inet lab {', ...sets, ...body, '}', ''].join('\n');
}

/** A router that keeps its own packet-too-big messages to itself: the black hole. Other errors still leave. */
export const SILENT_ABOUT_TOO_BIG: Chain = {
  hook: 'output',
  rules: ['icmp type destination-unreachable icmp code 4 drop', 'icmpv6 type packet-too-big drop'],
};

/** A router that keeps to itself that a packet's TTL ended. */
export const UNSEEN_BY_TRACES: Chain = {
  hook: 'output',
  rules: ['icmp type time-exceeded drop', 'icmpv6 type time-exceeded drop'],
};

export const REFUSE_ECHO: Chain = {
  hook: 'input',
  rules: ['icmp type echo-request drop', 'icmpv6 type echo-request drop'],
};

export const REFUSE_UDP: Chain = { hook: 'input', rules: ['meta l4proto udp drop'] };

export const DROP_EVERYTHING: Chain = { hook: 'input', rules: ['drop'] };

export function limitEcho(perSecond: number, burst: number): Chain {
  const excess = `limit rate over ${perSecond}/second burst ${burst} packets drop`;
  return {
    hook: 'input',
    rules: [`icmp type echo-request ${excess}`, `icmpv6 type echo-request ${excess}`],
  };
}

/** Random loss of what a router forwards, in each direction on its own. */
export function lose(percent: number): Chain {
  return { hook: 'forward', rules: [`numgen random mod 100 < ${percent} drop`] };
}

/** A router that answers forwarded UDP with a port unreachable of its own, as REJECT does. */
export const REJECT_UDP: Chain = {
  hook: 'forward',
  rules: ['meta l4proto udp reject with icmpx type port-unreachable'],
};

/**
 * A gateway that answers IKE and nothing else, neither ping nor closed ports. Asking for the state has connection
 * tracking put fragments together first, as a stateful firewall does: only then do all have ports.
 */
export const IKE_ONLY: readonly Chain[] = [
  {
    hook: 'input',
    rules: ['ct state invalid drop', 'meta l4proto != udp drop', 'udp dport != { 500, 4500 } drop'],
  },
  { hook: 'output', rules: ['meta l4proto != udp drop', 'udp sport != { 500, 4500 } drop'] },
];

/** A router that replaces the client's address by its own. */
export const MASQUERADE: Chain = {
  type: 'nat',
  hook: 'postrouting',
  priority: 100,
  rules: ['oifname "to-host" masquerade'],
};

/** Before connection tracking (-400) would put fragments together. */
const BEFORE_DEFRAGMENTATION = { hook: 'prerouting', priority: -450 } as const;

export const DROP_FRAGMENTS: Chain = {
  ...BEFORE_DEFRAGMENTATION,
  rules: ['ip frag-off & 0x3fff != 0 drop', 'exthdr frag exists drop'],
};

/** Fragments without ports: what a stateless packet filter can't judge. */
export const DROP_NON_FIRST_FRAGMENTS: Chain = {
  ...BEFORE_DEFRAGMENTATION,
  rules: ['ip frag-off & 0x1fff != 0 drop', 'frag frag-off != 0 drop'],
};

/** A firewall that learns the ports from the first fragment, and drops others that arrive before it. */
export const DROP_FRAGMENTS_BEFORE_THE_FIRST: Chain = {
  ...BEFORE_DEFRAGMENTATION,
  sets: [
    'set seen4 { typeof ip saddr . ip id; flags dynamic,timeout; timeout 5s; size 65536; }',
    'set seen6 { typeof ip6 saddr . frag id; flags dynamic,timeout; timeout 5s; size 65536; }',
  ],
  rules: [
    'ip frag-off & 0x3fff == 0x2000 update @seen4 { ip saddr . ip id }',
    'ip frag-off & 0x1fff != 0 ip saddr . ip id != @seen4 drop',
    'frag frag-off 0 frag more-fragments 1 update @seen6 { ip6 saddr . frag id }',
    'frag frag-off != 0 ip6 saddr . frag id != @seen6 drop',
  ],
};

/** A firewall that puts fragments together, lets small datagrams through, and drops those above this size. */
export function dropDatagramsAbove(bytes: number): Chain {
  // Asking for the state is what turns connection tracking on, and that reassembles.
  return { hook: 'forward', rules: [`ct state new,established meta length > ${bytes} drop`] };
}
