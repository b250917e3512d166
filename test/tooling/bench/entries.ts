/** Lines of a journal, as tests need them. */
import type { Worth } from '../../../scripts/bench/answer.ts';
import type { Entry, RunEntry, SessionEntry } from '../../../scripts/bench/journal.ts';

export function session(startedAt: string, exclusions: SessionEntry['exclusions'] = []): Entry {
  return {
    type: 'session',
    startedAt,
    commit: 'abc1234',
    isChanged: false,
    node: '20.0.0',
    kernel: '6.1.0',
    machine: '2 × CPU',
    packages: ['scamper 1'],
    longestMs: 150_000,
    exclusions,
  };
}

export function run(
  caseName: string,
  peer: string,
  durationMs: number,
  {
    mtu = 1400,
    worth = 'right',
    ...rest
  }: { mtu?: number | null; worth?: Worth } & Partial<Pick<RunEntry, 'isKilled'>> = {},
): Entry {
  return {
    type: 'run',
    caseName,
    peer,
    round: 1,
    lane: 'alone',
    durationMs,
    answer: { mtu },
    worth,
    packets: 5,
    bytes: 7300,
    isKilled: false,
    ...rest,
  };
}
