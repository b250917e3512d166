import { changeWords, type Signs } from './changes.ts';
import type { PathHistory } from './history.ts';

/** The history for a program: per path all records, the oldest first, and the changes with their times. */
export function historyJson(paths: readonly PathHistory[], damagedLines: number, signs: Signs): string {
  return `${JSON.stringify(
    {
      schemaVersion: SCHEMA_VERSION,
      gateways: paths.map((path) => {
        const [{ gateway, host, family }] = path;
        return {
          gateway,
          host,
          family,
          changes: path.flatMap(({ at, changes }) =>
            changes.map((change) => ({ at, ...change, message: changeWords(change, signs) })),
          ),
          records: path,
        };
      }),
      damagedLines,
    },
    null,
    2,
  )}\n`;
}

const SCHEMA_VERSION = 1;
