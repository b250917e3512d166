import type { Link, PathSpec } from './path.ts';

/** A link as it should be: 5 ms, nothing lost, its router speaks. */
export function link(mtu: number, changes: Partial<Link> = {}): Link {
  return {
    mtu,
    delayMs: 5,
    jitterMs: 0,
    loss: 0,
    reorder: 0,
    reorderMs: 0,
    duplicate: 0,
    ptb: 'speaks',
    ...changes,
  };
}

/** A path over links of these MTUs: IPv4, 10 ms a link there and back, a host that answers everything. */
export function pathOf(links: readonly (number | Link)[], changes: Partial<PathSpec> = {}): PathSpec {
  return {
    family: 4,
    links: links.map((each) => (typeof each === 'number' ? link(each) : each)),
    echo: 'answers',
    udp: 'answers',
    returnMtu: Infinity,
    bandwidth: Infinity,
    queueBytes: Infinity,
    quotedTransportBytes: 528,
    forgery: 0,
    lieBytes: 10,
    ...changes,
  };
}

/** 1500, then `mtu` behind a router that says nothing, then 1500 again. */
export function blackHole(mtu: number, changes: Partial<PathSpec> = {}): PathSpec {
  return pathOf([1500, link(mtu, { ptb: 'silent' }), 1500], changes);
}

/** The worst that a measurement is expected to get right: 20 % lost each way, and a silent 1400. */
export function lossyBlackHole(): PathSpec {
  return pathOf([link(1500, { loss: 0.2, delayMs: 15 }), link(1400, { ptb: 'silent', delayMs: 5 })]);
}
