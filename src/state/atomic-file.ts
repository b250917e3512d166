import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Replaces a file so that whoever reads it, whenever the writer dies, finds the old text or the new one, whole. When
 * this resolves, the new one survives a power cut.
 *
 * 1. The text goes to a new file beside it, and to the disk (fsync).
 * 2. The new file takes the old one's name (rename), which is one step.
 * 3. The directory goes to the disk, since the name is in there.
 *
 * Rejects with the system's error, the old file untouched; a writer that is killed leaves the new file behind, which
 * {@link isLeftover} recognises.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}${SUFFIX}`;
  try {
    const handle = await open(temporary, 'wx', 0o640);
    try {
      await giveToOwnerOf(dirname(path), handle);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

/**
 * Root may try by hand what a service does as another user, and the service must be able to go on afterwards: root's
 * files belong to the owner of the directory.
 */
export async function giveToOwnerOf(directory: string, file: FileHandle): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(directory);
  if (uid !== 0) await file.chown(uid, gid);
}

/** Whether a name in a directory is that of a file that a killed writer left. */
export function isLeftover(name: string): boolean {
  return name.endsWith(SUFFIX);
}

/** Names in a directory are safe from a power cut when this resolves. */
export async function syncDirectory(path: string): Promise<void> {
  // Windows opens no directories, and some network file systems sync none: nothing more can be done there.
  const handle = await open(join(path, '.'), 'r').catch(() => null);
  try {
    await handle?.sync().catch(() => {});
  } finally {
    await handle?.close();
  }
}

const SUFFIX = '.tmp';
