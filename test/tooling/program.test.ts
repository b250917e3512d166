import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { COMMAND_NAMES } from '../../src/cli/commands.ts';
import { run } from '../cli/fake-surroundings.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const program = join(checkout, 'bin/pathmtu.js');

/** Other tests run the sources, with all of yargs and the rest as they were installed. */
describe('the program that is built says what its sources say', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pathmtu-program-'));

  beforeAll(() => {
    spawnSync(process.execPath, ['scripts/build.mjs', '--if-stale'], { cwd: checkout });
  }, 30_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    '--version',
    '--help',
    ...COMMAND_NAMES.map((name) => `${name} --help`),
    'predict --ike-auth 3200 --mtu 1400',
    'predict --eap --gateway fortigate --mtu 1400 --json',
    `gateways init ${join(folder, 'gateways.yaml')}`,
    `gateways check ${join(folder, 'missing.yaml')}`,
    `history --state ${join(folder, 'missing')}`,
    'schedule kubernetes vpn.example.net',
    'histroy paris',
    'compare --mxa 1400 a b',
    'predict --concurrency 3',
    'check host --warn-below',
    'host compare',
    '--max',
    '',
  ])(
    '%s',
    async (line) => {
      const argv = line.split(' ').filter((word) => word !== '');
      const { exitCode, stdout, stderr } = await run(argv);
      rmSync(join(folder, 'gateways.yaml'), { force: true });
      const built = spawnSync(process.execPath, [program, ...argv], { encoding: 'utf8' });
      expect({ exitCode: built.status, stdout: built.stdout, stderr: built.stderr }).toEqual({
        exitCode,
        stdout,
        stderr,
      });
    },
    30_000,
  );
});
