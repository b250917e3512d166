/**
 * Network namespaces, and folders for files, with unique names that never outlive their owner.
 *
 * 1. A name holds the pid of the process that made it and a random part, so that two runs never collide.
 * 2. The owner removes what it made itself, or else when the process exits. Processes inside a namespace go with it.
 * 3. A guard process does so when the owner was killed (SIGKILL, or a test runner that runs no exit handlers): it
 *    waits for the end of a pipe that the kernel closes with the owner.
 * 4. Should the guard have been killed too, the next run sweeps what dead processes left.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from './commands.ts';

/** Creates one empty namespace per role; `name` gives the namespace of a role. */
export function createNamespaces<Role extends string>(
  roles: readonly Role[],
): { readonly name: (role: Role) => string; readonly remove: () => void } {
  prepareOnce();
  const prefix = `${OWN_PREFIX}-${randomBytes(3).toString('hex')}`;
  const name = (role: Role): string => `${prefix}-${role}`;
  const remove = (): void => removeStartingWith(`${prefix}-`);
  try {
    must('ip', ['-batch', '-'], roles.map((role) => `netns add ${name(role)}\n`).join(''));
  } catch (error) {
    remove();
    throw error;
  }
  return { name, remove };
}

/** Creates an empty folder for the files of a lab's daemons, and gives its path. */
export function createFolder(): string {
  prepareOnce();
  return mkdtempSync(join(tmpdir(), `${OWN_PREFIX}-`));
}

/** Paths of all folders on this machine that the lab of any process made. */
export function labFolders(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => LAB_NAME.test(name))
    .map((name) => join(tmpdir(), name));
}

/** Names of all namespaces on this machine that the lab of any process made. */
export function labNamespaces(): string[] {
  if (!existsSync(NAMESPACE_FOLDER)) return [];
  return readdirSync(NAMESPACE_FOLDER).filter((name) => LAB_NAME.test(name));
}

/** Removes the namespaces and folders of processes that no longer exist. */
export function sweepNamespacesOfTheDead(): void {
  const names = [...labNamespaces(), ...readdirSync(tmpdir())];
  const owners = new Set(names.flatMap((name) => LAB_NAME.exec(name)?.groups?.['pid'] ?? []));
  for (const pid of owners) {
    if (!existsSync(`/proc/${pid}`)) removeAllOf(`pmtulab-${pid}`);
  }
}

function removeAllOf(owner: string): void {
  removeStartingWith(`${owner}-`);
  for (const path of labFolders().filter((folder) => folder.startsWith(join(tmpdir(), `${owner}-`)))) {
    rmSync(path, { recursive: true, force: true });
  }
}

function removeStartingWith(prefix: string): void {
  const names = labNamespaces().filter((name) => name.startsWith(prefix));
  // A process inside would keep its namespace alive without a name.
  for (const name of names) killAllInside(name);
  // -force: one that cannot be deleted must not keep the others.
  const batch = names.map((name) => `netns delete ${name}\n`).join('');
  if (names.length > 0) spawnSync('ip', ['-force', '-batch', '-'], { input: batch });
}

function killAllInside(name: string): void {
  const { stdout } = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' });
  const pids = stdout.split('\n').filter((line) => line !== '');
  if (pids.length > 0) spawnSync('kill', ['-KILL', ...pids]);
}

let isPrepared = false;

function prepareOnce(): void {
  if (isPrepared) return;
  isPrepared = true;
  sweepNamespacesOfTheDead();
  process.once('exit', () => removeAllOf(OWN_PREFIX));
  // `cat` returns when the last holder of the pipe's other end, this process, is gone. In a session of its own
  // (detached), so that a Ctrl-C meant for us does not end it first.
  const guard = spawn('sh', ['-c', GUARD_SCRIPT, 'lab-guard', OWN_PREFIX, tmpdir()], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  // A pipe to a child is a socket with unref(), which the type of stdin does not tell.
  (guard.stdin as typeof guard.stdin & { unref(): void }).unref();
}

const NAMESPACE_FOLDER = '/run/netns';
const LAB_NAME = /^pmtulab-(?<pid>\d+)-/;
const OWN_PREFIX = `pmtulab-${process.pid}`;
const GUARD_SCRIPT = `cat > /dev/null
for path in ${NAMESPACE_FOLDER}/"$1"-*; do
  if [ -e "$path" ]; then
    name="\${path##*/}"
    for pid in $(ip netns pids "$name"); do kill -KILL "$pid"; done
    ip netns delete "$name"
  fi
done
rm -rf "$2/$1"-*`;
