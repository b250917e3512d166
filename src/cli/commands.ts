import type { Command } from './command.ts';

/** Where each command is. A command line loads those that it names, and the default. */
const COMMANDS = {
  measure: async () => (await import('./measure.ts')).measureCommand,
  trace: async () => (await import('./trace.ts')).traceCommand,
  predict: async () => (await import('./predict.ts')).predictCommand,
  compare: async () => (await import('./compare.ts')).compareCommand,
  gateways: async () => (await import('./gateways.ts')).gatewaysCommand,
  serve: async () => (await import('./serve.ts')).serveCommand,
  check: async () => (await import('./check.ts')).checkCommand,
  history: async () => (await import('./history.ts')).historyCommand,
  schedule: async () => (await import('./schedule.ts')).scheduleCommand,
} satisfies Record<string, () => Promise<Command>>;

export type CommandName = keyof typeof COMMANDS;

/** In the order of the help. */
export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[];

/** What a bare host is for. */
export const DEFAULT_COMMAND: CommandName = 'measure';

export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(COMMANDS, word);
}

export function loadCommand(name: CommandName): Promise<Command> {
  return COMMANDS[name]();
}

/** One after the other: Jest's module loader cannot load two that share a third at the same time. */
export async function loadCommands(names: readonly CommandName[]): Promise<Command[]> {
  const commands: Command[] = [];
  for (const name of names) commands.push(await loadCommand(name));
  return commands;
}
