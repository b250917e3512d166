import { PathmtuError } from '../errors.ts';
import type { ProbeEvent } from '../probe/event.ts';
import type { Surroundings } from './surroundings.ts';

/** What is told while a measurement or a trace runs. */
export interface Progress {
  /** `hop`: of a trace, that the probe was for; absent: it was for the target. */
  readonly onEvent: (event: ProbeEvent, hop?: number) => void;
  end(): void;
}

/** A line per probe. */
export async function verboseProgress({ stderr }: Surroundings): Promise<Progress> {
  const { verboseLine } = await import('../report/verbose.ts');
  return {
    onEvent(event, hop) {
      const line = verboseLine(event, hop);
      if (line !== null) stderr.write(`${line}\n`);
    },
    end() {},
  };
}

/** The live line. Null when stderr is not a terminal that a line can be redrawn on. */
export async function liveProgress(
  host: string,
  { stderr, environment }: Surroundings,
): Promise<Progress | null> {
  if (!stderr.isTerminal || environment['TERM'] === 'dumb') return null;
  const { LiveLine } = await import('./live-line.ts');
  return new LiveLine(stderr, host);
}

/**
 * Runs something that Ctrl-C ends early, with what it knows by then, and ends its progress.
 *
 * @throws PathmtuError `aborted` when it knew nothing yet
 */
export async function untilInterrupted<Result>(
  surroundings: Surroundings,
  progress: Progress | null,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<{ readonly result: Result; readonly isInterrupted: boolean }> {
  const interruption = new AbortController();
  const stopListening = surroundings.onInterrupt(() => interruption.abort());
  let result: Result;
  try {
    result = await run(interruption.signal);
  } catch (error) {
    throw interruption.signal.aborted ? interrupted(error) : error;
  } finally {
    progress?.end();
    stopListening();
  }
  const isInterrupted = interruption.signal.aborted;
  if (isInterrupted) surroundings.stderr.write('pathmtu: interrupted; this is what is known so far\n');
  return { result, isInterrupted };
}

/** A measurement that was ended before it had a result says so in a line; other errors stay what they are. */
function interrupted(error: unknown): unknown {
  const isAbort =
    typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';
  return isAbort
    ? new PathmtuError('aborted', 'interrupted before anything was known', { cause: error })
    : error;
}
