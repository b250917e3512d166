/**
 * Everything as it is measured, a line of JSON each, so that an interrupted campaign goes on where it was:
 * `runs.jsonl` beside the results.
 */
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Exclusion, Effort, Lane } from './plan.ts';
import type { Phase, Session } from './results.ts';
import type { Run } from './run.ts';

/** The first line: what was asked for. */
export interface Order extends Effort {
  readonly cases: readonly string[];
  readonly peers: readonly string[];
  readonly networks: number;
  readonly longestMs: number;
  /** Of the program's sources: runs of two programs are not to stand in one row. */
  readonly code: string;
}

export interface SessionEntry extends Omit<Session, 'phases'> {
  readonly exclusions: readonly Exclusion[];
}

export interface RunEntry extends Run {
  readonly caseName: string;
  readonly peer: string;
  readonly round: number;
  readonly lane: Lane;
}

/** Of the session whose entry stands before it. */
export type Entry =
  | ({ readonly type: 'order' } & Order)
  | ({ readonly type: 'session' } & SessionEntry)
  | ({ readonly type: 'run' } & RunEntry)
  | { readonly type: 'overhead'; readonly caseName: string; readonly durationMs: number }
  | ({ readonly type: 'phase' } & Phase);

/** Keeps entries, and in a file too unless `path` is null. */
export class Journal {
  readonly #path: string | null;
  readonly #entries: Entry[];

  private constructor(path: string | null, entries: Entry[]) {
    this.#path = path;
    this.#entries = entries;
  }

  /** An empty one. What the file held, perhaps an interrupted campaign, is kept as `….previous`. */
  static begin(path: string | null): Journal {
    if (path !== null) {
      if (existsSync(path)) renameSync(path, `${path}.previous`);
      writeFileSync(path, '');
    }
    return new Journal(path, []);
  }

  /** The one that the file holds; null: there is none. */
  static resume(path: string): Journal | null {
    if (!existsSync(path)) return null;
    const entries = readEntries(readFileSync(path, 'utf8'));
    // Without the line that was cut off.
    writeFileSync(path, entries.map(lineOf).join(''));
    return new Journal(path, entries);
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    if (this.#path !== null) appendFileSync(this.#path, lineOf(entry));
  }
}

/** Up to the first line that is no JSON: what an interruption cut off. */
export function readEntries(text: string): Entry[] {
  const entries: Entry[] = [];
  for (const line of text.split('\n')) {
    try {
      entries.push(JSON.parse(line) as Entry);
    } catch {
      return entries;
    }
  }
  return entries;
}

function lineOf(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}
