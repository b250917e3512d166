import { chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { readPluginOutput } from '../report/monitoring-plugin.ts';
import type { Outcome } from './commands.ts';
import { whileUp } from './fixture.ts';
import { createFolder } from './namespaces.ts';
import type { Network } from './network.ts';
import { startPathmtu } from './pathmtu.ts';
import { describeInLab } from './requirements.ts';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const PROGRAM = join(CHECKOUT, 'bin/pathmtu.js');
const ENVIRONMENT: NodeJS.ProcessEnv = { PATH: process.env['PATH'], LANG: 'C.UTF-8', HOME: '/nonexistent' };

describeInLab('a check as a monitoring plugin', () => {
  describe.each([
    { scenario: 'healthy', options: ['--require-mtu', '1500'], code: 0, status: 'OK', text: /path MTU 1500/ },
    {
      scenario: 'ptb-1400',
      options: ['--require-mtu', '1280', '--warn-below', '1500'],
      code: 1,
      status: 'WARNING',
      text: /path MTU 1400 < 1500/,
    },
    {
      scenario: 'silent-1400',
      options: ['--require-mtu', '1500'],
      code: 2,
      status: 'CRITICAL',
      text: /path MTU 1400 < 1500, black hole/,
    },
    {
      scenario: 'silent-1400',
      options: ['--warn-below', '@1400:1450'],
      code: 1,
      status: 'WARNING',
      text: /within/,
    },
    { scenario: 'nothing-answers', options: ['-t', '5'], code: 3, status: 'UNKNOWN', text: /no answer/ },
    { scenario: 'no-route', options: [], code: 3, status: 'UNKNOWN', text: /route/ },
  ] as const)('$scenario $options', ({ scenario, options, code, status, text }) => {
    const network = whileUp(scenario);

    test(`is ${status}, exits ${code}, and obeys the grammar`, async () => {
      const outcome = await check(network(), [network().target(4), ...options]);
      const output = readPluginOutput(outcome.stdout);
      expect(output).toMatchObject({ service: 'PATHMTU', status, text: expect.stringMatching(text) });
      expect(output.perfdata.map(({ label }) => label)).toEqual(
        ['mtu', 'rtt', 'loss'].map((quantity) => `${network().target(4)}_${quantity}`),
      );
      expect(outcome).toMatchObject({ code, stderr: '' });
    });
  });

  describe('of several targets', () => {
    const network = whileUp('ptb-1400');

    test('tells the worst first, and every figure under its own label', async () => {
      const targets = [
        network().addressOf('router1', 4),
        network().target(4),
        network().target(6),
        '10.9.9.9',
      ];
      const outcome = await check(network(), [...targets, '--require-mtu', '1500']);
      const output = readPluginOutput(outcome.stdout);
      expect(output.text).toMatch(
        /^10\.0\.3\.2: path MTU 1400 < 1500; .*; 10\.9\.9\.9: .*route.*; 10\.0\.1\.2: path MTU 1500$/,
      );
      expect(output.perfdata).toHaveLength(12);
      expect(output.perfdata[3]).toEqual({
        label: '10.0.3.2_mtu',
        value: 1400,
        unit: 'B',
        warning: '',
        critical: '1500:',
        min: '0',
        max: '65535',
      });
      expect(outcome.code).toBe(2);
    });

    test('is a document with --json', async () => {
      const { stdout, code } = await check(network(), [
        network().target(4),
        '--json',
        '--warn-below',
        '1500',
      ]);
      expect(JSON.parse(stdout)).toMatchObject({
        schemaVersion: 1,
        results: [{ pathMtu: 1400, target: { address: network().target(4) } }],
        check: { status: 'WARNING', exitCode: 1, state: null },
      });
      expect(code).toBe(1);
    });
  });

  describe('that must answer in time', () => {
    const network = whileUp('nothing-answers');

    test.each([1, 3])('does within %i s, even if nothing answers', async (seconds) => {
      const targets = [network().target(4), network().target(6)];
      const outcome = await check(network(), [...targets, '-t', `${seconds}`, '--state', createFolder()]);
      expect(readPluginOutput(outcome.stdout).status).toBe('UNKNOWN');
      expect(outcome.code).toBe(3);
      expect(outcome.durationMs).toBeLessThan(seconds * 1000);
    });
  });
});

describeInLab('a name server that is silent', () => {
  const network = whileUp('healthy');

  test('keeps a check neither from answering in time nor from measuring the others', async () => {
    const resolv = join(createFolder(), 'resolv.conf');
    writeFileSync(resolv, 'nameserver 127.0.0.1\n');
    network().must('client', ['nft', SILENT_NAME_SERVER]);
    const script = `mount --bind ${resolv} /etc/resolv.conf && exec ${process.execPath} ${PROGRAM} check vpn.example.net ${network().target(4)} -t 4`;
    const outcome = await network().start('client', ['unshare', '--mount', 'sh', '-c', script], {
      environment: ENVIRONMENT,
    }).outcome;
    expect(readPluginOutput(outcome.stdout).text).toBe(
      `vpn.example.net: not done within the timeout of 4 s; ${network().target(4)}: path MTU 1500`,
    );
    expect(outcome.code).toBe(3);
    expect(outcome.durationMs).toBeLessThan(4000);
  });
});

describeInLab('a change of the path MTU between two checks', () => {
  const network = whileUp('healthy');

  test('is told once as a change, then with the time since when it is so', async () => {
    const state = createFolder();
    const run = async () => {
      const outcome = await check(network(), [
        network().target(4),
        '--require-mtu',
        '1450',
        '--state',
        state,
      ]);
      return { ...readPluginOutput(outcome.stdout), code: outcome.code };
    };
    expect(await run()).toMatchObject({ status: 'OK', code: 0 });
    expect((await run()).text).not.toMatch(/changed|since/);

    network().setLinkMtu(2, 1400);
    const changed = await run();
    expect(changed).toMatchObject({ status: 'CRITICAL', code: 2 });
    expect(changed.text).toMatch(/: path MTU 1400 < 1450, changed: MTU 1500 → 1400$/);

    const later = await run();
    expect(later.text).toMatch(
      /: path MTU 1400 < 1450, MTU 1500 → 1400 since \d{4}-\d\d-\d\d \d\d:\d\d UTC$/,
    );
    expect(later.longText.join('\n')).not.toContain('changed');

    network().setLinkMtu(2, 1500);
    expect((await run()).text).toMatch(/changed: MTU 1400 → 1500$/);
    expect((await run()).text).not.toMatch(/changed|since/);

    const { stdout } = await startPathmtu(network(), ['history', '--state', state]).outcome;
    expect(stdout).toMatch(/6 checks .*: 4 OK, 2 CRITICAL/);
    expect(stdout).toMatch(/MTU {3}██▁▁██ {2}1400 to 1500, last 1500/);
    expect(stdout.match(/MTU \d+ → \d+/g)).toEqual(['MTU 1500 → 1400', 'MTU 1400 → 1500']);
  }, 60_000);
});

describeInLab('a change that the second measurement does not confirm', () => {
  const network = whileUp('healthy');

  test('is not told', async () => {
    const state = createFolder();
    const run = () => check(network(), [network().target(4), '--method', 'icmp', '--json', '--state', state]);
    await run();
    // A black hole for the first measurement that comes by, which is known by its ICMP identifier.
    network().must('router1', ['nft', BLACK_HOLE_FOR_THE_FIRST]);
    const { check: answer } = JSON.parse((await run()).stdout) as CheckDocument;
    expect(answer.gateways[0]?.news).toMatchObject({
      changes: [],
      unconfirmed: expect.arrayContaining([
        { fact: 'mtu', from: { from: 1500, to: 1500 }, to: { from: 1400, to: 1400 }, because: 'disagrees' },
      ]),
    });
    expect(answer).toMatchObject({ status: 'OK', summary: expect.stringMatching(/path MTU 1500$/) });
    const { check: next } = JSON.parse((await run()).stdout) as CheckDocument;
    expect(next.gateways[0]?.news).toMatchObject({ changes: [], unconfirmed: [], standing: [] });
  }, 60_000);
});

describeInLab('a state directory that cannot be written', () => {
  const network = whileUp('healthy');

  test('because the disk is full: the check answers, warns, and exits as ever', async () => {
    const folder = createFolder();
    // A tmpfs of 64 kB in a mount namespace of its own; the shell prints what each of the three checks exits with.
    const run = `${process.execPath} ${PROGRAM} check ${network().target(4)} --require-mtu 1500 --state ${folder}`;
    const script = [
      `mount -t tmpfs -o size=64k tmpfs ${folder}`,
      `${run}; echo "exit $?"`,
      `cat /dev/zero > ${folder}/fill 2> /dev/null`,
      `${run}; echo "exit $?"`,
      `rm ${folder}/fill`,
      `${run}; echo "exit $?"`,
      `ls ${folder}`,
    ].join('\n');
    const { stdout, stderr } = await network().start('client', ['unshare', '--mount', 'sh', '-c', script], {
      environment: ENVIRONMENT,
    }).outcome;
    const outputs = stdout.split(/exit (\d)\n/);
    expect([outputs[1], outputs[3], outputs[5]]).toEqual(['0', '0', '0']);
    expect(stderr).toMatch(/^pathmtu: --state "[^"]+": the disk is full: [^\n]+ not remembered\n$/);
    expect(readPluginOutput(outputs[0] ?? '').longText.join('\n')).not.toContain('Warning');
    expect(readPluginOutput(outputs[2] ?? '')).toMatchObject({
      status: 'OK',
      longText: expect.arrayContaining([expect.stringMatching(/^Warning: .*the disk is full/)]),
    });
    expect(readPluginOutput(outputs[4] ?? '').longText.join('\n')).not.toContain('Warning');
    expect(outputs[6]).toBe('history.jsonl\nstate.json\n');
  }, 60_000);

  test('because its file system is read-only, or it is a file: one line, and the answer', async () => {
    const file = join(createFolder(), 'file');
    writeFileSync(file, '');
    const outcomes = await Promise.all([
      check(network(), [network().target(4), '--state', file]),
      check(network(), [network().target(4), '--state', '/sys/pathmtu']),
    ]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(/^pathmtu: --state [^\n]+\n$/),
      });
      expect(readPluginOutput(outcome.stdout).status).toBe('OK');
    }
  });
});

describeInLab("the service's command line", () => {
  const network = whileUp('silent-1400');

  test('runs as another user with CAP_NET_RAW and nothing else, and remembers', async () => {
    const folder = createFolder();
    const state = join(folder, 'state');
    const program = join(folder, 'checkout');
    mkdirSync(state);
    mkdirSync(program);
    chownSync(state, NOBODY, NOGROUP);
    const printed = await startPathmtu(network(), [
      'schedule',
      'systemd',
      network().target(4),
      '--require-mtu',
      '1500',
      '--every',
      '15m',
    ]).outcome;
    const command = /^ExecStart=(.*)$/m.exec(printed.stdout)?.[1] ?? '';
    expect(command).toContain(PROGRAM);
    // The checkout may lie where nobody can read; bound elsewhere, only its own permissions count.
    const line = command.replaceAll(CHECKOUT, `${program}/`).replaceAll('%S/pathmtu', state);
    const script = `chmod 755 ${folder} && mount --bind ${CHECKOUT} ${program} && exec ${ONLY_NET_RAW} ${line}`;
    const run = () =>
      network().start('client', ['unshare', '--mount', 'sh', '-c', script], { environment: ENVIRONMENT })
        .outcome;

    const outcome = await run();
    expect(outcome).toMatchObject({ code: 2, stderr: '' });
    expect(readPluginOutput(outcome.stdout).text).toMatch(/path MTU 1400 < 1500, black hole/);

    // Root tries the same by hand, and the service goes on afterwards.
    expect((await check(network(), [network().target(4), '--state', state])).stderr).toBe('');
    expect(statSync(join(state, 'state.json')).uid).toBe(NOBODY);
    expect(await run()).toMatchObject({ code: 2, stderr: '' });
    expect(readFileSync(join(state, 'history.jsonl'), 'utf8').split('\n')).toHaveLength(4);
  }, 60_000);

  test('without that capability is one line that a plugin prints', async () => {
    const script = `exec ${ONLY_NET_RAW.replaceAll('+net_raw', '+dac_read_search')} ${process.execPath} ${PROGRAM} check ${network().target(4)}`;
    const { stdout, stderr, code } = await network().start('client', ['sh', '-c', script], {
      environment: ENVIRONMENT,
    }).outcome;
    expect({ stderr, code }).toEqual({ stderr: '', code: 3 });
    expect(readPluginOutput(stdout)).toMatchObject({
      status: 'UNKNOWN',
      text: expect.stringMatching(/CAP_NET_RAW|root/),
      perfdata: [],
    });
  });
});

interface CheckDocument {
  readonly check: { readonly gateways: readonly { readonly news: unknown }[] };
}

function check(network: Network, args: readonly string[]): Promise<Outcome> {
  return startPathmtu(network, ['check', ...args]).outcome;
}

const NOBODY = 65_534;
const NOGROUP = 65_534;
const ONLY_NET_RAW =
  'setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs --bounding-set=-all,+net_raw ' +
  '--inh-caps=-all,+net_raw --ambient-caps=-all,+net_raw';

const SILENT_NAME_SERVER = `table inet names {
  chain input {
    type filter hook input priority 0;
    udp dport 53 drop
  }
}`;

/** The set has room for one identifier; for every other one, adding fails and the rule ends. */
const BLACK_HOLE_FOR_THE_FIRST = `table inet first {
  set first { typeof icmp id; size 1; flags dynamic; }
  chain forward {
    type filter hook forward priority 0;
    icmp type echo-request update @first { icmp id } meta length > 1400 drop
  }
}`;
