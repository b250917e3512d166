/** What this run of the benchmark is run on, and with which program. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpus, release } from 'node:os';
import type { SessionEntry } from './journal.ts';
import type { Peer } from './peers.ts';

export function describeMachine(
  root: string,
  peers: readonly Peer[],
): Omit<SessionEntry, 'exclusions' | 'longestMs'> {
  const [cpu] = cpus();
  return {
    startedAt: new Date().toISOString(),
    commit: output('git', ['-C', root, 'rev-parse', '--short', 'HEAD']) || 'unknown',
    isChanged: output('git', ['-C', root, 'status', '--porcelain', '--', ...PROGRAM]) !== '',
    node: process.versions.node,
    kernel: release(),
    machine: `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}`,
    packages: peers
      .map(({ debianPackage }) => debianPackage)
      .filter((name) => name !== null)
      .map((name) => `${name} ${versionOf(name)}`),
  };
}

/** Changes when the program does. */
export function fingerprintOfProgram(root: string): string {
  const committed = output('git', ['-C', root, 'rev-parse', ...PROGRAM.map((path) => `HEAD:${path}`)]);
  const changed = output('git', ['-C', root, 'diff', 'HEAD', '--', ...PROGRAM]);
  return createHash('sha256').update(`${committed}\n${changed}`).digest('hex').slice(0, 12);
}

function versionOf(debianPackage: string): string {
  return output('dpkg-query', ['-W', '-f', '${Version}', debianPackage]) || '(not from Debian)';
}

function output(command: string, args: readonly string[]): string {
  return spawnSync(command, args, { encoding: 'utf8' }).stdout?.trim() ?? '';
}

const PROGRAM = ['src', 'bin'];
