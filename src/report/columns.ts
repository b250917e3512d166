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
  const table = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colAligns: columns.map((column) => column.align),
  });
  table.push(
    columns.map((column) => column.heading),
    ...rows.map((row) => [...row]),
  );
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

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
