import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Surveyed, World } from './survey.ts';

/** What one process is asked to do next. */
export interface Batch {
  readonly world: World;
  readonly seeds: readonly number[];
}

/**
 * Surveys `count` seeds from `firstSeed` on, with a process per core, and resolves with one entry per seed, in no
 * particular order.
 *
 * @param onProgress called after every batch with the number of seeds done
 */
export async function surveyAll(
  world: World,
  firstSeed: number,
  count: number,
  onProgress: (done: number) => void = () => {},
): Promise<Surveyed[]> {
  const results: Surveyed[] = [];
  let next = 0;
  const nextBatch = (): Batch | null => {
    if (next >= count) return null;
    const length = Math.min(BATCH_SEEDS, count - next);
    const seeds = Array.from({ length }, (_, index) => firstSeed + next + index);
    next += length;
    return { world, seeds };
  };

  const runProcess = (): Promise<void> => {
    // Whoever starts this may run without tsx, as jest does. A thread would do, but tsx does not reach into those.
    const child = fork(fileURLToPath(new URL('./survey-process.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx'],
      serialization: 'advanced',
    });
    const finished = new Promise<void>((resolve, reject) => {
      const proceed = (): void => {
        const batch = nextBatch();
        if (batch === null) resolve();
        else child.send(batch);
      };
      child.on('error', reject);
      child.on('exit', (code, signal) =>
        reject(new Error(`a process of the survey ended early (${code ?? signal})`)),
      );
      child.on('message', (batch: Surveyed[]) => {
        results.push(...batch);
        onProgress(results.length);
        proceed();
      });
      proceed();
    });
    return finished.finally(() => child.kill());
  };

  await Promise.all(Array.from({ length: availableParallelism() }, runProcess));
  return results;
}

/** Small enough that no core waits long for the other at the end. */
const BATCH_SEEDS = 50;
