/** bench/results.json: what was measured, summed up; all that is written about it is made from this. */
import type { Family } from '../../src/results/result.ts';
import type { Worth } from './answer.ts';
import type { Canary } from './canary.ts';
import type { Case } from './cases.ts';
import type { Lane } from './plan.ts';

export interface Results {
  readonly version: 1;
  /** Those that the rows name, the oldest first. */
  readonly sessions: readonly Session[];
  readonly cases: readonly CaseResult[];
}

/** One start of the benchmark; an interrupted campaign has several. */
export interface Session {
  /** ISO 8601; the session's name too. */
  readonly startedAt: string;
  readonly commit: string;
  /** Whether the program differed from that commit. */
  readonly isChanged: boolean;
  readonly node: string;
  readonly kernel: string;
  readonly machine: string;
  /** Debian's, `name version`. */
  readonly packages: readonly string[];
  readonly longestMs: number;
  readonly phases: readonly Phase[];
}

/** One lane from its start to its end. */
export interface Phase {
  readonly lane: Lane;
  readonly startedAt: string;
  readonly endedAt: string;
  /** Programs that ran at the same time, at most. */
  readonly atOnce: number;
  /** Load averages over a minute. */
  readonly load: { readonly before: number; readonly after: number };
  /** Null: nothing ran side by side, or it had no answer. */
  readonly canary: Canary | null;
}

/** What does not change by measuring comes from the case. */
export interface CaseResult extends Pick<Case, 'name' | 'description' | 'kind' | 'pathMtu' | 'fragments'> {
  readonly family: Family;
  readonly rttMs: number;
  /** Of a command that does nothing, the median; null: not measured. */
  readonly overheadMs: number | null;
  readonly rows: readonly Row[];
}

export interface Row {
  readonly peer: string;
  /** Why it was not measured; null: it was. */
  readonly exclusion: string | null;
  readonly lane: Lane;
  /** The sessions in which it ran, by `startedAt`. */
  readonly sessions: readonly string[];
  readonly count: number;
  readonly counts: Readonly<Record<Worth, number>>;
  readonly killed: number;
  readonly limitMs: number;
  /** Medians; null where nothing was measured. Of a killed run, the time is its limit. */
  readonly medianMs: number | null;
  readonly medianPackets: number | null;
  readonly medianBytes: number | null;
  /** In its words, the most frequent first. */
  readonly answers: readonly { readonly text: string; readonly count: number }[];
  readonly bottlenecks: readonly string[];
  /** For pathmtu, by its own clock and count: the median time, the most flights of any method. */
  readonly own: { readonly medianMs: number; readonly flights: number } | null;
}

/**
 * What was measured now takes the place of what was, program by program; the rest stays. `order`: the names of the
 * cases and of the programs as they are to stand.
 */
export function merged(
  old: Results | null,
  now: Results,
  order: { readonly cases: readonly string[]; readonly peers: readonly string[] },
): Results {
  const cases = order.cases.flatMap((name): CaseResult[] => {
    const before = old?.cases.find((one) => one.name === name);
    const after = now.cases.find((one) => one.name === name);
    const base = after ?? before;
    if (base === undefined) return [];
    const rows = order.peers.flatMap(
      (peer) =>
        after?.rows.find((row) => row.peer === peer) ?? before?.rows.find((row) => row.peer === peer) ?? [],
    );
    return [{ ...base, overheadMs: after?.overheadMs ?? before?.overheadMs ?? null, rows }];
  });
  const named = new Set(cases.flatMap(({ rows }) => rows.flatMap(({ sessions }) => sessions)));
  const sessions = [...(old?.sessions ?? []), ...now.sessions]
    .filter(({ startedAt }) => named.has(startedAt))
    .toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
  return { version: 1, sessions, cases };
}
