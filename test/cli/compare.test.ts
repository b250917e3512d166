import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PathmtuError } from '../../src/errors.ts';
import { PacketRate } from '../../src/net/packet-rate.ts';
import type { ComparisonDocument } from '../../src/report/comparison-json.ts';
import type { Result } from '../../src/results/result.ts';
import { estimate, sent } from '../report/events.ts';
import { bounded, healthy, silent, unreachable } from '../report/results.ts';
import { interrupt, run, type Fake } from './fake-surroundings.ts';

const ESCAPE = '\u001B';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pathmtu-compare-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const path = join(folder, 'gateways.yaml');
  writeFileSync(path, text);
  return path;
}

/** Every host as it is here, and what is not here does not resolve. */
function world(results: Readonly<Record<string, Result>>): NonNullable<Fake['measure']> {
  return async (host) => {
    const result = results[host];
    if (result === undefined) throw new PathmtuError('unresolved', `no address found for "${host}"`);
    return { ...result, target: { ...result.target, input: host } };
  };
}

function documentOf(stdout: string): ComparisonDocument {
  return JSON.parse(stdout) as ComparisonDocument;
}

describe('what compare measures', () => {
  test('each host once, with the options of the command line', async () => {
    const line = 'compare a b a --ike-auth 3200 --method icmp,ike --no-nat-t --max 1500 --deadline 3 -6';
    const { measured } = await run(line.split(' '));
    expect(measured.map(({ input }) => input)).toEqual(['a', 'b']);
    expect(measured[1]?.options).toMatchObject({
      ikeAuthBytes: 3200,
      methods: ['icmp', 'ike'],
      natT: false,
      maxBytes: 1500,
      deadlineMs: 3000,
      family: 6,
    });
  });

  test('the gateways of a file, over which the command line wins', async () => {
    const file = fileOf(
      'defaults: {ikeAuth: 1400, deadline: 5}\ngateways:\n  - {name: paris, host: a, family: 4}\n  - {name: lyon, host: b}\n',
    );
    const { measured } = await run(['compare', '--file', file, '--ike-auth', '3200']);
    expect(measured).toMatchObject([
      { input: 'a', options: { ikeAuthBytes: 3200, deadlineMs: 5000, family: 4 } },
      { input: 'b', options: { ikeAuthBytes: 3200, deadlineMs: 5000 } },
    ]);
  });

  test('some gateways of a file, by name', async () => {
    const file = fileOf('gateways:\n  - {name: paris, host: a}\n  - {name: lyon, host: b}\n');
    expect((await run(['compare', '--file', file, 'lyon'])).measured).toMatchObject([{ input: 'b' }]);
    expect(await run(['compare', '--file', file, 'lion'])).toMatchObject({
      exitCode: 3,
      stderr: `pathmtu: there is no gateway "lion" in ${file}: did you mean lyon?\n`,
    });
  });

  test('all at one rate of packets', async () => {
    const { measured } = await run(['compare', 'a', 'b', '--rate', '40']);
    const [rate, other] = measured.map(({ options }) => options.rate);
    expect(rate).toBeInstanceOf(PacketRate);
    expect(other).toBe(rate);
  });

  test('every address of a name with --all-addresses, each under its name', async () => {
    const addresses = { vpn: ['192.0.2.1', '2001:db8::1'] };
    const measure = world({
      '192.0.2.1': { ...healthy, ikeAuth: null },
      '2001:db8::1': { ...bounded, error: null },
    });
    const { stdout, exitCode } = await run(['compare', 'vpn', 'nowhere', '--all-addresses', '--json'], {
      addresses,
      measure,
    });
    const { results, comparison } = documentOf(stdout);
    expect(results.map(({ target }) => target)).toEqual([
      { input: 'vpn', name: 'vpn', address: '192.0.2.1', family: 4 },
      { input: 'vpn', name: 'vpn', address: '2001:db8::1', family: 6 },
      { input: 'nowhere', name: 'nowhere', address: '', family: 4 },
    ]);
    expect(comparison.ranking.map(({ name }) => name)).toEqual(['vpn over IPv4', 'vpn over IPv6', 'nowhere']);
    expect(comparison.differences[0]).toContain('vpn is not the same at each address');
    expect(exitCode).toBe(3);
  });
});

describe('the exit code of compare is the worst', () => {
  const lost: Result = {
    ...silent,
    ikeAuth: silent.ikeAuth === null ? null : { ...silent.ikeAuth, verdict: 'ip-fragments-dropped' },
  };
  const exact: Result = { ...healthy, ikeAuth: null };

  test.each([
    { name: 'all exact', results: { a: exact, b: exact }, exitCode: 0 },
    { name: 'one does not resolve', results: { a: exact }, exitCode: 3 },
    { name: 'one does not answer', results: { a: exact, b: unreachable }, exitCode: 3 },
    { name: 'one at risk, one that does not resolve', results: { a: silent }, exitCode: 1 },
    { name: 'one lost, one at risk', results: { a: silent, b: lost }, exitCode: 2 },
  ])('$exitCode: $name', async ({ results, exitCode }) => {
    expect((await run(['compare', 'a', 'b'], { measure: world(results) })).exitCode).toBe(exitCode);
  });

  test.each([
    { limits: 'requireMtu: 1500', exitCode: 2 },
    { limits: 'warnBelow: 1500', exitCode: 1 },
    { limits: 'requireMtu: 1400', exitCode: 0 },
  ])('$exitCode: a path MTU of 1400 with $limits', async ({ limits, exitCode }) => {
    const file = fileOf(`gateways:\n  - {host: a, ${limits}}\n`);
    const measure = world({ a: { ...silent, ikeAuth: null } });
    expect((await run(['compare', '--file', file], { measure })).exitCode).toBe(exitCode);
  });
});

describe('what compare prints', () => {
  const measure = world({ a: healthy, b: silent });

  test.each([
    { format: 'table', begins: '#  GATEWAY' },
    { format: 'json', begins: '{\n  "schemaVersion": 1,\n  "results": [' },
    { format: 'csv', begins: 'rank,gateway,' },
    { format: 'markdown', begins: '| # | Gateway |' },
    { format: 'html', begins: '<!doctype html>' },
  ])('$format, without colours into a pipe, and nothing on stderr', async ({ format, begins }) => {
    const { stdout, stderr } = await run(['compare', 'a', 'b', '--format', format], { measure });
    expect(stdout.startsWith(begins)).toBe(true);
    expect(stdout).not.toContain(ESCAPE);
    expect(stderr).toBe('');
  });

  test('a live row per gateway on a terminal, which stays', async () => {
    const { stderr } = await run(['compare', 'paris', 'lyon', 'x'], {
      isTerminal: true,
      measure: async (host, { onEvent }) => {
        onEvent?.(sent(1));
        if (host === 'x') throw new PathmtuError('unresolved', 'no address found for "x"');
        onEvent?.(estimate(1400, 1401));
        return healthy;
      },
    });
    const erase = `${ESCAPE}[K\n`;
    expect(stderr).toBe(
      `\rparis  path MTU 1400         P${erase}lyon   path MTU 1400         P${erase}` +
        `x      not measured: no address found for "x"${erase}${ESCAPE}[J\n`,
    );
  });

  test('no live rows on a terminal that cannot redraw them', async () => {
    expect((await run(['compare', 'a'], { isTerminal: true, environment: { TERM: 'dumb' } })).stderr).toBe(
      '',
    );
  });

  test('a line per probe with --verbose, and whose it is', async () => {
    const { stderr } = await run(['compare', 'a', '--verbose'], {
      measure: async (_host, { onEvent }) => {
        onEvent?.({ ...sent(1), type: 'lost' });
        return healthy;
      },
    });
    expect(stderr).toMatch(/^a {2} +12\.3 ms {2}icmp .*no answer\n$/);
  });

  test('on Ctrl-C what is known, and exits 3', async () => {
    const ran = await run(['compare', 'a', 'b', '--concurrency', '1', '--json'], {
      measure: (_host, { signal }) =>
        new Promise((resolve) => {
          signal?.addEventListener('abort', () => resolve({ ...healthy, ikeAuth: null }));
          interrupt();
        }),
    });
    expect(ran).toMatchObject({
      exitCode: 3,
      stderr: 'pathmtu: interrupted; this is what is known so far\n',
    });
    expect(documentOf(ran.stdout).results.map(({ error }) => error?.code ?? null)).toEqual([
      null,
      'interrupted',
    ]);
  });
});

describe('what compare refuses is one line', () => {
  test.each([
    [['compare'], /^no host given: try /],
    [['compare', ''], /^a host is empty: /],
    [
      ['compare', 'a', '--concurrency', '0'],
      /^--concurrency 0 is out of range: give a whole number of gateways /,
    ],
    [
      ['compare', 'a', '--rate', '5'],
      /^--rate 5 is out of range: give a whole number of packets per second from 10 to 100000/,
    ],
    [['compare', 'a', '--format', 'htm'], /^--format does not know "htm": did you mean html\?/],
    [['compare', 'a', '--json', '--format', 'csv'], /^--json and --format csv contradict each other/],
    [['compare', 'a', '--fil', 'x'], /^unknown option --fil: did you mean --file\?/],
    [['compare', '--file', '/nonexistent/gateways.yaml'], /^\/nonexistent\/gateways\.yaml does not exist: /],
  ])('%j', async (argv, message) => {
    const { exitCode, stdout, stderr, measured } = await run(argv);
    expect({ exitCode, stdout, measured }).toEqual({ exitCode: 3, stdout: '', measured: [] });
    expect(stderr.split('\n')).toHaveLength(2);
    expect(stderr.replace('pathmtu: ', '')).toMatch(message);
  });

  test.each([
    ['gateways: [', 'line 1: not YAML: '],
    [
      'gateways:\n  - host: a\n    warnBellow: 1400\n',
      'line 3: unknown key "warnBellow" in gateways[0] (a): did you mean warnBelow?',
    ],
    [
      'gateways:\n  - host: a\n  - host: a\n',
      'line 3: the name "a" is taken by the gateway in line 2: give each its own name',
    ],
    ['gateways:\n  - host: a\n    ikeAuth: {certificates: [none.pem]}\n', 'line 2: a: certificate "'],
  ])('%j', async (text, message) => {
    const file = fileOf(text);
    const { exitCode, stdout, stderr, measured } = await run(['compare', '--file', file]);
    expect({ exitCode, stdout, measured }).toEqual({ exitCode: 3, stdout: '', measured: [] });
    expect(stderr.split('\n')).toHaveLength(2);
    expect(stderr.startsWith(`pathmtu: ${file}, ${message}`)).toBe(true);
  });

  test('a lack of permission, once for all gateways', async () => {
    const error = new PathmtuError('not-permitted', 'sending probes needs root');
    const fake = { measure: () => Promise.reject(error) };
    expect(await run(['compare', 'a', 'b', 'c'], fake)).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: 'pathmtu: sending probes needs root\n',
    });
  });
});

test('--help names what it takes, within 80 columns', async () => {
  const { exitCode, stdout } = await run(['compare', '--help']);
  expect(exitCode).toBe(0);
  expect(
    [
      '--file',
      '--all-addresses',
      '--concurrency',
      '--rate',
      '--ike-auth',
      '--json',
      'html',
      'The ranking:',
      'Exit codes',
    ].filter((word) => !stdout.includes(word)),
  ).toEqual([]);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});
