import { PathmtuError } from '../errors.ts';
import type { ServiceStatus } from '../health/verdict.ts';
import { checkFormat, checkRequest, stateOptions, thresholdOptions } from './check-request.ts';
import { exitCodeNote, type Command } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { ParsedArguments } from './option-values.ts';
import { declareOptions, ikeAuthOptions, pathOptions, type OptionGroup } from './options.ts';
import { signsOf } from './signs.ts';
import type { Surroundings } from './surroundings.ts';

const groups = [thresholdOptions(), ikeAuthOptions(), pathOptions(), stateOptions(), formatOptions()];

/** `pathmtu check <host...>`: a health check for Nagios, Icinga, cron and the like. */
export const checkCommand: Command = {
  name: 'check',
  groups,
  module: (surroundings, finish) => ({
    command: 'check [hosts..]',
    builder: (yargs) => declareOptions(yargs.positional('hosts', { type: 'string', array: true }), groups),
    handler: async (parsed) => finish(await runCheck(parsed, surroundings)),
  }),
  help: {
    headline: 'Health check of paths to gateways: one line, an exit code, and what changed.',
    usage: ['pathmtu check <host...> [options]', 'pathmtu check --file gateways.yaml [name ...] [options]'],
    examples: [
      {
        command: 'sudo pathmtu check vpn.example.net --require-mtu 1400 --warn-below 1500',
        does: 'As a monitoring plugin: status, what is wrong, figures for graphs.',
      },
      {
        command: 'sudo pathmtu check --file gateways.yaml --state /var/lib/pathmtu',
        does: 'All gateways of a file, with a memory of what they were like.',
      },
      {
        command: 'sudo pathmtu check vpn.example.net --ike-auth 3200 -t 10 --format json',
        does: 'Does an IKE_AUTH of 3200 bytes get through today? An answer within 10 s.',
      },
    ],
    notes: [
      {
        title: 'Thresholds',
        lines: [
          '1400        path MTUs below 1400 are an alert',
          '1400:       the same',
          '~:1500      above 1500         1400:1500   outside of 1400 to 1500',
          '@1400:1450  within 1400 to 1450',
        ],
      },
      {
        title: 'Changes (with --state)',
        lines: [
          'What differs from the last check is measured a second time. If that shows the',
          'same, it is told once as a change, and from then on with the time since when',
          'it is so. Thresholds and the IKE_AUTH decide the status: a change alerts nobody by itself.',
          '"pathmtu history" shows the past.',
        ],
      },
      exitCodeNote([
        '0  OK',
        '1  WARNING: below --warn-below, or the IKE_AUTH needs IP fragments',
        '2  CRITICAL: below --require-mtu, or the IKE_AUTH will be lost',
        '3  UNKNOWN: no answer, not exact, no permission, time is up, bad usage',
        'Of several gateways the worst: 2, then 1, then 3, then 0.',
      ]),
    ],
  },
};

async function runCheck(parsed: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> {
  const format = checkFormat(parsed);
  const request = await checkRequest(parsed);
  const { runTheCheck } = await import('./check-run.ts');
  const interruption = new AbortController();
  const stopListening = surroundings.onInterrupt(() => interruption.abort());
  try {
    const { answer, isAbandoned } = await runTheCheck(
      request,
      surroundings,
      interruption.signal,
      surroundings.startedAtMs,
    );
    for (const warning of answer.state?.warnings ?? []) surroundings.stderr.write(`pathmtu: ${warning}\n`);
    const exitCode = interruption.signal.aborted ? EXIT.unknown : EXIT_CODES[answer.status];
    const signs = signsOf(surroundings.environment);
    if (format === 'json') {
      const { checkJson } = await import('../report/check-json.ts');
      surroundings.stdout.write(checkJson(answer, exitCode, signs));
    } else {
      const { nagios } = await import('../report/nagios.ts');
      surroundings.stdout.write(nagios(answer, signs));
    }
    if (isAbandoned) surroundings.leaveSoon();
    return exitCode;
  } catch (error) {
    if (!(error instanceof PathmtuError) || !CONCERNS_THE_HOST.has(error.code) || format === 'json')
      throw error;
    // Nagios shows stdout only, and this is an answer to its question: nobody mistyped anything.
    const { nagiosError } = await import('../report/nagios.ts');
    surroundings.stdout.write(nagiosError(error.message));
    return EXIT.unknown;
  } finally {
    stopListening();
  }
}

function formatOptions(): OptionGroup {
  return {
    title: 'Output',
    options: [
      { name: 'format', value: 'NAME', describe: '"nagios", the default, or "json"' },
      { name: 'json', describe: 'short for --format json' },
    ],
  };
}

const EXIT_CODES: Record<ServiceStatus, ExitCode> = {
  OK: EXIT.ok,
  WARNING: EXIT.warning,
  CRITICAL: EXIT.critical,
  UNKNOWN: EXIT.unknown,
};

const CONCERNS_THE_HOST: ReadonlySet<string> = new Set(['not-permitted', 'addon-missing']);
