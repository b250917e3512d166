/**
 * `npm run bench`: pathmtu and its peers on the same paths, in one run. `npm run bench -- --help` says how to ask for
 * less. Progress goes to stderr; the tables go to bench/RESULTS.md and bench/results.json, or, of a part of the cases
 * or programs, to stdout.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { format, resolveConfig } from 'prettier';
import { CASES, type Case } from './cases.ts';
import { PEERS, type Peer } from './peers.ts';
import { markdown } from './report.ts';
import { runCase, type CaseReport, type Effort } from './run.ts';
import { summarise } from './summary.ts';

export async function main(args: readonly string[]): Promise<number> {
  const wanted = wantedOf(args);
  if (typeof wanted === 'string') {
    say(`bench: ${wanted}`);
    return UNKNOWN;
  }
  if (wanted === null) {
    process.stdout.write(HELP);
    return 0;
  }
  if (process.getuid?.() !== 0) {
    say('bench: network namespaces need root: sudo npm run bench');
    return UNKNOWN;
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => process.exit(UNKNOWN));

  const startedAt = new Date();
  const limit = pLimit(wanted.jobs);
  const reports = await Promise.all(
    wanted.cases.map((one) => limit(() => runCase(one, wanted.peers, wanted.effort, say))),
  );
  for (const line of missingOf(reports)) say(line);
  await write(wanted, reports, circumstancesOf(wanted, startedAt));
  const isWrong = reports.some(({ rows }) =>
    rows.some(({ peer, runs }) => peer === 'pathmtu' && runs.some(({ worth }) => worth === 'wrong')),
  );
  return isWrong ? WRONG : 0;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

interface Wanted {
  readonly cases: readonly Case[];
  readonly peers: readonly Peer[];
  readonly effort: Effort;
  readonly jobs: number;
  /** Where the files go; null: the Markdown goes to stdout. */
  readonly folder: string | null;
}

/** What the arguments ask for; null: help; or what is wrong with them. */
function wantedOf(args: readonly string[]): Wanted | string | null {
  const values = valuesOf(args);
  if (typeof values === 'string') return values;
  if (values.help === true) return null;
  const isQuick = values.quick === true;
  const rounds = wholeNumber(values.rounds ?? (isQuick ? '1' : '5'), '--rounds', MOST_ROUNDS);
  const jobs = wholeNumber(values.jobs ?? '1', '--jobs', CASES.length);
  const cases = chosen(CASES, values.case, '--case');
  const peers = chosen(PEERS, values.peer, '--peer');
  for (const value of [rounds, jobs, cases, peers]) if (typeof value === 'string') return value;
  const isPart = isQuick || values.case !== undefined || values.peer !== undefined;
  return {
    cases: cases as readonly Case[],
    peers: peers as readonly Peer[],
    jobs: jobs as number,
    effort: {
      rounds: rounds as number,
      limitMs: isQuick ? QUICK_LIMIT_MS : LIMIT_MS,
      repeatedBelowMs: values['repeat-slow'] === true ? Infinity : REPEATED_BELOW_MS,
    },
    folder: values.output ?? (isPart ? null : join(ROOT, 'bench')),
  };
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split(/\. |\n/)[0] ?? '';
  }
}

function wholeNumber(text: string, option: string, most: number): number | string {
  const value = Number(text);
  const isFine = /^\d+$/.test(text) && value >= 1 && value <= most;
  return isFine ? value : `${option} must be a whole number from 1 to ${most}, not "${text}"`;
}

/** Those whose names start with one of the words, so that `--case silent` is three of them. */
function chosen<One extends { readonly name: string }>(
  all: readonly One[],
  words: readonly string[] | undefined,
  option: string,
): readonly One[] | string {
  if (words === undefined) return all;
  const unknown = words.find((word) => !all.some(({ name }) => name.startsWith(word)));
  if (unknown !== undefined)
    return `${option} ${unknown}: there are ${all.map(({ name }) => name).join(', ')}`;
  return all.filter(({ name }) => words.some((word) => name.startsWith(word)));
}

/** In one line each. */
function circumstancesOf({ effort, jobs, cases, peers }: Wanted, startedAt: Date): string[] {
  const [cpu] = cpus();
  const commit = output('git', ['-C', ROOT, 'rev-parse', '--short', 'HEAD']);
  const isChanged = output('git', ['-C', ROOT, 'status', '--porcelain', '--', 'src', 'bin']) !== '';
  const slow = `${effort.repeatedBelowMs / 1000} s`;
  const versions = peers
    .map(({ debianPackage }) => debianPackage)
    .filter((name) => name !== null)
    .map(
      (name) => `${name} ${output('dpkg-query', ['-W', '-f', '${Version}', name]) || '(not from Debian)'}`,
    );
  return [
    `${startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC, ` +
      `commit ${commit || 'unknown'}${isChanged ? ' with changes' : ''}, Node ${process.versions.node}, ` +
      `Linux ${release()}, ${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}`,
    `Load average at the end (1, 5, 15 minutes): ${loadavg()
      .map((load) => load.toFixed(1))
      .join(', ')}. ` +
      'On a machine that does other things too, small times are larger than they need to be',
    `${cases.length} of ${CASES.length} cases, ${peers.length} of ${PEERS.length} programs, ` +
      `${effort.rounds} ${effort.rounds === 1 ? 'round' : 'rounds'}, ${jobs === 1 ? 'one case at a time' : `${jobs} cases at the same time`}`,
    `A program that takes longer than ${effort.limitMs / 1000} s is killed` +
      (Number.isFinite(effort.repeatedBelowMs) ? `; one that takes longer than ${slow} runs once` : ''),
    ...(versions.length === 0 ? [] : [versions.join(', ')]),
  ];
}

/** Said once more at the end, where it is seen. */
function missingOf(reports: readonly CaseReport[]): string[] {
  const missing = reports.flatMap(({ rows }) =>
    rows.flatMap(({ peer, exclusion }) =>
      exclusion?.startsWith('not installed') === true ? [`NOT MEASURED: ${peer}: ${exclusion}`] : [],
    ),
  );
  return [...new Set(missing)];
}

async function write(wanted: Wanted, reports: readonly CaseReport[], circumstances: string[]): Promise<void> {
  const style = { ...(await resolveConfig(join(ROOT, 'package.json'))) };
  const text = await format(markdown(reports.map(summarise), circumstances), {
    ...style,
    parser: 'markdown',
  });
  if (wanted.folder === null) {
    process.stdout.write(text);
    return;
  }
  const cases = reports.map(({ one, rows, overheadMs }) => {
    const { name, description, family, pathMtu, rttMs } = one;
    return { name, description, family, pathMtu, rttMs, overheadMs, rows };
  });
  mkdirSync(wanted.folder, { recursive: true });
  writeFileSync(join(wanted.folder, 'RESULTS.md'), text);
  writeFileSync(
    join(wanted.folder, 'results.json'),
    await format(JSON.stringify({ circumstances, cases }), { ...style, parser: 'json' }),
  );
  say(`written: ${join(wanted.folder, 'RESULTS.md')} and results.json`);
}

function output(command: string, args: readonly string[]): string {
  return spawnSync(command, args, { encoding: 'utf8' }).stdout?.trim() ?? '';
}

const OPTIONS = {
  rounds: { type: 'string' },
  case: { type: 'string', multiple: true },
  peer: { type: 'string', multiple: true },
  jobs: { type: 'string' },
  output: { type: 'string' },
  quick: { type: 'boolean' },
  'repeat-slow': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MOST_ROUNDS = 1000;
/** tracepath in a black hole takes 87 s. */
const LIMIT_MS = 100_000;
const QUICK_LIMIT_MS = 10_000;
const REPEATED_BELOW_MS = 20_000;

const WRONG = 1;
const UNKNOWN = 3;

const HELP = `npm run bench -- [OPTIONS]

  --rounds N       rounds of each case (5)
  --case NAME      cases whose name starts so; may be repeated (all)
  --peer NAME      programs whose name starts so; may be repeated (all)
  --jobs N         cases at the same time (1); more is quicker, and its times are worse
  --repeat-slow    also programs that take longer than ${REPEATED_BELOW_MS / 1000} s run in every round
  --quick          one round, and a program that takes longer than ${QUICK_LIMIT_MS / 1000} s is killed
  --output FOLDER  where RESULTS.md and results.json go (bench; of a part of the cases or programs, or with
                   --quick, the Markdown goes to stdout instead)

A program is killed after ${LIMIT_MS / 1000} s. All of it takes about an hour. The exit code is 1 when pathmtu was wrong.

Cases:
${CASES.map(({ name, description }) => `  ${name.padEnd(16)} ${description}`).join('\n')}

Programs:
${PEERS.map(({ name }) => `  ${name}`).join('\n')}
`;
