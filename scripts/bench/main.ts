/**
 * `npm run bench`: pathmtu and other programs on the same paths, in one campaign. `npm run bench -- --help` says how to
 * ask for less. Progress goes to stderr.
 */
import { mkdirSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { succeeds } from '../../test/lab/commands.ts';
import { startCanary } from './canary.ts';
import { CASES, type Case } from './cases.ts';
import { isOursWrong } from './claims.ts';
import { longForm, readResults, writeReadme, writeResults } from './files.ts';
import { Journal, type Order } from './journal.ts';
import { describeMachine, fingerprintOfProgram } from './machine.ts';
import { HELP, readArguments, type Campaign } from './options.ts';
import { PEERS, type Peer } from './peers.ts';
import { inOrder, LANES, laneOf, packed, planOf, type Exclusion, type Lane, type Unit } from './plan.ts';
import { merged, type Results } from './results.ts';
import { work, type Listener } from './run.ts';
import { summarise } from './summary.ts';

export async function main(args: readonly string[]): Promise<number> {
  const command = readArguments(args);
  if (typeof command === 'string') return refuse(command);
  switch (command.type) {
    case 'help':
      process.stdout.write(HELP);
      return 0;
    case 'write':
      return writeRecorded();
    case 'resume': {
      const folder = command.folder ?? RECORDED;
      const journal = Journal.resume(journalIn(folder));
      const order = orderOf(journal);
      if (journal === null || order === null) return refuse(`no campaign to go on with in ${folder}`);
      if (order.code !== fingerprintOfProgram(ROOT)) {
        return refuse('the program has changed since: start anew, or measure a part with --case and --merge');
      }
      return measure(journal, order, folder);
    }
    case 'measure': {
      const folder = folderOf(command.campaign);
      if (folder !== null) mkdirSync(folder, { recursive: true });
      const journal = Journal.begin(folder === null ? null : journalIn(folder));
      const { destination: _, ...asked } = command.campaign;
      const order: Order = { ...asked, code: fingerprintOfProgram(ROOT) };
      journal.add({ type: 'order', ...order });
      return measure(journal, order, folder);
    }
  }
}

async function measure(journal: Journal, order: Order, folder: string | null): Promise<number> {
  if (process.getuid?.() !== 0) return refuse('network namespaces need root: sudo npm run bench');
  const abandon = (): never => {
    if (folder !== null) say('bench: what was measured is kept; --resume goes on with it');
    process.exit(UNKNOWN);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, abandon);

  const cases = CASES.filter(({ name }) => order.cases.includes(name));
  const peers = PEERS.filter(({ name }) => order.peers.includes(name));
  const exclusions = exclusionsOf(cases, peers);
  journal.add({
    type: 'session',
    ...describeMachine(ROOT, peers),
    longestMs: order.longestMs,
    exclusions,
  });
  const units = remaining(planOf(cases, peers, exclusions, order), journal);
  try {
    for (const lane of LANES) {
      const ofLane = units.filter((unit) => laneOf(unit) === lane);
      await runLane(lane, ofLane, order, journal);
    }
  } catch (error) {
    // A network that does not come up, say. What runs in the others ends with this process.
    say(`bench: ${error instanceof Error ? error.stack : String(error)}`);
    return abandon();
  }

  const missing = exclusions.filter(({ reason }) => reason.startsWith(NOT_INSTALLED));
  for (const line of new Set(missing.map(({ peer, reason }) => `NOT MEASURED: ${peer}: ${reason}`)))
    say(line);
  const now = summarise(journal.entries, cases, peers);
  await write(now, folder);
  return isOursWrong(now.cases) ? WRONG : 0;
}

/** Null: the journal does not even say what was asked for. */
function orderOf(journal: Journal | null): Order | null {
  const first = journal?.entries[0];
  return first?.type === 'order' ? first : null;
}

function exclusionsOf(cases: readonly Case[], peers: readonly Peer[]): Exclusion[] {
  return peers.flatMap((peer) => {
    const { program, debianPackage, exclusion } = peer;
    const isThere = succeeds('sh', ['-c', 'command -v "$0"', program]);
    const absence = isThere ? null : `${NOT_INSTALLED}: apt-get install ${debianPackage ?? program}`;
    return cases.flatMap((one) => {
      const reason = absence ?? exclusion?.(one) ?? null;
      return reason === null ? [] : [{ caseName: one.name, peer: peer.name, reason }];
    });
  });
}

function remaining(units: readonly Unit[], journal: Journal): readonly Unit[] {
  const done = new Set(
    journal.entries.flatMap((entry) =>
      entry.type === 'run' ? [placeOf(entry.caseName, entry.peer, entry.round)] : [],
    ),
  );
  return units.filter(({ one, peer, round }) => !done.has(placeOf(one.name, peer.name, round)));
}

function placeOf(caseName: string, peer: string, round: number): string {
  return `${caseName} ${peer} ${round}`;
}

async function runLane(lane: Lane, units: readonly Unit[], order: Order, journal: Journal): Promise<void> {
  if (units.length === 0) return;
  const atOnce = Math.min(units.length, { alone: 1, few: PROCESSORS, many: order.networks }[lane]);
  const source = lane === 'many' ? packed(units, order.longestMs) : inOrder(units);
  const startedAt = new Date().toISOString();
  const before = loadNow();
  if (lane === 'alone' && before > IDLE_LOAD) {
    say(`bench: the machine does other things (load average ${before.toFixed(1)}): times will be too long`);
  }
  // Not beside what is measured alone: it would be something else that runs.
  const canary = lane === 'alone' ? null : startCanary();
  let count = 0;
  const listener: Listener = {
    onRun: ({ one, peer, round }, run) => {
      journal.add({ type: 'run', caseName: one.name, peer: peer.name, round, lane, ...run });
      count += 1;
      const what = `${one.name} ${round} ${peer.name}: ${run.worth}, ${Math.round(run.durationMs)} ms`;
      say(`[${lane} ${count}/${units.length}] ${what}`);
    },
    ...(lane === 'alone'
      ? {
          onOverhead: ({ name }, durationMs) => journal.add({ type: 'overhead', caseName: name, durationMs }),
        }
      : {}),
  };
  await Promise.all(Array.from({ length: atOnce }, () => work(source, order.longestMs, listener)));
  journal.add({
    type: 'phase',
    lane,
    startedAt,
    endedAt: new Date().toISOString(),
    atOnce,
    load: { before, after: loadNow() },
    canary: (await canary?.stop()) ?? null,
  });
}

async function write(now: Results, folder: string | null): Promise<void> {
  if (folder === null) {
    process.stdout.write(await longForm(ROOT, now));
    return;
  }
  const results = merged(readResults(folder), now, {
    cases: CASES.map(({ name }) => name),
    peers: PEERS.map(({ name }) => name),
  });
  await writeResults(ROOT, folder, results);
  say(`written: results.json and RESULTS.md in ${folder}`);
  if (folder === RECORDED) {
    await writeReadme(ROOT, results);
    say('written: the figures in README.md');
  }
}

async function writeRecorded(): Promise<number> {
  const results = readResults(RECORDED);
  if (results === null) return refuse(`there are no results in ${RECORDED}`);
  await writeResults(ROOT, RECORDED, results);
  await writeReadme(ROOT, results);
  return 0;
}

function loadNow(): number {
  return loadavg()[0] ?? 0;
}

function folderOf({ destination }: Campaign): string | null {
  if (destination === 'printed') return null;
  return destination === 'recorded' ? RECORDED : destination.folder;
}

function journalIn(folder: string): string {
  return join(folder, 'runs.jsonl');
}

function refuse(reason: string): number {
  say(`bench: ${reason}`);
  return UNKNOWN;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RECORDED = join(ROOT, 'bench');
const PROCESSORS = availableParallelism();
const NOT_INSTALLED = 'not installed';

/** Of the last minute: more than a shell and what a system does by itself. */
const IDLE_LOAD = 0.5;

const WRONG = 1;
const UNKNOWN = 3;
