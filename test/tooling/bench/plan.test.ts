import { describe, expect, test } from '@jest/globals';
import { CASES, type Case } from '../../../scripts/bench/cases.ts';
import { PEERS, type Peer } from '../../../scripts/bench/peers.ts';
import {
  expectedMs,
  inOrder,
  laneOf,
  limitMsOf,
  packed,
  planOf,
  type Source,
  type Unit,
} from '../../../scripts/bench/plan.ts';

const LONGEST_MS = 150_000;
const EVERYTHING = planOf(CASES, PEERS, exclusions(), { rounds: 5, runs: 100 });
const inLane = (lane: string): Unit[] => EVERYTHING.filter((unit) => laneOf(unit) === lane);

describe('the plan of a benchmark', () => {
  test('has each program once in a case before any of them again', () => {
    const peers = [peerNamed('pathmtu'), peerNamed('tracepath')];
    const units = planOf([caseNamed('ptb-40')], peers, [], { rounds: 2, runs: 100 });
    expect(units.map(({ peer, round }) => `${round} ${peer.name}`)).toEqual([
      '1 pathmtu',
      '1 tracepath',
      '2 pathmtu',
      '2 tracepath',
    ]);
  });

  test('leaves out what has a reason', () => {
    const reason = { caseName: 'ptb-40', peer: 'tracepath', reason: 'not installed' };
    const peers = [peerNamed('pathmtu'), peerNamed('tracepath')];
    const units = planOf([caseNamed('ptb-40'), caseNamed('ptb-200')], peers, [reason], {
      rounds: 1,
      runs: 1,
    });
    expect(units.map(({ one, peer }) => `${one.name} ${peer.name}`)).toEqual([
      'ptb-40 pathmtu',
      'ptb-200 pathmtu',
      'ptb-200 tracepath',
    ]);
  });

  test.each([
    ['ptb-40', 'pathmtu', 'alone'],
    ['ptb-40', 'scamper trace -M', 'alone'],
    ['silent-40', 'pathmtu', 'alone'],
    ['silent-40', 'ping -M do bisection', 'alone'],
    ['silent-40', 'scamper trace -M', 'many'],
    ['ike-only', 'tracepath', 'many'],
    ['loss-5-ptb', 'pathmtu', 'few'],
    ['loss-20-silent', 'nmap path-mtu', 'many'],
    ['reordering', 'tracepath', 'many'],
  ])('of %s, %s is measured %s', (caseName, peer, lane) => {
    expect(laneOf({ one: caseNamed(caseName), peer: peerNamed(peer) })).toBe(lane);
  });

  test('kills traceroute earlier where it runs a hundred times', () => {
    const traceroute = peerNamed('traceroute --mtu');
    expect(limitMsOf({ one: caseNamed('silent-40'), peer: traceroute }, LONGEST_MS)).toBe(LONGEST_MS);
    expect(limitMsOf({ one: caseNamed('loss-5-silent'), peer: traceroute }, LONGEST_MS)).toBe(60_000);
    expect(limitMsOf({ one: caseNamed('loss-5-silent'), peer: traceroute }, 10_000)).toBe(10_000);
  });

  test('runs a hundred of each program in each counted case', () => {
    const counts = new Set(
      ['loss-5-ptb', 'loss-20-silent', 'reordering'].map(
        (name) => EVERYTHING.filter(({ one, peer }) => one.name === name && peer.name === 'tracepath').length,
      ),
    );
    expect([...counts]).toEqual([100]);
  });
});

describe('the lane of what mostly waits', () => {
  test('is done with every unit once, in no more than the time that 64 networks need', () => {
    const units = inLane('many');
    const { order, endsAtMs } = simulate(packed(units, LONGEST_MS), 64);
    expect(order).toHaveLength(units.length);
    expect(new Set(order)).toEqual(new Set(units));
    const ideal = units.reduce((sum, unit) => sum + expectedMs(unit, LONGEST_MS), 0) / 64;
    // At the end some wait for the last of the others, no longer than the longest program takes.
    expect(endsAtMs).toBeLessThan(ideal + LONGEST_MS);
  });

  test('fits into the 40 minutes that the README says, with the other two lanes', () => {
    const few = inLane('few').reduce((sum, unit) => sum + expectedMs(unit, LONGEST_MS), 0) / 2;
    const alone = inLane('alone').reduce((sum, unit) => sum + expectedMs(unit, LONGEST_MS), 0);
    const many = simulate(packed(inLane('many'), LONGEST_MS), 64).endsAtMs;
    expect((alone + few + many) / 60_000).toBeLessThan(45);
  });

  test('changes networks seldom', () => {
    const { changes } = simulate(packed(inLane('many'), LONGEST_MS), 64);
    expect(changes).toBeLessThan(64 * 4);
  });

  test('has no more of a program at a time than the machine carries', () => {
    const nmap = peerNamed('nmap path-mtu');
    const units = inLane('many').filter(({ peer }) => peer === nmap);
    const source = packed(units, LONGEST_MS);
    const first = Array.from({ length: 4 }, () => source.take(null));
    expect(first.map((unit) => unit?.peer.name)).toEqual([
      ...Array(2).fill('nmap path-mtu'),
      undefined,
      undefined,
    ]);
    source.done(unitOf(first[0]));
    expect(source.take(null)?.peer.name).toBe('nmap path-mtu');
    expect(source.take(null)).toBeNull();
  });
});

describe('the lanes where times count', () => {
  test('keep to the order of the plan, case by case', () => {
    const units = inLane('alone');
    const { order, changes } = simulate(inOrder(units), 1);
    expect(order).toEqual(units);
    expect(changes).toBe(new Set(units.map(({ one }) => one)).size);
  });
});

/** Workers in virtual time. */
function simulate(source: Source, workers: number): { order: Unit[]; endsAtMs: number; changes: number } {
  const order: Unit[] = [];
  let changes = 0;
  let endsAtMs = 0;
  const busy: { unit: Unit; untilMs: number }[] = [];
  const start = (current: Case | null, nowMs: number): void => {
    const unit = source.take(current);
    if (unit === null) return;
    order.push(unit);
    changes += unit.one === current ? 0 : 1;
    busy.push({ unit, untilMs: nowMs + expectedMs(unit, LONGEST_MS) });
  };
  for (let worker = 0; worker < workers; worker += 1) start(null, 0);
  while (busy.length > 0) {
    busy.sort((a, b) => b.untilMs - a.untilMs);
    const ended = busy.pop();
    endsAtMs = ended?.untilMs ?? endsAtMs;
    source.done(unitOf(ended?.unit));
    start(unitOf(ended?.unit).one, endsAtMs);
  }
  return { order, endsAtMs, changes };
}

function unitOf(unit: Unit | null | undefined): Unit {
  if (unit === null || unit === undefined) throw new Error('no unit');
  return unit;
}

function caseNamed(name: string): Case {
  const found = CASES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no case ${name}`);
  return found;
}

function peerNamed(name: string): Peer {
  const found = PEERS.find((peer) => peer.name === name);
  if (found === undefined) throw new Error(`no program ${name}`);
  return found;
}

function exclusions(): { caseName: string; peer: string; reason: string }[] {
  return CASES.flatMap((one) =>
    PEERS.flatMap((peer) => {
      const reason = peer.exclusion?.(one) ?? null;
      return reason === null ? [] : [{ caseName: one.name, peer: peer.name, reason }];
    }),
  );
}
