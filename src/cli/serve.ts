import type { AddressRange } from '../exporter/address-range.ts';
import type { ExporterOptions, RunningExporter } from '../exporter/start.ts';
import { printable } from '../report/wrap.ts';
import { PACKETS_PER_SECOND } from '../run/options.ts';
import { exitCodeNote, type Command } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import {
  badOption,
  numberOption,
  quoted,
  textOption,
  textsOption,
  type ParsedArguments,
} from './option-values.ts';
import { declareOptions, type OptionGroup } from './options.ts';
import type { NumberRange } from './option-values.ts';
import type { Surroundings } from './surroundings.ts';

const CONCURRENCY: NumberRange = { from: 1, to: 256, unit: 'measurements' };
const RATE: NumberRange = { ...PACKETS_PER_SECOND, unit: 'packets' };
const DEFAULT_LISTEN = '127.0.0.1:9786';
/** As `compare` has it. */
const DEFAULT_CONCURRENCY = 8;
/** At most 12 Mbit/s of 1500-byte packets; one measurement sends about 150. */
const DEFAULT_PACKETS_PER_SECOND = 1000;

const groups: readonly OptionGroup[] = [
  {
    title: 'Gateways',
    options: [
      {
        name: 'file',
        value: 'FILE',
        describe: 'the gateways that may be measured, by name or host; SIGHUP reads it again',
      },
      {
        name: 'allow-target',
        value: 'CIDR',
        describe:
          'also measure any host whose address is in this range, such as 10.0.0.0/8; may be repeated. Without it ' +
          'only gateways of the file are measured',
      },
    ],
  },
  {
    title: 'Server',
    options: [
      {
        name: 'listen',
        value: 'ADDRESS:PORT',
        describe: `where to listen (default: ${DEFAULT_LISTEN}); anybody who gets there can have packets sent`,
      },
      {
        name: 'user',
        value: 'NAME',
        describe: 'become this user once the sockets are open; for a start as root',
      },
    ],
  },
  {
    title: 'Limits',
    options: [
      {
        name: 'concurrency',
        value: 'N',
        describe: `measurements at a time, ${CONCURRENCY.from} to ${CONCURRENCY.to} (default: ${DEFAULT_CONCURRENCY}); others wait`,
      },
      {
        name: 'max-packets-per-second',
        value: 'N',
        describe:
          `of all measurements together, ${RATE.from} to ${RATE.to} ` +
          `(default: ${DEFAULT_PACKETS_PER_SECOND})`,
      },
    ],
  },
];

/** `pathmtu serve`: measures when Prometheus asks. */
export const serveCommand: Command = {
  name: 'serve',
  groups,
  module: (surroundings, finish) => ({
    command: 'serve',
    builder: (yargs) => declareOptions(yargs, groups),
    handler: async (parsed) => finish(await runServe(parsed, surroundings)),
  }),
  help: {
    headline: 'HTTP exporter for Prometheus: measures a gateway whenever it is scraped.',
    usage: ['pathmtu serve --file gateways.yaml [options]'],
    examples: [
      {
        command: 'sudo pathmtu serve --file gateways.yaml --user nobody',
        does: `Serve on ${DEFAULT_LISTEN}, without root once the sockets are open.`,
      },
      {
        command: "curl 'http://127.0.0.1:9786/probe?target=paris&debug=true'",
        does: 'Measure the gateway paris now, and explain: every probe, the result, the metrics.',
      },
    ],
    notes: [
      {
        title: 'Paths',
        lines: [
          '/probe?target=NAME&module=NAME   metrics of one gateway; modules: default,',
          '                                 icmp, udp, ike; &debug=true explains',
          '/                                gateways, last results, recent history',
          '/metrics  /-/healthy  /-/ready   of the exporter itself',
        ],
      },
      {
        title: 'Signals',
        lines: ['SIGHUP   reads the gateways file again', 'SIGTERM  ends it within about a second'],
      },
      exitCodeNote([
        '0  ended by SIGTERM or Ctrl-C',
        '3  could not start: port in use, no permission, bad file',
      ]),
    ],
  },
};

async function runServe(parsed: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> {
  const { stderr } = surroundings;
  const say = (text: string): void => stderr.write(`pathmtu: ${text}\n`);
  const options = await serveOptions(parsed, (text) => say(inLines(text)));

  // Signals before the start, so that none is lost during it.
  const interruption = new AbortController();
  const interrupted = new Promise<void>((resolve) => {
    interruption.signal.addEventListener('abort', () => resolve());
  });
  const stopInterrupts = surroundings.onInterrupt(() => interruption.abort());
  let exporter: RunningExporter | undefined;
  const stopHangups = surroundings.onHangup(() => void exporter?.reload());
  try {
    exporter = await surroundings.startExporter(options);
    say(`serving ${exporter.gateways} gateway${exporter.gateways === 1 ? '' : 's'} on ${exporter.url}`);
    await interrupted;
    await exporter.stop();
    // A look-up at a name server that is gone cannot be ended, and would keep the process.
    surroundings.leaveSoon();
  } finally {
    stopInterrupts();
    stopHangups();
  }
  return EXIT.ok;
}

async function serveOptions(
  parsed: ParsedArguments,
  onMessage: (text: string) => void,
): Promise<ExporterOptions> {
  const file = textOption(parsed, 'file');
  if (file === undefined) throw badOption('serve needs the gateways: pathmtu serve --file gateways.yaml');
  return {
    file,
    listen: listenAddress(textOption(parsed, 'listen') ?? DEFAULT_LISTEN),
    allowed: await ranges(textsOption(parsed, 'allow-target')),
    concurrency: numberOption(parsed, 'concurrency', CONCURRENCY) ?? DEFAULT_CONCURRENCY,
    maxPacketsPerSecond: numberOption(parsed, 'max-packets-per-second', RATE) ?? DEFAULT_PACKETS_PER_SECOND,
    user: textOption(parsed, 'user') ?? null,
    onMessage,
  };
}

/** Everywhere is said in so many words: 0.0.0.0 or [::]. */
function listenAddress(text: string): ExporterOptions['listen'] {
  const { v6, host, port } = LISTEN.exec(text)?.groups ?? {};
  const name = v6 ?? host;
  if (name === undefined || Number(port) > 65_535) {
    throw badOption(
      `--listen ${quoted(text)} is not ADDRESS:PORT: give one such as ${DEFAULT_LISTEN} or [::1]:9786`,
    );
  }
  return { host: name, port: Number(port) };
}

async function ranges(texts: readonly string[]): Promise<AddressRange[]> {
  const { parseRange } = await import('../exporter/address-range.ts');
  return texts.map((text) => {
    const range = parseRange(text);
    if (range !== null) return range;
    throw badOption(
      `--allow-target ${quoted(text)} is not a range of addresses: give one such as 10.0.0.0/8`,
    );
  });
}

/** Every line by itself: what it quotes came from elsewhere. */
function inLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

const LISTEN = /^(?:\[(?<v6>[\da-fA-F:.%]+)\]|(?<host>[\w.-]+)):(?<port>\d{1,5})$/;
