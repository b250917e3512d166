import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { isBounds } from '../../src/health/facts.ts';
import { parseState } from '../../src/state/state-file.ts';
import { must } from './commands.ts';
import { createFolder } from './namespaces.ts';
import { describeInLab } from './requirements.ts';

const KILLS = 200;
/** Side by side, each in a directory of its own, so that it takes seconds and not minutes. */
const WRITERS = 4;
const WRITER = fileURLToPath(new URL('./state-writer.ts', import.meta.url));
const ESBUILD = fileURLToPath(new URL('../../node_modules/esbuild/bin/esbuild', import.meta.url));

describeInLab('a state that is killed at random moments', () => {
  describe(`${KILLS} times`, () => {
    test('is always readable, and never older than the last acknowledged one', async () => {
      const program = bundledWriter();
      const perWriter = KILLS / WRITERS;
      const lives = (
        await Promise.all(Array.from({ length: WRITERS }, () => livesOf(program, perWriter)))
      ).flat();

      expect(lives).toHaveLength(KILLS);
      expect(lives.filter(({ complaint }) => complaint !== null)).toEqual([]);
      // Most had written something before, so they were killed while they wrote.
      expect(lives.filter(({ acknowledged }) => acknowledged > 0).length).toBeGreaterThan(KILLS / 4);
    }, 180_000);
  });
});

interface Life {
  /** How many updates were acknowledged. */
  readonly acknowledged: number;
  /** What was wrong; null: nothing. */
  readonly complaint: string | null;
}

function bundledWriter(): string {
  const program = join(createFolder(), 'state-writer.mjs');
  must(ESBUILD, [WRITER, '--bundle', '--platform=node', '--format=esm', `--outfile=${program}`]);
  return program;
}

/** One life after the other in the same directory, each ended by SIGKILL. */
async function livesOf(program: string, count: number): Promise<Life[]> {
  const directory = createFolder();
  const lives: Life[] = [];
  let stored = 0;
  while (lives.length < count) {
    // oxlint-disable no-await-in-loop -- one life after the other
    const output = await live(program, directory, stored + 1);
    // oxlint-enable no-await-in-loop
    const numbers = output.split('\n').slice(0, -1);
    const last = Number(numbers.at(-1) ?? stored);
    const now = storedIn(directory);
    const complaint =
      now === null
        ? 'it cannot be read'
        : Number.isNaN(last)
          ? output
          : now < last
            ? `${last} was acknowledged, ${now} is there`
            : null;
    lives.push({ acknowledged: numbers.length, complaint });
    stored = now ?? stored;
  }
  const left = readdirSync(directory).filter((name) => name.includes('damaged'));
  return left.length === 0 ? lives : [...lives, { acknowledged: 0, complaint: left.join(', ') }];
}

/**
 * What it printed until it was killed: within a few updates of its first one, or, one time in four, at any moment
 * after its start, however slow the machine is.
 */
async function live(program: string, directory: string, first: number): Promise<string> {
  const child = spawn(process.execPath, [program, directory, `${first}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] },
  });
  const ended = once(child, 'close');
  const killAfter = (milliseconds: number): NodeJS.Timeout =>
    setTimeout(() => child.kill('SIGKILL'), milliseconds);
  const timers = Math.random() < 0.25 ? [killAfter(Math.random() * FROM_THE_START_MS)] : [];
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    timers.push(killAfter(Math.random() * SOME_UPDATES_MS));
  });
  await ended;
  for (const timer of timers) clearTimeout(timer);
  return output;
}

/** The number in the state; 0 when there is none yet, null when it is damaged. */
function storedIn(directory: string): number | null {
  if (!readdirSync(directory).includes('state.json')) return 0;
  const state = parseState(readFileSync(join(directory, 'state.json'), 'utf8'));
  if (state.type !== 'read' || state.memories.length !== 200) return null;
  const numbers = new Set(
    state.memories.map(({ facts }) =>
      facts.mtu !== undefined && isBounds(facts.mtu.value) ? facts.mtu.value.from : -1,
    ),
  );
  // All of one writing, not half of two.
  return numbers.size === 1 ? Math.max(...numbers) : null;
}

const FROM_THE_START_MS = 400;
const SOME_UPDATES_MS = 50;
