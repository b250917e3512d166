import type { PathmtuError } from '../errors.ts';
import type { Command } from './command.ts';
import { nearest } from '../nearest.ts';
import { badOption, quoted } from './option-values.ts';

/**
 * What yargs found wrong with a command line, in our words: what was wrong, and what to do. Null for any other
 * error.
 */
export function usageError(
  error: unknown,
  argv: readonly string[],
  command: Command,
  others: readonly Command[],
): PathmtuError | null {
  if (!(error instanceof Error)) return null;
  if (error.message.startsWith(NO_POSITIONAL)) {
    return badOption('no host given: try pathmtu vpn.example.net, or pathmtu --help');
  }
  const valueless = VALUELESS.exec(error.message)?.[1];
  if (valueless !== undefined) {
    const option = command.groups.flatMap((group) => group.options).find(({ name }) => name === valueless);
    return badOption(`--${valueless} needs a value: --${valueless} ${option?.value ?? 'VALUE'}`);
  }
  const unknown = UNKNOWN.exec(error.message)?.[1];
  return unknown === undefined ? null : unknownArgument(unknown, argv, command, others);
}

/**
 * Refuses what yargs would take for something else: `--flag=value` for `--no-flag` unless the value is `true`, and
 * `-46` for a host.
 */
export function refuseMisreadOptions(argv: readonly string[], command: Command): void {
  const flags = command.groups.flatMap((group) => group.options).filter(({ value }) => value === undefined);
  for (const argument of beforeDashes(argv)) {
    if (/^-[46]{2,}$/.test(argument)) throw badOption(`${argument}: give -4 or -6`);
    const name = FLAG_VALUE.exec(argument)?.[1];
    if (name !== undefined && flags.some((flag) => flag.name === name || flag.short === name)) {
      throw badOption(`${quoted(argument)}: --${name} takes no value, give --${name} or --no-${name}`);
    }
  }
}

/** The arguments up to `--`, behind which there are no options. */
function beforeDashes(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : argv.slice(0, end);
}

/** `unknown` is as yargs names it: an option without its dashes, or a word. */
function unknownArgument(
  unknown: string,
  argv: readonly string[],
  command: Command,
  others: readonly Command[],
): PathmtuError {
  const option = beforeDashes(argv).find((argument) => isOption(argument, unknown));
  if (option === undefined) {
    const first = argv.find((argument) => !argument.startsWith('-')) ?? '';
    const meant = nearest(
      first,
      [command, ...others].map(({ name }) => name),
    );
    if (meant !== null && meant !== first) {
      return badOption(`there is no command ${quoted(first)}: did you mean pathmtu ${meant}?`);
    }
    return badOption(
      command.name === 'measure'
        ? `unexpected argument ${quoted(unknown)}: give one host at a time`
        : `unexpected argument ${quoted(unknown)}: ${command.name} takes options only`,
    );
  }
  const [written = option] = option.split('=');
  const owner = others.find(({ groups }) =>
    groups.some(({ options }) => options.some(({ name }) => name === unknown)),
  );
  if (owner !== undefined) {
    return badOption(`${written} is an option of pathmtu ${owner.name}, not of ${command.name}`);
  }
  const names = ['help', 'version', ...command.groups.flatMap(({ options }) => options.flatMap(spellings))];
  const near = nearest(written.replace(/^-+/, ''), names);
  const page = command.name === 'measure' ? 'pathmtu --help' : `pathmtu ${command.name} --help`;
  return badOption(
    `unknown option ${quotedOption(written)}: ${near === null ? `see ${page}` : `did you mean --${near}?`}`,
  );
}

function spellings({ name, value }: { name: string; value?: string }): string[] {
  return value === undefined ? [name, `no-${name}`] : [name];
}

function isOption(argument: string, name: string): boolean {
  if (argument === name) return argument.startsWith('-');
  if (argument.startsWith('--')) return [name, `no-${name}`].includes(argument.slice(2).split('=')[0] ?? '');
  return argument.startsWith('-') && argument.slice(1).includes(name);
}

function quotedOption(written: string): string {
  return /^[\w-]{1,40}$/.test(written) ? written : quoted(written);
}

const NO_POSITIONAL = 'Not enough non-option arguments';
const VALUELESS = /^Not enough arguments following: (\S+)/;
const UNKNOWN = /^Unknown arguments?: ([^,]+)/s;
const FLAG_VALUE = /^--?(?:no-)?([^=]+)=/;
