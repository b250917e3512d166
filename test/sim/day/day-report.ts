import type { Watched } from './watch.ts';

/** What checking every minute came to, as Markdown. */
export function dayReport(all: readonly Watched[]): string {
  const rows = all.flatMap(({ sites }) =>
    sites.flatMap(({ name, tallies }) =>
      tallies.map(
        ({ kind, checks, exact, guarded, unknown }) =>
          `| ${name} | ${kind} | ${checks} | ${exact} | ${guarded} | ${unknown} |`,
      ),
    ),
  );
  const changes = all.flatMap(({ sites }) =>
    sites.map(
      ({ name, changesTold, checksThatFlapped }) =>
        `${name} told ${changesTold} changes and flapped in ${checksThatFlapped} checks`,
    ),
  );
  const footprints = all.map(({ sites, early, late }) => {
    const names = sites.map(({ name }) => name).join(' and ');
    return `${names}: memory ${kB(early.heapBytes)} early, ${kB(late.heapBytes)} at the end; state ${kB(late.stateBytes)}, history ${kB(late.historyBytes)}`;
  });
  const wrongs = all.flatMap(({ seed, wrongs: ofWatch }) =>
    ofWatch.map((wrong) => `WRONG: seed ${seed}: ${wrong}`),
  );
  return [
    `A check every minute, ${all[0]?.checks ?? 0} of them, seed ${all[0]?.seed ?? ''}:`,
    '',
    '| gateway | weather | checks | exact | with a reservation | UNKNOWN |',
    '|---|---|--:|--:|--:|--:|',
    ...rows.toSorted(),
    '',
    ...changes,
    ...footprints,
    ...wrongs,
  ].join('\n');
}

function kB(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}
