/** The arguments of `npm run bench`. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { CASES } from './cases.ts';
import { PEERS } from './peers.ts';
import type { Effort } from './plan.ts';

export type Command =
  | { readonly type: 'help' }
  /** Writes the documents of the recorded results, and measures nothing. */
  | { readonly type: 'write' }
  /** Goes on with the campaign whose journal is in this folder. */
  | { readonly type: 'resume'; readonly folder: string | null }
  | { readonly type: 'measure'; readonly campaign: Campaign };

export interface Campaign extends Effort {
  /** Names. */
  readonly cases: readonly string[];
  readonly peers: readonly string[];
  /** Networks at the same time, in the lane `many`. */
  readonly networks: number;
  /** A program that takes longer is killed. */
  readonly longestMs: number;
  /** `recorded`: into the files of the checkout. `printed`: the Markdown goes to stdout. */
  readonly destination: 'recorded' | 'printed' | { readonly folder: string };
}

/** Or what is wrong with the arguments, in one line. */
export function readArguments(args: readonly string[]): Command | string {
  const values = valuesOf(args);
  if (typeof values === 'string') return values;
  if (values.help === true) return { type: 'help' };
  if (values['write-readme'] === true) return { type: 'write' };
  if (values.resume === true) return { type: 'resume', folder: values.output ?? null };

  const isQuick = values.quick === true;
  const rounds = wholeNumber(values.rounds ?? (isQuick ? '1' : '5'), '--rounds');
  const runs = wholeNumber(values.runs ?? (isQuick ? '1' : '100'), '--runs');
  const networks = wholeNumber(values.networks ?? String(USUAL_NETWORKS), '--networks');
  const cases = chosen(CASES, values.case, '--case');
  const peers = chosen(PEERS, values.peer, '--peer');
  const mistake = [rounds, runs, networks, cases, peers].find((value) => typeof value === 'string');
  if (typeof mistake === 'string') return mistake;
  const isPart = [values.case, values.peer, values.rounds, values.runs, values.quick].some(
    (value) => value !== undefined,
  );
  const printed = isPart && values.merge !== true ? 'printed' : 'recorded';
  return {
    type: 'measure',
    campaign: {
      cases: cases as readonly string[],
      peers: peers as readonly string[],
      rounds: rounds as number,
      runs: runs as number,
      networks: networks as number,
      longestMs: isQuick ? QUICK_LIMIT_MS : LIMIT_MS,
      destination: values.output === undefined ? printed : { folder: values.output },
    },
  };
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split(/\. |\n/)[0] ?? '';
  }
}

function wholeNumber(text: string, option: string): number | string {
  const value = Number(text);
  const isFine = /^\d+$/.test(text) && value >= 1 && value <= MOST;
  return isFine ? value : `${option} must be a whole number from 1 to ${MOST}, not "${text}"`;
}

/** Those whose names start with one of the words, so that `--case silent` is three of them. */
function chosen(
  all: readonly { readonly name: string }[],
  words: readonly string[] | undefined,
  option: string,
): readonly string[] | string {
  const names = all.map(({ name }) => name);
  if (words === undefined) return names;
  const unknown = words.find((word) => !names.some((name) => name.startsWith(word)));
  if (unknown !== undefined) return `${option} ${unknown}: there are ${names.join(', ')}`;
  return names.filter((name) => words.some((word) => name.startsWith(word)));
}

const OPTIONS = {
  rounds: { type: 'string' },
  runs: { type: 'string' },
  case: { type: 'string', multiple: true },
  peer: { type: 'string', multiple: true },
  networks: { type: 'string' },
  output: { type: 'string' },
  merge: { type: 'boolean' },
  quick: { type: 'boolean' },
  resume: { type: 'boolean' },
  'write-readme': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const MOST = 1000;
/** In a black hole tracepath takes 87 s, scamper 60 s and with loss up to twice that. */
const LIMIT_MS = 150_000;
const QUICK_LIMIT_MS = 10_000;

/**
 * Two processors were seen to carry 96 that mostly wait, busy with other things as they were, and 99.7 % of the canary's
 * pings were within 2 ms of the truth. Each takes 50 MB. The results say what the canary saw.
 */
const USUAL_NETWORKS = 32 * availableParallelism();

const SOONER = PEERS.flatMap(({ name, countedLimitMs }) =>
  countedLimitMs === undefined ? [] : [`, ${name} after ${countedLimitMs / 1000} s in a counted case`],
);

export const HELP = `npm run bench -- [OPTIONS]

  --rounds N       runs of each program in a timed case (5)
  --runs N         runs of each program in a counted case, one with loss or reordering (100)
  --case NAME      cases whose name starts so; may be repeated (all)
  --peer NAME      programs whose name starts so; may be repeated (all)
  --quick          one run of each, and a program that takes longer than ${QUICK_LIMIT_MS / 1000} s is killed
  --networks N     networks side by side for what mostly waits (32 for each processor)
  --merge          of a part of all this: put it in its place among the recorded results, instead of printing it
  --output FOLDER  put it in its place among the results in FOLDER
  --resume         go on with the campaign that was interrupted (with --output, the one there)
  --write-readme   write README.md and bench/RESULTS.md from bench/results.json, and measure nothing

All of it takes about 40 minutes on two processors, and the machine should have nothing else to do. The results go to
bench/results.json, bench/RESULTS.md and README.md, and every run as it comes to bench/runs.jsonl. A program is killed
after ${LIMIT_MS / 1000} s${SOONER.join('')}. The exit code is 1 when pathmtu was wrong.

Cases:
${CASES.map(({ name, description }) => `  ${name.padEnd(16)} ${description}`).join('\n')}

Programs:
${PEERS.map(({ name }) => `  ${name}`).join('\n')}
`;
