/** What must hold between the rows: the ratios that this project promises. */
import type { CaseResult, Results, Row } from './results.ts';

export interface Claim {
  readonly text: string;
  readonly found: string;
  /** Null: a case or a program that it needs was not measured, or not often enough. */
  readonly holds: boolean | null;
}

export function claimsAbout({ cases }: Results): readonly Claim[] {
  const of = (caseName: string, peer: string): Row | null =>
    cases
      .find(({ name }) => name === caseName)
      ?.rows.find((row) => row.peer === peer && row.exclusion === null) ?? null;
  const own = (caseName: string): Row | null => of(caseName, 'pathmtu');

  return [
    slower('ptb-40', 'tracepath', 1.5),
    roundTrips('ptb-40', 40, 2),
    slower('ptb-200', 'tracepath', 1),
    within('silent-40', 450),
    faster('silent-40', 'ping -M do bisection', 8),
    faster('silent-40', 'scamper trace -M', 100),
    sameBottleneck('silent-40', 'scamper trace -M'),
    onlyOurs('ike-only'),
    mostlyRight('loss-5-ptb', 0.97),
    mostlyRight('loss-5-silent', 0.97),
    mostlyRight('loss-20-ptb', 0.9),
    mostlyRight('loss-20-silent', 0.9),
    mostlyRight('reordering', 0),
    rightEverywhere(),
  ];

  function slower(name: string, peer: string, most: number): Claim {
    const text = `${name}: right, and at most ${most} × the time of ${peer}`;
    return compared(
      text,
      own(name),
      of(name, peer),
      (ours, theirs) => ours / theirs,
      (ratio) => ratio <= most,
    );
  }

  function faster(name: string, peer: string, least: number): Claim {
    const text = `${name}: right, and at least ${least} × faster than ${peer}`;
    return compared(
      text,
      own(name),
      of(name, peer),
      (ours, theirs) => theirs / ours,
      (ratio) => ratio >= least,
    );
  }

  function roundTrips(name: string, rttMs: number, most: number): Claim {
    const text = `${name}: at most ${most} round trips, from call to result`;
    const said = own(name)?.own ?? null;
    if (said === null) return { text, found: '-', holds: null };
    const trips = said.medianMs / rttMs;
    const flights = `${said.flights} flight${said.flights === 1 ? '' : 's'}`;
    const found = `${trips.toFixed(2)} × RTT by its own clock, in ${flights}`;
    return { text, found, holds: trips <= most };
  }

  function within(name: string, mostMs: number): Claim {
    const text = `${name}: right, the whole command in ${mostMs} ms`;
    const row = own(name);
    if (row === null || row.medianMs === null) return { text, found: '-', holds: null };
    return {
      text,
      found: `${Math.round(row.medianMs)} ms`,
      holds: areAllRight(row) && row.medianMs <= mostMs,
    };
  }

  function sameBottleneck(name: string, peer: string): Claim {
    const text = `${name}: the located hop is that of ${peer}`;
    const ours = own(name)?.bottlenecks.join(', ') ?? '';
    const theirs = of(name, peer)?.bottlenecks.join(', ') ?? '';
    const found = `${ours || 'none'} beside ${theirs || 'none'}`;
    return { text, found, holds: theirs === '' ? null : ours === theirs };
  }

  function onlyOurs(name: string): Claim {
    const text = `${name}: right, and no other program is`;
    const rows = cases.find((one) => one.name === name)?.rows ?? [];
    const right = rows.filter(({ counts }) => counts.right > 0).map(({ peer }) => peer);
    const row = own(name);
    if (row === null) return { text, found: '-', holds: null };
    const holds = areAllRight(row) && right.length === 1;
    return { text, found: right.length === 0 ? 'nobody' : right.join(', '), holds };
  }

  /** A wrong answer is one too many after any number of runs; that there is none takes {@link ENOUGH_RUNS}. */
  function mostlyRight(name: string, least: number): Claim {
    const exact = least > 0 ? `, at least ${Math.round(least * 100)} % exact` : '';
    const text = `${name}: 0 wrong in ${ENOUGH_RUNS}${exact}`;
    const row = own(name);
    if (row === null) return { text, found: '-', holds: null };
    const { right, wrong } = row.counts;
    const found = `${wrong} wrong, ${right} of ${row.count} exact`;
    if (wrong > 0) return { text, found, holds: false };
    return { text, found, holds: row.count < ENOUGH_RUNS ? null : right >= least * row.count };
  }

  function rightEverywhere(): Claim {
    const text = 'every case without loss: right in every run';
    const timed = cases.flatMap((one) => {
      const row = one.kind === 'timed' ? own(one.name) : null;
      return row === null ? [] : [{ one, row }];
    });
    if (timed.length === 0) return { text, found: '-', holds: null };
    const failed = timed.filter(({ row }) => !areAllRight(row)).map(({ one }) => one.name);
    const found = failed.length === 0 ? `${timed.length} cases` : `not in ${failed.join(', ')}`;
    return { text, found, holds: failed.length === 0 };
  }
}

export function isOursWrong(cases: readonly CaseResult[]): boolean {
  return cases.some(({ rows }) => rows.some(({ peer, counts }) => peer === 'pathmtu' && counts.wrong > 0));
}

function compared(
  text: string,
  ours: Row | null,
  theirs: Row | null,
  ratioOf: (oursMs: number, theirsMs: number) => number,
  isEnough: (ratio: number) => boolean,
): Claim {
  const oursMs = ours?.medianMs ?? null;
  const theirsMs = theirs?.medianMs ?? null;
  if (ours === null || oursMs === null || theirsMs === null) return { text, found: '-', holds: null };
  const ratio = ratioOf(oursMs, theirsMs);
  return { text, found: `${ratio.toFixed(2)} ×`, holds: areAllRight(ours) && isEnough(ratio) };
}

function areAllRight({ counts, count }: Row): boolean {
  return counts.right === count;
}

const ENOUGH_RUNS = 100;
