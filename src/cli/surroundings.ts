import { isatty } from 'node:tty';
import type { NamedFile } from '../net/certificate-files.ts';
import type { Result } from '../results/result.ts';
import type { MeasureOptions } from '../run/options.ts';

/** A stream that a command writes text to. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width of the terminal now; null when there is none. */
  readonly columns: number | null;
}

/** All that a command touches outside itself. */
export interface Surroundings {
  /** The result, and nothing else. */
  readonly stdout: Output;
  /** Progress and diagnostics. */
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Calls `listener` on the first Ctrl-C or SIGTERM; the next one then ends the process. Returns how to stop. */
  onInterrupt(listener: () => void): () => void;
  measure(input: string, options: MeasureOptions): Promise<Result>;
  /** The bytes of a file that an option named. Rejects with a PathmtuError that says what is wrong with it. */
  readFile(file: NamedFile): Promise<Uint8Array>;
}

/** This process. */
export function processSurroundings(): Surroundings {
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    environment: process.env,
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
      return measure(input, options);
    },
    async readFile(file) {
      const { readSmallFile } = await import('../net/certificate-files.ts');
      return readSmallFile(file);
    },
  };
}

function outputOf(stream: NodeJS.WriteStream & { readonly fd: number }): Output {
  // The reader may leave first (`pathmtu ... | head -1`): nobody is left to tell, so that is not a failure.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    write(text) {
      stream.write(text);
    },
    isTerminal: isatty(stream.fd),
    get columns() {
      return stream.isTTY && stream.columns > 0 ? stream.columns : null;
    },
  };
}

const INTERRUPTS = ['SIGINT', 'SIGTERM'] as const;
