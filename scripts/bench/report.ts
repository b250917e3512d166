/** The long form of the results, bench/RESULTS.md. */
import { claimsAbout } from './claims.ts';
import { claimsTable, LEGEND, machineOf, phaseLine, ratio, time, worths } from './figures.ts';
import type { CaseResult, Results, Row, Session } from './results.ts';

export function markdown(results: Results): string {
  const { sessions, cases } = results;
  return [
    '# pathmtu beside other programs',
    '',
    'Written by `npm run bench`. Each case is a path of network namespaces: 1500, 1400, 1500 bytes with the delay on ' +
      'the narrow link, unless the case says otherwise. ' +
      'In a timed case the programs run one after another, round by round, and the benchmark runs nothing else. ' +
      'In a counted case they run often, in many such paths side by side, and what counts is how often the answer is ' +
      'right; the times there are those of a shared machine. ' +
      'Programs that wait minutes in a black hole run side by side in timed cases too (marked ∥): they wait by their ' +
      'own clocks and use no processor. ' +
      'Times are medians of whole commands, start-up included. ' +
      "Packets and bytes are medians of what the client's interface sent, bytes of IP packets. " +
      LEGEND,
    '',
    ...sessions.flatMap((session) => sessionLines(session, results)),
    '',
    '## What must hold',
    '',
    ...claimsTable(claimsAbout(results)),
    '',
    ...cases.flatMap(caseSection),
  ].join('\n');
}

function sessionLines(session: Session, { sessions, cases }: Results): string[] {
  const names = cases
    .filter(({ rows }) => rows.some((row) => row.sessions.includes(session.startedAt)))
    .map(({ name }) => name);
  const scope = sessions.length === 1 ? '' : ` (${names.join(', ')})`;
  return [
    `- ${machineOf([session])}${scope}`,
    ...session.phases.map((phase) => `  - ${phaseLine(phase)}`),
    ...(session.packages.length === 0 ? [] : [`  - ${session.packages.join(', ')}`]),
    `  - A program that takes longer than ${session.longestMs / 1000} s is killed`,
  ];
}

function caseSection(one: CaseResult): string[] {
  const ours = one.rows.find(({ peer }) => peer === 'pathmtu')?.medianMs ?? null;
  const fragments = one.fragments === null ? '' : `, fragments ${one.fragments}`;
  const overhead =
    one.overheadMs === null ? '' : ` A command that does nothing takes ${one.overheadMs.toFixed(0)} ms here.`;
  return [
    `## ${one.name}`,
    '',
    `${one.description}. ${one.kind === 'timed' ? 'Timed' : 'Counted'}. ` +
      `The truth: ${one.pathMtu}${fragments}.${overhead}`,
    '',
    '| program | answer | right | time | × pathmtu | packets | bytes |',
    '|---|---|---|--:|--:|--:|--:|',
    ...one.rows.map((row) => programRow(row, one, ours)),
    '',
  ];
}

function programRow(row: Row, { kind }: CaseResult, oursMs: number | null): string {
  const { peer, exclusion, lane, medianPackets, medianBytes } = row;
  if (exclusion !== null) return `| ${peer} | ${exclusion} | | | | | |`;
  const cells = [
    kind === 'timed' && lane === 'many' ? `${peer} ∥` : peer,
    answers(row),
    worths(row),
    time(row) ?? '-',
    ratio(row, oursMs) ?? '-',
    medianPackets ?? '-',
    medianBytes ?? '-',
  ];
  return `| ${cells.join(' | ')} |`;
}

/** The most frequent first; few of many. */
function answers({ answers: all, count, killed, limitMs }: Row): string {
  const first = all.slice(0, MOST_ANSWERS).map(({ text, count: times }) => {
    const words = text === 'killed' && killed > 0 ? `killed after ${limitMs / 1000} s` : text;
    return times === count ? words : `${words} (${times})`;
  });
  const rest = all.length - first.length;
  return [...first, ...(rest > 0 ? [`${rest} more`] : [])].join('; ');
}

const MOST_ANSWERS = 4;
