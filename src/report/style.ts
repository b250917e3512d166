/** How a report is laid out. `columns` null: not a terminal, or not known; 80 then. */
export interface Layout {
  readonly columns: number | null;
  /** Whether ANSI colour codes may be used. Never for a pipe or a file. */
  readonly color: boolean;
}

/** A way to mark text up: returns it unchanged when colour is off. */
export type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly red: Paint;
}

/** The five marks that reports use. */
export function style(color: boolean): Style {
  const paint =
    (code: number, end: number): Paint =>
    (text) =>
      color && text !== '' ? `\u001B[${code}m${text}\u001B[${end}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    green: paint(32, 39),
    yellow: paint(33, 39),
    red: paint(31, 39),
  };
}

/**
 * Columns to write for: those of the terminal within {@link NARROWEST}..{@link WIDEST}, and
 * {@link DEFAULT_COLUMNS} when there is none.
 */
export function textColumns(layout: Layout): number {
  if (layout.columns === null) return DEFAULT_COLUMNS;
  return Math.min(Math.max(layout.columns, NARROWEST), WIDEST);
}

const DEFAULT_COLUMNS = 80;
/** Sentences longer than this are hard to read, however wide the terminal is. */
const WIDEST = 100;
/** Below this, wrapping does more harm than the terminal's own. */
const NARROWEST = 40;
