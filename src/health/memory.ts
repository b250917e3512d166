import {
  agree,
  FACT_NAMES,
  isBounds,
  together,
  type FactName,
  type Facts,
  type FactValue,
  type Identity,
} from './facts.ts';

/** What earlier checks left about one path. Plain data, bounded in size. */
export interface Memory extends Identity {
  /** ISO 8601, UTC: the last check that is in here. */
  readonly checkedAt: string;
  readonly facts: RememberedFacts;
  /** The last {@link FLAPPING_WINDOW} checks, the latest last: `1` when something changed or did not hold still. */
  readonly unrest: string;
  readonly isFlapping: boolean;
}

/** A value is of the kind that its fact has. */
type RememberedFacts = { readonly [Name in FactName]?: Remembered };

interface Remembered {
  readonly value: FactValue;
  /** ISO 8601, UTC: when it was first measured so. */
  readonly since: string;
  /** What it was before that; null: no change was ever seen. */
  readonly before: FactValue | null;
}

export interface Change {
  readonly fact: FactName;
  readonly from: FactValue;
  readonly to: FactValue;
}

/** A change that was reported by an earlier check. */
export interface Standing extends Change {
  readonly since: string;
}

/** What a check has to tell about the past. */
export interface News {
  /** Measured twice; told once. */
  readonly changes: readonly Change[];
  /**
   * Seen once. `disagrees`: the second measurement says otherwise; `undecided`: it could not tell, as where a target has
   * spent its answers on the first; `not-repeated`: there was no time for one.
   */
  readonly unconfirmed: readonly (Change & {
    readonly because: 'disagrees' | 'undecided' | 'not-repeated';
  })[];
  readonly standing: readonly Standing[];
  /** In how many of the last checks something changed. Null: the path is not flapping. */
  readonly flapping: { readonly restless: number; readonly checks: number } | null;
}

/** The measurements of one check. `again`: the second one, made because the first one shows a change. */
export interface Seen {
  readonly facts: Facts;
  readonly again: Facts | null;
}

/** What differs from the past. Facts that are not known, or were never known, are no change. */
export function changesAgainst(memory: Memory | null, facts: Facts): Change[] {
  return FACT_NAMES.flatMap((fact) => {
    const past = memory?.facts[fact]?.value;
    const present = facts[fact];
    if (past === undefined || present === null || agree(past, present)) return [];
    return [{ fact, from: past, to: present }];
  });
}

/**
 * Takes a check into the memory and says what is new.
 *
 * 1. A change counts when the second measurement shows the same one. Otherwise the memory stays as it was.
 * 2. A fact that is not known this time stays as it was.
 * 3. A router that named the path MTU in the first measurement is no black hole, though it was silent in the second:
 *    one that limits its PTBs has spent them on the first.
 * 4. Flapping begins with {@link FLAPPING_BEGINS} restless checks among the last {@link FLAPPING_WINDOW}, and ends
 *    with {@link FLAPPING_ENDS}.
 *
 * @param at of this check: ISO 8601, UTC
 */
export function remember(
  memory: Memory | null,
  identity: Identity,
  { facts, again: second }: Seen,
  at: string,
): { readonly memory: Memory; readonly news: News } {
  const again = second === null ? null : withoutSpentPtbs(facts, second);
  const seen = changesAgainst(memory, facts);
  const changes = seen.flatMap((change) => confirmed(change, again) ?? []);
  const unconfirmed = seen
    .filter(({ fact }) => !changes.some((change) => change.fact === fact))
    .map((change) => ({ ...change, because: reasonAgainst(change, again) }));
  const latest = again ?? facts;

  const remembered = Object.fromEntries(
    FACT_NAMES.flatMap((fact) => {
      const next = rememberedNext(fact, memory, latest, changes, at);
      return next === undefined ? [] : [[fact, next]];
    }),
  ) as RememberedFacts;
  const isRestless = changes.length > 0 || unconfirmed.some(({ because }) => because === 'disagrees');
  const unrest = `${memory?.unrest ?? ''}${isRestless ? '1' : '0'}`.slice(-FLAPPING_WINDOW);
  const restless = unrest.replaceAll('0', '').length;
  const isFlapping = restless >= FLAPPING_BEGINS || (memory?.isFlapping === true && restless > FLAPPING_ENDS);

  const { name, host, family } = identity;
  return {
    memory: { name, host, family, checkedAt: at, facts: remembered, unrest, isFlapping },
    news: {
      changes,
      unconfirmed,
      standing: standingOf(remembered, latest, changes),
      flapping: isFlapping ? { restless, checks: unrest.length } : null,
    },
  };
}

/** Keeps the memory bounded: the {@link MOST_MEMORIES} that were used last, in their order. */
export function withinBounds(memories: readonly Memory[]): readonly Memory[] {
  if (memories.length <= MOST_MEMORIES) return memories;
  const kept = new Set(
    memories.toSorted((a, b) => b.checkedAt.localeCompare(a.checkedAt)).slice(0, MOST_MEMORIES),
  );
  return memories.filter((memory) => kept.has(memory));
}

/** Whether a change is for the worse. */
export function isWorse({ fact, from, to }: Change): boolean {
  switch (fact) {
    case 'mtu':
      return isBounds(from) && isBounds(to) && to.from < from.from;
    case 'blackHole':
      return to === true;
    case 'fragments':
      return to === 'dropped';
    case 'answers':
    case 'ikeAnswers':
    case 'ikeFragmentation':
      return to === false;
  }
}

function withoutSpentPtbs(first: Facts, second: Facts): Facts {
  const isSameBorder = first.mtu !== null && second.mtu !== null && agree(first.mtu, second.mtu);
  return first.blackHole === false && isSameBorder ? { ...second, blackHole: false } : second;
}

/** The change with what both measurements say of it; null when the second one does not show it. */
function confirmed(change: Change, again: Facts | null): Change | null {
  const second = again?.[change.fact] ?? null;
  if (second === null || agree(second, change.from) || !agree(second, change.to)) return null;
  return { ...change, to: together(change.to, second) };
}

/** Why a change is not confirmed. */
function reasonAgainst({ fact, to }: Change, again: Facts | null): News['unconfirmed'][number]['because'] {
  if (again === null) return 'not-repeated';
  const second = again[fact];
  return second === null || agree(second, to) ? 'undecided' : 'disagrees';
}

function rememberedNext(
  fact: FactName,
  memory: Memory | null,
  latest: Facts,
  changes: readonly Change[],
  at: string,
): Remembered | undefined {
  const past = memory?.facts[fact];
  const change = changes.find((candidate) => candidate.fact === fact);
  if (change !== undefined) return { value: change.to, since: at, before: change.from };
  const present = latest[fact];
  if (past === undefined) return present === null ? undefined : { value: present, since: at, before: null };
  return present === null || !agree(past.value, present)
    ? past
    : { ...past, value: together(past.value, present) };
}

function standingOf(remembered: RememberedFacts, latest: Facts, changes: readonly Change[]): Standing[] {
  return FACT_NAMES.flatMap((fact) => {
    const past = remembered[fact];
    const present = latest[fact];
    if (past === undefined || past.before === null || present === null) return [];
    if (!agree(past.value, present) || changes.some((change) => change.fact === fact)) return [];
    return [{ fact, from: past.before, to: past.value, since: past.since }];
  });
}

/** As many as Nagios looks back (21), less the one before the first. */
const FLAPPING_WINDOW = 20;
/** 20 % of the checks, Nagios' default for the beginning of flapping. */
const FLAPPING_BEGINS = 4;
/** 5 %, its default for the end. */
const FLAPPING_ENDS = 1;
/** About half a kilobyte each, so that the state stays around a megabyte. */
export const MOST_MEMORIES = 2000;
