import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readCanary } from '../../../scripts/bench/canary.ts';
import { CASES } from '../../../scripts/bench/cases.ts';
import { Journal, readEntries, type Entry } from '../../../scripts/bench/journal.ts';
import { PEERS } from '../../../scripts/bench/peers.ts';
import { merged, type Results } from '../../../scripts/bench/results.ts';
import { medianOf, summarise } from '../../../scripts/bench/summary.ts';
import { run, session } from './entries.ts';

const ORDER = { cases: CASES.map(({ name }) => name), peers: PEERS.map(({ name }) => name) };
const results = (...entries: readonly Entry[]): Results => summarise(entries, CASES, PEERS);

describe('a journal', () => {
  test('is read up to the line that an interruption cut off', () => {
    const text = `${JSON.stringify(session('1'))}\n${JSON.stringify(run('ptb-40', 'pathmtu', 300))}\n{"type":"ru`;
    expect(readEntries(text)).toEqual([session('1'), run('ptb-40', 'pathmtu', 300)]);
    expect(readEntries('')).toEqual([]);
  });

  test('goes on in its file, and one that begins there keeps what was', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pathmtu-bench-'));
    try {
      const path = join(folder, 'runs.jsonl');
      expect(Journal.resume(path)).toBeNull();
      Journal.begin(path).add(session('1'));
      appendFileSync(path, '{"type":"ru');
      Journal.resume(path)?.add(session('2'));
      expect(Journal.resume(path)?.entries).toEqual([session('1'), session('2')]);
      expect(Journal.begin(path).entries).toEqual([]);
      expect(Journal.resume(`${path}.previous`)?.entries).toEqual([session('1'), session('2')]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('is summed up by case and program', () => {
    const { cases } = results(
      session('1', [{ caseName: 'ptb-40', peer: 'ike-scan', reason: 'there is no IKE gateway' }]),
      { type: 'overhead', caseName: 'ptb-40', durationMs: 7 },
      run('ptb-40', 'pathmtu', 300),
      run('ptb-40', 'tracepath', 90, { mtu: 1500, worth: 'wrong' }),
      run('ptb-40', 'pathmtu', 400),
      run('ptb-40', 'pathmtu', 310),
    );
    expect(cases.map(({ name, overheadMs }) => [name, overheadMs])).toEqual([['ptb-40', 7]]);
    expect(cases[0]?.rows).toMatchObject([
      {
        peer: 'pathmtu',
        count: 3,
        medianMs: 310,
        counts: { right: 3, wrong: 0 },
        answers: [{ text: '1400', count: 3 }],
      },
      { peer: 'tracepath', count: 1, counts: { right: 0, wrong: 1 } },
      { peer: 'ike-scan', count: 0, exclusion: 'there is no IKE gateway' },
    ]);
  });

  test('that was gone on with names all sessions in which a program ran', () => {
    const { cases, sessions } = results(
      session('1'),
      run('ptb-40', 'pathmtu', 300),
      session('2'),
      run('ptb-40', 'pathmtu', 310),
    );
    expect(sessions.map(({ startedAt }) => startedAt)).toEqual(['1', '2']);
    expect(cases[0]?.rows[0]?.sessions).toEqual(['1', '2']);
  });
});

describe('results of a part', () => {
  const whole = results(
    session('1'),
    run('ptb-40', 'pathmtu', 300),
    run('ptb-40', 'tracepath', 90),
    run('silent-40', 'pathmtu', 400),
  );

  test('take the place of what they measured, and of nothing else', () => {
    const both = merged(whole, results(session('2'), run('ptb-40', 'pathmtu', 200)), ORDER);
    const rows = both.cases.flatMap(({ name, rows: all }) =>
      all.map(({ peer, medianMs, sessions }) => [name, peer, medianMs, ...sessions]),
    );
    expect(rows).toEqual([
      ['ptb-40', 'pathmtu', 200, '2'],
      ['ptb-40', 'tracepath', 90, '1'],
      ['silent-40', 'pathmtu', 400, '1'],
    ]);
    expect(both.sessions.map(({ startedAt }) => startedAt)).toEqual(['1', '2']);
  });

  test('stand in the order of the cases, whichever came first', () => {
    const later = merged(whole, results(session('2'), run('ptb-0', 'pathmtu', 200)), ORDER);
    expect(later.cases.map(({ name }) => name)).toEqual(['ptb-0', 'ptb-40', 'silent-40']);
  });

  test('that replace all of a session end its being named', () => {
    const second = results(
      session('2'),
      run('ptb-40', 'pathmtu', 1),
      run('ptb-40', 'tracepath', 1),
      run('silent-40', 'pathmtu', 1),
    );
    expect(merged(whole, second, ORDER)).toEqual(second);
    expect(merged(null, second, ORDER)).toEqual(second);
  });
});

test('the canary counts the pings that took what the link says', () => {
  expect(readCanary([40.1, 40.3, 40.2, 43].map(pingLine).join(''))).toEqual({
    nominalMs: 40,
    pings: 4,
    medianMs: 40.2,
    p99Ms: 43,
    withinTwoMsPercent: 75,
  });
  expect(readCanary('')).toBeNull();
});

test('a median is between the two in the middle', () => {
  expect(medianOf([3, 1, 2])).toBe(2);
  expect(medianOf([4, 1, 2, 3])).toBe(2.5);
  expect(medianOf([])).toBeNull();
});

function pingLine(ms: number): string {
  return `64 bytes from 10.0.2.2: icmp_seq=1 ttl=63 time=${ms} ms\n`;
}
