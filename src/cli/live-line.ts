import type { ProbeEvent } from '../probe/event.ts';
import { advance, render, start, type Live } from '../report/live.ts';
import type { Output } from './surroundings.ts';

/** Draws the live line on a terminal, in place, at most every {@link REDRAW_MS}. */
export class LiveLine {
  readonly #terminal: Output;
  #live: Live;
  #isDrawn = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(terminal: Output, target: string) {
    this.#terminal = terminal;
    this.#live = start(target);
  }

  readonly onEvent = (event: ProbeEvent): void => {
    this.#live = advance(this.#live, event);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#draw();
    }, REDRAW_MS);
  };

  /** Leaves the line as it ended, for whoever reads the screen later; what follows begins below it. */
  end(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
      this.#draw();
    }
    if (this.#isDrawn) this.#terminal.write('\n\n');
  }

  #draw(): void {
    this.#isDrawn = true;
    // One column stays free: some terminals wrap as soon as the last one is written.
    const columns = (this.#terminal.columns ?? DEFAULT_COLUMNS) - 1;
    this.#terminal.write(`\r${render(this.#live, columns)}${ERASE_TO_END_OF_LINE}`);
  }
}

/** Twenty times a second looks continuous, and costs the probes nothing. */
const REDRAW_MS = 50;
const DEFAULT_COLUMNS = 80;
const ERASE_TO_END_OF_LINE = '\u001B[K';
