import type { CommandModule } from 'yargs';
import type { ExitCode } from './exit-code.ts';
import type { OptionGroup } from './options.ts';
import type { Surroundings } from './surroundings.ts';

/** One command: what yargs needs to run it and what the help says about it. */
export interface Command {
  readonly name: string;
  readonly groups: readonly OptionGroup[];
  readonly help: CommandHelp;
  /** `finish` is called once, with the exit code, when the command has done its work. */
  readonly module: (surroundings: Surroundings, finish: (exitCode: ExitCode) => void) => CommandModule;
}

export interface CommandHelp {
  /** What it is for, in a line. */
  readonly headline: string;
  readonly usage: readonly string[];
  readonly examples: readonly { readonly command: string; readonly does: string }[];
  /** Further sections, each a heading and paragraphs of its own. */
  readonly notes: readonly { readonly title: string; readonly lines: readonly string[] }[];
}

/** The note on exit codes that every command has. */
export function exitCodeNote(lines: readonly string[]): CommandHelp['notes'][number] {
  return { title: 'Exit codes (as monitoring plugins have them)', lines };
}
