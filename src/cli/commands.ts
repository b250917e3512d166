import { checkCommand } from './check.ts';
import type { Command } from './command.ts';
import { compareCommand } from './compare.ts';
import { gatewaysCommand } from './gateways.ts';
import { historyCommand } from './history.ts';
import { measureCommand } from './measure.ts';
import { predictCommand } from './predict.ts';
import { scheduleCommand } from './schedule.ts';
import { serveCommand } from './serve.ts';

/** All commands. The first is the default: what a bare host is for. */
export const COMMANDS = [
  measureCommand,
  predictCommand,
  compareCommand,
  gatewaysCommand,
  serveCommand,
  checkCommand,
  historyCommand,
  scheduleCommand,
] as const satisfies readonly Command[];
