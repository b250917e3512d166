import type { Layout } from '../report/style.ts';
import { badOption, choiceOption, flagOption, type ParsedArguments } from './option-values.ts';
import type { Surroundings } from './surroundings.ts';

export type OutputFormat = 'table' | 'json';

/** `--format`, for which `--json` is short. Default: table. */
export function outputFormat(parsed: ParsedArguments): OutputFormat {
  const format = choiceOption(parsed, 'format', ['table', 'json']);
  const isJson = flagOption(parsed, 'json') === true;
  if (isJson && format === 'table') {
    throw badOption('--json and --format table contradict each other: give one of them');
  }
  return isJson ? 'json' : (format ?? 'table');
}

/**
 * How to lay the result out on stdout. Colour on a terminal only, unless `--no-color`, NO_COLOR
 * (https://no-color.org) or a terminal that has none says otherwise; `--color` overrides the latter two.
 */
export function layoutOf(parsed: ParsedArguments, { stdout, environment }: Surroundings): Layout {
  const wish = flagOption(parsed, 'color');
  const noColor = environment['NO_COLOR'];
  const isWelcome = (noColor === undefined || noColor === '') && environment['TERM'] !== 'dumb';
  return { columns: stdout.columns, color: stdout.isTerminal && (wish ?? isWelcome) };
}
