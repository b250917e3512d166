import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { run } from './fake-surroundings.ts';

describe('schedule prints', () => {
  test('a service and a timer, each below the path that it goes to', async () => {
    const { exitCode, stdout, stderr } = await run([
      'schedule',
      'systemd',
      'vpn.example.net',
      '--require-mtu',
      '1400',
    ]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^# \/nonexistent\/pathmtu-check\.service\n/);
    expect(stdout).toContain('\n# /nonexistent/pathmtu-check.timer\n');
  });

  test.each(['systemd', 'cron', 'windows'])('every option of the check, for %s', async (kind) => {
    const { stdout } = await run([
      'schedule',
      kind,
      'a',
      'b',
      '-6',
      '--no-nat-t',
      '--ike-auth',
      '3200',
      '-t',
      '20',
      '--file',
      'g.yaml',
    ]);
    expect(stdout).toContain(
      `pathmtu.js check a b --file ${resolve('g.yaml')} --timeout 20 --ike-auth 3200 --no-nat-t --ipv6 --state `,
    );
  });

  test('for Kubernetes the gateways file as the ConfigMap has it', async () => {
    const { stdout } = await run([
      'schedule',
      'kubernetes',
      '--file',
      './sites/gateways.yaml',
      '--image',
      'r/p:1',
    ]);
    expect(stdout).toContain('- /etc/pathmtu/gateways.yaml\n');
    expect(stdout).toContain('image: r/p:1\n');
  });

  test('and warns of what the service does not see', async () => {
    const { stderr } = await run(['schedule', 'systemd', '--file', '/root/gateways.yaml']);
    expect(stderr).toBe(
      'pathmtu: the service does not see /root/gateways.yaml: move it, to /usr/local or /etc/pathmtu for example\n',
    );
  });
});

describe('schedule systemd', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pathmtu-units-'));
    mkdirSync(join(folder, 'units'));
    writeFileSync(join(folder, 'systemctl'), `#!/bin/sh\necho "$@" >> ${folder}/calls\n`);
    chmodSync(join(folder, 'systemctl'), 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const schedule = (...args: readonly string[]) =>
    run(['schedule', 'systemd', ...args], {
      systemd: {
        unitFolder: join(folder, 'units'),
        bootedFolder: folder,
        systemctl: join(folder, 'systemctl'),
      },
    });

  test('--install puts the units in place and starts the timer; --uninstall removes them', async () => {
    const printed = await schedule('vpn.example.net');
    expect(await schedule('vpn.example.net', '--install')).toMatchObject({ exitCode: 0, stdout: '' });
    const names = readdirSync(join(folder, 'units'));
    expect(names.toSorted()).toEqual(['pathmtu-check.service', 'pathmtu-check.timer']);
    for (const name of names) {
      expect(printed.stdout).toContain(readFileSync(join(folder, 'units', name), 'utf8'));
    }
    expect(calls()).toEqual(['daemon-reload', 'enable --now pathmtu-check.timer']);

    expect(await schedule('--uninstall')).toMatchObject({ exitCode: 0, stdout: '' });
    expect(readdirSync(join(folder, 'units'))).toEqual([]);
    expect(calls().slice(2)).toEqual(['disable --now pathmtu-check.timer', 'daemon-reload']);
  });

  test('--uninstall of what is not there is one line', async () => {
    const { exitCode, stderr } = await schedule('--uninstall', '--name', 'other');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^pathmtu: there is no other\.timer in [^\n]+\n$/);
  });

  test('a systemctl that fails is one line, with its reason', async () => {
    writeFileSync(join(folder, 'systemctl'), '#!/bin/sh\necho "Access denied" >&2\nexit 4\n');
    const { exitCode, stderr } = await schedule('vpn.example.net', '--install');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: 'pathmtu: systemctl daemon-reload failed: Access denied\n',
    });
  });

  function calls(): string[] {
    return readFileSync(join(folder, 'calls'), 'utf8').trimEnd().split('\n');
  }
});
