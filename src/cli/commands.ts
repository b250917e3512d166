import type { Command } from './command.ts';
import { measureCommand } from './measure.ts';
import { predictCommand } from './predict.ts';

/** All commands. The first is the default: what a bare host is for. */
export const COMMANDS = [measureCommand, predictCommand] as const satisfies readonly Command[];
