/** Rows, claims and circumstances in words, as both documents have them. */
import type { Claim } from './claims.ts';
import type { Lane } from './plan.ts';
import type { Phase, Row, Session } from './results.ts';

/** `5 of 5`, or what the others are. */
export function worths({ counts, count }: Row): string {
  const others = (['partly', 'bounded', 'none', 'wrong'] as const)
    .filter((worth) => counts[worth] > 0)
    .map((worth) => `${counts[worth]} ${worth === 'wrong' ? '**wrong**' : worth}`);
  return [`${counts.right} of ${count}`, ...others].join(', ');
}

/** What the words are that `worths` uses. */
export const LEGEND =
  '“Partly”: the path MTU only, where fragments were asked for too, or these only. ' +
  '“Bounded”: a range around the truth. “None”: no statement.';

/** `0.320 s`, or `> 100 s` where the limit ended it; null: not measured. */
export function time({ medianMs, limitMs, killed, count }: Row): string | null {
  if (medianMs === null) return null;
  return killed * 2 > count ? `> ${limitMs / 1000} s` : seconds(medianMs);
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(3)} s` : `${(ms / 1000).toFixed(1)} s`;
}

/** How many times as long as pathmtu; null where one of the two was not measured. */
export function ratio({ medianMs }: Row, oursMs: number | null): string | null {
  if (medianMs === null || oursMs === null) return null;
  const value = medianMs / oursMs;
  return value < 0.1 ? value.toPrecision(1) : value.toFixed(value < 10 ? 2 : 0);
}

export function claimsTable(claims: readonly Claim[]): string[] {
  return ['| claim | found | holds |', '|---|---|---|', ...claims.map(claimRow)];
}

function claimRow({ text, found, holds }: Claim): string {
  const verdict = holds === null ? 'not measured' : holds ? 'yes' : '**no**';
  return `| ${text} | ${found} | ${verdict} |`;
}

/** When, where and with what; sessions of the same program on the same machine in one. */
export function machineOf(sessions: readonly Session[]): string {
  const times = new Map<string, string[]>();
  for (const { startedAt, commit, isChanged, node, kernel, machine } of sessions) {
    const program = `commit ${commit}${isChanged ? ' with changes' : ''}`;
    const place = `${program}, Node ${node}, Linux ${kernel}, ${machine}`;
    times.set(place, [...(times.get(place) ?? []), minute(startedAt)]);
  }
  return [...times]
    .map(([place, starts]) => `${[...new Set(starts)].join(' and ')} UTC, ${place}`)
    .join('; ');
}

/** How a lane went. */
export function phaseLine({ lane, startedAt, endedAt, atOnce, load, canary }: Phase): string {
  const minutes = (Date.parse(endedAt) - Date.parse(startedAt)) / 60_000;
  const loads = `load average ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} at the end`;
  const wire =
    canary === null
      ? ''
      : `; a ping across an idle path of ${canary.nominalMs} ms beside them: median ${canary.medianMs.toFixed(1)} ms, ` +
        `${canary.withinTwoMsPercent.toFixed(1)} % of ${canary.pings} within 2 ms, 99 % below ${canary.p99Ms.toFixed(1)} ms`;
  return `${LANE_WORDS[lane](atOnce)}: ${minutes.toFixed(1)} minutes, ${loads}${wire}`;
}

const LANE_WORDS: Readonly<Record<Lane, (atOnce: number) => string>> = {
  alone: () => 'One program at a time',
  few: (atOnce) => `pathmtu in the counted cases, ${atOnce} at a time`,
  many: (atOnce) => `What mostly waits, and the counted runs of the others, ${atOnce} at a time`,
};

function minute(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
