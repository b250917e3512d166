import { readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Memory } from '../health/memory.ts';
import { replaceFile, syncDirectory } from './atomic-file.ts';
import { codeOf } from './trouble.ts';

export type StoredState =
  /** Empty where there is no file yet. */
  | { readonly type: 'read'; readonly memories: readonly Memory[] }
  | { readonly type: 'damaged'; readonly reason: string }
  /** Of a later version of the program, which may not be overwritten. */
  | { readonly type: 'too-new'; readonly version: number };

/** Rejects with the system's error where the file is there and can't be read. */
export async function readStateFile(path: string): Promise<StoredState> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { type: 'read', memories: [] };
    throw error;
  }
  return parseState(text);
}

/** Never throws: whatever the text is, it is a state, a damaged one or one of the future. */
export function parseState(text: string): StoredState {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { type: 'damaged', reason: text.trim() === '' ? 'it is empty' : 'it is no JSON' };
  }
  const version = z.object({ version: z.int().positive() }).safeParse(json);
  if (version.success && version.data.version > STATE_VERSION) {
    return { type: 'too-new', version: version.data.version };
  }
  const parsed = stateSchema.safeParse(json);
  if (parsed.success) return { type: 'read', memories: parsed.data.gateways };
  const [issue] = parsed.error.issues;
  const where = issue?.path.map(String).join('.') ?? '';
  return { type: 'damaged', reason: `${where === '' ? 'the whole' : where} is not what it should be` };
}

export async function writeStateFile(path: string, memories: readonly Memory[]): Promise<void> {
  await replaceFile(path, `${JSON.stringify({ version: STATE_VERSION, gateways: memories })}\n`);
}

/** Moves a file out of the way, under a name with the time. Resolves to that name. */
export async function setAside(path: string, at: string): Promise<string> {
  const aside = `${path}${DAMAGED}${at.replaceAll(/[-:.]/g, '')}`;
  await rename(path, aside);
  await syncDirectory(dirname(path));
  return aside;
}

const STATE_VERSION = 1;
/** Between a file's name and the time at which it was set aside. */
export const DAMAGED = '.damaged-';

const mtuSchema = z.object({ from: z.number(), to: z.number().nullable() });
const remembered = <Value extends z.ZodType>(value: Value) =>
  z.object({ value, since: z.iso.datetime(), before: value.nullable() });
const fragmentsSchema = z.enum(['delivered', 'dropped']);

const memorySchema = z.object({
  name: z.string(),
  host: z.string(),
  family: z.union([z.literal(4), z.literal(6)]),
  checkedAt: z.iso.datetime(),
  facts: z.object({
    answers: remembered(z.boolean()).exactOptional(),
    mtu: remembered(mtuSchema).exactOptional(),
    blackHole: remembered(z.boolean()).exactOptional(),
    fragments: remembered(fragmentsSchema).exactOptional(),
    ikeAnswers: remembered(z.boolean()).exactOptional(),
    ikeFragmentation: remembered(z.boolean()).exactOptional(),
  }),
  unrest: z.string().regex(/^[01]*$/),
  isFlapping: z.boolean(),
});

const stateSchema = z.object({ version: z.literal(STATE_VERSION), gateways: z.array(memorySchema) });
