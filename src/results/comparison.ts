import { differencesOf } from './comparison-differences.ts';
import { grouped } from './grouped.ts';
import type { MethodResult, Result } from './result.ts';

/** Several results side by side: which gateway to use, and why. */
export interface Comparison {
  /** The best first; those that cannot be ranked last. */
  readonly entries: readonly ComparisonEntry[];
  readonly recommendation: Recommendation;
  /** What sets the gateways apart, or what they have in common, a sentence each. */
  readonly differences: readonly string[];
}

export interface ComparisonEntry {
  readonly result: Result;
  /** From 1; null: nothing answered, or it could not be measured. */
  readonly rank: number | null;
  readonly grade: Grade;
  /** The gateway's name; with the family or the address where several entries have the same name. Unique. */
  readonly label: string;
  /** Of the method that was answered most often, in ms. */
  readonly rttMs: number | null;
  /** Of the same method, 0..1. */
  readonly lossRate: number | null;
}

interface Recommendation {
  /** Label of the entry to use; null: none can be recommended. */
  readonly use: string | null;
  readonly sentence: string;
}

/**
 * - `works`: the IKE_AUTH gets through; where none is asked about, the path MTU is exact.
 * - `at-risk`: it depends on IP fragments, or the path MTU is below what is worth a warning.
 * - `unknown`: it answers, but what its path carries could not be told.
 * - `fails`: the IKE_AUTH will be lost, or the path MTU is below what is required.
 * - `silent`: nothing answered.
 * - `unmeasured`: it was not measured: see the result's `error`.
 */
export type Grade = 'works' | 'at-risk' | 'unknown' | 'fails' | 'silent' | 'unmeasured';

export interface ComparisonInput {
  readonly result: Result;
  /** How the path MTU stands to the limits that are set for this gateway. */
  readonly requirement: 'met' | 'warning' | 'failed';
}

/**
 * Ranks results. The first criterion in which two of them differ decides:
 *
 * 1. the grade, in the order of {@link Grade};
 * 2. how the IKE_AUTH goes: in one packet, in IKE fragments, in IP fragments that arrive, in IP fragments of which
 *    that is not known;
 * 3. no black hole, then not known, then a black hole;
 * 4. a large message has a way: IKEv2 fragmentation is offered or IP fragments arrive; not known; neither;
 * 5. loss: below 2 %, below 10 %, more. Finer differences are chance, with so few probes;
 * 6. the larger path MTU; where it is not exact, the largest size that is proven to fit;
 * 7. the shorter round trip;
 * 8. the order of the input.
 */
export function compare(inputs: readonly ComparisonInput[]): Comparison {
  const labels = labelsOf(inputs.map(({ result }) => result));
  const ordered = inputs
    .map(({ result, requirement }, index): Omit<ComparisonEntry, 'rank'> => {
      const telling = mostAnswered(result.methods);
      return {
        result,
        grade: gradeOf(result, requirement),
        label: labels[index] ?? result.target.input,
        rttMs: telling?.rttMs?.median ?? null,
        lossRate: telling?.lossRate ?? null,
      };
    })
    .toSorted((a, b) => deciding(a, b)?.order(a, b) ?? 0);
  const entries = ordered.map((entry, index) => ({ ...entry, rank: isRanked(entry) ? index + 1 : null }));
  return { entries, recommendation: recommend(entries), differences: differencesOf(entries) };
}

function gradeOf(
  { error, methods, status, ikeAuth, pathMtu }: Result,
  requirement: ComparisonInput['requirement'],
): Grade {
  if (error !== null && methods.length === 0) return 'unmeasured';
  if (status === 'unreachable') return 'silent';
  if (requirement === 'failed') return 'fails';
  const grade = gradeOfVerdict(ikeAuth?.verdict ?? null, pathMtu, status);
  return grade === 'works' && requirement === 'warning' ? 'at-risk' : grade;
}

function gradeOfVerdict(
  verdict: NonNullable<Result['ikeAuth']>['verdict'] | null,
  pathMtu: number | null,
  status: Result['status'],
): Grade {
  switch (verdict) {
    case 'fits':
    case 'ike-fragmented':
      return 'works';
    case 'ip-fragments-delivered':
      return 'at-risk';
    case 'ip-fragments-dropped':
      return 'fails';
    case 'ip-fragments-unknown':
      return pathMtu === null ? 'unknown' : 'at-risk';
    case null:
      return status === 'exact' ? 'works' : 'unknown';
  }
}

function mostAnswered(methods: readonly MethodResult[]): MethodResult | undefined {
  return methods
    .filter(({ rttMs }) => rttMs !== null)
    .toSorted((a, b) => b.probes.answered - a.probes.answered)[0];
}

/** Names that occur once stay; others get the family, or where that is not enough the address. */
function labelsOf(results: readonly Result[]): string[] {
  const byName = grouped(results, nameOf);
  return results.map((result) => {
    const namesakes = byName.get(nameOf(result)) ?? [];
    if (namesakes.length === 1) return nameOf(result);
    const ofFamily = namesakes.filter(({ target }) => target.family === result.target.family);
    return ofFamily.length === 1
      ? `${nameOf(result)} over IPv${result.target.family}`
      : `${nameOf(result)} at ${result.target.address}`;
  });
}

type Ranked = Omit<ComparisonEntry, 'rank'>;

function isRanked({ grade }: Ranked): boolean {
  return grade !== 'silent' && grade !== 'unmeasured';
}

function nameOf({ target }: Result): string {
  return target.name ?? target.input;
}

interface Criterion {
  /** Negative: `a` is the better one. */
  readonly order: (a: Ranked, b: Ranked) => number;
  /** Why `b` comes after `a`: a clause with `b` as its subject. */
  readonly because: (b: Ranked, a: Ranked) => string;
}

function byNumber(of: (entry: Ranked) => number, because: Criterion['because']): Criterion {
  return { order: (a, b) => of(a) - of(b), because };
}

const CRITERIA: readonly Criterion[] = [
  byNumber(
    ({ grade }) => GRADES.indexOf(grade),
    (b) => gradeClause(b),
  ),
  byNumber(
    ({ result }) => (result.ikeAuth === null ? 0 : VERDICTS.indexOf(result.ikeAuth.verdict)),
    (b) => `to ${b.label} ${ikeAuthClause(b.result) ?? 'less is known'}`,
  ),
  byNumber(
    ({ result }) => rankOfClaim(result.blackHole === null ? null : !result.blackHole),
    (b) =>
      b.result.blackHole === true
        ? `the path to ${b.label} has a black hole`
        : `whether the path to ${b.label} has a black hole is not known`,
  ),
  byNumber(
    ({ result }) => rankOfClaim(hasWayForLargeMessages(result)),
    (b) =>
      hasWayForLargeMessages(b.result) === false
        ? `${b.label} offers no IKEv2 fragmentation and IP fragments do not reach it`
        : `how ${b.label} takes a message larger than the path MTU is not known`,
  ),
  byNumber(
    ({ lossRate }) => lossClass(lossRate),
    (b) => `${percent(b.lossRate ?? 0)} of the probes to ${b.label} are lost`,
  ),
  byNumber(
    ({ result }) => -provenBytes(result),
    (b) => `the path to ${b.label} carries ${provenBytes(b.result)} bytes`,
  ),
  byNumber(
    ({ rttMs }) => rttMs ?? Infinity,
    (b, a) =>
      isNoticeable(a.rttMs, b.rttMs)
        ? `${b.label} is farther away (${milliseconds(b.rttMs)} against ${milliseconds(a.rttMs)})`
        : `${b.label} is as good`,
  ),
];

function deciding(a: Ranked, b: Ranked): Criterion | undefined {
  // Infinity less Infinity is no number, and no difference either.
  return CRITERIA.find(({ order }) => Math.abs(order(a, b)) > 0);
}

/** True before null before false. */
function rankOfClaim(isTrue: boolean | null): number {
  return isTrue === null ? 1 : isTrue ? 0 : 2;
}

function hasWayForLargeMessages({ ike, fragments }: Result): boolean | null {
  if (ike?.fragmentationSupported === true || fragments.status === 'delivered') return true;
  return ike?.fragmentationSupported === false && fragments.status === 'dropped' ? false : null;
}

function lossClass(lossRate: number | null): number {
  if (lossRate === null || lossRate < NOTABLE_LOSS) return 0;
  return lossRate < HEAVY_LOSS ? 1 : 2;
}

function provenBytes({ pathMtu, bounds }: Result): number {
  return pathMtu ?? bounds.fits ?? 0;
}

/** Less than a fifth, or than 2 ms, is nothing that a user of a VPN notices. */
function isNoticeable(aMs: number | null, bMs: number | null): boolean {
  if (aMs === null || bMs === null) return true;
  return bMs - aMs > 2 && bMs > aMs * 1.2;
}

function recommend(entries: readonly ComparisonEntry[]): Recommendation {
  const [best, next] = entries;
  if (best === undefined) return { use: null, sentence: 'There is nothing to compare.' };
  if (!isRanked(best)) {
    const who = entries.length === 1 ? best.label : `None of the ${entries.length} gateways`;
    return {
      use: null,
      sentence: `${who} ${entries.length === 1 ? 'gave no answer' : 'answered'}: check names and addresses, and what this site lets out.`,
    };
  }
  const then = next === undefined || !isRanked(next) ? '' : `; ${reasonAgainst(next, best)}`;
  switch (best.grade) {
    case 'works':
    case 'at-risk':
      return { use: best.label, sentence: `Use ${best.label}: ${strengths(best)}${then}.` };
    case 'unknown':
      return {
        use: null,
        sentence: `None can be recommended yet: ${gradeClause(best)}, and the others are no better.`,
      };
    case 'fails':
      return { use: null, sentence: `None can be recommended: even ${failureClause(best)}.` };
    case 'silent':
    case 'unmeasured':
      return { use: null, sentence: 'None answered.' };
  }
}

function reasonAgainst(next: Ranked, best: Ranked): string {
  return deciding(best, next)?.because(next, best) ?? `${next.label} is as good`;
}

/** `the IKE_AUTH of 3200 bytes goes in 3 IKE fragments, path MTU 1500 bytes, no black hole`. */
function strengths({ result }: Ranked): string {
  const ikeAuth = ikeAuthClause(result);
  const mtu =
    result.pathMtu === null
      ? `at least ${provenBytes(result)} bytes get through`
      : `path MTU ${result.pathMtu} bytes`;
  const hole =
    result.blackHole === null
      ? []
      : [result.blackHole ? 'though larger packets vanish in a black hole' : 'no black hole'];
  return [...(ikeAuth === null ? [] : [ikeAuth]), mtu, ...hole].join(', ');
}

function ikeAuthClause({ ikeAuth }: Result): string | null {
  if (ikeAuth === null) return null;
  const subject = `the IKE_AUTH of ${ikeAuth.size} bytes`;
  switch (ikeAuth.verdict) {
    case 'fits':
      return `${subject} fits in one packet`;
    case 'ike-fragmented':
      return `${subject} goes in ${ikeAuth.ikeFragments?.length ?? 'several'} IKE fragments`;
    case 'ip-fragments-delivered':
      return `${subject} goes in IP fragments, which arrive today`;
    case 'ip-fragments-dropped':
      return `${subject} will be lost, since IP fragments are dropped on the way`;
    case 'ip-fragments-unknown':
      return `${subject} needs IP fragments, of which it is not known whether they arrive`;
  }
}

/** What is wrong with an entry, or with its grade: a clause. */
function gradeClause(entry: Ranked): string {
  switch (entry.grade) {
    case 'works':
      return `${entry.label} works`;
    case 'at-risk': {
      const clause = ikeAuthClause(entry.result);
      return clause === null || entry.result.ikeAuth?.verdict === 'fits'
        ? `the path MTU to ${entry.label} is low`
        : `to ${entry.label} ${clause}`;
    }
    case 'unknown':
      return `what the path to ${entry.label} carries is not known exactly`;
    case 'fails':
      return failureClause(entry);
    case 'silent':
      return `${entry.label} gave no answer`;
    case 'unmeasured':
      return `${entry.label} was not measured`;
  }
}

function failureClause({ label, result }: Ranked): string {
  const clause = result.ikeAuth?.verdict === 'ip-fragments-dropped' ? ikeAuthClause(result) : null;
  return clause === null
    ? `the path to ${label} carries less than is required, ${provenBytes(result)} bytes`
    : `to ${label} ${clause}`;
}

function milliseconds(value: number | null): string {
  return value === null ? 'not known' : `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

function percent(rate: number): string {
  return `${Math.round(rate * 100)} %`;
}

const GRADES = [
  'works',
  'at-risk',
  'unknown',
  'fails',
  'silent',
  'unmeasured',
] as const satisfies readonly Grade[];
const VERDICTS: readonly NonNullable<Result['ikeAuth']>['verdict'][] = [
  'fits',
  'ike-fragmented',
  'ip-fragments-delivered',
  'ip-fragments-unknown',
  'ip-fragments-dropped',
];
/** As findings.ts has it. */
const NOTABLE_LOSS = 0.02;
const HEAVY_LOSS = 0.1;
