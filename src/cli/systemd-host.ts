import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PathmtuError } from '../errors.ts';
import type { UnitFile } from '../schedule/plan.ts';

/** Where a host has its units, and how systemd is told of them. */
export interface SystemdHost {
  /** For units of the administrator: `/etc/systemd/system`. */
  readonly unitFolder: string;
  /** Exists while systemd runs the host, see sd_booted(3): `/run/systemd/system`. */
  readonly bootedFolder: string;
  readonly systemctl: string;
}

/** Puts units in place and starts the timer. @throws {PathmtuError} `no-systemd`, in one line */
export async function installUnits(
  host: SystemdHost,
  units: readonly UnitFile[],
  timer: string,
): Promise<void> {
  refuseWithoutSystemd(host);
  for (const { name, text } of units) {
    // oxlint-disable-next-line no-await-in-loop -- the first that fails is the one complained of
    await inPlace(host, name, (path) => writeFile(path, text, { mode: 0o644 }));
  }
  await systemctl(host, 'daemon-reload');
  await systemctl(host, 'enable', '--now', timer);
}

/** Stops the timer and removes the units; what was remembered stays. @throws {PathmtuError} `no-systemd` */
export async function uninstallUnits(
  host: SystemdHost,
  units: readonly string[],
  timer: string,
): Promise<void> {
  refuseWithoutSystemd(host);
  const missing = units.filter((name) => !existsSync(join(host.unitFolder, name)));
  if (missing.length === units.length) {
    throw new PathmtuError('bad-option', `there is no ${timer} in ${host.unitFolder}: nothing to uninstall`);
  }
  await systemctl(host, 'disable', '--now', timer);
  for (const name of units) {
    // oxlint-disable-next-line no-await-in-loop
    await inPlace(host, name, (path) => rm(path, { force: true }));
  }
  await systemctl(host, 'daemon-reload');
}

function refuseWithoutSystemd({ bootedFolder }: SystemdHost): void {
  if (existsSync(bootedFolder)) return;
  throw new PathmtuError(
    'no-systemd',
    'systemd does not run this host: leave --install or --uninstall out to print the units, or see schedule cron',
  );
}

async function inPlace(
  { unitFolder }: SystemdHost,
  name: string,
  act: (path: string) => Promise<void>,
): Promise<void> {
  try {
    await act(join(unitFolder, name));
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new PathmtuError(
      'no-systemd',
      `${join(unitFolder, name)} cannot be written (${code}): ${code === 'EACCES' ? 'try sudo' : 'check the folder'}`,
      { cause },
    );
  }
}

function systemctl(host: SystemdHost, ...args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(host.systemctl, args, (cause, _stdout, stderr) => {
      if (cause === null) resolve();
      else {
        const reason = stderr.trim() === '' ? cause.message : stderr.trim();
        reject(new PathmtuError('no-systemd', `systemctl ${args.join(' ')} failed: ${reason}`, { cause }));
      }
    });
  });
}
