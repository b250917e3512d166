import { PathmtuError } from '../errors.ts';
import { nearest } from '../nearest.ts';

/** What yargs made of a command line. */
export type ParsedArguments = Readonly<Record<string, unknown>>;

/** Whole numbers that an option takes, ends included. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
  readonly unit: string;
}

/** The text given to an option, or undefined. @throws PathmtuError when it is given twice, or as `--no-…`. */
export function textOption(parsed: ParsedArguments, name: string): string | undefined {
  const value = parsed[name];
  if (value === undefined || typeof value === 'string') return value;
  if (Array.isArray(value)) throw badOption(`--${name} is given more than once: give it once`);
  throw badOption(`there is no --no-${name}: leave --${name} out for its default`);
}

/** The texts given to an option that may be repeated, in their order; empty when it is not given. */
export function textsOption(parsed: ParsedArguments, name: string): readonly string[] {
  const value = parsed[name];
  if (!Array.isArray(value)) {
    const text = textOption(parsed, name);
    return text === undefined ? [] : [text];
  }
  return value.map(String);
}

/** Whether a flag is set, or undefined. The last one counts: `--no-json --json` is `--json`. */
export function flagOption(parsed: ParsedArguments, name: string): boolean | undefined {
  const value = parsed[name];
  return typeof value === 'boolean' ? value : undefined;
}

/** A whole number in plain decimal digits, or undefined. @throws PathmtuError for anything else. */
export function numberOption(parsed: ParsedArguments, name: string, range: NumberRange): number | undefined {
  const text = textOption(parsed, name);
  if (text === undefined) return undefined;
  const advice = `give ${inWords(range)}`;
  if (!/^-?\d+$/.test(text)) throw badOption(`--${name} ${quoted(text)} is not a whole number: ${advice}`);
  const value = Number(text);
  if (value < range.from || value > range.to) {
    throw badOption(`--${name} ${text} is out of range: ${advice}`);
  }
  return value;
}

/** One of a few words, or undefined. @throws PathmtuError for any other. */
export function choiceOption<Choice extends string>(
  parsed: ParsedArguments,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const text = textOption(parsed, name);
  return text === undefined ? undefined : choice(name, text, choices);
}

/** The address family that `-4` or `-6` asks for, or undefined. @throws PathmtuError for both. */
export function familyOption(parsed: ParsedArguments): 4 | 6 | undefined {
  const isIpv4 = flagOption(parsed, 'ipv4') === true;
  const isIpv6 = flagOption(parsed, 'ipv6') === true;
  if (isIpv4 && isIpv6) throw badOption('-4 and -6 exclude each other: give one of them');
  if (isIpv4) return 4;
  return isIpv6 ? 6 : undefined;
}

/** Some of a few words, separated by commas, or undefined. @throws PathmtuError for any other, or none. */
export function listOption<Choice extends string>(
  parsed: ParsedArguments,
  name: string,
  choices: readonly Choice[],
): Choice[] | undefined {
  const text = textOption(parsed, name);
  if (text === undefined) return undefined;
  const advice = `give ${choices.join(', ')}, or ${choices.join(',')}`;
  return [...new Set(text.split(',').map((word) => choice(name, word.trim(), choices, advice)))];
}

/** An error for a command line that cannot be meant: `message` says what was wrong and what to do. */
export function badOption(message: string): PathmtuError {
  return new PathmtuError('bad-option', message);
}

/** `a whole number of bytes from 68 to 65535`. */
function inWords({ from, to, unit }: NumberRange): string {
  return `a whole number of ${unit} from ${from} to ${to}`;
}

function choice<Choice extends string>(
  name: string,
  text: string,
  choices: readonly Choice[],
  advice = `give ${choices.join(' or ')}`,
): Choice {
  const found = choices.find((candidate) => candidate === text);
  if (found !== undefined) return found;
  const near = nearest(text, choices);
  throw badOption(
    `--${name} does not know ${quoted(text)}: ${near === null ? advice : `did you mean ${near}?`}`,
  );
}

/** In quotes, short enough for one line. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}...` : text);
}

const LONGEST_QUOTE = 40;
