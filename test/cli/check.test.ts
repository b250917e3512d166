import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PathmtuError } from '../../src/errors.ts';
import type { Result } from '../../src/results/result.ts';
import { readPluginOutput } from '../report/monitoring-plugin.ts';
import { healthy, silent, unreachable } from '../report/results.ts';
import { interrupt, run, type Fake, type Ran } from './fake-surroundings.ts';

const at1500: Result = { ...healthy, ikeAuth: null };
const at1400: Result = { ...silent, ikeAuth: null, findings: [] };

const NOT_PERMITTED: Fake = {
  measure: () => Promise.reject(new PathmtuError('not-permitted', 'sending probes needs root')),
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pathmtu-check-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('what check asks for', () => {
  test('options arrive, and each host is measured once', async () => {
    const { measured } = await run(
      'check a b a -6 --method icmp --ike-auth 3200 --no-nat-t --concurrency 2'.split(' '),
    );
    expect(measured.map(({ input }) => input)).toEqual(['a', 'b']);
    expect(measured[0]?.options).toMatchObject({
      family: 6,
      methods: ['icmp'],
      ikeAuthBytes: 3200,
      natT: false,
    });
  });

  test('gateways of a file, with their limits; the command line wins over them', async () => {
    const file = join(folder, 'gateways.yaml');
    writeFileSync(
      file,
      'gateways:\n  - { name: paris, host: p.example.net, requireMtu: 1500 }\n  - { name: lyon, host: l.example.net }\n',
    );
    const paris = readPluginOutput((await run(['check', '--file', file, 'paris'], measuring(at1400))).stdout);
    expect(paris.text).toMatch(/^paris: path MTU 1400 < 1500/);
    const both = await run(['check', '--file', file, '--require-mtu', '1400'], measuring(at1400));
    expect(both.exitCode).toBe(0);
    expect(both.measured.map(({ input }) => input)).toEqual(['p.example.net', 'l.example.net']);
  });

  test('no gateway gets more time than its share', async () => {
    const { measured } = await run(['check', 'a', 'b', 'c', 'd', '--concurrency', '2', '-t', '8']);
    const deadlines = measured.map(({ options }) => options.deadlineMs ?? Infinity);
    expect(Math.max(...deadlines)).toBeLessThanOrEqual(4000);
  });
});

describe('the exit code of check', () => {
  test.each([
    { name: 'OK', result: at1500, options: ['--require-mtu', '1500'], exitCode: 0 },
    { name: 'WARNING', result: at1400, options: ['--warn-below', '1500'], exitCode: 1 },
    { name: 'CRITICAL', result: at1400, options: ['--require-mtu', '1500'], exitCode: 2 },
    { name: 'UNKNOWN', result: unreachable, options: [], exitCode: 3 },
    { name: 'CRITICAL', result: at1400, options: ['--require-mtu', '@1400:1450'], exitCode: 2 },
  ])('is $exitCode for $name with $options', async ({ name, result, options, exitCode }) => {
    const ran = await run(['check', 'host', ...options], measuring(result));
    expect(ran).toMatchObject({ exitCode, stderr: '' });
    expect(readPluginOutput(ran.stdout).status).toBe(name);
  });

  test('does not depend on what is remembered', async () => {
    await checkOnce(at1500);
    expect(await checkOnce(at1400)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('changed'),
    });
  });
});

describe('what differs from the last check', () => {
  test('is measured a second time, and told once', async () => {
    expect((await checkOnce(at1500)).measured).toHaveLength(1);
    const changed = await checkOnce(at1400);
    expect(changed.measured).toHaveLength(2);
    expect(changed.stdout).toContain('changed: MTU 1500 → 1400, black hole appeared');
    const later = await checkOnce(at1400);
    expect(later.measured).toHaveLength(1);
    expect(later.stdout).toContain('MTU 1500 → 1400 since ');
    expect(later.stdout).not.toContain('changed');
  });

  test('is not told when the second measurement disagrees, and that one counts', async () => {
    await checkOnce(at1500);
    const ran = await checkOnce(at1400, at1500);
    expect(ran.measured).toHaveLength(2);
    expect(readPluginOutput(ran.stdout).text).toBe('host: path MTU 1500');
  });

  test('is not told twice by checks that overlap', async () => {
    await checkOnce(at1500);
    const outputs = await Promise.all(Array.from({ length: 5 }, () => checkOnce(at1400)));
    expect(outputs.filter(({ stdout }) => stdout.includes('changed: '))).toHaveLength(1);
  });

  test('of one gateway does not have the others measured again', async () => {
    await run(['check', 'a', 'b', '--state', folder], measuring(at1500));
    const { measured } = await run(['check', 'a', 'b', '--state', folder], {
      measure: async (input) => (input === 'b' ? at1400 : at1500),
    });
    expect(measured.map(({ input }) => input)).toEqual(['a', 'b', 'b']);
  });

  test('is not remembered without --state', async () => {
    await run(['check', 'host'], measuring(at1500));
    const { measured, stdout } = await run(['check', 'host'], measuring(at1400));
    expect(measured).toHaveLength(1);
    expect(stdout).not.toMatch(/changed|since/);
  });
});

describe('a check whose time is up', () => {
  test('answers though a measurement never comes back, with what the others said', async () => {
    const ran = await run(['check', 'a', 'stuck', '-t', '1', '--state', folder], {
      measure: (input) => (input === 'stuck' ? new Promise(() => {}) : Promise.resolve(at1500)),
    });
    expect(ran.exitCode).toBe(3);
    expect(readPluginOutput(ran.stdout).text).toBe(
      'stuck: not done within the timeout of 1 s; a: path MTU 1500',
    );
    expect(ran.stderr).toMatch(/^pathmtu: --state .*: the time was up; this check is not remembered\n$/);
  });

  test('says so of a measurement that was cut short', async () => {
    const ran = await run(['check', 'host', '-t', '1'], {
      measure: (_input, { signal }) =>
        new Promise((resolve) => {
          signal?.addEventListener('abort', () =>
            resolve({
              ...unreachable,
              ikeAuth: null,
              error: { code: 'interrupted', message: 'interrupted' },
            }),
          );
        }),
    });
    expect(readPluginOutput(ran.stdout).text).toBe('host: not done within the timeout of 1 s');
  });
});

test('Ctrl-C prints what is known, remembers nothing, and exits 3', async () => {
  const ran = await run(['check', 'host', '--state', folder], {
    measure: async () => {
      interrupt();
      return at1500;
    },
  });
  expect(ran).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('interrupted; this check is not remembered'),
  });
});

describe('what is wrong with this host', () => {
  test('is UNKNOWN on stdout, where a monitoring system looks', async () => {
    expect(await run(['check', 'host'], NOT_PERMITTED)).toMatchObject({
      exitCode: 3,
      stdout: 'PATHMTU UNKNOWN - sending probes needs root\n',
      stderr: '',
    });
  });

  test('is one line on stderr for a program', async () => {
    expect(await run(['check', 'host', '--json'], NOT_PERMITTED)).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: 'pathmtu: sending probes needs root\n',
    });
  });
});

describe('bad usage of check, history and schedule', () => {
  test.each([
    [['check'], /no host given/],
    [['check', ''], /host is empty/],
    [['check', 'host', '--require-mtu', 'abc'], /--require-mtu "abc" is no range: give/],
    [['check', 'host', '--require-mtu', '5'], /--require-mtu 5 is out of range/],
    [['check', 'host', '--warn-below', '1500:1400'], /ends before it begins/],
    [['check', 'host', '-t', '0'], /--timeout 0 is out of range/],
    [['check', 'host', '-t', '1', '-t', '2'], /--timeout is given more than once/],
    [['check', 'host', '--state', ''], /--state is empty/],
    [['check', 'host', '--format', 'table'], /--format does not know "table"/],
    [['check', 'host', '--json', '--format', 'nagios'], /contradict/],
    [['check', '--file', '/nonexistent/gateways.yaml'], /does not exist/],
    [['check', 'host', '-4', '-6'], /exclude each other/],
    [['check', 'host', '--warn-bellow', '1'], /did you mean --warn-below/],
    [['history', '--state', '/nonexistent'], /does not exist/],
    [['history', '--state', '/etc'], /there is no history in \/etc/],
    [['schedule'], /needs a kind/],
    [['schedule', 'systemx', 'host'], /did you mean systemd/],
    [['schedule', 'cron'], /no host given/],
    [['schedule', 'cron', 'host', '--every', '7m'], /cron has no such interval/],
    [['schedule', 'cron', 'host', '--every', '7x'], /--every "7x" is no interval/],
    [['schedule', 'cron', 'host', '--install'], /are for systemd/],
    [['schedule', 'systemd', 'host', '--install'], /systemd does not run this host/],
    [['schedule', 'systemd', 'host', '--install', '--uninstall'], /exclude each other/],
    [['schedule', 'systemd', 'host', '--name', 'a b'], /is no name/],
    [['schedule', 'systemd', 'host', '--every', '1m', '-t', '60'], /not shorter than --every/],
    [['schedule', 'systemd', 'host', '--require-mtu', 'x'], /is no range/],
    [['schedule', 'cron', 'host', '--image', 'x'], /--image is for/],
  ] as const)('%j is one line, and exit code 3', async (argv, about) => {
    const { exitCode, stdout, stderr, measured } = await run(argv);
    expect({ exitCode, stdout, measured }).toEqual({ exitCode: 3, stdout: '', measured: [] });
    expect(stderr).toMatch(/^pathmtu: [^\n]+\n$/);
    expect(stderr).toMatch(about);
  });
});

describe('history', () => {
  test('shows what checks have found', async () => {
    await checkOnce(at1500);
    await checkOnce(at1400);
    const { stdout, exitCode } = await run(['history', 'host', '--state', folder, '--ascii']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^host \(IPv4\)\n {2}2 checks /);
    expect(stdout).toContain('MTU 1500 -> 1400, black hole appeared');
  });

  test('is a document with --json', async () => {
    await checkOnce(at1500);
    const { stdout } = await run(['history', '--state', folder, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      gateways: [{ gateway: 'host', records: [{ status: 'OK', mtu: { from: 1500, to: 1500 } }] }],
    });
  });

  test('knows the gateways that there are', async () => {
    await checkOnce(at1500);
    expect((await run(['history', 'hosst', '--state', folder])).stderr).toMatch(/did you mean host\?/);
  });
});

/** A check of one host that remembers; the last result is that of any further measurement too. */
function checkOnce(...results: [Result, ...Result[]]): Promise<Ran> {
  return run(['check', 'host', '--state', folder], {
    ...measuring(...results),
    environment: { LANG: 'C.UTF-8' },
  });
}

function measuring(...results: [Result, ...Result[]]): Fake {
  const left = [...results];
  return {
    measure: async () => (left.length > 1 ? left.shift() : left[0]) ?? results[0],
  };
}
