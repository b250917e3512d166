import { PathmtuError } from '../errors.ts';
import { printable } from '../report/wrap.ts';
import { toolVersion } from '../version.ts';
import type { Command } from './command.ts';
import {
  COMMAND_NAMES,
  DEFAULT_COMMAND,
  isCommandName,
  loadCommand,
  loadCommands,
  type CommandName,
} from './commands.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Runs one command line (without `node` and the script) and resolves to the exit code; never rejects. An error
 * that was foreseen is one line on stderr; any other keeps its stack, because it is ours to mend.
 */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    return await run(argv, surroundings);
  } catch (error) {
    surroundings.stderr.write(
      error instanceof PathmtuError
        ? `pathmtu: ${printable(error.message.replaceAll(/\s+/g, ' '))}\n`
        : `pathmtu: unexpected error, please report it with this text\n${stackOf(error)}\n`,
    );
    return EXIT.unknown;
  }
}

async function run(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  // Asked for often and by scripts, so it comes before everything that takes time to load.
  if (isAskedFor(argv, ['--version'])) {
    surroundings.stdout.write(`${toolVersion()}\n`);
    return EXIT.ok;
  }
  const word = argv.find(isCommandName);
  if (isAskedFor(argv, ['--help', '-h'])) {
    const command = await loadCommand(word ?? DEFAULT_COMMAND);
    const { helpText } = await import('./help.ts');
    surroundings.stdout.write(helpText(command, word === undefined ? await commandsBut(command) : []));
    return EXIT.ok;
  }
  return parseAndRun(argv, word ?? DEFAULT_COMMAND, surroundings);
}

async function parseAndRun(
  argv: readonly string[],
  name: CommandName,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const command = await loadCommand(name);
  const { refuseMisreadOptions, usageError } = await import('./usage-error.ts');
  const { default: yargs } = await import('yargs');
  refuseMisreadOptions(argv, command);
  let exitCode: ExitCode = EXIT.unknown;
  // yargs hides from commands what stands behind `--`; no host begins with a dash, so nothing is lost by this.
  const dashes = argv.indexOf('--');
  const parser = yargs(argv.filter((_, index) => index !== dashes))
    .scriptName('pathmtu')
    .exitProcess(false)
    .fail(false)
    .help(false)
    .version(false)
    // The messages are recognised in usage-error.ts, so they must not follow the user's language.
    .locale('en')
    .parserConfiguration({ 'dot-notation': false, 'parse-numbers': false, 'parse-positional-numbers': false })
    .strict();
  // Which of the words is the command and which a host or a value, only yargs knows.
  const possible = COMMAND_NAMES.filter((other) => other === DEFAULT_COMMAND || argv.includes(other));
  for (const { module } of await loadCommands(possible)) {
    parser.command(
      module(surroundings, (code) => {
        exitCode = code;
      }),
    );
  }
  try {
    await parser.parseAsync();
  } catch (error) {
    throw usageError(error, argv, command, await commandsBut(command)) ?? error;
  }
  return exitCode;
}

function commandsBut(command: Command): Promise<Command[]> {
  return loadCommands(COMMAND_NAMES.filter((name) => name !== command.name));
}

function isAskedFor(argv: readonly string[], flags: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? argv.length : end).some((argument) => flags.includes(argument));
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
