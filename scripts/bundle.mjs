// `node scripts/bundle.mjs FOLDER`: the program (not the library) as one file, FOLDER/pathmtu.cjs, with the licences of
// the packages in it beside it. One file, because finding and reading some 150 of them takes Node longer than measuring
// takes; what a command does not use is not run, and hardly parsed. CommonJS, because only that can be started with
// code that is compiled already (bin/pathmtu.js). Not minified: a stack has to be read by somebody.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Large, and for a few commands only, which find them in node_modules. raw-socket is native code. */
const NOT_BUNDLED = ['prom-client', 'yaml', 'zod', 'raw-socket'];

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = resolve(root, process.argv[2] ?? 'dist');

const { outputFiles, metafile, warnings } = await build({
  absWorkingDir: root,
  entryPoints: ['src/cli/program.ts'],
  outfile: join(folder, 'pathmtu.cjs'),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  external: NOT_BUNDLED,
  plugins: [sparingYargs()],
  banner: { js: "const programUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'programUrl' },
  legalComments: 'none',
  metafile: true,
  write: false,
});
mkdirSync(folder, { recursive: true });
for (const { path, contents, text } of outputFiles) {
  // For bin/pathmtu.js, to know what was compiled from this and not from another version.
  const fingerprint = createHash('sha256').update(contents).digest('hex');
  writeFileSync(path, `// ${fingerprint}\n${text}`);
}
// `import()` of what is not in the bundle: a script that is started by vm cannot do it.
const imported = Object.values(metafile.outputs).flatMap(({ imports }) =>
  imports.filter(({ kind }) => kind === 'dynamic-import'),
);
for (const { path } of imported) process.stderr.write(`bundle: import('${path}') must be static\n`);
if (warnings.length > 0 || imported.length > 0) process.exitCode = 1;
writeFileSync(join(folder, 'LICENSES.txt'), licences(Object.keys(metafile.inputs)));

/**
 * yargs lays out a help of its own before every command that it runs, and looks for the version in the folders above the
 * current one, though both are ours to say (src/cli/help.ts, src/version.ts). What it does the first with takes 30 ms to
 * load, most of it for two Intl.Segmenter. So it gets paper that keeps nothing, and the version at once.
 */
function sparingYargs() {
  const contents = {
    cliui: 'export default () => ({ div() {}, span() {}, toString: () => "" });',
    'string-width': 'export default (text) => text.length;',
    'escalade/sync': 'export default () => new URL("../package.json", import.meta.url);',
  };
  return {
    name: 'sparing-yargs',
    setup(bundle) {
      bundle.onResolve({ filter: /^(cliui|string-width|escalade\/sync)$/ }, ({ path, importer }) =>
        /[\\/]node_modules[\\/]yargs[\\/]/.test(importer) ? { path, namespace: 'sparing-yargs' } : undefined,
      );
      bundle.onLoad({ filter: /.*/, namespace: 'sparing-yargs' }, ({ path }) => ({
        contents: contents[path],
      }));
    },
  };
}

/**
 * Of every package that one of these files is from.
 *
 * @param {readonly string[]} inputs
 */
function licences(inputs) {
  const packages = new Set(inputs.map(packageOf).filter((path) => path !== null));
  return [...packages]
    .toSorted()
    .map((path) => {
      const { name, version } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
      const text = readdirSync(join(root, path)).find((file) => /^licen[cs]e/i.test(file));
      if (text === undefined) throw new Error(`${path} has no licence file`);
      return `${name} ${version}\n\n${readFileSync(join(root, path, text), 'utf8').trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/**
 * The folder of the package; null: ours.
 *
 * @param {string} input
 * @returns {string | null}
 */
function packageOf(input) {
  if (!input.includes('node_modules/')) return null;
  let path = dirname(input);
  while (!existsSync(join(root, path, 'package.json')) || !/node_modules\/(@[^/]+\/)?[^/]+$/.test(path)) {
    path = dirname(path);
  }
  return path;
}
