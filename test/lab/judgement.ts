/** What a result is worth beside the truth. */
import type { Bounds, Result, Status } from '../../src/results/result.ts';

/**
 * - `exact`: the true path MTU.
 * - `bounded`: a true statement with the truth between its bounds, and something is proven to fit.
 * - `nothing`: no statement about the size (`undetermined`, `unreachable`).
 * - `wrong …`: anything that is not true, in the result as a whole or in one of its methods.
 */
export type Judgement = 'exact' | 'bounded' | 'nothing' | `wrong ${string}`;

export function judge(result: Result, truth: number): Judgement {
  const wrong = [result, ...result.methods].find((statement) => !isTrue(statement, truth));
  if (wrong !== undefined) return `wrong ${JSON.stringify(wrong)}`;
  if (result.status === 'exact' || result.status === 'bounded') return result.status;
  return 'nothing';
}

interface Statement {
  readonly status: Status;
  readonly pathMtu: number | null;
  readonly bounds: Bounds;
}

function isTrue({ status, pathMtu, bounds: { fits, fails } }: Statement, truth: number): boolean {
  const isAroundTheTruth = (fits === null || fits <= truth) && (fails === null || fails > truth);
  const says: Record<Status, boolean> = {
    exact: pathMtu === truth,
    bounded: pathMtu === null && fits !== null,
    undetermined: pathMtu === null,
    unreachable: pathMtu === null,
  };
  return isAroundTheTruth && says[status];
}
