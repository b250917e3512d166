// What `npm start` and `npm test` do before anything else: install and build what is missing or out of date, and
// say so on stderr; when all is there, a few file times are compared and nothing is said. Plain JavaScript without
// packages, because it runs before there are any.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** What could not be set up, in one line; the output of the command that failed stands above it. */
export class SetupError extends Error {}

/** Installs the npm packages, with the raw-socket addon compiled for this Node, unless they are there. */
export function ensurePackages() {
  const isInstalled = existsSync(INSTALLED) && !isOutOfDate();
  if (isInstalled && existsSync(ADDON)) return;

  ensureCompiler();
  if (isInstalled) {
    say('compiling the raw-socket addon');
    npm(['rebuild', 'raw-socket']);
  } else {
    say('installing the npm packages; this takes a moment and happens once');
    // Not `npm ci`: it refuses a lock file that lacks the binaries of other platforms, which a registry mirror may not
    // have. This installs what the lock file says too, and changes no file. The compiler and the linter are needed
    // whatever NODE_ENV says.
    npm(['install', '--no-save', '--include=dev', '--no-audit', '--no-fund']);
  }
  if (!existsSync(ADDON)) {
    throw new SetupError(
      'the raw-socket addon was not compiled: does npm ignore install scripts (npm config get ignore-scripts)?',
    );
  }
  writeFileSync(STAMP, fingerprint());
}

/** Makes dist, unless it is newer than everything that it is made from. */
export function ensureBuilt() {
  if (!isBuilt()) build();
}

/** Makes dist from src, the library and the program. It takes the place of the last build when all went well. */
export function build() {
  say('building');
  const startedAt = new Date();
  rmSync(UNFINISHED, { recursive: true, force: true });
  const tools = [
    [
      'node_modules/typescript/bin/tsc',
      '-p',
      'tsconfig.build.json',
      '--noEmitOnError',
      '--outDir',
      UNFINISHED,
    ],
    ['scripts/bundle.mjs', UNFINISHED],
  ];
  for (const args of tools) {
    const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new SetupError('the build failed, see above');
  }
  // What is changed while they run counts as newer than the build.
  writeFileSync(join(UNFINISHED, BUILT), '');
  utimesSync(join(UNFINISHED, BUILT), startedAt, startedAt);
  rmSync(DIST, { recursive: true, force: true });
  renameSync(UNFINISHED, DIST);
}

/**
 * Installs Debian packages, those that are missing.
 *
 * @param {readonly string[]} names
 */
export function ensureDebianPackages(names) {
  const missing = missingDebianPackages(names);
  if (missing.length === 0) return;
  const command = `apt-get install ${missing.join(' ')}`;
  if (process.getuid?.() !== 0) throw new SetupError(`Debian packages are missing, as root: ${command}`);
  say(`installing Debian packages: ${missing.join(' ')}`);
  withoutStartingServices(() => {
    run('apt-get', ['update', '-q'], APT);
    run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...missing], APT);
  });
}

/** Whether dpkg, and so apt-get, is how this machine gets its packages. */
export function isDebian() {
  return isOnPath('dpkg-query') && isOnPath('apt-get');
}

/** node-gyp's needs; looked for by command, since they may have come from elsewhere than Debian. */
function ensureCompiler() {
  const missing = ['python3', 'make', 'g++'].filter((command) => !isOnPath(command));
  if (missing.length === 0) return;
  if (!isDebian()) throw new SetupError(`compiling the raw-socket addon needs ${missing.join(', ')}`);
  ensureDebianPackages(missing);
}

function missingDebianPackages(names) {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names], {
    encoding: 'utf8',
  });
  const installed = new Set((stdout ?? '').split('\n'));
  return names.filter((name) => !installed.has(`${name} installed`));
}

/** Debian starts the services that it installs; the lab's daemons run in namespaces, not on this machine. */
function withoutStartingServices(install) {
  const isOurs = !existsSync(POLICY);
  if (isOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    if (isOurs) rmSync(POLICY, { force: true });
  }
}

/**
 * The lock file says what should be there; npm's own record (or ours, when a checkout has only touched the lock file)
 * says what is. The addon is compiled for one version of Node's binary interface.
 */
function isOutOfDate() {
  if (existsSync(STAMP)) return readFileSync(STAMP, 'utf8') !== fingerprint();
  return statSync(LOCK).mtimeMs > statSync(INSTALLED).mtimeMs;
}

function fingerprint() {
  const lock = createHash('sha256').update(readFileSync(LOCK)).digest('hex');
  return `${lock} ${process.platform}-${process.arch}-${process.versions.modules}\n`;
}

function isBuilt() {
  const builtAtMs = statSync(join(DIST, BUILT), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const inputs = ['tsconfig.json', 'tsconfig.build.json', 'scripts/bundle.mjs', 'package-lock.json'].map(
    (name) => join(root, name),
  );
  return [...inputs, ...everythingIn(join(root, 'src'))].every((path) => statSync(path).mtimeMs < builtAtMs);
}

/** Folders too: their time changes when a file is removed. */
function everythingIn(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return [folder, ...names.map((name) => join(folder, name))];
}

function npm(args) {
  // The npm that runs us, where one does: there may be several on a machine.
  const cli = process.env['npm_execpath'];
  if (cli?.endsWith('.js')) run(process.execPath, [cli, ...args]);
  else run('npm', args);
}

/** Output goes to stderr: stdout belongs to the program's result. */
function run(command, args, environment = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...environment },
  });
  if (status !== 0)
    throw new SetupError(`failed: ${command} ${args.join(' ')}${error ? ` (${error.message})` : ''}`);
}

function isOnPath(command) {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => isExecutable(join(folder, command)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function say(text) {
  process.stderr.write(`pathmtu set-up: ${text}\n`);
}

const LOCK = join(root, 'package-lock.json');
const INSTALLED = join(root, 'node_modules/.package-lock.json');
const STAMP = join(root, 'node_modules/.pathmtu-installed');
const ADDON = join(root, 'node_modules/raw-socket/build/Release/raw.node');
const DIST = join(root, 'dist');
const UNFINISHED = join(root, 'dist.unfinished');
const BUILT = '.built';
const POLICY = '/usr/sbin/policy-rc.d';
const APT = { DEBIAN_FRONTEND: 'noninteractive' };
