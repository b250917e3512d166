import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getHeapSpaceStatistics } from 'node:v8';
import type { HistoryRecord } from '../../../src/health/record.ts';
import { HISTORY_BYTES, OLD_FILES } from '../../../src/state/history-file.ts';
import { Auditor, wrongsOfCheck, type Kind, type Tally } from './auditor.ts';
import { EVERY_MS, runDay, virtualMsOf, type RunCheck, type WatchedSite } from './run-day.ts';
import { forecast } from './weather.ts';

/** What one process is asked to do. */
export interface Watch {
  readonly sites: readonly WatchedSite[];
  readonly seed: number;
  readonly hours: number;
}

/** What checking every minute came to. */
export interface Watched {
  readonly seed: number;
  readonly checks: number;
  /** What was not as it should be, in words. */
  readonly wrongs: readonly string[];
  readonly sites: readonly {
    readonly name: string;
    readonly tallies: readonly (Tally & { readonly kind: Kind })[];
    readonly changesTold: number;
    readonly checksThatFlapped: number;
  }[];
  /** After {@link EARLY_HOURS}, and at the end. */
  readonly early: Footprint;
  readonly late: Footprint;
}

interface Footprint {
  /** Alive after a collection, in the heap and outside of it; without machine code, which V8 goes on compiling. */
  readonly heapBytes: number;
  readonly stateBytes: number;
  readonly historyBytes: number;
}

/** Checks every minute for hours of virtual time, in a folder that has been in use for long, and audits it all. */
export async function watch({ sites, seed, hours }: Watch): Promise<Watched> {
  const checks = (hours * 3_600_000) / EVERY_MS;
  const spells = new Map(sites.map((site) => [site.name, forecast(site, seed, checks * EVERY_MS, EVERY_MS)]));
  const auditors = sites.map((site) => new Auditor(site, spells.get(site.name) ?? []));
  const stateDirectory = mkdtempSync(join(tmpdir(), 'pathmtu-day-'));
  try {
    fillHistory(stateDirectory);
    const wrongs: string[] = [];
    const answered: string[] = [];
    let early: Footprint | null = null;
    await runDay({ sites, spells, seed, checks, stateDirectory }, (check) => {
      for (const wrong of wrongsOfCheck(check)) wrongs.push(`check ${check.number} ${wrong}`);
      for (const auditor of auditors) auditor.take(check);
      answered.push(...outline(check));
      if (check.number === (EARLY_HOURS * 3_600_000) / EVERY_MS) early = footprintOf(stateDirectory);
    });
    if (early === null) throw new Error(`watch for more than ${EARLY_HOURS} hours`);
    const late = footprintOf(stateDirectory);
    const kept = historyIn(stateDirectory);
    if (kept.join('\n') !== answered.join('\n')) wrongs.push('the history is not what the checks said');
    return {
      seed,
      checks,
      wrongs: [...wrongs, ...auditors.flatMap((auditor) => auditor.wrongs)],
      sites: auditors.map(({ tallies, changesTold, checksThatFlapped }, index) => ({
        name: sites[index]?.name ?? '',
        tallies: [...tallies].map(([kind, tally]) => ({ kind, ...tally })),
        changesTold,
        checksThatFlapped,
      })),
      early,
      late,
    };
  } finally {
    rmSync(stateDirectory, { recursive: true });
  }
}

/** What the history has to say of a check, a line per gateway. */
function outline({ answer }: RunCheck): string[] {
  return answer.gateways.map(({ identity, verdict, result, news }) =>
    JSON.stringify([identity.name, verdict.status, result.pathMtu, news?.changes ?? []]),
  );
}

/** The same out of the files, without those that were there before. */
function historyIn(stateDirectory: string): string[] {
  const lines = Array.from({ length: OLD_FILES + 1 }, (_, age) => OLD_FILES - age).flatMap((age) =>
    readFileSync(historyFile(stateDirectory, age), 'utf8').trimEnd().split('\n'),
  );
  return lines.flatMap((line) => {
    const { at, gateway, status, mtu, changes } = JSON.parse(line) as HistoryRecord;
    if (virtualMsOf(at) < 0) return [];
    const pathMtu = mtu !== null && mtu.from === mtu.to ? mtu.from : null;
    return [JSON.stringify([gateway, status, pathMtu, changes])];
  });
}

/** As months of checks leave it: all old files are there, and the present one is nearly full. */
function fillHistory(stateDirectory: string): void {
  mkdirSync(stateDirectory, { recursive: true });
  const line = `${JSON.stringify(OLD_RECORD)}\n`;
  const full = line.repeat(Math.floor(HISTORY_BYTES / line.length));
  for (let age = OLD_FILES; age > 0; age--) writeFileSync(historyFile(stateDirectory, age), full);
  writeFileSync(
    historyFile(stateDirectory, 0),
    full.slice(0, line.length * Math.floor((0.95 * HISTORY_BYTES) / line.length)),
  );
}

function historyFile(stateDirectory: string, age: number): string {
  return join(stateDirectory, age === 0 ? 'history.jsonl' : `history.jsonl.${age}`);
}

function footprintOf(stateDirectory: string): Footprint {
  if (globalThis.gc === undefined) throw new Error('start this process with --expose-gc');
  // Once more for what only the first one has let go, such as memory outside of the heap.
  for (let collection = 0; collection < 2; collection++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  const code = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'code_space');
  const sizes = readdirSync(stateDirectory).map((name) => ({
    isHistory: name.startsWith('history.'),
    bytes: statSync(join(stateDirectory, name)).size,
  }));
  const sum = (isHistory: boolean): number =>
    sizes.filter((file) => file.isHistory === isHistory).reduce((total, { bytes }) => total + bytes, 0);
  return {
    heapBytes: heapUsed + external - (code?.space_used_size ?? 0),
    stateBytes: sum(false),
    historyBytes: sum(true),
  };
}

const OLD_RECORD: HistoryRecord = {
  at: '2025-12-01T00:00:00.000Z',
  gateway: 'paris',
  host: 'paris.example.net',
  address: '192.0.2.1',
  family: 4,
  status: 'OK',
  mtu: { from: 1500, to: 1500 },
  blackHole: false,
  fragments: 'delivered',
  ikeFragmentation: true,
  ikeAuth: 'ike-fragmented',
  rttMs: 41.5,
  lossRate: 0,
  changes: [],
  error: null,
};

/** When everything is loaded, and compiled where it is hot. */
const EARLY_HOURS = 2;
