/**
 * `npm run bench:scale`: many targets in one process, pathmtu beside scamper and fping at the same packet rate, then ten
 * times as many with pathmtu alone. Progress goes to stderr; the tables go to bench/SCALE.md, bench/scale.json and the
 * README, or, with --quick, to stdout.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { succeeds } from '../../../test/lab/commands.ts';
import { bringUpCrowd } from '../../../test/lab/crowd.ts';
import { betweenMarkers } from '../between-markers.ts';
import { timeByArea } from './profile.ts';
import { PROGRAMS, type Program } from './programs.ts';
import { scaleFigures, scaleMarkdown } from './report.ts';
import { runProgram, type ScaleRun } from './run.ts';

export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  if (process.getuid?.() !== 0) {
    say('bench: network namespaces need root: sudo npm run bench:scale');
    return UNKNOWN;
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => process.exit(UNKNOWN));

  if (values.profile !== undefined) return profileInto(values.profile);
  const startedAt = new Date();
  const isQuick = values.quick === true;
  const rates = (values.rate ?? ['500', '1000']).map(Number);
  const there = PROGRAMS.filter(({ name, debianPackage }) => {
    const isThere = debianPackage === null || succeeds('sh', ['-c', 'command -v "$0"', debianPackage]);
    if (!isThere) say(`NOT MEASURED: ${name}: not installed: apt-get install ${debianPackage}`);
    return isThere;
  });
  const runs: ScaleRun[] = [];
  for (const rate of rates) runs.push(...(await measured(isQuick ? 200 : 1000, there, rate)));
  if (!isQuick) runs.push(...(await measured(10_000, PROGRAMS.slice(0, 1), MANY_RATE)));
  const folder = isQuick ? null : (values.output ?? join(ROOT, 'bench'));
  const circumstances = circumstancesOf(startedAt);
  await write(runs, circumstances, folder);
  if (folder === join(ROOT, 'bench')) await writeReadme(runs, circumstances);
  return runs.some(({ program, wrong }) => program.startsWith('pathmtu') && wrong > 0) ? WRONG : 0;
}

/** Of 1,000 targets at twice the default rate, so that the start counts for less; by the library, which has many files. */
async function profileInto(folder: string): Promise<number> {
  const profiled: Program = {
    name: 'measureMany of the library',
    debianPackage: null,
    question: '',
    list: (targets) => targets.map(({ address }) => address).join('\n'),
    command: (file, rate) => [
      process.execPath,
      '--cpu-prof',
      `--cpu-prof-dir=${folder}`,
      '--input-type=module',
      '-e',
      PROFILED,
      join(ROOT, 'dist/index.js'),
      file,
      String(rate),
    ],
    read: () => new Map(),
  };
  const [run] = await measured(1000, [profiled], 1000);
  const perPacket = ((run?.cpuSeconds ?? 0) / (run?.packets ?? 1)) * 1e6;
  const lines = [...timeByArea(folder), `CPU per packet, with the profiler: ${perPacket.toFixed(0)} µs`];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

async function measured(count: number, programs: readonly Program[], rate: number): Promise<ScaleRun[]> {
  const crowd = bringUpCrowd(count, RTT_MS);
  try {
    const runs: ScaleRun[] = [];
    for (const program of programs) {
      const run = await runProgram(crowd, program, rate);
      runs.push(run);
      const { right, seconds, packets, peakMegabytes } = run;
      say(
        `${program.name}: ${right} of ${count} right, ${seconds.toFixed(1)} s, ${packets} packets, ` +
          `${peakMegabytes.toFixed(0)} MB`,
      );
    }
    return runs;
  } finally {
    crowd.close();
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function circumstancesOf(startedAt: Date): string[] {
  const [cpu] = cpus();
  const commit = output('git', ['-C', ROOT, 'rev-parse', '--short', 'HEAD']);
  const isChanged = output('git', ['-C', ROOT, 'status', '--porcelain', '--', 'src', 'bin']) !== '';
  const packages = PROGRAMS.flatMap(({ debianPackage }) => debianPackage ?? []);
  const versions = packages.map(
    (name) => `${name} ${output('dpkg-query', ['-W', '-f', '${Version}', name]) || '(not from Debian)'}`,
  );
  return [
    `${startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC, ` +
      `commit ${commit || 'unknown'}${isChanged ? ' with changes' : ''}, Node ${process.versions.node}, ` +
      `Linux ${release()}, ${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${versions.join(', ')}`,
    `Round-trip time ${RTT_MS} ms. Load average at the end (1, 5, 15 minutes): ${loadavg()
      .map((load) => load.toFixed(1))
      .join(', ')}`,
  ];
}

async function write(
  runs: readonly ScaleRun[],
  circumstances: readonly string[],
  folder: string | null,
): Promise<void> {
  const style = { ...(await resolveConfig(join(ROOT, 'package.json'))) };
  const text = await format(scaleMarkdown(runs, circumstances), { ...style, parser: 'markdown' });
  if (folder === null) {
    process.stdout.write(text);
    return;
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'SCALE.md'), text);
  writeFileSync(
    join(folder, 'scale.json'),
    await format(JSON.stringify({ circumstances, runs }), { ...style, parser: 'json' }),
  );
  say(`written: ${join(folder, 'SCALE.md')} and scale.json`);
}

async function writeReadme(runs: readonly ScaleRun[], circumstances: readonly string[]): Promise<void> {
  const path = join(ROOT, 'README.md');
  const text = betweenMarkers(readFileSync(path, 'utf8'), 'scale', scaleFigures(runs, circumstances));
  const style = { ...(await resolveConfig(join(ROOT, 'package.json'))) };
  writeFileSync(path, await format(text, { ...style, parser: 'markdown' }));
}

function output(command: string, args: readonly string[]): string {
  return spawnSync(command, args, { encoding: 'utf8' }).stdout?.trim() ?? '';
}

const PROFILED = `
import { readFileSync } from 'node:fs';
const [, library, file, rate] = process.argv;
const { measureMany } = await import(library);
await measureMany(readFileSync(file, 'utf8').split('\\n'), { rate: Number(rate) });`;

const OPTIONS = {
  rate: { type: 'string', multiple: true },
  output: { type: 'string' },
  profile: { type: 'string' },
  quick: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const RTT_MS = 40;
/** So that 10,000 are done within minutes. */
const MANY_RATE = 2000;
const WRONG = 1;
const UNKNOWN = 3;

const HELP = `npm run bench:scale -- [OPTIONS]

  --rate N         packets per second for 1,000 targets; may be repeated (500 and 1000)
  --profile FOLDER where the time goes: 1,000 targets with Node's profiler, whose file goes to that empty folder
  --quick          200 targets, and not 10,000; the Markdown goes to stdout
  --output FOLDER  where SCALE.md and scale.json go (bench; then the README gets the figures too)

Takes about ten minutes. The exit code is 1 when pathmtu was wrong.
`;
