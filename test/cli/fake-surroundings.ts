import type { Surroundings } from '../../src/cli/surroundings.ts';
import { readSmallFile } from '../../src/net/certificate-files.ts';
import { systemClock } from '../../src/net/clock.ts';
import { main } from '../../src/cli/main.ts';
import type { ProbeEvent } from '../../src/probe/event.ts';
import type { Result } from '../../src/results/result.ts';
import type { TraceResult } from '../../src/results/trace-result.ts';
import type { MeasureOptions } from '../../src/run/options.ts';
import type { TraceOptions } from '../../src/run/trace-options.ts';
import { healthy } from '../report/results.ts';

/** What a command line is run in, where a test wants it different from a pipe and a healthy path. */
export interface Fake {
  readonly measure?: (input: string, options: MeasureOptions) => Promise<Result>;
  readonly trace?: (input: string, options: TraceOptions) => Promise<TraceResult>;
  readonly isTerminal?: boolean;
  /** Of names that have several. */
  readonly addresses?: Readonly<Record<string, readonly string[]>>;
  readonly environment?: Record<string, string>;
  readonly systemd?: Surroundings['systemd'];
}

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the measurement was asked for, in order. */
  readonly measured: readonly { readonly input: string; readonly options: MeasureOptions }[];
}

/** Runs a command line in this process and gives back all that came of it. */
export async function run(argv: readonly string[], fake: Fake = {}): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const measured: { input: string; options: MeasureOptions }[] = [];
  const output = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      written[name] += text;
    },
    whenTaken: () => Promise.resolve(),
    isTerminal: fake.isTerminal ?? false,
    columns: fake.isTerminal === true ? 80 : null,
  });
  const surroundings: Surroundings = {
    stdout: output('stdout'),
    stderr: output('stderr'),
    environment: fake.environment ?? {},
    clock: systemClock,
    startedAtMs: systemClock.nowMs(),
    leaveSoon: () => {},
    saveMemory: async () => {},
    openResolver: async () => ({ resolve: async (host) => host, close: () => {} }),
    program: ['/usr/bin/node', '/usr/lib/node_modules/pathmtu/bin/pathmtu.js'],
    systemd: fake.systemd ?? { unitFolder: '/nonexistent', bootedFolder: '/nonexistent', systemctl: 'false' },
    onInterrupt: (listener) => {
      interrupt = listener;
      return () => {
        interrupt = () => {};
      };
    },
    onHangup: () => () => {},
    startExporter: () => Promise.reject(new Error('no exporter is started here: serve.test.ts has its own')),
    resolveAll: async (host) => fake.addresses?.[host] ?? [],
    readFile: readSmallFile,
    trace: (input, options) =>
      fake.trace?.(input, options) ??
      Promise.reject(new Error('no trace is made here: trace.test.ts has its own')),
    async measure(input, options) {
      measured.push({ input, options });
      return fake.measure === undefined ? healthy : fake.measure(input, options);
    },
  };
  const exitCode = await main(argv, surroundings);
  return { exitCode, ...written, measured };
}

/** Ctrl-C, for the command that runs now. */
export let interrupt = (): void => {};

/** A measurement that tells of these events and then gives this result. */
export function telling(
  events: readonly ProbeEvent[],
  result: Result = healthy,
): NonNullable<Fake['measure']> {
  return async (_input, { onEvent }) => {
    for (const event of events) onEvent?.(event);
    return result;
  };
}
