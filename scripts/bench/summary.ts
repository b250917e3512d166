/** A journal, summed up. */
import { shown, type Worth } from './answer.ts';
import type { Case } from './cases.ts';
import type { Entry, RunEntry, SessionEntry } from './journal.ts';
import type { Peer } from './peers.ts';
import { laneOf, limitMsOf } from './plan.ts';
import type { CaseResult, Phase, Results, Row, Session } from './results.ts';

interface MeasuredRun extends RunEntry {
  /** By `startedAt`. */
  readonly session: string;
}

/** Programs without a run have a row only where there is a reason why. */
export function summarise(
  entries: readonly Entry[],
  cases: readonly Case[],
  peers: readonly Peer[],
): Results {
  const sessions: (Omit<SessionEntry, 'exclusions'> & { phases: Phase[] })[] = [];
  const reasons = new Map<string, string>();
  const runs = new Map<string, MeasuredRun[]>();
  const overheadsMs = new Map<string, number[]>();

  for (const entry of entries) {
    switch (entry.type) {
      case 'order':
        break;
      case 'session': {
        const { type: _, exclusions, ...session } = entry;
        sessions.push({ ...session, phases: [] });
        for (const { caseName, peer, reason } of exclusions) reasons.set(key(caseName, peer), reason);
        break;
      }
      case 'run': {
        const place = key(entry.caseName, entry.peer);
        const run = { ...entry, session: sessions.at(-1)?.startedAt ?? '' };
        runs.set(place, [...(runs.get(place) ?? []), run]);
        break;
      }
      case 'overhead':
        overheadsMs.set(entry.caseName, [...(overheadsMs.get(entry.caseName) ?? []), entry.durationMs]);
        break;
      case 'phase': {
        const { type: _, ...phase } = entry;
        sessions.at(-1)?.phases.push(phase);
        break;
      }
    }
  }

  const longestMs = sessions.at(-1)?.longestMs ?? 0;
  const results = cases.map((one): CaseResult => {
    const { name, description, kind, family, pathMtu, fragments, rttMs } = one;
    const rows = peers.flatMap((peer): Row[] => {
      const reason = reasons.get(key(name, peer.name)) ?? null;
      const measured = runs.get(key(name, peer.name)) ?? [];
      if (measured.length === 0 && reason === null) return [];
      return [rowOf({ one, peer }, longestMs, measured, measured.length === 0 ? reason : null)];
    });
    const overheadMs = medianOf(overheadsMs.get(name) ?? []);
    return { name, description, kind, family, pathMtu, fragments, rttMs, overheadMs, rows };
  });
  return {
    version: 1,
    sessions: sessions satisfies Session[],
    cases: results.filter(({ rows }) => rows.length > 0),
  };
}

function key(caseName: string, peer: string): string {
  return `${caseName} ${peer}`;
}

function rowOf(
  place: { readonly one: Case; readonly peer: Peer },
  longestMs: number,
  runs: readonly MeasuredRun[],
  exclusion: string | null,
): Row {
  const count = (worth: Worth): number => runs.filter((run) => run.worth === worth).length;
  const own = runs.flatMap(({ answer }) => answer.own ?? []);
  const ownMs = rounded(medianOf(own.map(({ durationMs }) => durationMs)));
  return {
    peer: place.peer.name,
    exclusion,
    lane: laneOf(place),
    sessions: [...new Set(runs.map(({ session }) => session))],
    count: runs.length,
    counts: {
      right: count('right'),
      partly: count('partly'),
      bounded: count('bounded'),
      none: count('none'),
      wrong: count('wrong'),
    },
    killed: runs.filter(({ isKilled }) => isKilled).length,
    limitMs: limitMsOf(place, longestMs),
    medianMs: rounded(medianOf(runs.map(({ durationMs }) => durationMs))),
    medianPackets: medianOf(runs.map(({ packets }) => packets)),
    medianBytes: medianOf(runs.map(({ bytes }) => bytes)),
    answers: answersOf(runs),
    bottlenecks: [...new Set(runs.flatMap(({ answer }) => answer.bottleneck ?? []))],
    own:
      ownMs === null
        ? null
        : {
            medianMs: ownMs,
            flights: Math.max(...own.flatMap(({ rounds }) => Object.values(rounds))),
          },
  };
}

function answersOf(runs: readonly MeasuredRun[]): Row['answers'] {
  const counts = new Map<string, number>();
  for (const { answer, isKilled } of runs) {
    const text = isKilled ? 'killed' : shown(answer);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([text, count]) => ({ text, count }));
}

/** To microseconds: what is beyond them is noise. */
function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1000) / 1000;
}

export function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
