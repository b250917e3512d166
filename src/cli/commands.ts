import type { Command } from './command.ts';
import { compareCommand } from './compare.ts';
import { gatewaysCommand } from './gateways.ts';
import { measureCommand } from './measure.ts';
import { predictCommand } from './predict.ts';
import { serveCommand } from './serve.ts';

/** All commands. The first is the default: what a bare host is for. */
export const COMMANDS = [measureCommand, predictCommand, compareCommand, gatewaysCommand, serveCommand] as const satisfies readonly Command[];
