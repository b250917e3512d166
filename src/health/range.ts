/**
 * A threshold of the monitoring-plugins convention, for whole numbers: `[@][start:]end`.
 *
 * ```
 * 10       below 0 or above 10 is an alert
 * 10:      below 10
 * ~:10     above 10
 * 10:20    outside of 10..20
 * @10:20   within 10..20, ends included
 * ```
 *
 * https://www.monitoring-plugins.org/doc/guidelines.html#THRESHOLDFORMAT
 */
export interface Range {
  /** Both ends belong to the range; -Infinity and Infinity where it has none. */
  readonly from: number;
  readonly to: number;
  /** `@`: values within are the alert, otherwise those outside. */
  readonly alertsInside: boolean;
}

export type ParsedRange =
  { readonly type: 'range'; readonly range: Range } | { readonly type: 'refused'; readonly reason: string };

/** Alerts for what is smaller. */
export function atLeast(value: number): Range {
  return { from: value, to: Infinity, alertsInside: false };
}

/** Reads a range; spaces and signs are refused, as no size has them. */
export function parseRange(text: string): ParsedRange {
  const { at, start, colon, end } = GRAMMAR.exec(text)?.groups ?? {};
  if (at === undefined || (end === undefined && (colon === undefined || start === undefined))) {
    return { type: 'refused', reason: 'is no range: give 1400, 1400:, ~:1500, 1400:1500 or @1400:1500' };
  }
  const from = start === undefined ? 0 : start === '~' ? -Infinity : Number(start);
  const to = end === undefined ? Infinity : Number(end);
  if (from > to) return { type: 'refused', reason: `ends before it begins: give ${at}${to}:${from}` };
  return { type: 'range', range: { from, to, alertsInside: at === '@' } };
}

/** The range as other programs read it: `1400:`, `~:1500`, `@1400:1500`. */
export function rangeText({ from, to, alertsInside }: Range): string {
  const start = from === -Infinity ? '~:' : from === 0 && to !== Infinity ? '' : `${from}:`;
  return `${alertsInside ? '@' : ''}${start}${to === Infinity ? '' : to}`;
}

/** Whether a value that lies somewhere from `low` to `high` is an alert; `perhaps`: that depends on where. */
export function alertOver(range: Range, low: number, high: number): 'always' | 'never' | 'perhaps' {
  const isWithin = low >= range.from && high <= range.to;
  const isOutside = high < range.from || low > range.to;
  if (!isWithin && !isOutside) return 'perhaps';
  return isWithin === range.alertsInside ? 'always' : 'never';
}

/** At most nine digits: more would be neither a size nor exact. */
const GRAMMAR = /^(?<at>@?)(?:(?<start>~|\d{1,9})?(?<colon>:))?(?<end>\d{1,9})?$/;
