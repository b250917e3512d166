import { main } from './main.ts';
import { processSurroundings } from './surroundings.ts';

/**
 * What bin/ starts: one command line in this process, to its exit code. Never rejects.
 *
 * @param onMeasured called when a measurement was exact, and so has run most of the code that any run needs
 */
export function program(argv: readonly string[], onMeasured: () => void): Promise<number> {
  return main(argv, processSurroundings(onMeasured));
}
