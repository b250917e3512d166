import type { CheckAnswer, CheckedGateway } from '../health/answer.ts';
import { isWorse } from '../health/memory.ts';
import type { Figure } from '../health/perfdata.ts';
import { rangeText, type Range } from '../health/range.ts';
import { byGravity } from '../health/verdict.ts';
import { changeWords, standingWords, type Signs } from './changes.ts';
import { count } from './words.ts';
import { printable } from './wrap.ts';

/**
 * What a monitoring plugin prints (https://www.monitoring-plugins.org/doc/guidelines.html):
 *
 * ```
 * PATHMTU STATUS - what is wrong first|perfdata
 * long output
 * long output|further perfdata
 * ```
 *
 * Perfdata that does not fit into {@link FIRST_LINE_PERFDATA} characters goes behind the long output. `|` in a name or
 * message would begin perfdata, so it becomes `/`.
 */
export function nagios(answer: CheckAnswer, signs: Signs): string {
  const [first, further] = perfdataParts(answer.gateways);
  const long = [
    ...answer.gateways.flatMap((gateway) => longLines(gateway, signs)),
    ...(answer.state?.warnings ?? []).map((warning) => `Warning: ${warning}`),
  ].map(plain);
  const last = long.pop() ?? '';
  const lines = [
    `${plain(headline(answer, signs)).trimEnd()}${first === '' ? '' : ` | ${first}`}`,
    ...long,
    `${last}${further === '' ? '' : ` | ${further}`}`,
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

/** What `nagios` prints when there is nothing to tell but an error. */
export function nagiosError(message: string): string {
  return `${plain(`PATHMTU UNKNOWN - ${message}`).trimEnd()}\n`;
}

/** The first line without its perfdata. */
export function headline(answer: CheckAnswer, signs: Signs): string {
  const { gateways, status } = answer;
  const toTell = byGravity(gateways.map((gateway) => ({ status: gateway.verdict.status, gateway })))
    .map(({ gateway }) => gateway)
    .filter((gateway) => isNoteworthy(gateway))
    .map((gateway) => `${gateway.identity.name}: ${story(gateway, signs).join(', ')}`);
  const shown = toTell.slice(0, MOST_IN_FIRST_LINE);
  const more = toTell.length - shown.length;
  const good = gateways.filter((gateway) => !isNoteworthy(gateway));
  return `PATHMTU ${status} - ${[
    ...shown,
    ...(more === 0 ? [] : [`${more} more with problems`]),
    ...(good.length === 0 ? [] : [goodWords(good, toTell.length > 0)]),
  ].join('; ')}`;
}

function goodWords(good: readonly CheckedGateway[], isBesideOthers: boolean): string {
  const [only] = good;
  if (only !== undefined && good.length === 1) {
    return [`${only.identity.name}: ${only.verdict.summary}`, ...only.verdict.remarks].join(', ');
  }
  const mtus = [...new Set(good.map(({ verdict }) => verdict.summary))];
  const what = count(good.length, isBesideOthers ? 'other' : 'gateway');
  return `${what} OK${mtus.length === 1 ? `, ${mtus[0]}` : ''}`;
}

function isNoteworthy({ verdict, news }: CheckedGateway): boolean {
  return verdict.status !== 'OK' || (news !== null && (news.changes.length > 0 || news.flapping !== null));
}

/** What is wrong, what is odd, what changed: in this order. A change for the worse is told as long as it lasts. */
function story({ verdict, news }: CheckedGateway, signs: Signs): string[] {
  const changes = news?.changes ?? [];
  const standing = (news?.standing ?? []).filter(isWorse);
  return [
    ...(verdict.problems.length === 0 ? [verdict.summary] : verdict.problems.map(({ text }) => text)),
    ...verdict.remarks,
    ...(changes.length === 0
      ? []
      : [`changed: ${changes.map((change) => changeWords(change, signs)).join(', ')}`]),
    ...standing.map((change) => standingWords(change, signs)),
    ...flappingWords(news),
  ];
}

function flappingWords(news: CheckedGateway['news']): string[] {
  const flapping = news?.flapping ?? null;
  return flapping === null
    ? []
    : [`flapping: unsettled in ${flapping.restless} of the last ${flapping.checks} checks`];
}

function longLines({ identity, verdict, news, result }: CheckedGateway, signs: Signs): string[] {
  const { name } = identity;
  const { address, input } = result.target;
  const place = [...new Set([input, address])].filter((text) => text !== '' && text !== name).join(', ');
  const { problems, summary, remarks, status } = verdict;
  const isSummaryNew = result.error === null && !problems.some(({ text }) => text.includes(summary));
  const details = [
    ...problems.map((problem) => `${problem.status}: ${problem.text}`),
    ...(isSummaryNew && problems.length > 0 ? [summary] : []),
    ...(problems.length > 0 ? remarks : []),
    ...(news?.changes ?? []).map((change) => `changed: ${changeWords(change, signs)}`),
    ...(news?.standing ?? []).map((change) => standingWords(change, signs)),
    ...flappingWords(news),
    ...unconfirmedWords(news),
    // What did not answer in the time that there was proves nothing.
    ...(result.error === null ? result.findings : [])
      .filter(({ severity }) => severity !== 'info')
      .map(({ message, advice }) => (advice === null ? message : `${message} What to do: ${advice}`)),
  ];
  const heading = `${name}${place === '' ? '' : ` (${place})`}: ${status}`;
  return [
    problems.length > 0 ? heading : `${heading}, ${[summary, ...remarks].join(', ')}`,
    ...details.map((detail) => `  ${detail}`),
  ];
}

function unconfirmedWords(news: CheckedGateway['news']): string[] {
  const unconfirmed = news?.unconfirmed ?? [];
  if (unconfirmed.some(({ because }) => because === 'not-repeated')) {
    return ['differs from the last check; there was no time to measure it again, so it is no change yet'];
  }
  if (unconfirmed.some(({ because }) => because === 'undecided')) {
    return ['differs from the last check; measured again, it could not be told, so it is no change yet'];
  }
  return unconfirmed.length === 0
    ? []
    : ['measured twice, as the first time differed from the last check; the second time did not confirm it'];
}

/** Perfdata for the first line, and what is left for the end. */
function perfdataParts(gateways: readonly CheckedGateway[]): [first: string, further: string] {
  const taken = new Set<string>();
  const items = gateways.flatMap(({ identity, figures }) =>
    figures.map((figure) => perfdatum(unused(`${identity.name}_${figure.quantity}`, taken), figure)),
  );
  let length = 0;
  const inFirst = items.filter((item) => (length += item.length + 1) <= FIRST_LINE_PERFDATA).length;
  return [items.slice(0, inFirst).join(' '), items.slice(inFirst).join(' ')];
}

/** `'label'=value[UOM];[warn];[crit];[min];[max]`, without the semicolons that nothing follows. */
function perfdatum(label: string, { value, unit, warning, critical, min, max }: Figure): string {
  const figure = value === null ? 'U' : `${value}${unit}`;
  const rest = [rangeOrNothing(warning), rangeOrNothing(critical), `${min ?? ''}`, `${max ?? ''}`];
  return `${quotedLabel(label)}=${[figure, ...rest].join(';').replace(/;+$/, '')}`;
}

/**
 * A label may have any character but `=`, and a quote is doubled. `::` means a nested plugin to Icinga (check_multi),
 * so an IPv6 address is written without it.
 */
function labelOf(name: string): string {
  return plain(name).replaceAll('=', '_').replaceAll('::', '__');
}

function unused(name: string, taken: Set<string>): string {
  const label = labelOf(name);
  let candidate = label;
  for (let number = 2; taken.has(candidate); number += 1) candidate = `${label}_${number}`;
  taken.add(candidate);
  return candidate;
}

function quotedLabel(label: string): string {
  return /^[^\s']+$/.test(label) ? label : `'${label.replaceAll("'", "''")}'`;
}

function rangeOrNothing(range: Range | null): string {
  return range === null ? '' : rangeText(range);
}

/** One line, without the sign that begins perfdata. */
function plain(text: string): string {
  return printable(text.replaceAll(/[\n\r\u2028\u2029]+/g, ' ')).replaceAll('|', '/');
}

/** A pager shows no more. */
const MOST_IN_FIRST_LINE = 5;
/** NRPE 2 cuts at 1024 bytes, line and all. */
const FIRST_LINE_PERFDATA = 600;
