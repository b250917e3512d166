import type { Gateway } from '../gateways/gateway.ts';
import type { ProbeEvent } from '../probe/event.ts';
import { advance, render, start, type Live } from '../report/live.ts';
import { printable } from '../report/wrap.ts';
import type { GatewayOutcome } from '../run/measure-many.ts';
import type { Output } from './surroundings.ts';

/**
 * A live row per gateway on a terminal, at most every {@link REDRAW_MS}. Rows of those under way are drawn in place;
 * that of one that is done stays above them, so any number of gateways fits on any screen.
 */
export class LiveRows {
  readonly #terminal: Output;
  readonly #count: number;
  readonly #nameColumns: number;
  readonly #underWay = new Map<string, Live>();
  #justDone: string[] = [];
  #done = 0;
  #linesDrawn = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(terminal: Output, gateways: readonly Gateway[]) {
    this.#terminal = terminal;
    this.#count = gateways.length;
    this.#nameColumns = Math.min(MOST_NAME_COLUMNS, Math.max(...gateways.map(({ name }) => name.length)));
  }

  readonly onStart = ({ name }: Gateway): void => {
    this.#underWay.set(name, start(this.#column(name)));
    this.#drawSoon();
  };

  readonly onEvent = ({ name }: Gateway, event: ProbeEvent): void => {
    const live = this.#underWay.get(name);
    if (live === undefined) return;
    this.#underWay.set(name, advance(live, event));
    this.#drawSoon();
  };

  readonly onResult = ({ name }: Gateway, outcome: GatewayOutcome): void => {
    const live = this.#underWay.get(name) ?? start(this.#column(name));
    this.#underWay.delete(name);
    this.#done += 1;
    this.#justDone.push(
      outcome.type === 'measured'
        ? render(live, this.#columns())
        : printable(`${this.#column(name)}  not measured: ${outcome.error.message}`).slice(
            0,
            this.#columns(),
          ),
    );
    this.#drawSoon();
  };

  /** Leaves the rows as they ended; what follows begins below them. */
  end(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
      this.#draw();
    }
    if (this.#done > 0 || this.#linesDrawn > 0) this.#terminal.write('\n');
  }

  #drawSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#draw();
    }, REDRAW_MS);
  }

  #draw(): void {
    const room = Math.max(1, (this.#terminal.rows ?? DEFAULT_ROWS) - 2);
    const rows = [...this.#underWay.values()].slice(0, room).map((live) => render(live, this.#columns()));
    const isAllShown = this.#underWay.size <= room && this.#done + this.#underWay.size === this.#count;
    const lines = isAllShown ? rows : [...rows, `${this.#done} of ${this.#count} done`];
    const up = this.#linesDrawn === 0 ? '' : `\u001B[${this.#linesDrawn}A`;
    const text = [...this.#justDone, ...lines].map((line) => `${line}${ERASE_TO_END_OF_LINE}\n`).join('');
    this.#terminal.write(`${up}\r${text}${ERASE_BELOW}`);
    this.#justDone = [];
    this.#linesDrawn = lines.length;
  }

  /** The names as a column, so that the estimates stand below each other. */
  #column(name: string): string {
    return name.length > this.#nameColumns
      ? `${name.slice(0, this.#nameColumns - 1)}~`
      : name.padEnd(this.#nameColumns);
  }

  #columns(): number {
    // One column stays free: some terminals wrap as soon as the last one is written.
    return (this.#terminal.columns ?? DEFAULT_COLUMNS) - 1;
  }
}

/** As the live line of one gateway. */
const REDRAW_MS = 50;
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;
const MOST_NAME_COLUMNS = 28;
const ERASE_TO_END_OF_LINE = '\u001B[K';
const ERASE_BELOW = '\u001B[J';
