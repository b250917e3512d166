import { compare, type Comparison } from '../../src/results/comparison.ts';
import type { Result } from '../../src/results/result.ts';
import { bounded, healthy, silent, unreachable } from './results.ts';

export function comparisonOf(...results: readonly Result[]): Comparison {
  return compare(results.map((result) => ({ result, requirement: 'met' })));
}

export function named(result: Result, name: string, differing: Partial<Result> = {}): Result {
  return { ...result, ...differing, target: { ...result.target, input: name, name } };
}

/** One of each kind. */
export const mixed: Comparison = comparisonOf(
  named(silent, 'lyon'),
  named(healthy, 'paris'),
  named(unreachable, 'nice'),
  named(bounded, 'lille', { error: null }),
  {
    ...named(unreachable, 'nowhere.invalid', { methods: [], ranges: [], ikeAuth: null, findings: [] }),
    target: { input: 'nowhere.invalid', name: 'nowhere.invalid', address: '', family: 4 },
    error: {
      code: 'unresolved',
      message: 'no address found for "nowhere.invalid" (ENOTFOUND); check the spelling',
    },
  },
);
