import type { IkeAuthResult, Result } from '../results/result.ts';
import { mtuBoundsOf, type MtuBounds } from './facts.ts';
import { alertOver, rangeText, type Range } from './range.ts';

/** Service states of the monitoring-plugins convention. */
export type ServiceStatus = 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';

/** Which path MTUs are an alert; null: none is. */
export interface Limits {
  readonly critical: Range | null;
  readonly warning: Range | null;
}

interface Problem {
  readonly status: Exclude<ServiceStatus, 'OK'>;
  readonly text: string;
}

export interface Verdict {
  readonly status: ServiceStatus;
  /** The gravest first; empty when the status is OK. */
  readonly problems: readonly Problem[];
  /** The path MTU as far as it is known, in words: `path MTU 1400`. */
  readonly summary: string;
  /** What is worth knowing beside it and alerts nobody: `black hole after hop 3`. */
  readonly remarks: readonly string[];
}

/**
 * The verdict on one gateway.
 *
 * 1. What could not be measured, did not answer, or was cut short is UNKNOWN.
 * 2. A path MTU in an alert range is CRITICAL or WARNING, as soon as the bounds prove it; UNKNOWN while they leave it
 *    open.
 * 3. An IKE_AUTH in question counts as it does for every command: fits or IKE fragments OK, IP fragments WARNING, lost
 *    CRITICAL.
 * 4. With neither limits nor an IKE_AUTH, an exact path MTU is OK and anything less is UNKNOWN.
 *
 * The worst counts: CRITICAL, WARNING, UNKNOWN, OK. What an earlier check remembered never changes it.
 */
export function judge(result: Result, limits: Limits): Verdict {
  const bounds = mtuBoundsOf(result);
  const problems = byGravity([
    ...aboutLimits(limits, bounds, result.status),
    ...(result.ikeAuth === null || result.status === 'unreachable'
      ? []
      : aboutIkeAuth(result.ikeAuth, result)),
    ...aboutMeasurement(result, limits),
  ]);
  return {
    status: problems[0]?.status ?? 'OK',
    problems,
    summary: bounds === null ? 'path MTU not known' : mtuWords(bounds),
    remarks: remarksOn(result),
  };
}

/** The worst of several: CRITICAL, WARNING, UNKNOWN, OK, in this order. */
export function worstStatus(statuses: readonly ServiceStatus[]): ServiceStatus {
  return WORST_FIRST.find((status) => statuses.includes(status)) ?? 'OK';
}

/** The items of the gravest status first, otherwise in the order given. */
export function byGravity<Item extends { readonly status: ServiceStatus }>(items: readonly Item[]): Item[] {
  return items.toSorted((a, b) => WORST_FIRST.indexOf(a.status) - WORST_FIRST.indexOf(b.status));
}

/** `path MTU 1400`, `path MTU 1392..1411`, `path MTU at least 1392`. */
function mtuWords(bounds: MtuBounds): string {
  if (bounds.from === bounds.to) return `path MTU ${bounds.from}`;
  if (bounds.to === null) return `path MTU at least ${bounds.from}`;
  return bounds.from === 0
    ? `path MTU less than ${bounds.to + 1}`
    : `path MTU from ${bounds.from} to ${bounds.to}`;
}

function aboutLimits(limits: Limits, bounds: MtuBounds | null, status: Result['status']): Problem[] {
  // Silence at every size is one problem of its own.
  if (status === 'unreachable') return [];
  const { critical, warning } = limits;
  const low = bounds?.from ?? 0;
  const high = bounds?.to ?? Infinity;
  const known = bounds === null ? 'path MTU not known' : mtuWords(bounds);
  const over = (range: Range | null): ReturnType<typeof alertOver> =>
    range === null ? 'never' : alertOver(range, low, high);
  const isCritical = over(critical);
  if (critical !== null && isCritical === 'always') {
    return [{ status: 'CRITICAL', text: `${known} ${relation(critical, low)}` }];
  }
  const problems: Problem[] = [];
  if (warning !== null && over(warning) === 'always') {
    problems.push({ status: 'WARNING', text: `${known} ${relation(warning, low)}` });
  }
  const open = isCritical === 'perhaps' ? critical : over(warning) === 'perhaps' ? warning : null;
  if (open !== null) {
    problems.push({ status: 'UNKNOWN', text: `${known}, ${rangeText(open)} wanted` });
  }
  return problems;
}

/** `< 1500`, `> 1500`, `outside 1400:1500`, `within 1400:1500`. */
function relation(range: Range, value: number): string {
  if (range.alertsInside) return `within ${rangeText({ ...range, alertsInside: false })}`;
  if (value < range.from && range.to === Infinity) return `< ${range.from}`;
  if (value > range.to && range.from <= 0) return `> ${range.to}`;
  return `outside ${rangeText(range)}`;
}

function aboutIkeAuth(
  { verdict, size, wireSize, ipFragments }: IkeAuthResult,
  { pathMtu, bounds, localMtu, ike }: Result,
): Problem[] {
  const what = `IKE_AUTH of ${size} bytes`;
  // How many there are is only known with the path MTU.
  const some = ipFragments.length > 1 ? `${ipFragments.length} IP fragments` : 'IP fragments';
  const mayFit =
    pathMtu === null && wireSize < (bounds.fails ?? Infinity) && wireSize <= (localMtu ?? Infinity);
  const needs = mayFit ? `may need ${some}` : `needs ${some}`;
  // A client's request was lost, where size probes were answered.
  const unless =
    ike?.negotiation === 'unanswered' ? ', unless the gateway takes IKE fragments, which it did not say' : '';
  switch (verdict) {
    case 'fits':
    case 'ike-fragmented':
      return [];
    case 'ip-fragments-delivered':
      return [{ status: 'WARNING', text: `${what} ${needs}, which arrive today${unless}` }];
    case 'ip-fragments-dropped':
      return [{ status: 'CRITICAL', text: `${what} is lost: it ${needs}, which are dropped${unless}` }];
    case 'ip-fragments-unknown':
      return pathMtu === null
        ? [{ status: 'UNKNOWN', text: `not known whether the ${what} fits` }]
        : [{ status: 'WARNING', text: `${what} ${needs}; not known whether those arrive${unless}` }];
  }
}

function aboutMeasurement(result: Result, limits: Limits): Problem[] {
  const text = whatIsMissing(result, limits);
  return text === null ? [] : [{ status: 'UNKNOWN', text }];
}

function whatIsMissing(result: Result, limits: Limits): string | null {
  if (result.error !== null) return result.error.message;
  if (result.status === 'unreachable') return 'no answer';
  const isAskedForMore = limits.critical !== null || limits.warning !== null || result.ikeAuth !== null;
  if (result.status === 'exact' || isAskedForMore) return null;
  const known = mtuBoundsOf(result);
  return `${known === null ? 'path MTU not known' : mtuWords(known)}, not exact`;
}

function remarksOn({ blackHole, bottleneck, fragments, ikeAuth }: Result): string[] {
  const remarks: string[] = [];
  if (blackHole === true) {
    const hop = bottleneck?.hop ?? null;
    remarks.push(hop === null ? 'black hole' : `black hole after hop ${hop}`);
  }
  if (fragments.status === 'dropped' && ikeAuth?.verdict !== 'ip-fragments-dropped') {
    remarks.push('IP fragments dropped');
  }
  return remarks;
}

const WORST_FIRST: readonly ServiceStatus[] = ['CRITICAL', 'WARNING', 'UNKNOWN', 'OK'];
