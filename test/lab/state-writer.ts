// Updates a state directory again and again, and prints each number once it has been acknowledged. For the tests that
// kill it. They bundle it before, since compiling on the fly would take longer than it lives.
// Arguments: the directory, the first number.
import type { Memory } from '../../src/health/memory.ts';
import { updateState } from '../../src/state/state-directory.ts';

const [directory = '', first] = process.argv.slice(2);

for (let number = Number(first); ; number += 1) {
  const { isRemembered, warnings } = await updateState(
    directory,
    { waitMs: 5000, at: new Date().toISOString() },
    () => ({
      memories: Array.from({ length: 200 }, (_, index) => memory(`gateway ${index}`, number)),
      records: [],
      answer: null,
    }),
  );
  process.stdout.write(isRemembered && warnings.length === 0 ? `${number}\n` : `! ${warnings.join(', ')}\n`);
}

/** The number is where the path MTU would be. */
function memory(name: string, number: number): Memory {
  const at = new Date().toISOString();
  return {
    name,
    host: 'host',
    family: 4,
    checkedAt: at,
    facts: { mtu: { value: { from: number, to: number }, since: at, before: null } },
    unrest: '0',
    isFlapping: false,
  };
}
