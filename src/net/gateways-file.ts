import { readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { PathmtuError } from '../errors.ts';

/**
 * The text of a gateways file: UTF-8, or UTF-16 as PowerShell writes it.
 *
 * @throws {PathmtuError} `bad-gateways-file`, in one line: the file, what is wrong and what to do
 */
export async function readGatewaysFile(path: string): Promise<string> {
  const refused = (reason: string, cause?: unknown): PathmtuError =>
    new PathmtuError('bad-gateways-file', `${path} ${reason}`, cause === undefined ? {} : { cause });
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) throw refused('is larger than 4 MB: no gateways file is');
    const bytes = await readFile(path);
    const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
    return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof PathmtuError) throw cause;
    const code = codeOf(cause);
    throw refused(REASONS.get(code) ?? `cannot be read (${code})`, cause);
  }
}

/**
 * Writes a file that is not there yet; one that is, is never touched.
 *
 * @throws {PathmtuError} `bad-gateways-file`
 */
export async function writeNewFile(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (cause) {
    const code = codeOf(cause);
    throw code === 'EEXIST'
      ? new PathmtuError(
          'bad-gateways-file',
          `${path} is there already and was not changed: give another name`,
          {
            cause,
          },
        )
      : new PathmtuError('bad-gateways-file', `${path} cannot be written (${code}): check the folder`, {
          cause,
        });
  }
}

/** A path that stands in a file, seen from the folder of that file. */
export function besideFile(file: string, path: string): string {
  return resolve(dirname(file), path);
}

function codeOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown';
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'does not exist: check the path, or write one with pathmtu gateways init'],
  ['ENOTDIR', 'does not exist: check the path'],
  ['EISDIR', 'is a directory: give a gateways file'],
  ['EACCES', 'may not be read: check its permissions'],
  ['ERR_ENCODING_INVALID_ENCODED_DATA', 'is not text in UTF-8: save it as such'],
  ['EPERM', 'may not be read: check its permissions'],
]);

/** Some ten thousand gateways. */
const MOST_BYTES = 4 * 1024 * 1024;
