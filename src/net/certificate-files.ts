import { open } from 'node:fs/promises';
import { PathmtuError } from '../errors.ts';

/** A file that an option named. */
export interface NamedFile {
  /** The option, for the error's message: `--cert`. */
  readonly option: string;
  readonly path: string;
}

/** `--cert "client.pem"`: how messages begin that are about a file. */
export function inWords({ option, path }: NamedFile): string {
  return `${option} ${JSON.stringify(path)}`;
}

/**
 * The bytes of a file that should hold certificates. Reads no more than {@link MOST_BYTES}, also from a pipe or a
 * device that has no size.
 *
 * @throws {PathmtuError} `bad-certificate`, in one line: the option, the file, what is wrong and what to do
 */
export async function readSmallFile(file: NamedFile): Promise<Uint8Array> {
  try {
    const handle = await open(file.path, 'r');
    try {
      const buffer = new Uint8Array(MOST_BYTES + 1);
      let length = 0;
      while (length < buffer.length) {
        // oxlint-disable-next-line no-await-in-loop
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
        if (bytesRead === 0) return buffer.subarray(0, length);
        length += bytesRead;
      }
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const code =
      typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown';
    const reason = REASONS.get(code) ?? `cannot be read (${code})`;
    throw new PathmtuError('bad-certificate', `${inWords(file)} ${reason}`, { cause });
  }
  throw new PathmtuError('bad-certificate', `${inWords(file)} is larger than 1 MB: no certificate file is`);
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'does not exist: check the path'],
  ['ENOTDIR', 'does not exist: check the path'],
  ['EISDIR', 'is a directory: give a certificate file'],
  ['EACCES', 'may not be read: check its permissions'],
  ['EPERM', 'may not be read: check its permissions'],
]);

const MOST_BYTES = 1_048_576;
