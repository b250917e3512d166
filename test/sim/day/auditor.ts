import { isDeepStrictEqual } from 'node:util';
import type { CheckedGateway } from '../../../src/health/answer.ts';
import type { Figure } from '../../../src/health/perfdata.ts';
import type { Verdict } from '../../../src/health/verdict.ts';
import { ASCII_SIGNS } from '../../../src/report/changes.ts';
import { nagios } from '../../../src/report/nagios.ts';
import type { Result } from '../../../src/results/result.ts';
import { readPluginOutput } from '../../report/monitoring-plugin.ts';
import type { RunCheck, Span, WatchedSite } from './run-day.ts';
import { Ledger } from './ledger.ts';
import { refuted, trueStatuses, truthOf, weathersIn, WORST_FIRST, type Truth } from './truth.ts';
import type { Spell, Weather } from './weather.ts';

/** How good the weather was while a check measured. */
export type Kind =
  'calm' | 'loss to 3 %' | 'loss to 10 %' | 'loss to 20 %' | 'loss to 30 %' | 'limited' | 'changing' | 'dark';

/** What the checks of one site in weather of one kind came to. */
export interface Tally {
  checks: number;
  unknown: number;
  exact: number;
  /** WARNING or CRITICAL, with a reservation. */
  guarded: number;
}

/** Holds the checks of one site against the truth. */
export class Auditor {
  readonly wrongs: string[] = [];
  readonly tallies = new Map<Kind, Tally>();
  readonly #site: WatchedSite;
  readonly #spells: readonly Spell[];
  readonly #ledger = new Ledger();
  #flaps = 0;

  constructor(site: WatchedSite, spells: readonly Spell[]) {
    this.#site = site;
    this.#spells = spells;
  }

  get changesTold(): number {
    return this.#ledger.changes;
  }

  get checksThatFlapped(): number {
    return this.#flaps;
  }

  take(check: RunCheck): void {
    const checked = check.answer.gateways.find(({ identity }) => identity.name === this.#site.name);
    const spans = check.spans.get(this.#site.name) ?? [];
    const counted = spans.find(({ startedAt }) => startedAt === checked?.result.startedAt);
    if (checked === undefined || counted === undefined) {
      this.#complain(check, 'is not in the answer');
      return;
    }
    for (const wrong of this.#wrongsOf(check, checked, spans, counted)) this.#complain(check, wrong);
  }

  *#wrongsOf(
    check: RunCheck,
    { verdict, result, figures, news }: CheckedGateway,
    spans: readonly Span[],
    counted: Span,
  ): Generator<string> {
    const site = this.#site;
    const weathers = weathersIn(this.#spells, counted);
    const kind = kindOf(weathers, site);
    this.#count(kind, verdict, result);
    yield* refuted(result, weathers, site);
    const right = trueStatuses(weathers, site);
    // A gateway that answers nothing but IKE is spared, and not every border can be found with so few probes.
    const isSpared = !site.echo && !site.udp;
    const isExact = result.status === 'exact';
    if (kind === 'calm' && !isExact && !isSpared) yield `is ${result.status} in calm weather`;
    const mayBeUnknown = kind !== 'calm' || (isSpared && !isExact);
    const isExcused = mayBeUnknown && (verdict.status === 'UNKNOWN' || isGuarded(verdict));
    if (!right.has(verdict.status) && !isExcused) {
      const why = verdict.problems.map(({ text }) => text).join(', ');
      yield `is ${verdict.status} in weather that is ${[...right].join(' or ')} (${kind}): ${why}`;
    }
    yield* figureWrongs(figures, result, kind, site);

    if (news === null) {
      yield 'remembers nothing';
      return;
    }
    const { fromMs, untilMs } = check;
    const met = spans.map((span) => weathersIn(this.#spells, span));
    const truths = met.map((each) => each.map((weather) => truthOf(weather, site)));
    const only = isPlain(met.flat(), site) ? onlyOne(truths.flat()) : null;
    const plain = only === null || isExact ? only : withoutBorder(only);
    yield* this.#ledger.take({ fromMs, untilMs, result, news, spans, truths, plain });
    if (news.flapping !== null) {
      this.#flaps++;
      if (this.#hasBeenSteady(untilMs)) yield 'says that a steady path flaps';
    }
  }

  /** Whether nothing has changed for as long as flapping looks back, and two checks more. */
  #hasBeenSteady(untilMs: number): boolean {
    return (
      weathersIn(this.#spells, { fromMs: untilMs - STEADY_MS, untilMs }).length === 1 && untilMs > STEADY_MS
    );
  }

  #count(kind: Kind, verdict: Verdict, result: Result): void {
    const tally = this.tallies.get(kind) ?? { checks: 0, unknown: 0, exact: 0, guarded: 0 };
    tally.checks++;
    if (verdict.status === 'UNKNOWN') tally.unknown++;
    if (isGuarded(verdict)) tally.guarded++;
    if (result.status === 'exact') tally.exact++;
    this.tallies.set(kind, tally);
  }

  #complain({ number }: RunCheck, wrong: string): void {
    if (this.wrongs.length < MOST_WRONGS) this.wrongs.push(`check ${number}, ${this.#site.name}: ${wrong}`);
  }
}

/** What is wrong with a check as a whole. */
export function* wrongsOfCheck({ answer }: RunCheck): Generator<string> {
  const { status, gateways, state } = answer;
  const worst = WORST_FIRST.find((candidate) => gateways.some(({ verdict }) => verdict.status === candidate));
  if (status !== worst) yield `is ${status}, the worst of the gateways is ${worst}`;
  if (state?.isRemembered !== true || state.warnings.length > 0) yield 'is not remembered';
  const printed = readPluginOutput(nagios(answer, ASCII_SIGNS));
  if (printed.status !== status) yield `prints ${printed.status} for ${status}`;
  for (const { identity, result } of gateways) {
    const mtu = printed.perfdata.find(({ label }) => label === `${identity.name}_mtu`);
    if (mtu === undefined || mtu.value !== result.pathMtu)
      yield `prints an MTU of ${mtu?.value ?? 'nothing'} for ${result.pathMtu}`;
  }
}

function kindOf(weathers: readonly Weather[], site: WatchedSite): Kind {
  const [weather, ...others] = weathers;
  if (weather === undefined || others.length > 0) return 'changing';
  if (!truthOf(weather, site).answers) return 'dark';
  if (weather.limit !== null || typeof weather.ptb === 'object') return 'limited';
  const { loss } = weather;
  if (loss === 0) return 'calm';
  return loss <= 0.03
    ? 'loss to 3 %'
    : loss <= 0.1
      ? 'loss to 10 %'
      : loss <= 0.2
        ? 'loss to 20 %'
        : 'loss to 30 %';
}

/** Says itself that it may be otherwise. */
function isGuarded({ status, problems }: Verdict): boolean {
  return status !== 'OK' && problems.some(({ text }) => RESERVATION.test(text));
}

/** Whether a check that met only this has to find out all there is. */
function isPlain(weathers: readonly Weather[], site: WatchedSite): boolean {
  const kind = kindOf([...new Set(weathers)], site);
  return kind === 'calm' || kind === 'dark';
}

function onlyOne(truths: readonly Truth[]): Truth | null {
  const [first, ...others] = truths;
  return first !== undefined && others.every((other) => isDeepStrictEqual(other, first)) ? first : null;
}

/** What must be found out even where the border is not. */
function withoutBorder({ mtu: _mtu, blackHole: _blackHole, ...others }: Truth): Truth {
  return others;
}

function* figureWrongs(
  figures: readonly Figure[],
  { pathMtu }: Result,
  kind: Kind,
  { delayMs, jitterMs }: WatchedSite,
): Generator<string> {
  const value = (wanted: string): number | null =>
    figures.find(({ quantity }) => quantity === wanted)?.value ?? null;
  const [mtu, rtt, loss] = [value('mtu'), value('rtt'), value('loss')];
  if (mtu !== pathMtu) yield `has an MTU of ${mtu} in its figures, and found ${pathMtu}`;
  if (rtt !== null && rtt * 1000 < 2 * delayMs - 0.1)
    yield `has a round trip of ${rtt} s, light takes longer`;
  if (kind === 'dark' && (mtu ?? rtt ?? loss) !== null) yield 'has figures of a path where nothing arrives';
  if (kind !== 'calm') return;
  if (rtt === null || rtt * 1000 > 2 * (delayMs + jitterMs) + 1) yield `has a round trip of ${rtt} s`;
  if (loss !== 0) yield `has a loss of ${loss} % where nothing is lost`;
}

const RESERVATION = /not known whether those arrive|may need IP fragments|which it did not say/;
const STEADY_MS = 23 * 60_000;
const MOST_WRONGS = 1000;
