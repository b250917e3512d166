import Table from 'cli-table3';

export interface Column {
  readonly heading: string;
  readonly align: 'left' | 'right';
}

/**
 * A table without lines: a heading row, then the rows, two spaces between columns, numbers to the right. ASCII
 * only, so it survives a ticket, a mail and a Windows console.
 */
export function columnsOf(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const headings = columns.map((column) => column.heading);
  if (rows.length <= ROWS_AT_ONCE) return drawn(columns, [headings, ...rows]);
  // The widest cells of all rows in each piece make its columns as wide as those of the others.
  const widest = headings.map((heading, place) =>
    rows.reduce(
      (text, row) => (text.length < (row[place] ?? '').length ? (row[place] ?? '') : text),
      heading,
    ),
  );
  const pieces = Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, index) =>
    rows.slice(index * ROWS_AT_ONCE, (index + 1) * ROWS_AT_ONCE),
  );
  const [heading = ''] = drawn(columns, [headings, widest]);
  return [heading, ...pieces.flatMap((piece) => drawn(columns, [widest, ...piece]).slice(1))];
}

function drawn(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const table = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colAligns: columns.map((column) => column.align),
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** cli-table3 takes time with the square of the rows: 27 s for 10,000 on a busy machine, and 6 s in pieces of this size. */
const ROWS_AT_ONCE = 200;

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const;
