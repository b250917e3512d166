import type { MeasureOptions } from '../run/options.ts';
import { exitCodeNote, type Command } from './command.ts';
import { EXIT, exitCodeOfResult, type ExitCode } from './exit-code.ts';
import { ikeAuthInput, type IkeAuthInput } from './ike-auth-input.ts';
import { liveProgress, untilInterrupted, verboseProgress } from './progress.ts';
import {
  badOption,
  choiceOption,
  familyOption,
  flagOption,
  listOption,
  numberOption,
  quoted,
  type ParsedArguments,
} from './option-values.ts';
import {
  certificateOptions,
  DEADLINE_SECONDS,
  declareOptions,
  FLOWS,
  IKE_PROBES,
  ikeAuthOptions,
  ikeServiceOptions,
  METHODS,
  outputOptions,
  PACKET_BYTES,
  pathOptions,
  progressOptions,
  searchOptions,
} from './options.ts';
import { layoutOf, outputFormat } from './output.ts';
import type { Surroundings } from './surroundings.ts';

const groups = [
  ikeAuthOptions(),
  certificateOptions(),
  pathOptions(),
  ikeServiceOptions(),
  searchOptions(),
  outputOptions(),
  progressOptions(),
];

/** `pathmtu measure <host>`, and `pathmtu <host>`: one path, in depth. */
export const measureCommand: Command = {
  name: 'measure',
  groups,
  module: (surroundings, finish) => ({
    command: ['measure <host>', '$0'],
    builder: (yargs) => declareOptions(yargs.positional('host', { type: 'string' }), groups),
    handler: async (parsed) => finish(await runMeasure(parsed, surroundings)),
  }),
  help: {
    headline: 'Exact path MTU to a host, and whether an IKE_AUTH of a given size gets there.',
    usage: ['pathmtu [measure] <host> [options]', 'pathmtu COMMAND [options]'],
    examples: [
      { command: 'sudo pathmtu vpn.example.net', does: 'What is the path MTU to this gateway?' },
      {
        command: 'sudo pathmtu vpn.example.net --ike-auth 3200',
        does: 'Will an IKE_AUTH of 3200 bytes get there in one packet, or as IP fragments?',
      },
      {
        command: 'sudo pathmtu vpn.example.net --cert client.pem --client windows',
        does: 'The size computed from the certificate, and from what the gateway chooses.',
      },
      { command: 'sudo pathmtu -6 vpn.example.net --json', does: 'The same for a program, over IPv6.' },
      {
        command: 'pathmtu predict --ike-auth 3200 --mtu 1400',
        does: 'No packets sent, no privileges: into which IP fragments would it go?',
      },
    ],
    notes: [
      {
        title: 'The live line (on a terminal, one character per probe)',
        lines: [
          'P  large ICMP probe            p  small ICMP probe (control)',
          'U  large UDP probe             u  small UDP probe (control)',
          'I  large IKE probe             i  small IKE probe (control)',
          '*  no answer in time           ?  this host could not send it',
        ],
      },
      exitCodeNote([
        '0  the path MTU is exact; with --ike-auth: it gets through',
        '1  at risk: the IKE_AUTH needs IP fragments, which arrive or were not tested',
        '2  the IKE_AUTH will be lost',
        '3  not known: unreachable, not exact, interrupted, no permission, bad usage',
      ]),
      {
        title: 'More',
        lines: [
          'pathmtu predict --help    options of predict',
          'pathmtu --version         the version',
          'Sending probes needs root or CAP_NET_RAW. Ctrl-C prints what is known.',
        ],
      },
    ],
  },
};

async function runMeasure(parsed: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> {
  const host = hostOf(parsed);
  const options = measureOptions(parsed, await ikeAuthInput(parsed, surroundings));
  const format = outputFormat(parsed);
  const isVerbose = flagOption(parsed, 'verbose') === true;
  const layout = layoutOf(parsed, surroundings);

  const progress = isVerbose ? await verboseProgress(surroundings) : await liveProgress(host, surroundings);
  const { result, isInterrupted } = await untilInterrupted(surroundings, progress, (signal) =>
    surroundings.measure(host, {
      ...options,
      signal,
      ...(progress === null ? {} : { onEvent: progress.onEvent }),
    }),
  );
  surroundings.stdout.write(
    format === 'json'
      ? (await import('../report/json.ts')).json(result)
      : (await import('../report/table.ts')).table(result, layout),
  );
  return isInterrupted ? EXIT.unknown : exitCodeOfResult(result);
}

/** The host to look at. @throws PathmtuError when there is none to be seen. */
export function hostOf({ host }: ParsedArguments): string {
  if (typeof host === 'string' && host.startsWith('-')) {
    throw badOption(`unknown option ${quoted(host)}: see pathmtu --help`);
  }
  if (typeof host !== 'string' || host.trim() === '') {
    throw badOption('the host is empty: give a name or an address, such as vpn.example.net');
  }
  return host.trim();
}

/** What the options of path, IKE service and search say; `compare` has the same. */
export function measureOptions(
  parsed: ParsedArguments,
  { sizeBytes, description, client, cipher }: IkeAuthInput,
): MeasureOptions {
  const family = familyOption(parsed);
  const maxBytes = numberOption(parsed, 'max', PACKET_BYTES);
  const minBytes = numberOption(parsed, 'min', PACKET_BYTES);
  if (maxBytes !== undefined && minBytes !== undefined && minBytes > maxBytes) {
    throw badOption(
      `--min ${minBytes} is larger than --max ${maxBytes}: give a --min of at most ${maxBytes}`,
    );
  }
  const methods = listOption(parsed, 'method', METHODS);
  const ikeProbes = numberOption(parsed, 'ike-probes', IKE_PROBES);
  const negotiate = flagOption(parsed, 'negotiate');
  const fragmentTests = flagOption(parsed, 'fragment-tests');
  const flows = numberOption(parsed, 'flows', FLOWS);
  const locate = flagOption(parsed, 'locate');
  const natT = flagOption(parsed, 'nat-t');
  const strategy = choiceOption(parsed, 'strategy', ['parallel', 'binary']);
  const deadlineSeconds = numberOption(parsed, 'deadline', DEADLINE_SECONDS);
  return {
    ...(family === undefined ? {} : { family }),
    ...(methods === undefined ? {} : { methods }),
    ...(sizeBytes === undefined ? {} : { ikeAuthBytes: sizeBytes }),
    ...(description === undefined ? {} : { ikeAuth: description }),
    ...(client === undefined || description !== undefined ? {} : { client }),
    ...(cipher === undefined || description !== undefined ? {} : { cipher }),
    ...(negotiate === undefined ? {} : { negotiate }),
    ...(fragmentTests === undefined ? {} : { fragmentTests }),
    ...(flows === undefined ? {} : { flows }),
    ...(locate === undefined ? {} : { locate }),
    ...(ikeProbes === undefined ? {} : { ikeProbes }),
    ...(natT === undefined ? {} : { natT }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(minBytes === undefined ? {} : { minBytes }),
    ...(strategy === undefined ? {} : { strategy }),
    ...(deadlineSeconds === undefined ? {} : { deadlineMs: deadlineSeconds * 1000 }),
  };
}
