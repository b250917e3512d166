import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { PathmtuError } from '../errors.ts';
import type { Family } from '../probe/method.ts';
import { resolveTarget } from './resolve.ts';

/**
 * Looks names up in a process of its own. The system's resolver cannot be interrupted: a thread that waits for a name
 * server that is gone keeps its process from ending, for ten seconds and more. This one is killed instead. And names
 * that hang don't keep others waiting, as there are enough threads.
 */
export class LookupProcess {
  #child: ChildProcessByStdio<Writable, Readable, null> | null = null;
  #last = 0;
  readonly #waiting = new Map<number, (answer: Answer) => void>();

  /**
   * The address of a name, as {@link resolveTarget} finds it.
   *
   * @throws {PathmtuError} `unresolved`, `wrong-family`, `unmeasurable`; `interrupted` when `signal` says so
   */
  async resolve(host: string, family: Family | undefined, signal: AbortSignal): Promise<string> {
    const { address } = await resolveTarget(host, family, (name, options) =>
      this.#lookup(name, options.family, signal),
    );
    return address;
  }

  /** Ends the process, whatever it waits for. */
  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  async #lookup(
    host: string,
    family: number,
    signal: AbortSignal,
  ): Promise<{ readonly address: string; readonly family: number }> {
    const answer = await new Promise<Answer>((resolve, reject) => {
      const interrupted = (): void =>
        reject(new PathmtuError('interrupted', 'interrupted while looking it up'));
      if (signal.aborted) return interrupted();
      signal.addEventListener('abort', interrupted, { once: true });
      this.#ask(host, family, (said) => {
        signal.removeEventListener('abort', interrupted);
        resolve(said);
      });
    });
    if ('address' in answer) return answer;
    throw Object.assign(new Error(`${host}: ${answer.code}`), { code: answer.code });
  }

  #ask(host: string, family: number, onAnswer: (answer: Answer) => void): void {
    this.#child ??= this.#start();
    this.#last += 1;
    this.#waiting.set(this.#last, onAnswer);
    this.#child.stdin.write(`${JSON.stringify({ id: this.#last, host, family })}\n`);
  }

  #start(): ChildProcessByStdio<Writable, Readable, null> {
    const child = spawn(process.execPath, ['-e', SCRIPT], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, UV_THREADPOOL_SIZE: THREADS },
    });
    const failed = (code: string): void => {
      for (const onAnswer of this.#waiting.values()) onAnswer({ code });
      this.#waiting.clear();
    };
    child.on('error', (error: NodeJS.ErrnoException) => failed(error.code ?? 'unknown'));
    child.on('close', () => failed('the lookup process ended'));
    // It ended while it was being asked: `close` tells.
    child.stdin.on('error', () => {});
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = `${text}${chunk}`.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const { id, ...answer } = JSON.parse(line) as Answer & { readonly id: number };
        this.#waiting.get(id)?.(answer);
        this.#waiting.delete(id);
      }
    });
    return child;
  }
}

type Answer = { readonly address: string; readonly family: number } | { readonly code: string };

/** A line of JSON per question, a line per answer. It ends with its stdin, so with whoever started it. */
const SCRIPT = `
const { lookup } = require('node:dns');
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, host, family } = JSON.parse(line);
  lookup(host, { family, order: 'verbatim' }, (error, address, found) => {
    const answer = error ? { id, code: error.code } : { id, address, family: found };
    process.stdout.write(JSON.stringify(answer) + '\\n');
  });
});`;
const THREADS = '64';
