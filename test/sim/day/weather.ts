import { createRandom, type Random } from '../../../src/probe/random.ts';
import type { Phase } from './changing-path.ts';
import { link } from '../named-paths.ts';
import type { HostBehaviour, PathSpec, PtbBehaviour } from '../path.ts';
import type { RateLimit } from '../token-bucket.ts';

/** A gateway and what never changes of the way to it. */
export interface Site {
  readonly name: string;
  readonly family: 4 | 6;
  /** Links on the way; the third is the one that may be narrow. */
  readonly hops: number;
  /** Of all links together, one way. */
  readonly delayMs: number;
  readonly jitterMs: number;
  /** Whether the host answers echo and closed UDP ports. */
  readonly echo: boolean;
  readonly udp: boolean;
  readonly ike: boolean;
}

/** What a path and its gateway are like: the truth that a check is held against. */
export interface Weather {
  /** Below {@link LOCAL_MTU}, or that. */
  readonly mtu: number;
  /** Of the router before the narrow link. */
  readonly ptb: PtbBehaviour;
  /** Each way, 0..1. */
  readonly loss: number;
  /** Nothing arrives. */
  readonly isDark: boolean;
  /** On what the host answers at all; null: none. */
  readonly limit: RateLimit | null;
  readonly dropsFragments: boolean;
  /** False: the gateway's IKE service says nothing, while its host lives. */
  readonly ikeAnswers: boolean;
  readonly offersFragmentation: boolean;
}

/** What the weather of a site is from a time on, in virtual ms. */
export interface Spell {
  readonly fromMs: number;
  readonly weather: Weather;
}

export const LOCAL_MTU = 1500;
/** Of the router before the narrow link. */
const NARROW_HOP = 2;

/**
 * The weather of a day or more at one site, at random: mostly one thing changes at a time, after a minute or after an
 * hour. Many changes come while a check is measuring, or between its first and its second measurement.
 *
 * @param everyMs from one check to the next
 */
export function forecast(site: Site, seed: number, untilMs: number, everyMs: number): Spell[] {
  const random = createRandom([seed, 0x77656174, site.name.length, site.hops]);
  const spells: Spell[] = [{ fromMs: 0, weather: FAIR }];
  // The path as it is when nothing is wrong for a while, which it comes back to.
  let usual = FAIR;
  let atMs = 0;
  while (atMs < untilMs) {
    atMs = soonAfter(atMs, spells.at(-1)?.weather ?? usual, random, everyMs);
    const isPassing = spells.at(-1)?.weather !== usual;
    if (!isPassing && happens(0.5, random)) usual = settled(usual, site, random);
    spells.push({
      fromMs: atMs,
      weather: isPassing || happens(0.3, random) ? usual : trouble(usual, site, random),
    });
  }
  return spells;
}

/** The path of a site in this weather. */
function pathIn(weather: Weather, site: Site): PathSpec {
  const { mtu, ptb, loss, isDark, limit, ikeAnswers, offersFragmentation, dropsFragments } = weather;
  const answers = (does: boolean): HostBehaviour => (does ? (limit ?? 'answers') : 'refuses');
  const links = Array.from({ length: site.hops }, (_, index) =>
    link(index === NARROW_HOP ? mtu : LOCAL_MTU, {
      delayMs: site.delayMs / site.hops,
      jitterMs: site.jitterMs / site.hops,
      // On the last link before the narrow one, so that PTBs are lost too.
      loss: index === NARROW_HOP - 1 ? (isDark ? 1 : loss) : 0,
      ptb: index === NARROW_HOP ? ptb : 'speaks',
    }),
  );
  return {
    family: site.family,
    links,
    echo: answers(site.echo),
    udp: answers(site.udp),
    ike: site.ike ? (ikeAnswers ? 'answers' : 'refuses') : 'closed',
    ikeOffer: { fragmentation: offersFragmentation },
    dropsFragments,
    returnMtu: Infinity,
    bandwidth: Infinity,
    queueBytes: Infinity,
    quotedTransportBytes: 528,
    forgery: 0,
    lieBytes: 0,
  };
}

export function phasesOf(spells: readonly Spell[], site: Site): Phase[] {
  return spells.map(({ fromMs, weather }) => ({ fromMs, spec: pathIn(weather, site) }));
}

/** When the next change comes. */
function soonAfter(atMs: number, { isDark }: Weather, random: Random, everyMs: number): number {
  const minutes = oneOf(random, isDark ? [0.05, 0.3, 1, 2, 5, 20] : [1, 2, 3, 5, 8, 13, 25, 60]);
  const dueAtMs = atMs + minutes * everyMs * (0.5 + fraction(random));
  const nextCheckMs = Math.ceil(dueAtMs / everyMs) * everyMs;
  if (happens(0.45, random)) return nextCheckMs + 1 + fraction(random) * WHILE_MEASURING_MS;
  if (happens(0.3, random)) return nextCheckMs + 1 + fraction(random) * WHILE_CHECKING_MS;
  return dueAtMs;
}

/** A change that lasts. */
function settled(usual: Weather, site: Site, random: Random): Weather {
  if (site.ike && happens(0.25, random)) {
    return happens(0.5, random)
      ? { ...usual, dropsFragments: !usual.dropsFragments }
      : { ...usual, offersFragmentation: !usual.offersFragmentation };
  }
  return {
    ...usual,
    mtu: oneOf(
      random,
      MTUS.filter((mtu) => mtu !== usual.mtu),
    ),
    ptb: oneOf<PtbBehaviour>(random, ['speaks', 'silent']),
  };
}

/** Something that passes. */
function trouble(usual: Weather, site: Site, random: Random): Weather {
  const kind = random.below(site.ike ? 9 : 8);
  if (kind < 2) return { ...usual, isDark: true };
  if (kind < 5) return { ...usual, loss: oneOf(random, [0.01, 0.03, 0.1, 0.2, 0.3]) };
  if (kind === 5) return { ...usual, limit: oneOf(random, LIMITS) };
  if (kind === 6) return { ...usual, ptb: { perSecond: 1, burst: 6 } };
  if (kind === 7) return settled(usual, site, random);
  return { ...usual, ikeAnswers: false };
}

function happens(chance: number, random: Random): boolean {
  return fraction(random) < chance;
}

/** 0..1. */
function fraction(random: Random): number {
  return random.next() / 2 ** 32;
}

function oneOf<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.below(items.length)] as Item;
}

const FAIR: Weather = {
  mtu: LOCAL_MTU,
  ptb: 'speaks',
  loss: 0,
  isDark: false,
  limit: null,
  dropsFragments: false,
  ikeAnswers: true,
  offersFragmentation: true,
};

/** Ethernet, PPPoE, tunnels, the least of IPv6, and odd ones. */
const MTUS = [1500, 1492, 1473, 1420, 1400, 1399, 1380, 1337, 1280];
/** As Linux limits its port unreachables; a firewall; a strict one. */
const LIMITS: readonly RateLimit[] = [
  { perSecond: 100, burst: 20 },
  { perSecond: 10, burst: 5 },
  { perSecond: 1, burst: 6 },
];
/** What a measurement takes on a good path, and a check with two of them on a bad one. */
const WHILE_MEASURING_MS = 600;
const WHILE_CHECKING_MS = 4000;
