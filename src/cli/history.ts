import type { HistoryRecord } from '../health/record.ts';
import { directoryOption } from './check-request.ts';
import { exitCodeNote, type Command } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { badOption, flagOption, quoted, type ParsedArguments } from './option-values.ts';
import { declareOptions, type OptionGroup } from './options.ts';
import { layoutOf, outputFormat } from './output.ts';
import { signsOf } from './signs.ts';
import type { Surroundings } from './surroundings.ts';

/** Where the units of `pathmtu schedule` keep it. */
export const DEFAULT_STATE_DIRECTORY = '/var/lib/pathmtu';

const groups = [historyOptions()];

/** `pathmtu history [gateway]`: what checks with `--state` have found, and what changed. */
export const historyCommand: Command = {
  name: 'history',
  groups,
  module: (surroundings, finish) => ({
    command: 'history [gateway]',
    builder: (yargs) => declareOptions(yargs.positional('gateway', { type: 'string' }), groups),
    handler: async (parsed) => finish(await runHistory(parsed, surroundings)),
  }),
  help: {
    headline: 'What changed, and how path MTU, loss and round-trip time were: from checks with --state.',
    usage: ['pathmtu history [gateway] [options]'],
    examples: [
      { command: 'sudo pathmtu history', does: `All gateways, from ${DEFAULT_STATE_DIRECTORY}.` },
      { command: 'pathmtu history paris --state ./state --json', does: 'One of them, for a program.' },
    ],
    notes: [
      exitCodeNote(['0  the history was shown', '3  there is none, or bad usage']),
      {
        title: 'How much is kept',
        lines: ['Five files of 4 MB: about ten weeks of ten gateways every 15 minutes.'],
      },
    ],
  },
};

async function runHistory(parsed: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> {
  const directory = directoryOption(parsed, 'state') ?? DEFAULT_STATE_DIRECTORY;
  const format = outputFormat(parsed);
  const layout = layoutOf(parsed, surroundings);
  const { records: all, damagedLines } = await recordsIn(directory);
  if (damagedLines > 0) {
    const lines = damagedLines === 1 ? '1 line' : `${damagedLines} lines`;
    surroundings.stderr.write(`pathmtu: ${lines} of the history in ${directory} are damaged and left out\n`);
  }
  const records = await recordsOf(parsed['gateway'], all, directory);
  const { byPath, history } = await import('../report/history.ts');
  const paths = byPath(records);
  const signs = flagOption(parsed, 'ascii') === true ? signsOf({}) : signsOf(surroundings.environment);
  if (format === 'json') {
    const { historyJson } = await import('../report/history-json.ts');
    surroundings.stdout.write(historyJson(paths, damagedLines, signs));
  } else {
    surroundings.stdout.write(history(paths, layout, signs));
  }
  return EXIT.ok;
}

/** @throws PathmtuError where there is no history to read */
async function recordsIn(
  directory: string,
): Promise<{ readonly records: readonly HistoryRecord[]; readonly damagedLines: number }> {
  const { historyIn } = await import('../state/state-directory.ts');
  const { troubleReading } = await import('../state/trouble.ts');
  try {
    return await historyIn(directory);
  } catch (error) {
    throw badOption(`--state ${quoted(directory)}: ${troubleReading(error)}`);
  }
}

/** Those of one gateway, or all. @throws PathmtuError when there are none */
async function recordsOf(
  gateway: unknown,
  records: readonly HistoryRecord[],
  directory: string,
): Promise<readonly HistoryRecord[]> {
  if (records.length === 0) {
    throw badOption(
      `there is no history in ${directory} yet: pathmtu check --state ${directory} writes one, --state DIR names another`,
    );
  }
  if (typeof gateway !== 'string') return records;
  const chosen = records.filter((record) => record.gateway === gateway || record.host === gateway);
  if (chosen.length > 0) return chosen;
  const names = [...new Set(records.map((record) => record.gateway))];
  const { nearest } = await import('../nearest.ts');
  const near = nearest(gateway, names);
  throw badOption(
    `there is no gateway ${quoted(gateway)} in the history: ` +
      (near === null
        ? `there are ${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? ', ...' : ''}`
        : `did you mean ${near}?`),
  );
}

function historyOptions(): OptionGroup {
  return {
    title: 'Output',
    options: [
      {
        name: 'state',
        value: 'DIR',
        describe: `the directory that checks keep it in (default: ${DEFAULT_STATE_DIRECTORY})`,
      },
      { name: 'format', value: 'NAME', describe: '"table", the default, or "json"' },
      { name: 'json', describe: 'short for --format json' },
      { name: 'ascii', describe: 'no Unicode blocks and arrows; the default where the locale is not UTF-8' },
      {
        name: 'color',
        shown: '--[no-]color',
        describe: 'colours on a terminal, or not; NO_COLOR in the environment turns them off',
      },
    ],
  };
}

const MOST_NAMES = 8;
