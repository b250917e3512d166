import { DEFAULT_MAX_HOPS, HOP_METHODS, MOST_HOPS, type TraceOptions } from '../run/trace-options.ts';
import { exitCodeNote, type Command } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { hostOf } from './measure.ts';
import {
  choiceOption,
  familyOption,
  flagOption,
  numberOption,
  type NumberRange,
  type ParsedArguments,
} from './option-values.ts';
import {
  DEADLINE_OPTION,
  DEADLINE_SECONDS,
  declareOptions,
  FAMILY_OPTIONS,
  outputOptions,
  progressOptions,
  type OptionGroup,
} from './options.ts';
import { layoutOf, outputFormat } from './output.ts';
import { liveProgress, untilInterrupted, verboseProgress } from './progress.ts';
import type { Surroundings } from './surroundings.ts';

const HOPS: NumberRange = { from: 1, to: MOST_HOPS, unit: 'hops' };

const groups = [tracedPathOptions(), outputOptions(), progressOptions()];

/** `pathmtu trace <host>`: every hop on the way, and the MTU of the path as far as it. */
export const traceCommand: Command = {
  name: 'trace',
  groups,
  module: (surroundings, finish) => ({
    command: 'trace <host>',
    builder: (yargs) => declareOptions(yargs.positional('host', { type: 'string' }), groups),
    handler: async (parsed) => finish(await runTrace(parsed, surroundings)),
  }),
  help: {
    headline: 'Every hop on the way to a host, and the MTU of the path as far as it.',
    usage: ['pathmtu trace <host> [options]'],
    examples: [
      {
        command: 'sudo pathmtu trace vpn.example.net',
        does: 'Where on the way does the path become narrow, and does that router say so?',
      },
      {
        command: 'sudo pathmtu trace vpn.example.net --method udp --json',
        does: 'With UDP alone, for a program.',
      },
    ],
    notes: [
      {
        title: 'The MTU of a hop',
        lines: [
          '1400        packets of 1400 get there, and those of 1401 do not',
          '1400..1500  it lies in between: the hop does not answer, or not surely enough',
        ],
      },
      exitCodeNote([
        '0  the path MTU to the host is exact',
        '3  not known: unreachable, not exact, interrupted, no permission, bad usage',
      ]),
    ],
  },
};

async function runTrace(parsed: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> {
  const host = hostOf(parsed);
  const options = traceOptions(parsed);
  const format = outputFormat(parsed);
  const layout = layoutOf(parsed, surroundings);
  const isVerbose = flagOption(parsed, 'verbose') === true;
  const progress = isVerbose ? await verboseProgress(surroundings) : await liveProgress(host, surroundings);

  const { result, isInterrupted } = await untilInterrupted(surroundings, progress, (signal) =>
    surroundings.trace(host, {
      ...options,
      signal,
      ...(progress === null ? {} : { onEvent: progress.onEvent }),
      // The live line is of the path MTU.
      ...(progress === null || !isVerbose ? {} : { onHopEvent: progress.onEvent }),
    }),
  );
  surroundings.stdout.write(
    format === 'json'
      ? (await import('../report/json.ts')).json(result)
      : (await import('../report/trace-table.ts')).traceTable(result, layout),
  );
  return !isInterrupted && result.status === 'exact' ? EXIT.ok : EXIT.unknown;
}

function traceOptions(parsed: ParsedArguments): TraceOptions {
  const family = familyOption(parsed);
  const method = choiceOption(parsed, 'method', HOP_METHODS);
  const maxHops = numberOption(parsed, 'max-hops', HOPS);
  const deadlineSeconds = numberOption(parsed, 'deadline', DEADLINE_SECONDS);
  return {
    ...(family === undefined ? {} : { family }),
    ...(method === undefined ? {} : { method }),
    ...(maxHops === undefined ? {} : { maxHops }),
    ...(deadlineSeconds === undefined ? {} : { deadlineMs: deadlineSeconds * 1000 }),
  };
}

function tracedPathOptions(): OptionGroup {
  return {
    title: 'Path',
    options: [
      ...FAMILY_OPTIONS,
      {
        name: 'method',
        value: 'NAME',
        describe:
          'ask hops and host by "icmp" or by "udp" alone. Default: the host by all methods, the hops by icmp, or by ' +
          'udp where the host answers only that',
      },
      {
        name: 'max-hops',
        value: 'N',
        describe: `ask so many hops at most, ${HOPS.from} to ${HOPS.to} (default: ${DEFAULT_MAX_HOPS})`,
      },
      DEADLINE_OPTION,
    ],
  };
}
