/** What must hold between the rows: the ratios that this project promises. */
import { medianOf, type CaseSummary, type Summary } from './summary.ts';

export interface Claim {
  readonly text: string;
  readonly found: string;
  /** Null: a case or a peer that it needs was not measured. */
  readonly holds: boolean | null;
}

export function claimsAbout(summaries: readonly CaseSummary[]): readonly Claim[] {
  const of = (caseName: string, peer: string): Summary | null =>
    summaries.find(({ one }) => one.name === caseName)?.rows.find((row) => row.peer === peer) ?? null;
  const own = (caseName: string): Summary | null => of(caseName, 'pathmtu');

  return [
    slower('ptb-40', 'tracepath', 1.5),
    roundTrips('ptb-40', 40, 2),
    slower('ptb-200', 'tracepath', 1),
    within('silent-40', 450),
    faster('silent-40', 'ping -M do bisection', 8),
    faster('silent-40', 'scamper trace -M', 100),
    sameBottleneck('silent-40', 'scamper trace -M'),
    onlyOurs('ike-only'),
    ...['loss-5-ptb', 'loss-5-silent'].map((name) => mostlyRight(name, 0.97)),
    ...['loss-20-ptb', 'loss-20-silent'].map((name) => mostlyRight(name, 0.9)),
    mostlyRight('reordering', 0),
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
    const said = own(name)?.runs.flatMap(({ answer }) => answer.own ?? []) ?? [];
    const medianMs = medianOf(said.map(({ durationMs }) => durationMs));
    if (medianMs === null) return { text, found: '-', holds: null };
    const flights = Math.max(...said.flatMap(({ rounds }) => Object.values(rounds)));
    const trips = medianMs / rttMs;
    const found = `${trips.toFixed(2)} × RTT by its own clock, in ${flights} flight${flights === 1 ? '' : 's'}`;
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
    const ours = bottlenecksOf(own(name));
    const theirs = bottlenecksOf(of(name, peer));
    const found = `${ours || 'none'} beside ${theirs || 'none'}`;
    return { text, found, holds: theirs === '' ? null : ours === theirs };
  }

  function onlyOurs(name: string): Claim {
    const text = `${name}: right, and no peer is`;
    const rows = summaries.find(({ one }) => one.name === name)?.rows ?? [];
    const right = rows.filter(({ counts }) => counts.right > 0).map(({ peer }) => peer);
    const row = own(name);
    if (row === null || row.runs.length === 0) return { text, found: '-', holds: null };
    const holds = areAllRight(row) && right.length === 1;
    return { text, found: right.length === 0 ? 'nobody' : right.join(', '), holds };
  }

  function mostlyRight(name: string, least: number): Claim {
    const text = `${name}: 0 wrong${least > 0 ? `, at least ${Math.round(least * 100)} % exact` : ''}`;
    const row = own(name);
    if (row === null || row.runs.length === 0) return { text, found: '-', holds: null };
    const { right, wrong } = row.counts;
    const found = `${wrong} wrong, ${right} of ${row.runs.length} exact`;
    return { text, found, holds: wrong === 0 && right >= least * row.runs.length };
  }
}

function compared(
  text: string,
  ours: Summary | null,
  theirs: Summary | null,
  ratioOf: (oursMs: number, theirsMs: number) => number,
  isEnough: (ratio: number) => boolean,
): Claim {
  const oursMs = ours?.medianMs ?? null;
  const theirsMs = theirs?.medianMs ?? null;
  if (ours === null || oursMs === null || theirsMs === null) return { text, found: '-', holds: null };
  const ratio = ratioOf(oursMs, theirsMs);
  return { text, found: `${ratio.toFixed(2)} ×`, holds: areAllRight(ours) && isEnough(ratio) };
}

function areAllRight({ counts, runs }: Summary): boolean {
  return counts.right === runs.length;
}

function bottlenecksOf(row: Summary | null): string {
  return [...new Set((row?.runs ?? []).flatMap(({ answer }) => answer.bottleneck ?? []))].join(', ');
}
