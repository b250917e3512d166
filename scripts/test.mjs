// `npm test`: installs what is missing, then everything that has to hold, in order, up to the first failure.
// `npm test -- unit sim` runs only those stages. The last line is the sum: `N passed, N failed`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ensureBuilt,
  ensureDebianPackages,
  ensurePackages,
  isDebian,
  root,
  say,
  SetupError,
} from './setup.mjs';

const isContinuousIntegration = !['', 'false', '0'].includes(process.env['CI'] ?? '');
const isRoot = process.getuid?.() === 0;

const total = { passed: 0, failed: 0, skipped: 0 };
/** What could not be tested on this machine, and why; null: nothing was left out. */
let leftOut = null;
const reports = mkdtempSync(join(tmpdir(), 'pathmtu-test-'));

const STAGES = {
  lint: async () => {
    await tool('oxlint', '--type-aware', '--deny-warnings');
    await tool('prettier', '--check', '--log-level=warn', '.');
    await tool('knip');
  },
  types: () => tool('tsc', '-p', 'tsconfig.json'),
  build: () => ensureBuilt(),
  startup: () => node('scripts/startup.mjs'),
  unit: () => jest('unit'),
  sim: () => jest('sim'),
  lab,
};

/** Stages that run the program as it will be installed. */
const NEED_BUILD = new Set(['startup', 'unit', 'lab']);

/** Stages that start programs of the system. */
const NEED_TOOLS = new Set(['unit', 'lab']);

/** A stage that failed, in one line; what it printed stands above. */
class StageError extends Error {}

// Ctrl-C goes to the whole group: the stage cleans up and ends, and then so does this.
let running = null;
process.on('SIGINT', () => {});
process.on('SIGTERM', () => running?.kill('SIGTERM'));

try {
  process.exitCode = await main(process.argv.slice(2));
} finally {
  rmSync(reports, { recursive: true });
}

async function main(wanted) {
  const unknown = wanted.filter((name) => !Object.hasOwn(STAGES, name));
  if (unknown.length > 0) {
    process.stderr.write(
      `npm test: no stage ${unknown.join(', ')}: there are ${Object.keys(STAGES).join(', ')}\n`,
    );
    return 2;
  }
  const stages = Object.keys(STAGES).filter((name) => wanted.length === 0 || wanted.includes(name));
  const failure = await firstFailure(stages);
  if (failure !== null) {
    // A lint or build that fails is a failure in the sum too: `0 failed` would read as success.
    if (total.failed === 0) total.failed = 1;
    process.stderr.write(`\nFAILED: ${failure}\n`);
  } else if (leftOut !== null) {
    process.stderr.write(`\n${'!'.repeat(80)}\nNOT TESTED: ${leftOut}\n${'!'.repeat(80)}\n`);
  }
  const skipped = total.skipped === 0 ? '' : `, ${total.skipped} skipped`;
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed${skipped}\n`);
  return failure === null ? 0 : 1;
}

/** Null: all stages passed. */
async function firstFailure(stages) {
  let name = 'set-up';
  try {
    ensurePackages();
    if (stages.some((stage) => NEED_TOOLS.has(stage))) ensureTools();
    for (name of stages) {
      const startedAtMs = performance.now();
      process.stderr.write(`\n== ${name}\n`);
      if (NEED_BUILD.has(name)) ensureBuilt();
      await STAGES[name]();
      process.stderr.write(`== ${name}: ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s\n`);
    }
    return null;
  } catch (error) {
    if (!(error instanceof StageError) && !(error instanceof SetupError)) throw error;
    return `${name}: ${error.message}`;
  }
}

async function lab() {
  if (!isRoot) {
    const reason = 'the lab makes network namespaces, which needs root: sudo npm test';
    if (isContinuousIntegration) throw new StageError(reason);
    leftOut = reason;
    return;
  }
  await jest('lab');
}

/** What the tests start and npm does not have. Without root nothing is installed: the lab is left out then. */
function ensureTools() {
  if (!isRoot) return;
  const forLab = JSON.parse(readFileSync(join(root, 'test/lab/debian-packages.json'), 'utf8'));
  const names = ['openssl', ...forLab];
  if (isDebian()) ensureDebianPackages(names);
  else say(`not a Debian: the tests need the like of ${names.join(', ')}`);
}

async function jest(project) {
  const report = join(reports, `${project}.json`);
  const args = ['--selectProjects', project, '--json', `--outputFile=${report}`];
  const failure = await node(
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    ...args,
  ).then(
    () => null,
    (error) => error,
  );
  const skipped = count(report);
  if (failure !== null) throw failure;
  if (isContinuousIntegration && skipped > 0) {
    throw new StageError(`${skipped} tests were skipped, and none may be in CI`);
  }
}

/** Adds a report of Jest's to the sum. A file that does not load has no tests, so it counts as one that failed. */
function count(report) {
  if (!existsSync(report)) return 0;
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, numTodoTests } =
    JSON.parse(readFileSync(report, 'utf8'));
  const skipped = numPendingTests + numTodoTests;
  total.passed += numPassedTests;
  total.failed += numFailedTests + numRuntimeErrorTestSuites;
  total.skipped += skipped;
  return skipped;
}

function tool(name, ...args) {
  return command(join(root, 'node_modules/.bin', name), args);
}

function node(...args) {
  return command(process.execPath, args);
}

function command(file, args) {
  return new Promise((resolve, reject) => {
    running = spawn(file, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    running.on('error', reject);
    running.on('exit', (code, signal) => {
      running = null;
      if (code === 0) resolve();
      else if (signal === null) reject(new StageError(`${shown(file, args)} exited with ${code}`));
      else
        reject(new StageError(`${shown(file, args)} was ended by ${signal} (${constants.signals[signal]})`));
    });
  });
}

function shown(file, args) {
  return [file, ...args].join(' ').replaceAll(root, '');
}
