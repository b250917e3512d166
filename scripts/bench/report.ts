/** The measurements as Markdown. */
import { shown } from './answer.ts';
import { claimsAbout, type Claim } from './claims.ts';
import type { CaseSummary, Summary } from './summary.ts';

/** One line each, in order: when, where and how it was measured. */
export function markdown(summaries: readonly CaseSummary[], circumstances: readonly string[]): string {
  return [
    '# pathmtu beside its peers',
    '',
    'Written by `npm run bench`. ' +
      'Each case is a path of network namespaces; the programs run in it one after another, round by round. ' +
      'Times are medians of whole commands, start-up included. ' +
      "Packets and bytes are medians of what the client's interface sent, bytes of IP packets. " +
      'The path is 1500, 1400, 1500 bytes with the delay on the narrow link, unless the case says otherwise.',
    '',
    ...circumstances.map((line) => `- ${line}`),
    '',
    '## What must hold',
    '',
    '| claim | found | holds |',
    '|---|---|---|',
    ...claimsAbout(summaries).map(claimRow),
    '',
    ...summaries.flatMap(caseSection),
  ].join('\n');
}

function claimRow({ text, found, holds }: Claim): string {
  const verdict = holds === null ? 'not measured' : holds ? 'yes' : '**no**';
  return `| ${text} | ${found} | ${verdict} |`;
}

function caseSection({ one, overheadMs, rows }: CaseSummary): string[] {
  const ours = rows.find(({ peer }) => peer === 'pathmtu')?.medianMs ?? null;
  const fragments = one.fragments === null ? '' : `, fragments ${one.fragments}`;
  return [
    `## ${one.name}`,
    '',
    `${one.description}. The truth: ${one.pathMtu}${fragments}. ` +
      `A command that does nothing takes ${overheadMs.toFixed(0)} ms here.`,
    '',
    '| program | answer | right | time | × pathmtu | packets | bytes |',
    '|---|---|---|--:|--:|--:|--:|',
    ...rows.map((row) => programRow(row, ours)),
    '',
  ];
}

function programRow(row: Summary, oursMs: number | null): string {
  const { peer, exclusion, runs, medianMs, medianPackets, medianBytes } = row;
  if (exclusion !== null) return `| ${peer} | ${exclusion} | | | | | |`;
  const isKilled = runs.some((run) => run.isKilled);
  const cells = [
    peer,
    answers(row),
    worths(row),
    medianMs === null ? '-' : `${isKilled ? '> ' : ''}${seconds(medianMs)}`,
    medianMs === null || oursMs === null ? '-' : (medianMs / oursMs).toFixed(medianMs / oursMs < 10 ? 2 : 0),
    medianPackets ?? '-',
    medianBytes ?? '-',
  ];
  return `| ${cells.join(' | ')} |`;
}

/** The most frequent first; few of many. */
function answers({ runs }: Summary): string {
  const counts = new Map<string, number>();
  for (const { answer, isKilled } of runs) {
    const text = isKilled ? 'killed' : shown(answer);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  const first = sorted
    .slice(0, MOST_ANSWERS)
    .map(([text, count]) => (count === runs.length ? text : `${text} (${count})`));
  const rest = sorted.length - first.length;
  return [...first, ...(rest > 0 ? [`${rest} more`] : [])].join('; ');
}

/** `5 of 5`, or what the others are. */
function worths({ counts, runs }: Summary): string {
  const others = (['partly', 'bounded', 'none', 'wrong'] as const)
    .filter((worth) => counts[worth] > 0)
    .map((worth) => `${counts[worth]} ${worth === 'wrong' ? '**wrong**' : worth}`);
  return [`${counts.right} of ${runs.length}`, ...others].join(', ');
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(3)} s` : `${(ms / 1000).toFixed(1)} s`;
}

const MOST_ANSWERS = 4;
