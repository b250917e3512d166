/** The system's code of an error (`ENOSPC`), or `unknown`. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}

/** What keeps a directory from being used, in a few words that say what to do. */
export function troubleWords(error: unknown): string {
  const code = codeOf(error);
  return WORDS.get(code) ?? `it cannot be used (${code})`;
}

/** What keeps a directory from being read. */
export function troubleReading(error: unknown): string {
  const code = codeOf(error);
  return READING.get(code) ?? WORDS.get(code) ?? `it cannot be read (${code})`;
}

const READING: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'it does not exist: give the directory that checks were run with'],
  ['EACCES', 'it may not be read: try sudo'],
  ['EPERM', 'it may not be read: try sudo'],
]);

const WORDS: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'the disk is full: free some space'],
  ['EDQUOT', 'the disk quota is used up: free some space'],
  ['EACCES', 'it may not be written: check its owner and permissions'],
  ['EPERM', 'it may not be written: check its owner and permissions'],
  ['EROFS', 'its file system is read-only: give another directory'],
  ['ENOTDIR', 'it is no directory: give another path'],
  ['EEXIST', 'it is no directory: give another path'],
  ['EISDIR', 'a directory has the name of a file in it: remove that'],
  ['ENAMETOOLONG', 'its name is too long: give another directory'],
  ['EIO', 'the disk fails: look at the system log'],
]);
