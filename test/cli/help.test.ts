import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { run } from './fake-surroundings.ts';

const packageJson: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

describe('--help', () => {
  test.each([
    ['--help'],
    ['-h'],
    ['host', '--help'],
    ['measure', '--help', '--max', 'x'],
    ['predict', '--help'],
  ])('%s %s goes to stdout, within 80 columns, and exits 0', async (...argv) => {
    const { exitCode, stdout, stderr, measured } = await run(argv);
    expect({ exitCode, stderr, measured }).toEqual({ exitCode: 0, stderr: '', measured: [] });
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test.each([
    {
      name: 'measure',
      words: ['-4', '-6', '--method', '--ike-auth', '--[no-]nat-t', '--max', '--min', '--strategy'],
    },
    {
      name: 'measure',
      words: ['--deadline', '--format', '--json', '--verbose', '--[no-]color', '--version'],
    },
    {
      name: 'measure',
      words: ['--cert', '--chain', '--client', '--cas', '--cipher', '--eap', '--identity'],
    },
    { name: 'measure', words: ['--[no-]negotiate', '--[no-]fragment-tests', '--ike-probes', 'I  large IKE'] },
    { name: 'predict', words: ['--ike-auth', '--mtu', '--ipv6', '--[no-]nat-t', '--json'] },
    { name: 'predict', words: ['--gateway', '--[no-]ike-fragmentation', '--gateway-cert', '--ml-kem'] },
  ])('of $name names $words', async ({ name, words }) => {
    const { stdout } = await run([name, '--help']);
    expect(words.filter((word) => !stdout.includes(word))).toEqual([]);
  });

  test.each(['measure', 'predict'])('of %s explains the exit codes and gives examples', async (name) => {
    const { stdout } = await run([name, '--help']);
    expect(stdout).toMatch(/^Examples:\n {2}(sudo )?pathmtu /m);
    expect(stdout).toMatch(/^Exit codes .*:\n {2}0 {2}/m);
  });

  test('behind -- is a host, not an option', async () => {
    expect((await run(['--', 'host'])).measured).toMatchObject([{ input: 'host' }]);
  });
});

test('--version is the version of the package, and nothing else', async () => {
  const { exitCode, stdout, stderr } = await run(['--version']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(packageJson).toMatchObject({ version: stdout.trimEnd() });
});
