/** The README's figures: what stands between its two markers, made from the results. */
import { betweenMarkers } from './between-markers.ts';
import { claimsAbout } from './claims.ts';
import { claimsTable, LEGEND, machineOf, ratio, time, worths } from './figures.ts';
import type { CaseResult, Results, Row } from './results.ts';

/** The README with the figures of these results in place of what stands there; null: none have been recorded. */
export function withFigures(readme: string, results: Results | null): string {
  const figures = results === null ? ['No results have been recorded yet.'] : figuresOf(results);
  return betweenMarkers(readme, 'bench', figures);
}

function figuresOf(results: Results): string[] {
  const { sessions, cases } = results;
  const timed = cases.filter(({ kind }) => kind === 'timed');
  const counted = cases.filter(({ kind }) => kind === 'counted');
  return [
    `Measured ${machineOf(sessions)}.`,
    ...(timed.length === 0
      ? []
      : ['', timedSentence(results), '', ...table(timed, timedCell), '', ...absences(timed)]),
    ...(counted.length === 0
      ? []
      : ['', COUNTED, '', ...table(counted, countedCell), '', ...absences(counted)]),
    '',
    'What pathmtu is to hold, and what was found:',
    '',
    ...claimsTable(claimsAbout(results)),
  ];
}

function timedSentence({ sessions }: Results): string {
  const loads = sessions.flatMap(({ phases }) =>
    phases.flatMap(({ lane, load }) => (lane === 'alone' ? [load.before] : [])),
  );
  const load = loads.length === 0 ? '' : ` (load average ${Math.max(...loads).toFixed(1)} when that began)`;
  return (
    'Right answers, the time of the whole command (in brackets, how many times that of pathmtu), and what was sent; ' +
    `medians. Programs that wait minutes in a black hole did so side by side, all else ran one at a time${load}. ` +
    LEGEND
  );
}

/** A row for each case, a column for each program. */
function table(
  cases: readonly CaseResult[],
  cellOf: (row: Row, one: CaseResult) => readonly (string | null)[],
): string[] {
  const peers = [...new Set(cases.flatMap(({ rows }) => rows.map(({ peer }) => peer)))];
  return [
    cells(['case', ...peers]),
    cells(['---', ...peers.map(() => '---')]),
    ...cases.map((one) =>
      cells([
        `${one.description} (\`${one.name}\`)`,
        ...peers.map((peer) => {
          const row = one.rows.find((each) => each.peer === peer);
          if (row === undefined || row.exclusion !== null) return '–';
          return cellOf(row, one)
            .filter((line) => line !== null)
            .join('<br>');
        }),
      ]),
    ),
  ];
}

function cells(values: readonly string[]): string {
  return `| ${values.join(' | ')} |`;
}

function timedCell(row: Row, { rows }: CaseResult): readonly (string | null)[] {
  const ours = rows.find(({ peer }) => peer === 'pathmtu') ?? null;
  const factor = row === ours ? null : ratio(row, ours?.medianMs ?? null);
  return [
    worths(row),
    `${time(row) ?? '–'}${factor === null ? '' : ` (${factor} ×)`}`,
    `${row.medianPackets ?? '–'} packets`,
    row.medianBytes === null ? null : `${row.medianBytes} bytes`,
  ];
}

function countedCell(row: Row): readonly string[] {
  return [worths(row), ...(row.killed > 0 ? [`${row.killed} killed after ${row.limitMs / 1000} s`] : [])];
}

/** What the dashes mean, each reason once. */
function absences(cases: readonly CaseResult[]): string[] {
  const reasons = cases.flatMap(({ rows }) =>
    rows.flatMap(({ peer, exclusion }) => (exclusion === null ? [] : `${peer}: ${exclusion}`)),
  );
  return reasons.length === 0 ? [] : [`– not measured (${[...new Set(reasons)].join('; ')}).`];
}

const COUNTED = 'Loss, reordering and duplication, and how often the answer was right:';
