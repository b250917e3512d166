import type { Family, Result } from '../results/result.ts';

/** What is compared from one check to the next. Null: not known this time, which is no change. */
export interface Facts {
  readonly answers: boolean | null;
  readonly mtu: MtuBounds | null;
  readonly blackHole: boolean | null;
  readonly fragments: 'delivered' | 'dropped' | null;
  readonly ikeAnswers: boolean | null;
  /** Whether the gateway offers IKEv2 fragmentation (RFC 7383). */
  readonly ikeFragmentation: boolean | null;
}

/** Where the path MTU lies, ends included, in bytes; equal when exact. `to` null: no limit is known. */
export interface MtuBounds {
  readonly from: number;
  readonly to: number | null;
}

export type FactName = keyof Facts;
export type FactValue = NonNullable<Facts[FactName]>;

/** In the order in which they are told. */
export const FACT_NAMES = [
  'answers',
  'mtu',
  'blackHole',
  'fragments',
  'ikeAnswers',
  'ikeFragmentation',
] as const satisfies readonly FactName[];

/** Which path the facts are about. A gateway that moves, or is measured over another family, is another one. */
export interface Identity {
  readonly name: string;
  readonly host: string;
  readonly family: Family;
}

/**
 * The facts of a result. One that was cut short says what it has proven, and nothing about what did not answer.
 */
export function factsOf(result: Result): Facts {
  const { status, blackHole, fragments, ike, error } = result;
  const isUnreachable = status === 'unreachable';
  const answers = isUnreachable ? (error === null ? false : null) : true;
  const ikeAnswers = isUnreachable ? null : (ike?.answers ?? null);
  return {
    answers,
    mtu: mtuBoundsOf(result),
    blackHole,
    fragments: fragments.status === 'delivered' || fragments.status === 'dropped' ? fragments.status : null,
    ikeAnswers: ikeAnswers === false && error !== null ? null : ikeAnswers,
    ikeFragmentation: ike?.fragmentationSupported ?? null,
  };
}

/** Null when no size at all is proven. */
export function mtuBoundsOf({ pathMtu, bounds }: Pick<Result, 'pathMtu' | 'bounds'>): MtuBounds | null {
  if (pathMtu !== null) return { from: pathMtu, to: pathMtu };
  if (bounds.fits === null && bounds.fails === null) return null;
  return { from: bounds.fits ?? 0, to: bounds.fails === null ? null : bounds.fails - 1 };
}

/** Whether two values of one fact can both be true: bounds that overlap contradict nothing. */
export function agree(a: FactValue, b: FactValue): boolean {
  return isBounds(a) && isBounds(b) ? from(a, b) <= to(a, b) : a === b;
}

/** What two values that agree say together: the narrower bounds. */
export function together(a: FactValue, b: FactValue): FactValue {
  if (!isBounds(a) || !isBounds(b)) return b;
  const upper = to(a, b);
  return { from: from(a, b), to: upper === Infinity ? null : upper };
}

export function isBounds(value: FactValue): value is MtuBounds {
  return typeof value === 'object';
}

function from(a: MtuBounds, b: MtuBounds): number {
  return Math.max(a.from, b.from);
}

function to(a: MtuBounds, b: MtuBounds): number {
  return Math.min(a.to ?? Infinity, b.to ?? Infinity);
}
