import { FACT_NAMES, type FactValue } from '../../../src/health/facts.ts';
import type { News } from '../../../src/health/memory.ts';
import type { Result } from '../../../src/results/result.ts';
import { virtualMsOf, type RunCheck, type Span } from './run-day.ts';
import type { Fact, Truth } from './truth.ts';

interface Entry {
  readonly value: FactValue;
  /** Since a change was told; null: none was, ever. */
  readonly told: { readonly before: FactValue; readonly fromMs: number; readonly untilMs: number } | null;
}

/** One check of one site, for the ledger. */
export interface LedgerCheck extends Pick<RunCheck, 'fromMs' | 'untilMs'> {
  readonly result: Result;
  readonly news: News;
  readonly spans: readonly Span[];
  /** What was true at some moment of each measurement. */
  readonly truths: readonly (readonly Truth[])[];
  /** What had to be found out; null: the weather was not good enough for that. */
  readonly plain: Truth | null;
}

/**
 * Keeps the books of what somebody who reads every check knows about one site, and complains when they do not fit:
 * a change that was not, one told twice or not at all, one told from what was never told, a wrong `since`.
 */
export class Ledger {
  readonly #entries = new Map<Fact, Entry>();
  /** How many changes were told by each of the last checks. */
  readonly #toldLately: number[] = [];
  changes = 0;

  *take(check: LedgerCheck): Generator<string> {
    const { news, result, spans } = check;
    const claims = claimsOf(result);
    for (const { fact, from, to } of news.changes) {
      const change = `${fact} ${text(from)} → ${text(to)}`;
      this.changes++;
      const entry = this.#entries.get(fact);
      if (spans.length !== 2) yield `told ${change} after ${spans.length} measurements`;
      if (entry === undefined || !isSame(entry.value, from))
        yield `told ${change}, and knew ${entry === undefined ? 'nothing' : text(entry.value)}`;
      if (isCompatible(from, to)) yield `told ${change}, which is none`;
      // A router that limits its PTBs has spent them on the first measurement. So one that spoke then counts as speaking,
      // though it is silent in the second: also where that is because the path has changed in between.
      const isToldByFirst = fact === 'blackHole' && to === false;
      const needed = isToldByFirst ? check.truths.slice(0, 1) : check.truths;
      if (!needed.every((truths) => truths.some((truth) => isTrue(to, truth[fact]))))
        yield `told ${change}, which was not so in both measurements`;
      const { fromMs, untilMs } = check;
      this.#entries.set(fact, { value: to, told: { before: from, fromMs, untilMs } });
    }
    const changed = news.changes.map(({ fact }) => fact);
    for (const fact of FACT_NAMES) {
      const claim = claims[fact];
      const entry = this.#entries.get(fact);
      if (claim === null || changed.includes(fact)) continue;
      if (entry === undefined) this.#entries.set(fact, { value: claim, told: null });
      else if (isCompatible(entry.value, claim))
        this.#entries.set(fact, { ...entry, value: narrower(entry.value, claim) });
    }
    yield* this.#aboutMissing(check.plain);
    yield* this.#aboutStanding(news, claims, changed);
    yield* this.#aboutFlapping(news);
  }

  /** In good weather the reader knows the truth after the check. */
  *#aboutMissing(plain: Truth | null): Generator<string> {
    if (plain === null) return;
    for (const [fact, { value }] of this.#entries) {
      const truth = plain[fact];
      if (truth !== undefined && !isTrue(value, truth))
        yield `did not tell that ${fact} is ${text(truth)} and no longer ${text(value)}`;
    }
  }

  *#aboutStanding(
    { standing }: News,
    claims: Readonly<Record<Fact, FactValue | null>>,
    changed: readonly Fact[],
  ): Generator<string> {
    for (const { fact, from, to, since } of standing) {
      const entry = this.#entries.get(fact);
      const told = entry?.told ?? null;
      const sinceMs = virtualMsOf(since);
      if (entry === undefined || told === null || !isSame(told.before, from) || !isSame(entry.value, to))
        yield `says ${fact} ${text(from)} → ${text(to)} since ${since}, which nobody was told`;
      else if (sinceMs < Math.floor(told.fromMs) || sinceMs > told.untilMs)
        yield `says ${fact} → ${text(to)} since ${sinceMs} ms, which was told at ${told.untilMs} ms`;
    }
    const listed = standing.map(({ fact }) => fact);
    for (const [fact, { value, told }] of this.#entries) {
      const claim = claims[fact];
      if (told === null || claim === null || changed.includes(fact) || !isCompatible(value, claim)) continue;
      if (!listed.includes(fact)) yield `does not say since when ${fact} is ${text(value)}`;
    }
  }

  *#aboutFlapping({ changes, flapping }: News): Generator<string> {
    this.#toldLately.push(changes.length);
    if (this.#toldLately.length > FLAPPING_CHECKS) this.#toldLately.shift();
    const restless = this.#toldLately.filter((told) => told > 0).length;
    if (restless >= FLAPPING_RESTLESS && flapping === null)
      yield `does not say that it flaps, after ${restless} restless checks`;
    if (flapping !== null && flapping.restless < restless)
      yield `says ${flapping.restless} restless checks, there were ${restless}`;
  }
}

/** What a result says of each fact: null where it says nothing. */
function claimsOf({
  status,
  pathMtu,
  bounds,
  blackHole,
  fragments,
  ike,
}: Result): Record<Fact, FactValue | null> {
  const isAnswered = status !== 'unreachable';
  const { fits, fails } = bounds;
  return {
    answers: isAnswered,
    mtu:
      pathMtu !== null
        ? { from: pathMtu, to: pathMtu }
        : fits === null && fails === null
          ? null
          : { from: fits ?? 0, to: fails === null ? null : fails - 1 },
    blackHole,
    fragments: fragments.status === 'delivered' || fragments.status === 'dropped' ? fragments.status : null,
    ikeAnswers: isAnswered ? (ike?.answers ?? null) : null,
    ikeFragmentation: ike?.fragmentationSupported ?? null,
  };
}

function isTrue(value: FactValue, truth: Truth[Fact]): boolean {
  if (typeof value !== 'object') return value === truth;
  return typeof truth === 'number' && truth >= value.from && truth <= (value.to ?? Infinity);
}

function isCompatible(a: FactValue, b: FactValue): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return a.from <= (b.to ?? Infinity) && b.from <= (a.to ?? Infinity);
}

function narrower(a: FactValue, b: FactValue): FactValue {
  if (typeof a !== 'object' || typeof b !== 'object') return a;
  const to = Math.min(a.to ?? Infinity, b.to ?? Infinity);
  return { from: Math.max(a.from, b.from), to: to === Infinity ? null : to };
}

function isSame(a: FactValue, b: FactValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function text(value: FactValue | number): string {
  if (typeof value !== 'object') return String(value);
  return value.from === value.to ? `${value.from}` : `${value.from}..${value.to ?? ''}`;
}

/** As Nagios has it: so many checks are looked back on, and so many of them make a path flap. */
const FLAPPING_CHECKS = 20;
const FLAPPING_RESTLESS = 4;
