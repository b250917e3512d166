/**
 * What is run, and what may run beside it.
 *
 * Times count only where nothing else runs. But a program that waits a minute for answers needs no processor, and what
 * it answers does not depend on its neighbours; so the units of a campaign go through three lanes, one lane after the
 * other:
 *
 * 1. `alone`: timed cases, one run at a time and nothing beside it.
 * 2. `few`: pathmtu where runs are counted, as many at a time as there are processors.
 * 3. `many`: the other programs where runs are counted, and those that wait minutes in a timed case, in as many networks
 *    as the machine carries.
 */
import type { Case } from './cases.ts';
import type { Peer } from './peers.ts';

export const LANES = ['alone', 'few', 'many'] as const;
export type Lane = (typeof LANES)[number];

/** One run of one program. */
export interface Unit {
  readonly one: Case;
  readonly peer: Peer;
  /** From 1. */
  readonly round: number;
}

export interface Exclusion {
  readonly caseName: string;
  readonly peer: string;
  readonly reason: string;
}

export interface Effort {
  /** Runs of each program in a timed case. */
  readonly rounds: number;
  /** Runs of each program in a counted case. */
  readonly runs: number;
}

/** Case by case, round by round: each program once before any of them again, so that a disturbance hits all. */
export function planOf(
  cases: readonly Case[],
  peers: readonly Peer[],
  exclusions: readonly Exclusion[],
  effort: Effort,
): readonly Unit[] {
  const isExcluded = (one: Case, peer: Peer): boolean =>
    exclusions.some(({ caseName, peer: name }) => caseName === one.name && name === peer.name);
  return cases.flatMap((one) => {
    const count = one.kind === 'timed' ? effort.rounds : effort.runs;
    return Array.from({ length: count }, (_, index) => index + 1).flatMap((round) =>
      peers.filter((peer) => !isExcluded(one, peer)).map((peer) => ({ one, peer, round })),
    );
  });
}

export function laneOf({ one, peer }: Pick<Unit, 'one' | 'peer'>): Lane {
  if (one.kind === 'counted') return peer.debianPackage === null ? 'few' : 'many';
  return waits({ one, peer }) ? 'many' : 'alone';
}

/** When a unit is killed, where `longestMs` holds for all. */
export function limitMsOf({ one, peer }: Pick<Unit, 'one' | 'peer'>, longestMs: number): number {
  return Math.min(longestMs, one.kind === 'counted' ? (peer.countedLimitMs ?? Infinity) : Infinity);
}

/** About how long a unit takes, for the order and for a guess at the end. */
export function expectedMs(unit: Unit, longestMs: number): number {
  const usual = unit.one.kind === 'counted' ? COUNTED_MS : TIMED_MS;
  return Math.min(limitMsOf(unit, longestMs), waits(unit) ? (unit.peer.silenceMs ?? usual) : usual);
}

/** Where units of a lane come from. */
export interface Source {
  /** The next one for whoever has the network of this case up; null: there is nothing for him to do any more. */
  readonly take: (current: Case | null) => Unit | null;
  /** It has been run. */
  readonly done: (unit: Unit) => void;
}

/** In the order of the plan, case by case. */
export function inOrder(units: readonly Unit[]): Source {
  let next = 0;
  return {
    take: () => {
      const unit = units[next] ?? null;
      next += 1;
      return unit;
    },
    done: () => {},
  };
}

/**
 * So that many workers end together, and seldom change their network: a worker stays with a case while there is work,
 * then goes to the one with most of it; and there the units that may only run a few at a time come first, so that they
 * run all the while instead of at the end, and then the long ones.
 */
export function packed(units: readonly Unit[], longestMs: number): Source {
  const piles = new Map<Case, Pile>();
  for (const unit of units) {
    const pile = piles.get(unit.one) ?? { workMs: 0, byPeer: new Map<Peer, Unit[]>() };
    const ofPeer = pile.byPeer.get(unit.peer) ?? [];
    ofPeer.push(unit);
    pile.byPeer.set(unit.peer, ofPeer);
    pile.workMs += expectedMs(unit, longestMs);
    piles.set(unit.one, pile);
  }
  const running = new Map<Peer, number>();
  const isFree = (peer: Peer): boolean => (running.get(peer) ?? 0) < (peer.mostAtOnce ?? Infinity);
  const rank = (unit: Unit): number =>
    unit.peer.mostAtOnce === undefined ? expectedMs(unit, longestMs) : Infinity;

  /** What is best begun in this case; null: nothing may be, now. */
  const bestOf = (one: Case): Unit | null => {
    let best: Unit | null = null;
    for (const [peer, [unit]] of piles.get(one)?.byPeer ?? []) {
      if (unit === undefined || !isFree(peer)) continue;
      if (best === null || rank(unit) > rank(best)) best = unit;
    }
    return best;
  };

  return {
    take: (current) => {
      const busiest = [...piles.keys()].toSorted((a, b) => workIn(piles, b) - workIn(piles, a));
      for (const one of current === null ? busiest : [current, ...busiest]) {
        const unit = bestOf(one);
        const pile = piles.get(one);
        if (unit === null || pile === undefined) continue;
        pile.byPeer.get(unit.peer)?.shift();
        pile.workMs -= expectedMs(unit, longestMs);
        running.set(unit.peer, (running.get(unit.peer) ?? 0) + 1);
        return unit;
      }
      return null;
    },
    // A worker that found all that is left at its limit has ended; whoever runs such a unit goes on with the next.
    done: ({ peer }) => {
      running.set(peer, (running.get(peer) ?? 1) - 1);
    },
  };
}

/** What is left of a case. */
interface Pile {
  workMs: number;
  readonly byPeer: Map<Peer, Unit[]>;
}

function workIn(piles: ReadonlyMap<Case, Pile>, one: Case): number {
  return piles.get(one)?.workMs ?? 0;
}

function waits({ one, peer }: Pick<Unit, 'one' | 'peer'>): boolean {
  return one.isSilent && peer.silenceMs !== undefined;
}

/** Of a program that does not wait: with a delay of 40 ms, and with losses, some of which cost seconds. */
const TIMED_MS = 1000;
const COUNTED_MS = 3000;
