import { open } from 'node:fs/promises';
import { PathmtuError } from '../errors.ts';
import { readCertificateFile } from '../ike/certificate-file.ts';

/** A file that an option named. */
export interface NamedFile {
  /** The option, for the error's message: `--cert`. */
  readonly option: string;
  readonly path: string;
}

/**
 * The certificates of a file in their order, each in DER; at least one.
 *
 * @throws {PathmtuError} `bad-certificate`, in one line: the option, the file, what is wrong and what to do
 */
export async function certificatesOf({ option, path }: NamedFile): Promise<readonly Uint8Array[]> {
  const file = `${option} ${JSON.stringify(path)}`;
  const read = readCertificateFile(await contentOf(file, path));
  if (read.type === 'refused') throw new PathmtuError('bad-certificate', `${file} ${read.reason}`);
  return read.certificates;
}

/** Reads no more than {@link MOST_BYTES}, also from a pipe or a device that has no size. */
async function contentOf(file: string, path: string): Promise<Uint8Array> {
  try {
    const handle = await open(path, 'r');
    try {
      const buffer = new Uint8Array(MOST_BYTES + 1);
      let length = 0;
      while (length < buffer.length) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
        if (bytesRead === 0) return buffer.subarray(0, length);
        length += bytesRead;
      }
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    throw new PathmtuError('bad-certificate', `${file} ${REASONS.get(code) ?? `cannot be read (${code})`}`, {
      cause,
    });
  }
  throw new PathmtuError('bad-certificate', `${file} is larger than 1 MB: no certificate file is`);
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'does not exist: check the path'],
  ['ENOTDIR', 'does not exist: check the path'],
  ['EISDIR', 'is a directory: give a certificate file'],
  ['EACCES', 'may not be read: check its permissions'],
  ['EPERM', 'may not be read: check its permissions'],
]);

const MOST_BYTES = 1_048_576;
