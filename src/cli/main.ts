import { readFileSync } from 'node:fs';
import { PathmtuError } from '../errors.ts';
import { printable } from '../report/wrap.ts';
import type { Command } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { processSurroundings, type Surroundings } from './surroundings.ts';

/**
 * Runs one command line (without `node` and the script) and resolves to the exit code; never rejects. An error
 * that was foreseen is one line on stderr; any other keeps its stack, because it is ours to mend.
 */
export async function main(
  argv: readonly string[],
  surroundings: Surroundings = processSurroundings(),
): Promise<number> {
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
    surroundings.stdout.write(`${version()}\n`);
    return EXIT.ok;
  }
  const [{ measureCommand }, { predictCommand }] = await Promise.all([
    import('./measure.ts'),
    import('./predict.ts'),
  ]);
  const commands = [measureCommand, predictCommand];
  const command =
    argv.find((argument) => !argument.startsWith('-')) === 'predict' ? predictCommand : measureCommand;
  if (isAskedFor(argv, ['--help', '-h'])) {
    const { helpText } = await import('./help.ts');
    surroundings.stdout.write(helpText(command));
    return EXIT.ok;
  }
  return parseAndRun(argv, command, commands, surroundings);
}

async function parseAndRun(
  argv: readonly string[],
  command: Command,
  commands: readonly Command[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  const [{ default: yargs }, { refuseMisreadOptions, usageError }] = await Promise.all([
    import('yargs'),
    import('./usage-error.ts'),
  ]);
  refuseMisreadOptions(argv, command);
  let exitCode: ExitCode = EXIT.unknown;
  const parser = yargs([...argv])
    .scriptName('pathmtu')
    .exitProcess(false)
    .fail(false)
    .help(false)
    .version(false)
    // The messages are recognised in usage-error.ts, so they must not follow the user's language.
    .locale('en')
    .parserConfiguration({ 'dot-notation': false, 'parse-numbers': false, 'parse-positional-numbers': false })
    .strict();
  for (const { module } of commands) {
    parser.command(
      module(surroundings, (code) => {
        exitCode = code;
      }),
    );
  }
  try {
    await parser.parseAsync();
  } catch (error) {
    const others = commands.filter((other) => other !== command);
    throw usageError(error, argv, command, others) ?? error;
  }
  return exitCode;
}

function isAskedFor(argv: readonly string[], flags: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? argv.length : end).some((argument) => flags.includes(argument));
}

/** From package.json, two folders up from here in src as in dist. */
function version(): string {
  const { version: text } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  return text;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
