import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Memory } from '../health/memory.ts';
import type { HistoryRecord } from '../health/record.ts';
import { isLeftover } from './atomic-file.ts';
import { appendHistory, readHistory, type History } from './history-file.ts';
import { acquireLock, type Lock } from './lock.ts';
import { DAMAGED, readStateFile, setAside, writeStateFile } from './state-file.ts';
import { troubleWords } from './trouble.ts';

/** What a check makes of the memories: those to keep from now on, what goes to the history, and its own answer. */
export interface Update<Answer> {
  readonly memories: readonly Memory[];
  readonly records: readonly HistoryRecord[];
  readonly answer: Answer;
}

export interface Updated<Answer> {
  readonly answer: Answer;
  /** False: the next check will not know of this one. */
  readonly isRemembered: boolean;
  /** What was wrong with the directory, a line each. */
  readonly warnings: readonly string[];
}

/** What is remembered now, for a first look: without a lock, and without a word about what is wrong. */
export async function peekAtMemories(directory: string): Promise<readonly Memory[]> {
  const stored = await readStateFile(join(directory, STATE_FILE)).catch(() => null);
  return stored?.type === 'read' ? stored.memories : [];
}

/**
 * Reads the memories, has `change` make new ones of them, and writes those, one process at a time. Never rejects for
 * the directory's sake: what can't be written is a warning, and the answer stands.
 *
 * 1. The history is appended before the state is replaced. A process killed in between has not answered, so its change
 *    is found again by the next one.
 * 2. When this resolves with `isRemembered`, both are on the disk.
 * 3. Files that a killed process left are removed, a state file that can't be read is set aside under another name.
 * 4. Where nothing can be written, or another process holds the lock for longer than `waitMs`, `change` sees what can
 *    be read, and nothing is kept.
 *
 * @param at now: ISO 8601, UTC
 */
export async function updateState<Answer>(
  directory: string,
  { waitMs, at }: { readonly waitMs: number; readonly at: string },
  change: (memories: readonly Memory[]) => Update<Answer>,
): Promise<Updated<Answer>> {
  const unremembered = async (warning: string): Promise<Updated<Answer>> => ({
    answer: change(await peekAtMemories(directory)).answer,
    isRemembered: false,
    warnings: [`${inWords(directory)}: ${warning}; this check is not remembered`],
  });
  let lock: Lock;
  try {
    await mkdir(directory, { recursive: true, mode: 0o750 });
    const locking = await acquireLock(join(directory, LOCK_FILE), waitMs, at);
    if (locking.type === 'busy') {
      const { holder } = locking;
      return await unremembered(
        holder === null
          ? 'another process is using it'
          : `process ${holder.pid} has been using it since ${holder.at}`,
      );
    }
    ({ lock } = locking);
  } catch (error) {
    return unremembered(troubleWords(error));
  }
  try {
    return await updateLocked(directory, lock, at, change);
  } catch (error) {
    return await unremembered(troubleWords(error));
  } finally {
    await lock.release().catch(() => {});
  }
}

/** The history in a directory. Rejects with the system's error when it can't be read. */
export async function historyIn(directory: string): Promise<History> {
  // Nobody would know a mistyped name from an empty history.
  await readdir(directory);
  return readHistory(join(directory, HISTORY_FILE));
}

async function updateLocked<Answer>(
  directory: string,
  lock: Lock,
  at: string,
  change: (memories: readonly Memory[]) => Update<Answer>,
): Promise<Updated<Answer>> {
  const statePath = join(directory, STATE_FILE);
  const stored = await readStateFile(statePath);
  if (stored.type === 'too-new') {
    return {
      answer: change([]).answer,
      isRemembered: false,
      warnings: [
        `${inWords(directory)}: its ${STATE_FILE} is of a later pathmtu (version ${stored.version}) and stays as it ` +
          'is; this check is not remembered',
      ],
    };
  }
  const warnings: string[] = [];
  if (stored.type === 'damaged') {
    const aside = await setAside(statePath, at);
    warnings.push(
      `${inWords(directory)}: its ${STATE_FILE} is damaged (${stored.reason}) and was set aside as ` +
        `${JSON.stringify(aside)}; what was remembered begins anew`,
    );
  }
  const { memories, records, answer } = change(stored.type === 'read' ? stored.memories : []);
  try {
    await removeLeftovers(directory, at);
    if (!(await lock.isHeld())) throw new Error('the lock was broken');
    await appendHistory(join(directory, HISTORY_FILE), records);
    await writeStateFile(statePath, memories);
    return { answer, isRemembered: true, warnings };
  } catch (error) {
    warnings.push(`${inWords(directory)}: ${troubleWords(error)}; this check is not remembered`);
    return { answer, isRemembered: false, warnings };
  }
}

/**
 * Only the holder of the lock writes here, so what is half-written now is nobody's; but lock files in the making are
 * other processes', if they are young. Of files set aside the latest {@link MOST_SET_ASIDE} stay.
 */
async function removeLeftovers(directory: string, at: string): Promise<void> {
  const names = await readdir(directory);
  const setAsideFiles = names.filter((name) => name.startsWith(`${STATE_FILE}${DAMAGED}`)).toSorted();
  const doomed = setAsideFiles.slice(0, -MOST_SET_ASIDE);
  for (const name of names.filter(isLeftover)) {
    if (name.startsWith(`${LOCK_FILE}.`)) {
      // oxlint-disable-next-line no-await-in-loop -- there is hardly ever one
      const file = await stat(join(directory, name)).catch(() => null);
      if (file === null || file.mtimeMs > Date.parse(at) - YOUNG_MS) continue;
    }
    doomed.push(name);
  }
  await Promise.all(doomed.map((name) => rm(join(directory, name), { force: true })));
}

function inWords(directory: string): string {
  return `--state ${JSON.stringify(directory)}`;
}

const STATE_FILE = 'state.json';
const HISTORY_FILE = 'history.jsonl';
const LOCK_FILE = 'lock';
/** Between creating such a file and renaming it lie microseconds. */
const YOUNG_MS = 60_000;
const MOST_SET_ASIDE = 10;
