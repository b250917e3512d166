import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EXAMPLE_GATEWAYS_FILE } from '../../src/gateways/example.ts';
import { run } from './fake-surroundings.ts';

describe('pathmtu gateways', () => {
  let folder = '';
  let file = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pathmtu-gateways-'));
    file = join(folder, 'new.yaml');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('init writes an example that check finds right', async () => {
    expect(await run(['gateways', 'init', file])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe(EXAMPLE_GATEWAYS_FILE);
    expect(await run(['gateways', 'check', file])).toMatchObject({
      exitCode: 0,
      stdout: `${file} is right: 3 gateways\n`,
      stderr: '',
    });
  });

  test('init does not touch a file that is there', async () => {
    const mine = join(folder, 'mine.yaml');
    writeFileSync(mine, 'mine');
    expect(await run(['gateways', 'init', mine])).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: `pathmtu: ${mine} is there already and was not changed: give another name\n`,
    });
    expect(readFileSync(mine, 'utf8')).toBe('mine');
  });

  test('init says when it cannot write', async () => {
    const path = join(folder, 'none', 'x.yaml');
    expect(await run(['gateways', 'init', path])).toMatchObject({
      exitCode: 3,
      stderr: `pathmtu: ${path} cannot be written (ENOENT): check the folder\n`,
    });
  });

  test('check says what is wrong, in one line', async () => {
    const wrong = join(folder, 'wrong.yaml');
    writeFileSync(wrong, 'gateways:\n  - hosst: a\n');
    expect(await run(['gateways', 'check', wrong])).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: `pathmtu: ${wrong}, line 2: unknown key "hosst" in gateways[0]: did you mean host?\n`,
    });
  });

  test.each([
    [['gateways'], 'gateways needs to know what to do: '],
    [['gateways', 'chek'], 'gateways does not know "chek": '],
    [['gateways', 'init', ''], 'the file is empty: '],
  ])('%j is refused in one line', async (argv, message) => {
    const { exitCode, stdout, stderr } = await run(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr.startsWith(`pathmtu: ${message}`)).toBe(true);
  });
});

test('--help names what it takes, within 80 columns', async () => {
  const { exitCode, stdout } = await run(['gateways', '--help']);
  expect(exitCode).toBe(0);
  expect(
    ['init', 'check', 'host ', 'requireMtu', 'warnBelow', 'ikeAuth', 'labels', 'Exit codes'].filter(
      (word) => !stdout.includes(word),
    ),
  ).toEqual([]);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});
