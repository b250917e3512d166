import { open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { HistoryRecord } from '../health/record.ts';
import { giveToOwnerOf } from './atomic-file.ts';
import { codeOf } from './trouble.ts';

/** What a history holds, the oldest first. */
export interface History {
  readonly records: readonly HistoryRecord[];
  /** Lines that are no record, as a full disk or a killed writer leaves them. */
  readonly damagedLines: number;
}

/**
 * Appends records, one line of JSON each, and has them on the disk when it resolves. A file that would grow beyond
 * {@link HISTORY_BYTES} is set back first: it becomes `path.1`, that becomes `path.2`, and so on up to
 * {@link OLD_FILES}; the last one is dropped. One process at a time: under the lock.
 *
 * Rejects with the system's error, and leaves no half-written line.
 */
export async function appendHistory(path: string, records: readonly HistoryRecord[]): Promise<void> {
  if (records.length === 0) return;
  const text = records.map((record) => `${JSON.stringify(record)}\n`).join('');
  let handle = await openToAppend(path);
  try {
    let { size } = await handle.stat();
    if (size > 0 && size + Buffer.byteLength(text) > HISTORY_BYTES) {
      await handle.close();
      await rotate(path);
      handle = await openToAppend(path);
      size = 0;
    }
    const isTorn = size > 0 && (await lastByteOf(handle, size)) !== NEWLINE;
    try {
      await handle.appendFile(`${isTorn ? '\n' : ''}${text}`);
      await handle.sync();
    } catch (error) {
      await handle.truncate(size).catch(() => {});
      throw error;
    }
  } finally {
    await handle.close();
  }
}

/** All records there are. Lines that are none are counted. Rejects where a file is there and can't be read. */
export async function readHistory(path: string): Promise<History> {
  const records: HistoryRecord[] = [];
  let damagedLines = 0;
  for (let age = OLD_FILES; age >= 0; age -= 1) {
    // oxlint-disable-next-line no-await-in-loop -- the oldest first
    for (const line of await linesOf(age === 0 ? path : `${path}.${age}`)) {
      const record = parseRecord(line);
      if (record === null) damagedLines += 1;
      else records.push(record);
    }
  }
  return { records, damagedLines };
}

/** Null: the line is no record. */
function parseRecord(line: string): HistoryRecord | null {
  try {
    return recordSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

async function openToAppend(path: string): Promise<FileHandle> {
  const handle = await open(path, 'a+', 0o640);
  await giveToOwnerOf(dirname(path), handle);
  return handle;
}

async function linesOf(path: string): Promise<string[]> {
  try {
    return (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function rotate(path: string): Promise<void> {
  for (let age = OLD_FILES - 1; age >= 0; age -= 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- each makes room for the next
      await rename(age === 0 ? path : `${path}.${age}`, `${path}.${age + 1}`);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
}

async function lastByteOf(handle: FileHandle, size: number): Promise<number | undefined> {
  const { buffer } = await handle.read(new Uint8Array(1), 0, 1, size - 1);
  return buffer[0];
}

const NEWLINE = 10;
/** Ten gateways every quarter of an hour fill one in about two weeks. */
export const HISTORY_BYTES = 4 * 1024 * 1024;
/** So that the whole stays below 20 MB. */
export const OLD_FILES = 4;

const mtuSchema = z.object({ from: z.number(), to: z.number().nullable() });
const fragmentsSchema = z.enum(['delivered', 'dropped']);
const valueSchema = z.union([z.boolean(), fragmentsSchema, mtuSchema]);

const recordSchema = z.object({
  at: z.iso.datetime(),
  gateway: z.string(),
  host: z.string(),
  address: z.string(),
  family: z.union([z.literal(4), z.literal(6)]),
  status: z.enum(['OK', 'WARNING', 'CRITICAL', 'UNKNOWN']),
  mtu: mtuSchema.nullable(),
  blackHole: z.boolean().nullable(),
  fragments: fragmentsSchema.nullable(),
  ikeFragmentation: z.boolean().nullable(),
  ikeAuth: z
    .enum([
      'fits',
      'ike-fragmented',
      'ip-fragments-delivered',
      'ip-fragments-dropped',
      'ip-fragments-unknown',
    ])
    .nullable(),
  rttMs: z.number().nullable(),
  lossRate: z.number().nullable(),
  changes: z.array(
    z.object({
      fact: z.enum(['answers', 'mtu', 'blackHole', 'fragments', 'ikeAnswers', 'ikeFragmentation']),
      from: valueSchema,
      to: valueSchema,
    }),
  ),
  error: z.string().nullable(),
});
