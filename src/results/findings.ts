import type { Location } from '../probe/hop-search.ts';
import type { Oddity } from '../probe/oddity.ts';
import type { Effective } from './effective.ts';
import { spreadWords } from './flows.ts';
import type { Family, Finding, FlowsResult, IkeGateway, MethodResult, Result, Severity } from './result.ts';

/** What a finding can be drawn from. */
export interface Evidence {
  readonly family: Family;
  readonly localMtu: number | null;
  readonly effective: Effective;
  readonly methods: readonly MethodResult[];
  /** Null: one flow was measured. */
  readonly flows: FlowsResult | null;
  readonly oddities: readonly (Oddity & { readonly method: string; readonly count: number })[];
  readonly bottleneck: { readonly hop: number | null; readonly address: string | null } | null;
  /** Where a black hole begins; null: not looked for, or not found. */
  readonly location: Location | null;
  readonly fragments: Result['fragments'];
  readonly ike: IkeGateway | null;
  readonly isAborted: boolean;
}

/** What an administrator should know besides the number. */
export function findingsOf(evidence: Evidence): Finding[] {
  return [
    ...aboutReachability(evidence),
    ...aboutPath(evidence),
    ...aboutMethods(evidence),
    ...aboutFlows(evidence),
    ...aboutFragments(evidence),
    ...aboutOddities(evidence),
  ];
}

/** The gravest first; otherwise in the order given. */
export function byGravity(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => GRAVITY[b.severity] - GRAVITY[a.severity]);
}

const GRAVITY: Record<Severity, number> = { critical: 2, warning: 1, info: 0 };

function finding(code: string, severity: Severity, message: string, advice: string | null = null): Finding {
  return { code, severity, message, advice };
}

function* aboutReachability({ effective, methods, isAborted }: Evidence): Generator<Finding> {
  if (isAborted)
    yield finding('interrupted', 'info', 'The measurement was interrupted; this is what was known by then.');
  if (effective.status !== 'unreachable') return;
  const names = methods.map((method) => method.method).join(' and ');
  yield finding(
    'no-answer',
    'critical',
    `Nothing answered, at any size (${names}). The path MTU is not known.`,
    'Check the address. If the host is up, a firewall drops the probes: allow ICMP echo, or UDP 33434-33523 with the ICMP answers, from this site.',
  );
}

function* aboutPath({ effective, family, bottleneck, localMtu, location }: Evidence): Generator<Finding> {
  const { pathMtu, blackHole } = effective;
  if (pathMtu === null) return;
  if (blackHole === true) {
    yield finding(
      'black-hole',
      'warning',
      `Packets of more than ${pathMtu} bytes vanish without a word: a path MTU discovery black hole${placeOf(location)}. Programs that rely on ICMP will hang instead of sending smaller packets.`,
      `Let ICMP ${family === 4 ? 'type 3 code 4 (fragmentation needed)' : 'type 2 (packet too big)'} pass on every firewall of the path, or set the MTU of the VPN interface to ${pathMtu} less the tunnel's overhead.`,
    );
  } else if (bottleneck !== null && localMtu !== null && pathMtu < localMtu) {
    const hop = bottleneck.hop === null ? '' : ` at hop ${bottleneck.hop}`;
    yield finding(
      'bottleneck',
      'info',
      `The router ${bottleneck.address ?? 'in between'}${hop} says that its next link carries ${pathMtu} bytes; the outgoing interface of this host carries ${localMtu}.`,
    );
  }
  if (family === 6 && pathMtu < IPV6_MINIMUM_MTU) {
    yield finding(
      'ipv6-below-minimum',
      'critical',
      `The path carries ${pathMtu} bytes, but IPv6 demands ${IPV6_MINIMUM_MTU} of every link (RFC 8200). A tunnel on the way is set too small.`,
      `Raise that tunnel's MTU to at least ${IPV6_MINIMUM_MTU}, or let it fragment its own outer packets.`,
    );
  }
}

/** ", after hop 3 (192.0.2.1)", or between which hops where the next ones say nothing. */
function placeOf(location: Location | null): string {
  if (location === null) return '';
  const { hop, address, nextHop } = location;
  if (nextHop !== null && nextHop > hop + 1) return `, between hop ${hop} and hop ${nextHop}`;
  return hop === 0 ? ', on the first link' : `, after hop ${hop} (${address ?? 'unknown'})`;
}

function* aboutMethods({ methods, effective }: Evidence): Generator<Finding> {
  const exact = methods.filter((method) => method.status === 'exact');
  const sizes = new Set(exact.map((method) => method.pathMtu));
  if (sizes.size > 1) {
    const figures = exact.map((method) => `${method.method} ${method.pathMtu}`).join(', ');
    yield finding(
      'methods-disagree',
      'warning',
      `The methods found different path MTUs: ${figures}. Echo replies are as large as their requests, so icmp also sees the way back; or a firewall treats the protocols differently; or they take different links of the same path, which --flows shows.`,
      `Reckon with ${effective.pathMtu ?? 'the smaller one'} for IKE, and with the smallest for answers of the same size.`,
    );
  }
  for (const method of methods) {
    if (method.status === 'unreachable' && effective.status !== 'unreachable') {
      yield finding(
        'method-silent',
        'info',
        `No answer by ${method.method}: ${method.reason ?? 'silence'}. The other method decides.`,
      );
    }
    if (method.lossRate !== null && method.lossRate >= NOTABLE_LOSS && method.probes.lost >= 3) {
      yield finding(
        'packet-loss',
        'warning',
        `${Math.round(method.lossRate * 100)} % of the ${method.method} probes that fit went unanswered. The result allows for it.`,
      );
    }
  }
}

function* aboutFlows({ flows }: Evidence): Generator<Finding> {
  if (flows === null) return;
  const { count, method, pathMtus, undetermined, smallestPathMtu } = flows;
  if (pathMtus.length > 1 && smallestPathMtu !== null) {
    yield finding(
      'path-diversity',
      'warning',
      `Routers spread flows over links of different MTUs: ${spreadWords(flows)}. Which one a client gets depends on its source port, and behind NAT that is chance: it works for one user and not for the next.`,
      `Count on the smallest: set the MTU of the VPN interface to ${smallestPathMtu} less the tunnel's overhead. Or have the narrow link mended.`,
    );
  }
  if (method === null) {
    yield finding(
      'flows-unknown',
      'info',
      `Nothing is known of ${count} flows: neither UDP nor echo was answered in time, and so many flows of IKE packets would be a burden to the gateway.`,
    );
  } else if (undetermined > 0) {
    yield finding(
      'flows-unknown',
      'info',
      `The path MTU of ${undetermined} of ${count} flows is not known.${method === 'udp' ? ' Targets limit how often they say that a port is closed (Linux: once a second), and no other answer tells of a flow of UDP.' : ''}`,
      'Give it more time (--deadline) or fewer flows; or lift such a limit on the target for the time of the measurement.',
    );
  }
  if (method === 'icmp' && pathMtus.length < 2) {
    yield finding(
      'flows-by-echo',
      'info',
      'The flows were told apart by echo identifiers, since the target does not answer UDP. Routers that spread by port numbers may send all echo one way, and UDP several.',
    );
  }
}

function* aboutFragments({ fragments, ike }: Evidence): Generator<Finding> {
  const delivered = (name: string): boolean | null =>
    fragments.tests.find((test) => test.name === name)?.delivered ?? null;
  if (fragments.status === 'dropped') {
    yield delivered('small-datagram') === true
      ? finding(
          'large-datagrams-dropped',
          'warning',
          'A large datagram in IP fragments does not arrive, while a small one in two fragments does and unfragmented packets do: something reassembles them and drops what is too large, or limits the number of fragments.',
          'Look for a limit on datagram size, or on reassembly, on the firewalls of the path.',
        )
      : finding(
          'fragments-dropped',
          'warning',
          'IP fragments do not arrive at this host, while unfragmented packets beside them do. Whatever is larger than the path MTU and sent over UDP is lost.',
          'Let IP fragments pass on the firewalls of the path, or see to it that none are needed: IKEv2 fragmentation (RFC 7383), smaller certificates.',
        );
  }
  if (fragments.status === 'delivered' && delivered('last-first') === false) {
    yield finding(
      'fragments-out-of-order-dropped',
      'warning',
      'IP fragments arrive in order, but are dropped when the last one comes first, as it happens on paths with several links.',
      'Let the firewall reassemble before it filters; on an Azure virtual network ask for UDP fragment reordering.',
    );
  }
  if (fragments.status === 'delivered' && delivered('many-pieces') === false) {
    yield finding(
      'many-fragments-dropped',
      'info',
      'A datagram in a few IP fragments arrives, one in twenty does not: something limits their number.',
    );
  }
  if (ike?.answers === true && ike.fragmentationSupported === false) {
    yield finding(
      'ike-fragmentation-not-offered',
      'info',
      'The gateway does not offer IKEv2 fragmentation (RFC 7383): an IKE_AUTH larger than the path MTU becomes IP fragments.',
    );
  }
}

function* aboutOddities({ oddities }: Evidence): Generator<Finding> {
  for (const kind of new Set(oddities.map((oddity) => oddity.kind))) {
    const ofKind = oddities.filter((oddity) => oddity.kind === kind);
    const count = ofKind.reduce((total, oddity) => total + oddity.count, 0);
    const senders = [...new Set(ofKind.map((oddity) => oddity.from))].filter((from) => from !== '');
    const details = [...new Set(ofKind.map((oddity) => oddity.detail))];
    const from = senders.length === 0 ? '' : ` from ${listed(senders)}`;
    const { code, severity, say } = ODDITIES[kind];
    yield finding(code, severity, say(count, from, listed(details)), ADVICE[kind] ?? null);
  }
}

/** At most three, then a number. */
function listed(items: readonly string[]): string {
  const shown = items.slice(0, 3).join('; ');
  return items.length > 3 ? `${shown}; and ${items.length - 3} more` : shown;
}

interface OddityWording {
  readonly code: string;
  readonly severity: Severity;
  readonly say: (count: number, from: string, details: string) => string;
}

const ODDITIES: Record<Oddity['kind'], OddityWording> = {
  'ptb-mtu-zero': {
    code: 'ptb-mtu-zero',
    severity: 'warning',
    say: (count, from) => `${count} PTB${from} named no MTU (0, as before RFC 1191) and were not believed.`,
  },
  'ptb-below-minimum': {
    code: 'ptb-below-minimum',
    severity: 'warning',
    say: (count, from, details) =>
      `${count} PTB${from} named an MTU that cannot be and were not believed: ${details}.`,
  },
  'ptb-not-smaller': {
    code: 'ptb-not-smaller',
    severity: 'warning',
    say: (count, from, details) =>
      `${count} PTB${from} named an MTU that would have been enough and were not believed: ${details}.`,
  },
  'ptb-contradicted': {
    code: 'ptb-contradicted',
    severity: 'warning',
    say: (count, from, details) =>
      `${count} PTB${from} said what answers refute, and were not believed: ${details}.`,
  },
  'ptb-not-ours': {
    code: 'ptb-not-ours',
    severity: 'info',
    say: (count, from, details) =>
      `${count} PTB${from} did not quote a probe of this run and were ignored: ${details}.`,
  },
  refused: {
    code: 'refused',
    severity: 'info',
    say: (count, from, details) => `${count} probes were refused${from}: ${details}.`,
  },
  'rate-limited': {
    code: 'rate-limited',
    severity: 'info',
    say: () => 'Answers come only up to some rate; the measurement slowed down for it.',
  },
  'late-answer': {
    code: 'late-answers',
    severity: 'info',
    say: (count) =>
      `${count} answers came late, after their probes had been given up; they were counted all the same.`,
  },
};

const ADVICE: Partial<Record<Oddity['kind'], string>> = {
  'ptb-contradicted':
    'A router on the path reports a wrong MTU, or somebody forges ICMP: look at that address.',
  'ptb-not-smaller':
    'A router on the path reports a wrong MTU, or somebody forges ICMP: look at that address.',
  'ptb-below-minimum':
    'A router on the path reports a wrong MTU, or somebody forges ICMP: look at that address.',
};

const IPV6_MINIMUM_MTU = 1280;
const NOTABLE_LOSS = 0.02;
