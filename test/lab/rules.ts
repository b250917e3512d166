/** What a firewall on a lab node can do to packets, as nftables chains. */

/** A rule applies to both families unless it says otherwise. */
export interface Chain {
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
  /** Default: 0. */
  readonly priority?: number;
  readonly rules: readonly string[];
}

/** The text for `nft -f`. */
export function ruleset(chains: readonly Chain[]): string {
  const body = chains.map(({ hook, priority = 0, rules }, index) =>
    [`chain ${hook}${index} {`, `type filter hook ${hook} priority ${priority}`, ...rules, '}'].join('\n'),
  );
  return ['table inet lab {', ...body, '}', ''].join('\n');
}

/** A router that keeps its own packet-too-big messages to itself: the black hole. Other errors still leave. */
export const SILENT_ABOUT_TOO_BIG: Chain = {
  hook: 'output',
  rules: ['icmp type destination-unreachable icmp code 4 drop', 'icmpv6 type packet-too-big drop'],
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
