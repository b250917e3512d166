/** Entry of a child process: surveys the seeds it is sent, one batch after the other, and sends back what came out. */
import { survey } from './survey.ts';
import type { Batch } from './survey-all.ts';

process.on('message', ({ world, seeds }: Batch) => {
  process.send?.(seeds.map((seed) => survey(seed, world)));
});
