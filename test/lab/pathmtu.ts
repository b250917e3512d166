/** Runs the program under test in the client's namespace. */
import { fileURLToPath } from 'node:url';
import type { Result } from '../../src/results/result.ts';
import type { TraceResult } from '../../src/results/trace-result.ts';
import type { Outcome, Running } from './commands.ts';
import type { Network } from './network.ts';

export interface Measured {
  readonly result: Result;
  readonly outcome: Outcome;
}

/** `pathmtu measure TARGET --json`, to its end. Throws, with all that was printed, when stdout is not JSON. */
export async function measure(network: Network, target: string, ...options: string[]): Promise<Measured> {
  const outcome = await startPathmtu(network, ['measure', target, '--json', ...options]).outcome;
  return { outcome, result: parseResult(outcome) };
}

export interface Traced {
  readonly result: TraceResult;
  readonly outcome: Outcome;
}

/** The same for `pathmtu trace TARGET --json`. */
export async function trace(network: Network, target: string, ...options: string[]): Promise<Traced> {
  const outcome = await startPathmtu(network, ['trace', target, '--json', ...options]).outcome;
  return { outcome, result: parseTrace(outcome) };
}

/** The one JSON document on stdout. */
export function parseResult(outcome: Outcome): Result {
  return parse(outcome) as Result;
}

/** The same of a trace. */
export function parseTrace(outcome: Outcome): TraceResult {
  return parse(outcome) as TraceResult;
}

function parse(outcome: Outcome): unknown {
  try {
    return JSON.parse(outcome.stdout);
  } catch (error) {
    throw new Error(`stdout is not one JSON document: ${JSON.stringify(outcome)}`, { cause: error });
  }
}

/** @param nodeOptions for Node itself */
export function startPathmtu(
  network: Network,
  args: readonly string[],
  nodeOptions: readonly string[] = [],
): Running {
  const command = [process.execPath, ...nodeOptions, PROGRAM, ...args];
  return network.start('client', command, { environment: ENVIRONMENT });
}

/** The same as user nobody, without any capability except for reading files wherever the checkout may lie. */
export function startPathmtuAsNobody(network: Network, args: readonly string[]): Running {
  return network.start('client', [...AS_NOBODY, process.execPath, PROGRAM, ...args], {
    environment: ENVIRONMENT,
  });
}

const PROGRAM = fileURLToPath(new URL('../../bin/pathmtu.js', import.meta.url));

const AS_NOBODY = [
  'setpriv',
  '--reuid=nobody',
  '--regid=nogroup',
  '--clear-groups',
  '--bounding-set=-all,+dac_read_search',
  '--inh-caps=-all,+dac_read_search',
  '--ambient-caps=-all,+dac_read_search',
];

/** Jest's own settings (NODE_OPTIONS, colours) are not the program's. */
const ENVIRONMENT: NodeJS.ProcessEnv = { PATH: process.env['PATH'], LANG: 'C.UTF-8', HOME: '/nonexistent' };
