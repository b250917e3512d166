import { describe, expect, test } from '@jest/globals';
import { PathmtuError } from '../../src/errors.ts';
import { json } from '../../src/report/json.ts';
import { table } from '../../src/report/table.ts';
import { answered, estimate, lost, sent } from '../report/events.ts';
import { bounded, healthy, silent, unreachable } from '../report/results.ts';
import { interrupt, run, telling } from './fake-surroundings.ts';

const ESCAPE = '\u001B';
const events = [sent(1), sent(2), answered(1), lost(2), estimate(1400, 1401)];

describe('what measure asks for', () => {
  test('a bare host is a host to measure', async () => {
    const { measured } = await run(['vpn.example.net']);
    expect(measured).toEqual([{ input: 'vpn.example.net', options: { signal: expect.any(AbortSignal) } }]);
  });

  test('measure <host> is the same', async () => {
    const { measured } = await run(['measure', '192.0.2.10']);
    expect(measured).toEqual([{ input: '192.0.2.10', options: { signal: expect.any(AbortSignal) } }]);
  });

  test.each(['predictable', 'help', '1.10', 'predict.example.net'])('%s is a host', async (host) => {
    expect((await run([host])).measured).toMatchObject([{ input: host }]);
  });

  test('every option arrives', async () => {
    const line =
      '-6 --method udp,icmp,ike --no-negotiate --no-fragment-tests --ike-probes 40 --ike-auth 3200 --no-nat-t --max 9000 --min 1280 --flows 16 --strategy binary --deadline 3 host';
    const { measured } = await run(line.split(' '));
    expect(measured).toEqual([
      {
        input: 'host',
        options: {
          family: 6,
          methods: ['udp', 'icmp', 'ike'],
          negotiate: false,
          fragmentTests: false,
          ikeProbes: 40,
          ikeAuthBytes: 3200,
          natT: false,
          maxBytes: 9000,
          minBytes: 1280,
          strategy: 'binary',
          flows: 16,
          deadlineMs: 3000,
          signal: expect.any(AbortSignal),
        },
      },
    ]);
  });
});

describe('what measure prints', () => {
  test('the table on stdout, and nothing on stderr when that is not a terminal', async () => {
    expect(await run(['host'], { measure: telling(events, silent) })).toMatchObject({
      stdout: table(silent, { columns: null, color: false }),
      stderr: '',
    });
  });

  test.each([['--json'], ['--format', 'json'], ['--format=json']])(
    'the document with %s %s',
    async (...flags) => {
      const { stdout } = await run(['host', ...flags], { measure: telling(events, silent) });
      expect(stdout).toBe(json(silent));
      expect(JSON.parse(stdout)).toEqual(silent);
    },
  );

  test('colours on a terminal', async () => {
    const { stdout } = await run(['host'], { isTerminal: true });
    expect(stdout).toBe(table(healthy, { columns: 80, color: true }));
    expect(stdout).toContain(ESCAPE);
  });

  test.each([
    { name: '--no-color', flags: ['--no-color'], environment: {} },
    { name: 'NO_COLOR', flags: [], environment: { NO_COLOR: '1' } },
    { name: 'TERM=dumb', flags: [], environment: { TERM: 'dumb' } },
  ])('no colours with $name', async ({ flags, environment }) => {
    expect((await run(['host', ...flags], { isTerminal: true, environment })).stdout).not.toContain(ESCAPE);
  });

  test('no colours in a pipe, whatever is asked for', async () => {
    expect((await run(['host', '--color'])).stdout).not.toContain(ESCAPE);
  });

  test('a live line on a terminal, which stays when the measurement ends', async () => {
    const { stderr } = await run(['host'], { isTerminal: true, measure: telling(events) });
    expect(stderr).toBe(`\rhost  path MTU 1400         P*${ESCAPE}[K\n\n`);
  });

  test('no live line on a terminal that cannot redraw one', async () => {
    const fake = { isTerminal: true, environment: { TERM: 'dumb' }, measure: telling(events) };
    expect((await run(['host'], fake)).stderr).toBe('');
  });

  test('a line per probe with --verbose, on stderr, terminal or not', async () => {
    const lines = [
      '    12.3 ms  icmp        1400           answered in 40.3 ms           192.0.2.1\n',
      '    12.3 ms  icmp        1400           no answer\n',
    ].join('');
    const measure = telling(events);
    expect((await run(['host', '--verbose'], { measure })).stderr).toBe(lines);
    expect((await run(['host', '--verbose'], { measure, isTerminal: true })).stderr).toBe(lines);
  });
});

describe('the exit code of measure', () => {
  test.each([
    { name: 'an exact path MTU', result: { ...healthy, ikeAuth: null }, exitCode: 0 },
    { name: 'an IKE_AUTH that fits', result: healthy, exitCode: 0 },
    { name: 'an IKE_AUTH that needs IP fragments', result: silent, exitCode: 1 },
    { name: 'bounds only', result: { ...bounded, error: null }, exitCode: 3 },
    { name: 'no answer', result: unreachable, exitCode: 3 },
  ])('is $exitCode for $name', async ({ result, exitCode }) => {
    expect((await run(['host'], { measure: telling([], result) })).exitCode).toBe(exitCode);
  });
});

describe('Ctrl-C', () => {
  test('ends the measurement, prints what is known and exits 3, even if that is exact', async () => {
    const ran = run(['host'], {
      measure: (_input, { signal }) =>
        new Promise((resolve) => {
          signal?.addEventListener('abort', () => resolve({ ...silent, ikeAuth: null }));
          interrupt();
        }),
    });
    expect(await ran).toMatchObject({
      exitCode: 3,
      stdout: table({ ...silent, ikeAuth: null }, { columns: null, color: false }),
      stderr: 'pathmtu: interrupted; this is what is known so far\n',
    });
  });

  test('before anything is known is one line', async () => {
    const ran = run(['host'], {
      measure: async (_input, { signal }) => {
        interrupt();
        signal?.throwIfAborted();
        return healthy;
      },
    });
    expect(await ran).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: 'pathmtu: interrupted before anything was known\n',
    });
  });
});

describe('a measurement that cannot be made', () => {
  test('is one line, and exit code 3', async () => {
    const message = 'sending probes needs root:\n  sudo pathmtu host';
    const measure = () => Promise.reject(new PathmtuError('not-permitted', message));
    expect(await run(['host'], { measure })).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: 'pathmtu: sending probes needs root: sudo pathmtu host\n',
    });
  });

  test('for a reason nobody foresaw keeps its stack', async () => {
    const { exitCode, stderr } = await run(['host'], {
      measure: () => Promise.reject(new TypeError('x is not a function')),
    });
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(
      /^pathmtu: unexpected error, please report it with this text\nTypeError: x is not a function\n {4}at /,
    );
  });
});
