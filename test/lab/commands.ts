/**
 * Runs the system's commands: {@link must} for setting up (synchronous, throws), {@link start} for a program under
 * test (asynchronous, whatever it does is data).
 */
import { spawn, spawnSync } from 'node:child_process';

/** Runs a command to its end and returns its stdout. Throws, with the command and its stderr, unless it exits 0. */
export function must(command: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { input, encoding: 'utf8' });
  if (error !== undefined) throw new Error(`cannot run ${command}: ${error.message}`, { cause: error });
  if (status !== 0) {
    throw new Error(`${[command, ...args].join(' ')} exited with ${status}: ${stderr.trim()}\n${input}`);
  }
  return stdout;
}

/** Whether a command exits 0; false also when it does not exist. */
export function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; null when a signal ended the program. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Wall time from start to end. */
  readonly durationMs: number;
}

export interface Running {
  readonly outcome: Promise<Outcome>;
  /** Resolves when the text has been printed on stdout or stderr; rejects when the program ends without it. */
  readonly printed: (text: string) => Promise<void>;
  readonly signal: (signal: NodeJS.Signals) => void;
}

export interface StartOptions {
  /** Kills the program (SIGKILL) when it takes longer; the outcome then has that signal. 0: never. Default: 30,000. */
  readonly timeoutMs?: number;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Starts a program with no stdin and both outputs piped. Rejects only when it cannot be started at all. */
export function start(command: string, args: readonly string[], options: StartOptions = {}): Running {
  const startedAt = performance.now();
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? 30_000,
    killSignal: 'SIGKILL',
    env: options.environment ?? process.env,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));

  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ stdout, stderr, code, signal, durationMs: performance.now() - startedAt }),
    );
  });
  const printed = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stdout.includes(text) || stderr.includes(text)) resolve();
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.on('close', () => reject(new Error(`${command} ended before printing "${text}": ${stderr}`)));
      look();
    });
  return { outcome, printed, signal: (signal) => child.kill(signal) };
}
