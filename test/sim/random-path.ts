import { LIKELY_MTUS } from '../../src/probe/likely-sizes.ts';
import { createRandom } from '../../src/probe/random.ts';
import type { HostBehaviour, Link, PathSpec, PtbBehaviour } from './path.ts';

/** A path as the world might have it, or worse. The same seed gives the same path. */
export function randomPath(seed: number): PathSpec {
  const random = createRandom([seed, 0x70617468, 0x6d7475, 1]);
  const chance = (): number => random.next() / 2 ** 32;
  const happens = (probability: number): boolean => chance() < probability;
  const between = (least: number, most: number): number => least + random.below(most - least + 1);
  const oneOf = <Item>(...items: readonly Item[]): Item => items[random.below(items.length)] as Item;

  const family = oneOf<4 | 6>(4, 6);
  const least = family === 4 ? 68 : 1280;
  const localMtu = happens(0.7)
    ? 1500
    : family === 4
      ? oneOf(9000, 1492, 1400, 4352, 65535, 576)
      : oneOf(9000, 1492, 1400, 1280, 4352);
  const hops = between(1, 8);
  const narrowings = hops === 1 ? 0 : oneOf(0, 1, 1, 1, 1, 2, 2, 3);
  const narrowAt = new Set(Array.from({ length: narrowings }, () => between(1, hops - 1)));
  const lossAt = between(0, hops - 1);
  const loss = happens(0.5) ? 0 : chance() * 0.2;
  const jitterMs = happens(0.7) ? 0 : chance() * 20;
  const roundTripMs = oneOf(0.2, 5, 20, 40, 100, 300);

  const ptbBehaviour = (): PtbBehaviour => {
    if (happens(0.45)) return 'speaks';
    if (happens(0.6)) return 'silent';
    return oneOf<PtbBehaviour>(
      'zero',
      'not-smaller',
      'lying-low',
      { perSecond: 1, burst: 6 },
      { perSecond: 10, burst: 1 },
    );
  };
  const narrowMtu = (): number => {
    const likely = LIKELY_MTUS.filter((mtu) => mtu >= least && mtu < localMtu);
    if (likely.length > 0 && happens(0.5)) return oneOf(...likely);
    return localMtu > least ? between(least, localMtu - 1) : localMtu;
  };
  const links = Array.from({ length: hops }, (_, index): Link => ({
    mtu: index === 0 ? localMtu : narrowAt.has(index) ? narrowMtu() : Math.max(localMtu, oneOf(1500, 9000)),
    delayMs: roundTripMs / 2 / hops,
    jitterMs: jitterMs / hops,
    loss: index === lossAt ? loss : 0,
    reorder: happens(0.1) ? 0.05 : 0,
    reorderMs: roundTripMs / 4,
    duplicate: happens(0.1) ? 0.05 : 0,
    ptb: ptbBehaviour(),
  }));
  const hostBehaviour = (): HostBehaviour =>
    happens(0.8)
      ? 'answers'
      : happens(0.5)
        ? 'refuses'
        : oneOf({ perSecond: 10, burst: 5 }, { perSecond: 100, burst: 20 }, { perSecond: 1, burst: 6 });
  return {
    family,
    links,
    echo: hostBehaviour(),
    udp: hostBehaviour(),
    returnMtu: happens(0.9) ? Infinity : between(Math.max(1280, least), Math.max(1281, localMtu)),
    bandwidth: happens(0.85) ? Infinity : oneOf(125, 1250, 12_500),
    queueBytes: oneOf(64_000, 256_000),
    quotedTransportBytes: oneOf(8, 8, 64, 528),
    forgery: happens(0.1) ? 0.2 : 0,
    lieBytes: oneOf(1, 8, 10, 28, 100),
  };
}

/** Loss there and back of the whole path. */
export function lossEachWay(spec: PathSpec): number {
  return 1 - spec.links.reduce((kept, link) => kept * (1 - link.loss), 1);
}

/** Nothing is lost, late, limited or forged. */
export function isLossless(spec: PathSpec): boolean {
  return (
    spec.bandwidth === Infinity &&
    spec.returnMtu === Infinity &&
    spec.forgery === 0 &&
    typeof spec.echo === 'string' &&
    typeof spec.udp === 'string' &&
    spec.links.every((link) => link.loss === 0 && link.jitterMs === 0 && link.reorder === 0)
  );
}

/** The links that make the path narrower than what comes before them, in order: what a PTB could come from. */
export function bottlenecks(spec: PathSpec): readonly Link[] {
  let narrowest = spec.links[0]?.mtu ?? 0;
  return spec.links.filter((link) => {
    const isNarrower = link.mtu < narrowest;
    narrowest = Math.min(narrowest, link.mtu);
    return isNarrower;
  });
}
