/**
 * `npm run sim -- --paths 100000 [--seed N]`: measures random simulated paths in virtual time, on all cores, and
 * prints as a Markdown table what the answers came to and what they cost. The README quotes it.
 *
 * `npm run sim -- --days 7 [--seed N]`: checks gateways every minute of so many days, whose paths change, lose and black
 * out at random, and prints what the checks came to.
 *
 * The exit code is 1 when a claim was wrong.
 */
import { parseArgs } from 'node:util';
import { surveyAll } from '../test/sim/survey-all.ts';
import { dayReport } from '../test/sim/day/day-report.ts';
import { watchAll } from '../test/sim/day/watch-all.ts';
import type { Surveyed } from '../test/sim/survey.ts';

type Wanted = { readonly seed: number } & ({ readonly paths: number } | { readonly days: number });

async function main(args: readonly string[]): Promise<number> {
  const wanted = wantedOf(args);
  if (typeof wanted === 'string') {
    process.stderr.write(
      `sim: ${wanted}; usage: npm run sim -- [--paths COUNT | --days COUNT] [--seed FIRST]\n`,
    );
    return UNKNOWN;
  }
  const { seed } = wanted;
  if ('days' in wanted) {
    const watched = await watchAll(seed, wanted.days * 24);
    process.stdout.write(`${dayReport(watched)}\n`);
    return watched.some(({ wrongs }) => wrongs.length > 0) ? WRONG : 0;
  }
  const { paths } = wanted;
  const all = await surveyAll('random', seed, paths, (done) => showProgress(done, paths));
  process.stdout.write(`${report(all, seed)}\n`);
  return all.some(({ wrong }) => wrong !== null) ? WRONG : 0;
}

/** What the arguments ask for, or what is wrong with them. */
function wantedOf(args: readonly string[]): Wanted | string {
  let values: { paths?: string; days?: string; seed?: string };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: { paths: { type: 'string' }, days: { type: 'string' }, seed: { type: 'string' } },
    }));
  } catch (error) {
    // The first sentence; what follows advises on positional arguments, of which there are none.
    return (error instanceof Error ? error.message : String(error)).split(/\. |\n/)[0] ?? '';
  }
  const { paths = '10000', days, seed = '1' } = values;
  if (!isWhole(paths, 1, MOST_PATHS))
    return `--paths must be a whole number from 1 to ${MOST_PATHS}, not "${paths}"`;
  if (!isWhole(seed, 0, LARGEST_SEED))
    return `--seed must be a whole number from 0 to ${LARGEST_SEED}, not "${seed}"`;
  if (days === undefined) return { paths: Number(paths), seed: Number(seed) };
  if (values.paths !== undefined) return '--paths and --days exclude each other';
  if (!isWhole(days, 1, MOST_DAYS))
    return `--days must be a whole number from 1 to ${MOST_DAYS}, not "${days}"`;
  return { days: Number(days), seed: Number(seed) };
}

function isWhole(text: string, least: number, most: number): boolean {
  return /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
}

function showProgress(done: number, paths: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(done < paths ? `\r${done} of ${paths} paths` : `\r${' '.repeat(40)}\r`);
}

function report(all: readonly Surveyed[], seed: number): string {
  const count = (is: (one: Surveyed) => boolean): number => all.filter(is).length;
  const answerable = all.filter((one) => !one.isDeaf && !one.isLimited && one.loss <= MOST_LOSS);
  const exact = answerable.filter(({ status }) => status === 'exact').length;
  const wrong = all.filter((one) => one.wrong !== null);
  const counts = [
    ['exact', count(({ status }) => status === 'exact')],
    ['bounded', count(({ status }) => status === 'bounded')],
    ['undetermined', count(({ status }) => status === 'undetermined')],
    ['unreachable (nobody answers)', count(({ status, isDeaf }) => status === 'unreachable' && isDeaf)],
    ['unreachable (somebody answers)', count(({ status, isDeaf }) => status === 'unreachable' && !isDeaf)],
    ['wrong claims', wrong.length],
  ] as const;
  const answered = all.filter((one) => !one.isDeaf && !one.isLimited);
  const lossless = answered.filter((one) => one.isLossless);
  const groups = [
    ['lossless, a PTB arrives', lossless.filter((one) => one.bottlenecks === 'one speaking')],
    ['lossless, black hole', lossless.filter((one) => one.bottlenecks === 'silent')],
    ['lossy (to 20 % each way)', answered.filter((one) => one.loss > 0)],
  ] as const;
  return [
    `${all.length} random paths, seeds ${seed} to ${seed + all.length - 1}:`,
    '',
    '| outcome | paths | share |',
    '|---|--:|--:|',
    ...counts.map(([name, paths]) => `| ${name} | ${paths} | ${percent(paths, all.length)} |`),
    `| exact, of those that can be known | ${exact} of ${answerable.length} | ${percent(exact, answerable.length)} |`,
    '',
    '| paths | cost | 50 % | 90 % | 99 % | max |',
    '|---|---|--:|--:|--:|--:|',
    ...groups.flatMap(([name, group]) => costs(name, group)),
    ...wrong.map((one) => `\nWRONG: seed ${one.seed}: ${one.wrong}`),
  ].join('\n');
}

function costs(name: string, group: readonly Surveyed[]): string[] {
  return COSTS.map(([cost, of], index) => {
    const sorted = group.map(of).toSorted((a, b) => a - b);
    const figures = [0.5, 0.9, 0.99, 1].map((share) => percentile(sorted, share));
    return `| ${index === 0 ? `${name}: ${group.length}` : ''} | ${cost} | ${figures.join(' | ')} |`;
  });
}

/** Nearest rank. */
function percentile(sorted: readonly number[], share: number): string {
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return value === undefined ? '-' : String(Math.round(value));
}

function percent(part: number, whole: number): string {
  // Rounded down: 99.99 % of the paths are not all of them.
  return whole === 0 ? '-' : `${(Math.floor((part / whole) * 10_000) / 100).toFixed(2)} %`;
}

const COSTS: readonly (readonly [string, (one: Surveyed) => number])[] = [
  ['rounds', ({ rounds }) => rounds],
  ['probes', ({ probes }) => probes],
  ['bytes', ({ bytes }) => bytes],
  ['virtual ms', ({ durationMs }) => durationMs],
];

const MOST_DAYS = 1000;
const MOST_PATHS = 10_000_000;
/** Seeds are 32 bits wide. */
const LARGEST_SEED = 2 ** 32 - 1 - MOST_PATHS;
const MOST_LOSS = 0.2;

const WRONG = 1;
const UNKNOWN = 3;

process.exitCode = await main(process.argv.slice(2));
