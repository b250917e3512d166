// `npm run startup`: how much longer `pathmtu --version` takes than Node itself. Medians of alternating runs, so that
// a busy moment hits both alike; a machine that stays busy gets a second and a third chance.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const LIMIT_MS = 80;
const RUNS = 20;
const ATTEMPTS = 3;

const program = fileURLToPath(new URL('../bin/pathmtu.js', import.meta.url));

for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
  const { bareMs, versionMs } = measure();
  const overMs = versionMs - bareMs;
  const isWithin = overMs <= LIMIT_MS;
  process.stdout.write(
    `start-up: node -e 0 ${bareMs.toFixed(0)} ms, pathmtu --version ${versionMs.toFixed(0)} ms, ` +
      `${overMs.toFixed(0)} ms above it; the limit is ${LIMIT_MS} ms (medians of ${RUNS})\n`,
  );
  process.exitCode = isWithin ? 0 : 1;
  if (isWithin) break;
}

function measure() {
  const bare = [];
  const version = [];
  for (let run = 0; run < RUNS; run += 1) {
    bare.push(durationOf(['-e', '0']));
    version.push(durationOf([program, '--version']));
  }
  return { bareMs: median(bare), versionMs: median(version) };
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
