import type { Comparison, ComparisonEntry, Grade } from '../results/comparison.ts';
import { columnsOf, type Column } from './columns.ts';
import {
  COMPARISON_LEGEND,
  comparisonCells,
  ikeAuthLegend,
  ikeAuthSize,
  type ComparisonCells,
} from './comparison-cells.ts';
import { style, textColumns, type Layout, type Paint, type Style } from './style.ts';
import { hang, printable, wrap } from './wrap.ts';

/**
 * A comparison for a person: a row per gateway in ranking order, which to use and why, and what sets them apart. The
 * addresses are a column of their own where there is room, else they stand below the names; where that is not
 * enough, names are cut.
 */
export function comparisonTable(comparison: Comparison, layout: Layout): string {
  const columns = textColumns(layout);
  const paint = style(layout.color);
  const hasIkeAuth = comparison.entries.some(({ result }) => result.ikeAuth !== null);
  const sections = [
    rowsOf(comparison.entries, columns, paint),
    [
      ...wrap(COMPARISON_LEGEND, columns),
      ...(hasIkeAuth ? wrap(ikeAuthLegend(ikeAuthSize(comparison.entries)), columns) : []),
    ].map(paint.dim),
    recommendation(comparison, columns, paint),
    differences(comparison.differences, columns, paint),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function rowsOf(entries: readonly ComparisonEntry[], columns: number, paint: Style): string[] {
  const rows = entries.map((entry) => ({ entry, cells: comparisonCells(entry) }));
  const hasIkeAuth = entries.some(({ result }) => result.ikeAuth !== null);
  const hasAddresses = rows.some(({ cells }) => cells.address !== '');
  const drawn = (hasAddressColumn: boolean, nameColumns: number): string[] => {
    const shown = COLUMNS.filter(
      ({ key }) => (key !== 'ikeAuth' || hasIkeAuth) && (key !== 'address' || hasAddressColumn),
    );
    return columnsOf(
      shown.map(({ heading, align }) => ({ heading, align })),
      rows.map(({ cells }) => shown.map(({ key }) => cut(printable(cells[key]), key, nameColumns))),
    );
  };
  const wide = drawn(hasAddresses, Infinity);
  const isWide = widest(wide) <= columns;
  const high = isWide ? wide : drawn(false, Infinity);
  const [heading = '', ...lines] =
    widest(high) <= columns
      ? high
      : drawn(false, Math.max(0, columns - widest(drawn(false, 0))) + 'GATEWAY'.length);
  // Below the name, which stands behind the rank.
  const indent = Math.max(...rows.map(({ cells }) => cells.rank.length)) + 2;
  return [
    paint.bold(heading),
    ...lines.flatMap((line, index) => {
      const row = rows[index];
      if (row === undefined) return [];
      const { address, failure } = row.cells;
      return [
        gradePaint(row.entry.grade, paint)(line),
        ...(isWide || address === '' ? [] : hang('', address, indent, columns).map(paint.dim)),
        ...(failure === null ? [] : hang('', failure, indent, columns)),
      ];
    }),
  ];
}

function widest(lines: readonly string[]): number {
  return Math.max(...lines.map((line) => line.length));
}

function cut(text: string, key: keyof ComparisonCells, columns: number): string {
  if (key !== 'gateway' || text.length <= columns) return text;
  return columns === 0 ? '' : `${text.slice(0, columns - 1)}~`;
}

function gradePaint(grade: Grade, { green, yellow, red }: Style): Paint {
  switch (grade) {
    case 'works':
      return green;
    case 'at-risk':
    case 'unknown':
      return yellow;
    case 'fails':
    case 'silent':
    case 'unmeasured':
      return red;
  }
}

function recommendation(
  { recommendation: { use, sentence } }: Comparison,
  columns: number,
  paint: Style,
): string[] {
  const mark = use === null ? paint.yellow : paint.green;
  return wrap(sentence, columns).map((line) => paint.bold(mark(line)));
}

function differences(sentences: readonly string[], columns: number, { bold }: Style): string[] {
  if (sentences.length === 0) return [];
  return [bold('DIFFERENCES'), ...sentences.flatMap((sentence) => hang('  - ', sentence, 4, columns))];
}

const COLUMNS = [
  { key: 'rank', heading: '#', align: 'right' },
  { key: 'gateway', heading: 'GATEWAY', align: 'left' },
  { key: 'address', heading: 'ADDRESS', align: 'left' },
  { key: 'pathMtu', heading: 'MTU', align: 'right' },
  { key: 'blackHole', heading: 'HOLE', align: 'left' },
  { key: 'ipFragments', heading: 'IP FR', align: 'left' },
  { key: 'ikeFragmentation', heading: 'IKE FR', align: 'left' },
  { key: 'ikeAuth', heading: 'IKE_AUTH', align: 'left' },
  { key: 'rttMs', heading: 'RTT ms', align: 'right' },
  { key: 'loss', heading: 'LOSS', align: 'right' },
] as const satisfies readonly (Column & { readonly key: Exclude<keyof ComparisonCells, 'failure'> })[];
