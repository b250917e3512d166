// `npm run startup`: how long pathmtu takes to say its version, and to measure a path without delay, in times of what
// Node takes to start and end. Medians of the ratios of runs one after the other, so that a busy moment hits both
// alike; a machine that stays busy gets a second and a third chance.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const RUNS = 20;
const ATTEMPTS = 3;

const program = fileURLToPath(new URL('../bin/pathmtu.js', import.meta.url));
const isRoot = process.getuid?.() === 0;

/** Node is about 60 ms here, the version 75, the measurement 100. What is loaded without need would show. */
const CASES = [
  { args: ['--version'], limit: 1.8 },
  // Sending needs root. What it loads and sends on is the same as for any path.
  ...(isRoot ? [{ args: ['127.0.0.1', '--json'], limit: 2.5 }] : []),
];

for (const { args, limit } of CASES) {
  if (!isWithin(args, limit)) process.exitCode = 1;
}
if (!isRoot) process.stdout.write('start-up: without root no measurement is timed\n');

function isWithin(args, limit) {
  // The first measurement after a build compiles for those that follow (bin/pathmtu.js).
  durationOf([program, ...args]);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { bareMs, ownMs, ratio } = measure([program, ...args]);
    process.stdout.write(
      `start-up: node -e 0 ${bareMs.toFixed(0)} ms, pathmtu ${args.join(' ')} ${ownMs.toFixed(0)} ms, ` +
        `${ratio.toFixed(2)} times that; the limit is ${limit} (medians of ${RUNS})\n`,
    );
    if (ratio <= limit) return true;
  }
  return false;
}

function measure(args) {
  const runs = Array.from({ length: RUNS }, () => ({
    bareMs: durationOf(['-e', '0']),
    ownMs: durationOf(args),
  }));
  return {
    bareMs: median(runs.map(({ bareMs }) => bareMs)),
    ownMs: median(runs.map(({ ownMs }) => ownMs)),
    ratio: median(runs.map(({ bareMs, ownMs }) => ownMs / bareMs)),
  };
}

function durationOf(args) {
  const startedAtMs = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} exited with ${status}`);
  return performance.now() - startedAtMs;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle - 0.5)] ?? 0) + (sorted[Math.ceil(middle - 0.5)] ?? 0)) / 2;
}
