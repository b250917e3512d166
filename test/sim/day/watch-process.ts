/** Entry of a child process: watches as it is told, and sends back what came out. */
import { watch, type Watch } from './watch.ts';

process.on('message', (wanted: Watch) => {
  watch(wanted).then(
    (watched) => process.send?.(watched),
    (error: unknown) => {
      throw error;
    },
  );
});
