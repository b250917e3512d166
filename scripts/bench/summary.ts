/** Runs of a program in one case, summed up. */
import type { Worth } from './answer.ts';
import type { Case } from './cases.ts';
import type { CaseReport, Row } from './run.ts';

export interface Summary extends Row {
  /** Medians; null where nothing was measured. Of a killed run, the time is its limit. */
  readonly medianMs: number | null;
  readonly medianPackets: number | null;
  readonly medianBytes: number | null;
  readonly counts: Readonly<Record<Worth, number>>;
}

export interface CaseSummary {
  readonly one: Case;
  readonly overheadMs: number;
  readonly rows: readonly Summary[];
}

export function summarise({ one, overheadMs, rows }: CaseReport): CaseSummary {
  return { one, overheadMs: medianOf(overheadMs) ?? 0, rows: rows.map(summaryOf) };
}

function summaryOf(row: Row): Summary {
  const { runs } = row;
  const count = (worth: Worth): number => runs.filter((run) => run.worth === worth).length;
  return {
    ...row,
    medianMs: medianOf(runs.map(({ durationMs }) => durationMs)),
    medianPackets: medianOf(runs.map(({ packets }) => packets)),
    medianBytes: medianOf(runs.map(({ bytes }) => bytes)),
    counts: {
      right: count('right'),
      partly: count('partly'),
      bounded: count('bounded'),
      none: count('none'),
      wrong: count('wrong'),
    },
  };
}

export function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
