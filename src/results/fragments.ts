import type { FragmentTest } from '../probe/fragment-test.ts';
import type { Result } from './result.ts';

/** Null: none was made. The status is that of the way in which kernels send: in order. */
export function fragmentsResult(test: FragmentTest | null): Result['fragments'] {
  if (test === null) return { status: 'untested', tests: [] };
  const tests = test.verdicts;
  const delivered = tests.find(({ name }) => name === 'in-order')?.delivered ?? null;
  return { status: delivered === null ? 'undetermined' : delivered ? 'delivered' : 'dropped', tests };
}
