// Started by process.test.ts: the real process around a measurement that waits until it is interrupted.
import { main } from '../../src/cli/main.ts';
import { processSurroundings } from '../../src/cli/surroundings.ts';
import { lost } from '../report/events.ts';
import { silent } from '../report/results.ts';

const isStubborn = process.env['STUBBORN'] === '1';

process.exitCode = await main(process.argv.slice(2), {
  ...processSurroundings(),
  measure: (_input, { signal, onEvent }) =>
    new Promise((resolve) => {
      const keepAlive = setInterval(() => {}, 1000);
      signal?.addEventListener('abort', () => {
        onEvent?.(lost(2));
        if (isStubborn) return;
        clearInterval(keepAlive);
        resolve(silent);
      });
      onEvent?.(lost(1));
    }),
});
