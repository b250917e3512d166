import { realpathSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { ExporterOptions, RunningExporter } from '../exporter/start.ts';
import type { NamedFile } from '../net/certificate-files.ts';
import { systemClock, type Clock } from '../net/clock.ts';
import type { Family, Result } from '../results/result.ts';
import type { TraceResult } from '../results/trace-result.ts';
import type { MeasureOptions } from '../run/options.ts';
import type { TraceOptions } from '../run/trace-options.ts';
import type { SystemdHost } from './systemd-host.ts';

/** A stream that a command writes text to. */
export interface Output {
  write(text: string): void;
  /** Resolves when the reader has taken what was written, but for a little, or has left. */
  whenTaken(): Promise<void>;
  readonly isTerminal: boolean;
  /** Width of the terminal now; null when there is none. */
  readonly columns: number | null;
  /** Its height; absent or null: not known. */
  readonly rows?: number | null;
}

/** Names to addresses, see net/lookup-process.ts. */
export interface Resolver {
  resolve(host: string, family: Family | undefined, signal: AbortSignal): Promise<string>;
  close(): void;
}

/** All that a command touches outside itself. */
export interface Surroundings {
  /** The result, and nothing else. */
  readonly stdout: Output;
  /** Progress and diagnostics. */
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** When the process started, on that clock. */
  readonly startedAtMs: number;
  /** The program's own command line, as far as the script: what a unit has to start. */
  readonly program: readonly string[];
  readonly systemd: SystemdHost;
  /** Ends the process shortly, with the exit code that it then has, even if something is still under way. */
  leaveSoon(): void;
  /** Calls `listener` on the first Ctrl-C or SIGTERM; the next one then ends the process. Returns how to stop. */
  onInterrupt(listener: () => void): () => void;
  /** Calls `listener` on every SIGHUP, which then ends nothing. Returns how to stop. */
  onHangup(listener: () => void): () => void;
  measure(input: string, options: MeasureOptions): Promise<Result>;
  trace(input: string, options: TraceOptions): Promise<TraceResult>;
  /** For work that goes on for minutes: less memory, for a little more time. */
  saveMemory(): Promise<void>;
  /** To look names up so that the process can end whatever the name servers do. */
  openResolver(): Promise<Resolver>;
  startExporter(options: ExporterOptions): Promise<RunningExporter>;
  /** Every address of a name; empty when it has none. */
  resolveAll(host: string, family: Family | null): Promise<readonly string[]>;
  /** The bytes of a file that an option named. Rejects with a PathmtuError that says what is wrong with it. */
  readFile(file: NamedFile): Promise<Uint8Array>;
}

/**
 * This process.
 *
 * @param onMeasured called when a measurement was exact
 */
export function processSurroundings(onMeasured = (): void => {}): Surroundings {
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    environment: process.env,
    clock: systemClock,
    startedAtMs: 0,
    get program() {
      return [process.execPath, realPath(process.argv[1] ?? '')];
    },
    systemd: {
      unitFolder: '/etc/systemd/system',
      bootedFolder: '/run/systemd/system',
      systemctl: 'systemctl',
    },
    leaveSoon() {
      setTimeout(() => process.exit(), LEAVING_MS).unref();
    },
    onInterrupt(listener) {
      const stop = (): void => {
        for (const signal of INTERRUPTS) process.off(signal, interrupted);
      };
      // Without a listener of ours the signal has its usual effect again: a second Ctrl-C ends at once.
      const interrupted = (): void => {
        stop();
        listener();
      };
      for (const signal of INTERRUPTS) process.on(signal, interrupted);
      return stop;
    },
    async measure(input, options) {
      const { measure } = await import('../run/measure.ts');
      const result = await measure(input, options);
      if (result.status === 'exact') onMeasured();
      return result;
    },
    async trace(input, options) {
      const { trace } = await import('../run/trace.ts');
      return trace(input, options);
    },
    async saveMemory() {
      const { saveMemory } = await import('./memory.ts');
      saveMemory();
    },
    async openResolver() {
      const { LookupProcess } = await import('../net/lookup-process.ts');
      return new LookupProcess();
    },
    onHangup(listener) {
      process.on('SIGHUP', listener);
      return () => process.off('SIGHUP', listener);
    },
    async startExporter(options) {
      const { startExporter } = await import('../exporter/start.ts');
      return startExporter(options);
    },
    async resolveAll(host, family) {
      const { resolveAll } = await import('../net/resolve-all.ts');
      return resolveAll(host, family);
    },
    async readFile(file) {
      const { readSmallFile } = await import('../net/certificate-files.ts');
      return readSmallFile(file);
    },
  };
}

/** Behind the link that npm makes in a folder of programs. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** A reader that leaves takes no more. */
const TAKEN = ['drain', 'error', 'close'] as const;

function outputOf(stream: NodeJS.WriteStream & { readonly fd: number }): Output {
  // The reader may leave first (`pathmtu ... | head -1`): nobody is left to tell, so that is not a failure.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    write(text) {
      stream.write(text);
    },
    async whenTaken() {
      if (!stream.writableNeedDrain) return;
      await new Promise<void>((resolve) => {
        const taken = (): void => {
          for (const event of TAKEN) stream.off(event, taken);
          resolve();
        };
        for (const event of TAKEN) stream.once(event, taken);
      });
    },
    isTerminal: isatty(stream.fd),
    get columns() {
      return stream.isTTY && stream.columns > 0 ? stream.columns : null;
    },
    get rows() {
      return stream.isTTY && stream.rows > 0 ? stream.rows : null;
    },
  };
}

/** For bin/ to set the exit code. */
const LEAVING_MS = 20;
const INTERRUPTS = ['SIGINT', 'SIGTERM'] as const;
