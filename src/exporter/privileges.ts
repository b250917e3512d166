import { readFileSync } from 'node:fs';
import { PathmtuError } from '../errors.ts';

/** Somebody to become. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user of this name, from /etc/passwd.
 *
 * @throws {PathmtuError} `bad-option`: there is none, it is root again, or this process has no root to give up
 */
export function findUser(name: string, passwd = readFileSync('/etc/passwd', 'utf8')): SystemUser {
  if (process.getuid?.() !== 0) {
    throw new PathmtuError('bad-option', '--user gives up root, but this is not root: leave it out');
  }
  for (const line of passwd.split('\n')) {
    const [user, , uid, gid] = line.split(':');
    if (user !== name || uid === undefined || gid === undefined) continue;
    if (Number(uid) === 0) {
      throw new PathmtuError('bad-option', `--user ${name} is root again: give a user without its rights`);
    }
    return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new PathmtuError(
    'bad-option',
    `--user ${JSON.stringify(name)} is not in /etc/passwd: create it (useradd --system), or give nobody`,
  );
}

/** Becomes this user for good, in its own group only and without any capability. Sockets that are open stay usable. */
export function become({ name, uid, gid }: SystemUser): void {
  process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
  if (process.getuid?.() !== uid || process.getgid?.() !== gid) {
    throw new PathmtuError(
      'not-permitted',
      `could not become the user ${name}; start it as that user instead`,
    );
  }
}
