import type { Gateway } from '../gateways/gateway.ts';
import type { ProbeEvent } from '../probe/event.ts';
import type { Comparison } from '../results/comparison.ts';
import type { GatewayOutcome, MeasureManyOptions } from '../run/measure-many.ts';
import {
  DEFAULT_PACKETS_PER_SECOND,
  FEW_GATEWAYS,
  MOST_AT_A_TIME,
  PACKETS_PER_SECOND,
} from '../run/options.ts';
import { chosenGateways } from './chosen-gateways.ts';
import { exitCodeNote, type Command } from './command.ts';
import { EXIT, exitCodeOfResult, worstExitCode, type ExitCode } from './exit-code.ts';
import { ikeAuthInput } from './ike-auth-input.ts';
import { measureOptions } from './measure.ts';
import {
  badOption,
  choiceOption,
  flagOption,
  numberOption,
  type NumberRange,
  type ParsedArguments,
} from './option-values.ts';
import {
  certificateOptions,
  declareOptions,
  ikeAuthOptions,
  ikeServiceOptions,
  outputOptions,
  pathOptions,
  progressOptions,
  searchOptions,
  type OptionGroup,
} from './options.ts';
import { layoutOf } from './output.ts';
import type { Surroundings } from './surroundings.ts';

const CONCURRENCY: NumberRange = { from: 1, to: MOST_AT_A_TIME, unit: 'gateways' };
const RATE: NumberRange = { ...PACKETS_PER_SECOND, unit: 'packets per second' };

const groups = [
  targetOptions(),
  ikeAuthOptions(),
  certificateOptions(),
  pathOptions(),
  ikeServiceOptions(),
  searchOptions(),
  comparisonOutputOptions(),
  progressOptions(),
];

/** `pathmtu compare <host...>`: several gateways side by side, ranked. */
export const compareCommand: Command = {
  name: 'compare',
  groups,
  module: (surroundings, finish) => ({
    command: 'compare [hosts..]',
    builder: (yargs) => declareOptions(yargs.positional('hosts', { type: 'string', array: true }), groups),
    handler: async (parsed) => finish(await runCompare(parsed, surroundings)),
  }),
  help: {
    headline: 'Several gateways side by side: which to use, and why.',
    usage: [
      'pathmtu compare <host> <host> ... [options]',
      'pathmtu compare --file gateways.yaml [name ...] [options]',
    ],
    examples: [
      {
        command: 'sudo pathmtu compare paris.example.net lyon.example.net --ike-auth 3200',
        does: 'To which of the two does an IKE_AUTH of 3200 bytes get through?',
      },
      {
        command: 'sudo pathmtu compare --file gateways.yaml --format html > report.html',
        does: 'All gateways of a file, as one page to mail to a colleague.',
      },
      {
        command: 'sudo pathmtu compare vpn.example.net --all-addresses',
        does: 'One name, over IPv4 and IPv6 and at each of its addresses.',
      },
    ],
    notes: [
      {
        title: 'The ranking',
        lines: [
          'The first of these in which two gateways differ decides:',
          '1  it gets through; at risk; not known; it will be lost, or the path MTU is',
          '   below what the file requires; no answer',
          '2  the IKE_AUTH goes in one packet, in IKE fragments, in IP fragments',
          '3  no black hole; not known; a black hole',
          '4  IKE fragmentation is offered or IP fragments arrive; not known; neither',
          '5  loss below 2 %, below 10 %, more',
          '6  the larger path MTU, then the shorter round trip, then the order given',
        ],
      },
      exitCodeNote([
        'The worst of all gateways, in the order 2, 1, 3, 0:',
        '0  the path MTU is exact; with --ike-auth: it gets through',
        '1  at risk: the IKE_AUTH needs IP fragments; below warnBelow of the file',
        '2  the IKE_AUTH will be lost; below requireMtu of the file',
        '3  not known: unreachable, not exact, interrupted, no permission, bad usage',
      ]),
    ],
  },
};

async function runCompare(parsed: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> {
  const format = formatOf(parsed);
  const layout = layoutOf(parsed, surroundings);
  const isVerbose = flagOption(parsed, 'verbose') === true;
  const concurrency = numberOption(parsed, 'concurrency', CONCURRENCY);
  const rate = numberOption(parsed, 'rate', RATE);
  const { common, override } = await commandLineOptions(parsed, surroundings);
  const chosen = await chosenGateways(parsed, 'compare');
  const targets = chosen.gateways.map(override);
  const gateways =
    flagOption(parsed, 'all-addresses') === true
      ? await atAllAddresses(targets, surroundings)
      : targets.map((gateway) => ({ gateway, origin: gateway }));

  if (gateways.length > FEW_GATEWAYS) await surroundings.saveMemory();
  const progress = await progressOf(
    isVerbose,
    surroundings,
    gateways.map(({ gateway }) => gateway),
  );
  const interruption = new AbortController();
  const stopListening = surroundings.onInterrupt(() => interruption.abort());
  const { measureMany } = await import('../run/measure-many.ts');
  let outcomes: GatewayOutcome[];
  try {
    outcomes = await measureMany(
      gateways.map(({ gateway }) => gateway),
      {
        ...(concurrency === undefined ? {} : { concurrency }),
        ...(rate === undefined ? {} : { rate }),
        common,
        descriptions: new Map(
          gateways.flatMap(({ gateway, origin }) => {
            const description = chosen.descriptions.get(origin.name);
            // An IKE_AUTH of the command line stands in for the file's.
            return description === undefined || origin.ikeAuth === null ? [] : [[gateway.name, description]];
          }),
        ),
        signal: interruption.signal,
        measure: (host, options) => surroundings.measure(host, options),
        ...progress,
      },
    );
  } finally {
    stopListening();
    progress?.end();
  }
  if (interruption.signal.aborted) {
    surroundings.stderr.write('pathmtu: interrupted; this is what is known so far\n');
  }

  const { requirementOf } = await import('../gateways/requirement.ts');
  const { compare } = await import('../results/comparison.ts');
  const inputs = outcomes.map(({ result }, index) => {
    const origin = gateways[index]?.origin;
    // Of an address of many: under the name that it was found by.
    const target =
      origin === undefined ? result.target : { ...result.target, input: origin.host, name: origin.name };
    return {
      result: { ...result, target },
      requirement: origin === undefined ? ('met' as const) : requirementOf(origin, result),
    };
  });
  for (const piece of await formatted(compare(inputs), format, layout)) {
    surroundings.stdout.write(piece);
    // Of 10,000 gateways there are 35 MB.
    await surroundings.stdout.whenTaken();
  }
  if (interruption.signal.aborted) return EXIT.unknown;
  return worstExitCode(
    inputs.map(({ result, requirement }) =>
      worstExitCode([exitCodeOfResult(result), REQUIREMENT_EXIT[requirement]]),
    ),
  );
}

/** What the command line says for all gateways: it wins over the file. */
async function commandLineOptions(
  parsed: ParsedArguments,
  surroundings: Surroundings,
): Promise<{
  readonly common: NonNullable<MeasureManyOptions['common']>;
  readonly override: (gateway: Gateway) => Gateway;
}> {
  const options = measureOptions(parsed, await ikeAuthInput(parsed, surroundings));
  const { family, methods, natT, deadlineMs, client, ikeAuth, ikeAuthBytes } = options;
  const isIkeAuthGiven = ikeAuth !== undefined || ikeAuthBytes !== undefined;
  return {
    common: options,
    override: (gateway) => ({
      ...gateway,
      family: family ?? gateway.family,
      methods: methods ?? gateway.methods,
      natT: natT ?? gateway.natT,
      deadlineMs: deadlineMs ?? gateway.deadlineMs,
      client: client ?? gateway.client,
      ikeAuth: isIkeAuthGiven ? null : gateway.ikeAuth,
    }),
  };
}

/** A gateway per address. One whose name has none stays as it is: measuring it says why. */
async function atAllAddresses(
  gateways: readonly Gateway[],
  surroundings: Surroundings,
): Promise<{ readonly gateway: Gateway; readonly origin: Gateway }[]> {
  const found = await Promise.all(
    gateways.map(async (origin) => {
      const addresses = await surroundings.resolveAll(origin.host, origin.family);
      if (addresses.length === 0) return [{ gateway: origin, origin }];
      return addresses.map((address) => ({
        // The family is the address's own now.
        gateway: {
          ...origin,
          host: address,
          family: null,
          name: address === origin.name ? address : `${origin.name} ${address}`,
        },
        origin,
      }));
    }),
  );
  return found.flat();
}

interface Progress extends Pick<MeasureManyOptions, 'onStart' | 'onEvent' | 'onResult'> {
  end(): void;
}

/** A line per probe, or a live row per gateway; null when stderr is not a terminal that rows can be redrawn on. */
async function progressOf(
  isVerbose: boolean,
  { stderr, environment }: Surroundings,
  gateways: readonly Gateway[],
): Promise<Progress | null> {
  if (isVerbose) {
    const { verboseLine } = await import('../report/verbose.ts');
    const { printable } = await import('../report/wrap.ts');
    return {
      onEvent({ name }: Gateway, event: ProbeEvent) {
        const line = verboseLine(event);
        if (line !== null) stderr.write(`${printable(name)}  ${line}\n`);
      },
      end() {},
    };
  }
  if (!stderr.isTerminal || environment['TERM'] === 'dumb') return null;
  const { LiveRows } = await import('./live-rows.ts');
  const rows = new LiveRows(stderr, gateways);
  return { onStart: rows.onStart, onEvent: rows.onEvent, onResult: rows.onResult, end: () => rows.end() };
}

async function formatted(
  comparison: Comparison,
  format: Format,
  layout: ReturnType<typeof layoutOf>,
): Promise<Iterable<string>> {
  switch (format) {
    case 'table':
      return [(await import('../report/comparison-table.ts')).comparisonTable(comparison, layout)];
    case 'json':
      return (await import('../report/comparison-json.ts')).comparisonJson(comparison);
    case 'csv':
      return [(await import('../report/comparison-csv.ts')).comparisonCsv(comparison)];
    case 'markdown':
      return [(await import('../report/comparison-markdown.ts')).comparisonMarkdown(comparison)];
    case 'html':
      return [(await import('../report/comparison-html.ts')).comparisonHtml(comparison)];
  }
}

const FORMATS = ['table', 'json', 'csv', 'markdown', 'html'] as const;

type Format = (typeof FORMATS)[number];

function formatOf(parsed: ParsedArguments): Format {
  const format = choiceOption(parsed, 'format', FORMATS);
  const isJson = flagOption(parsed, 'json') === true;
  if (isJson && format !== undefined && format !== 'json') {
    throw badOption(`--json and --format ${format} contradict each other: give one of them`);
  }
  return isJson ? 'json' : (format ?? 'table');
}

function targetOptions(): OptionGroup {
  return {
    title: 'Gateways',
    options: [
      {
        name: 'file',
        value: 'FILE',
        describe:
          'a gateways file in YAML or JSON, see pathmtu gateways --help; names beside it pick some of it',
      },
      {
        name: 'all-addresses',
        describe: 'measure every address of a name, A and AAAA records, each as a gateway of its own',
      },
      {
        name: 'concurrency',
        value: 'N',
        describe:
          `measure at most so many at a time, ${CONCURRENCY.from} to ${CONCURRENCY.to} ` +
          '(default: as many as the rate leaves room for)',
      },
      {
        name: 'rate',
        value: 'N',
        describe:
          `packets per second of all together, ${RATE.from} to ${RATE.to} ` +
          `(default: ${DEFAULT_PACKETS_PER_SECOND}). Of more than ${FEW_GATEWAYS} gateways it decides how long they ` +
          'take: --strategy is then binary, and --deadline 30, by default',
      },
    ],
  };
}

function comparisonOutputOptions(): OptionGroup {
  const { title, options } = outputOptions();
  return {
    title,
    options: options.map((option) =>
      option.name === 'format'
        ? {
            ...option,
            describe:
              '"table", the default, "json", "csv", "markdown" or "html": one page, without anything from the network',
          }
        : option,
    ),
  };
}

const REQUIREMENT_EXIT = { met: EXIT.ok, warning: EXIT.warning, failed: EXIT.critical } as const;
