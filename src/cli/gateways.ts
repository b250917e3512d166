import { exitCodeNote, type Command } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { badOption, quoted, textOption, type ParsedArguments } from './option-values.ts';
import { declareOptions, type OptionGroup } from './options.ts';
import type { Surroundings } from './surroundings.ts';

const groups: readonly OptionGroup[] = [];

/** `pathmtu gateways init|check`: the file that compare, check and serve read. */
export const gatewaysCommand: Command = {
  name: 'gateways',
  groups,
  module: (surroundings, finish) => ({
    command: 'gateways [action] [file]',
    builder: (yargs) =>
      declareOptions(
        yargs.positional('action', { type: 'string' }).positional('file', { type: 'string' }),
        groups,
      ),
    handler: async (parsed) => finish(await runGateways(parsed, surroundings)),
  }),
  help: {
    headline: 'The gateways file that compare, check and serve read.',
    usage: ['pathmtu gateways init [FILE]', 'pathmtu gateways check [FILE]'],
    examples: [
      {
        command: 'pathmtu gateways init',
        does: 'Writes gateways.yaml, an example with comments to start from.',
      },
      {
        command: 'pathmtu gateways check gateways.yaml',
        does: 'Is it right, certificates included? Sends no packet.',
      },
    ],
    notes: [
      {
        title: 'Keys of a gateway (and, but for the first two, of defaults)',
        lines: [
          'host          name or address; the only one that must be there',
          'name          what reports, metrics and states call it (default: the host)',
          'family        4 or 6 (default: the first address of the name)',
          'methods       list of icmp, udp, ike (default: all)',
          'requireMtu    path MTU in bytes; below is critical',
          'warnBelow     path MTU in bytes; below is worth a warning',
          'ikeAuth       size in bytes, or certificates: [FILE, ...] relative to the file',
          'client        windows, strongswan, libreswan, openiked or generic',
          'natT          true: UDP port 4500; false: 500 (default: as is found)',
          'deadline      seconds (default: 10)',
          'labels        free text for metrics and reports, as site: paris',
          'null takes a default back; labels of both are put together.',
        ],
      },
      exitCodeNote([
        '0  the file is right, or was written',
        '3  it is not: one line says where and why; or the file is there already',
      ]),
    ],
  },
};

async function runGateways(parsed: ParsedArguments, { stdout }: Surroundings): Promise<ExitCode> {
  const action = textOption(parsed, 'action');
  const file = textOption(parsed, 'file') ?? DEFAULT_FILE;
  if (file === '') throw badOption('the file is empty: give a path, such as gateways.yaml');
  switch (action) {
    case 'init': {
      const { EXAMPLE_GATEWAYS_FILE } = await import('../gateways/example.ts');
      const { writeNewFile } = await import('../net/gateways-file.ts');
      await writeNewFile(file, EXAMPLE_GATEWAYS_FILE);
      stdout.write(`Wrote ${file}. Put your gateways in, then: pathmtu gateways check ${file}\n`);
      return EXIT.ok;
    }
    case 'check': {
      const { loadGateways } = await import('../run/load-gateways.ts');
      const { gateways } = await loadGateways(file);
      stdout.write(
        `${file} is right: ${gateways.length} ${gateways.length === 1 ? 'gateway' : 'gateways'}\n`,
      );
      return EXIT.ok;
    }
    case undefined:
      throw badOption(`gateways needs to know what to do: ${USAGE}`);
    default:
      throw badOption(`gateways does not know ${quoted(action)}: ${USAGE}`);
  }
}

const USAGE = 'pathmtu gateways init, or pathmtu gateways check FILE';
const DEFAULT_FILE = 'gateways.yaml';
