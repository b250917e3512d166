import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeAsRoot } from '../run/privileges.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as Manifest;

/** The first block of TypeScript in the README. */
const EXAMPLE = /```ts\n(.*?)```/s.exec(readFileSync(join(checkout, 'README.md'), 'utf8'))?.[1] ?? '';

/** Runs a command to its end; throws what it printed when it fails. */
function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
  return stdout;
}

function link(packageName: string, folder: string): void {
  const path = join(folder, 'node_modules', packageName);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(join(checkout, 'node_modules', packageName), path);
}

/** Somebody else's project, in which the packed package is installed; its dependencies are those of the checkout. */
describe('the package', () => {
  let folder = '';
  let files: readonly string[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pathmtu-package-'));
    run(process.execPath, ['scripts/build.mjs', '--if-stale'], checkout);
    const packed = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], checkout);
    const [tarball] = JSON.parse(packed) as readonly [
      { readonly filename: string; readonly files: readonly { readonly path: string }[] },
    ];
    files = tarball.files.map(({ path }) => path);

    const installed = join(folder, 'node_modules/pathmtu');
    mkdirSync(installed, { recursive: true });
    run('tar', ['-xzf', join(folder, tarball.filename), '--strip-components=1', '-C', installed], folder);
    for (const name of Object.keys(manifest.dependencies)) link(name, folder);
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('has what a user needs and nothing else', () => {
    const others = files.filter(
      (path) => !/^dist\/[\w/-]+(\.d\.ts|\.js)$/.test(path) && !path.startsWith('contrib/'),
    );
    expect(others.toSorted()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin/package.json',
      'bin/pathmtu.js',
      'dist/LICENSES.txt',
      'dist/pathmtu.cjs',
      'package.json',
    ]);
    expect(files).toEqual(expect.arrayContaining(['dist/index.js', 'dist/index.d.ts']));
  });

  test('gives a command that says its version', () => {
    const program = join(folder, 'node_modules/pathmtu/bin/pathmtu.js');
    expect(run(process.execPath, [program, '--version'], folder)).toBe(`${manifest.version}\n`);
  });

  test('gives a library whose types a strict project can read: the example of the README', () => {
    link('@types/node', folder);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(
      join(folder, 'example.ts'),
      `${EXAMPLE}\n// @ts-expect-error a host is text\nawait measure(4);\n`,
    );
    const tsc = join(checkout, 'node_modules/typescript/bin/tsc');
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    expect(run(process.execPath, [tsc, ...options, 'example.ts'], folder)).toBe('');
  }, 30_000);

  describeAsRoot('with the right to send', () => {
    test('gives a library that works: the example of the README, on 127.0.0.1', () => {
      writeFileSync(join(folder, 'example.mjs'), EXAMPLE.replace('vpn.example.net', '127.0.0.1'));
      expect(run(process.execPath, ['example.mjs'], folder)).toBe('65535 false fits\n');
    }, 30_000);

    test('gives a command that keeps what was compiled for it, and mends what is damaged', () => {
      const installed = join(folder, 'node_modules/pathmtu');
      const program = [join(installed, 'bin/pathmtu.js'), '127.0.0.1', '--json'];
      const compiled = () => readdirSync(join(installed, 'dist')).filter((name) => name.includes('.cjs.'));
      expect(compiled()).toEqual([]);

      expect(JSON.parse(run(process.execPath, program, folder))).toMatchObject({ status: 'exact' });
      const [name = ''] = compiled();
      const whole = readFileSync(join(installed, 'dist', name));
      expect(whole.length).toBeGreaterThan(100_000);

      writeFileSync(join(installed, 'dist', name), whole.subarray(0, 1000));
      expect(JSON.parse(run(process.execPath, program, folder))).toMatchObject({ status: 'exact' });
      expect(compiled()).toEqual([name]);
      expect(readFileSync(join(installed, 'dist', name)).length).toBeGreaterThan(100_000);
    }, 30_000);
  });
});
