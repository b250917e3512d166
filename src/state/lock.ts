import { randomBytes } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { codeOf } from './trouble.ts';

/** Who holds a lock. */
type LockHolder = z.infer<typeof holderSchema>;

export interface Lock {
  /** Whether it is still this one that stands there: false when somebody took it for a dead one's. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

export type Locking =
  | { readonly type: 'locked'; readonly lock: Lock }
  /** `holder` null: it does not let itself be read. */
  | { readonly type: 'busy'; readonly holder: LockHolder | null };

/**
 * Takes a lock, waiting at most `waitMs` for another process to release it.
 *
 * 1. The lock is a file that says who holds it: pid, the time at which that process started, host. It gets its name by
 *    link(2), which fails where the name is taken, as O_EXCL does; unlike with O_EXCL the file is never there without
 *    its content, so a process killed in between leaves nothing that nobody can judge.
 * 2. A lock whose process is gone is broken. A pid that lives again is told by its start time. Of a process on another
 *    host nothing can be known but the age of its lock; it is broken after {@link LONGEST_HOLD_MS}.
 * 3. It is broken by renaming, which only one of several can do, and put back if it turns out to be another one by
 *    then.
 *
 * Rejects with the system's error where no lock can be written.
 *
 * @param at now: ISO 8601, UTC
 */
export async function acquireLock(path: string, waitMs: number, at: string): Promise<Locking> {
  const own = JSON.stringify({
    pid: process.pid,
    startedTicks: await startedTicksOf(process.pid),
    host: hostname(),
    at,
    token: randomBytes(8).toString('hex'),
  } satisfies LockHolder);
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    // oxlint-disable no-await-in-loop -- one try after the other is what it does
    if (await place(path, own)) return { type: 'locked', lock: lockOf(path, own) };
    const text = await textOf(path);
    const holder = text === null ? null : holderOf(text);
    if (text !== null && (holder === null || (await isDead(holder, at)))) {
      await breakLock(path, text);
      continue;
    }
    if (waitedMs >= waitMs) return { type: 'busy', holder };
    await sleep(POLL_MS);
    // oxlint-enable no-await-in-loop
  }
}

function lockOf(path: string, own: string): Lock {
  const isHeld = async (): Promise<boolean> => (await textOf(path)) === own;
  return {
    isHeld,
    async release() {
      if (await isHeld()) await rm(path, { force: true });
    },
  };
}

/** Whether the lock is ours now. */
async function place(path: string, own: string): Promise<boolean> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o644);
    try {
      await handle.writeFile(own);
    } finally {
      await handle.close();
    }
    await link(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function breakLock(path: string, stale: string): Promise<void> {
  const aside = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if ((await textOf(aside)) !== stale) {
    // Somebody was faster, and this is the lock of a living process.
    await link(aside, path).catch(() => {});
  }
  await rm(aside, { force: true });
}

async function isDead({ pid, startedTicks, host, at: since }: LockHolder, at: string): Promise<boolean> {
  if (host !== hostname()) return Math.abs(Date.parse(at) - Date.parse(since)) > LONGEST_HOLD_MS;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, as another user.
    if (codeOf(error) === 'ESRCH') return true;
  }
  const ticks = await startedTicksOf(pid);
  return startedTicks !== null && ticks !== null && ticks !== startedTicks;
}

/** When a process started, in clock ticks since the boot: field 22 of proc(5)'s stat. Null: not on this system. */
async function startedTicksOf(pid: number): Promise<number | null> {
  const stat = await textOf(`/proc/${pid}/stat`);
  // The second field, the command in parentheses, may hold spaces and parentheses.
  const field = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[FIELD_22];
  return field === undefined || !/^\d+$/.test(field) ? null : Number(field);
}

/** Null: it is not there, or not to be read. */
async function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}

/** Null: no lock of ours, so nobody holds it. */
function holderOf(text: string): LockHolder | null {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

const holderSchema = z.object({
  pid: z.int().positive(),
  startedTicks: z.number().nullable(),
  host: z.string(),
  at: z.iso.datetime(),
  token: z.string(),
});

/** Counted from the third field, the first behind the command. */
const FIELD_22 = 19;
/** It is held while a small file is written. */
const POLL_MS = 20;
const LONGEST_HOLD_MS = 3_600_000;
