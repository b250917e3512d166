import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { CASES } from '../../../scripts/bench/cases.ts';
import { claimsAbout } from '../../../scripts/bench/claims.ts';
import { longForm, readmeWith, readResults } from '../../../scripts/bench/files.ts';
import type { Entry } from '../../../scripts/bench/journal.ts';
import { PEERS } from '../../../scripts/bench/peers.ts';
import { withFigures } from '../../../scripts/bench/readme.ts';
import { markdown } from '../../../scripts/bench/report.ts';
import { summarise } from '../../../scripts/bench/summary.ts';
import { run, session } from './entries.ts';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));
const README = 'Above.\n\n<!-- bench:start -->\n\nwhat was\n\n<!-- bench:end -->\n\nBelow.\n';

const ENTRIES: readonly Entry[] = [
  session('2026-01-02T03:04:05.000Z', [
    { caseName: 'silent-40', peer: 'ike-scan', reason: 'there is no IKE gateway' },
  ]),
  {
    type: 'phase',
    lane: 'many',
    startedAt: '2026-01-02T03:04:05.000Z',
    endedAt: '2026-01-02T03:05:35.000Z',
    atOnce: 48,
    load: { before: 0.1, after: 2.5 },
    canary: { nominalMs: 40, pings: 180, medianMs: 40.4, p99Ms: 40.6, withinTwoMsPercent: 100 },
  },
  run('silent-40', 'pathmtu', 400),
  run('silent-40', 'tracepath', 87_000, { mtu: 1500, worth: 'wrong' }),
  run('silent-40', 'traceroute --mtu', 150_000, { mtu: null, worth: 'none', isKilled: true }),
  run('loss-5-ptb', 'pathmtu', 900),
  run('loss-5-ptb', 'traceroute --mtu', 60_000, { mtu: null, worth: 'none', isKilled: true }),
];
const RESULTS = summarise(ENTRIES, CASES, PEERS);

describe('the figures in the README', () => {
  const text = withFigures(README, RESULTS);

  test('stand between the markers, and nothing else changes', () => {
    expect(text).toMatch(/^Above\.\n\n<!-- bench:start -->\n[^]*\n<!-- bench:end -->\n\nBelow\.\n$/);
    expect(text).not.toContain('what was\n');
    expect(withFigures(text, RESULTS)).toBe(text);
  });

  test('are a cell for each program in each timed case, with what is wrong in bold', () => {
    expect(text).toContain(
      '| Silent black hole, RTT 40 ms (`silent-40`) | 1 of 1<br>0.400 s<br>5 packets<br>7300 bytes ' +
        '| 0 of 1, 1 **wrong**<br>87.0 s (218 ×)<br>5 packets<br>7300 bytes ' +
        '| 0 of 1, 1 none<br>> 150 s (375 ×)<br>5 packets<br>7300 bytes | – |',
    );
  });

  test('name a machine once, with the times at which it was begun', () => {
    const twice = [
      session('2026-01-02T03:04:05.000Z'),
      run('ptb-40', 'pathmtu', 300),
      session('2026-01-02T05:00:00.000Z'),
      run('ptb-40', 'pathmtu', 300),
    ];
    expect(withFigures(README, summarise(twice, CASES, PEERS))).toContain(
      'Measured 2026-01-02 03:04 and 2026-01-02 05:00 UTC, commit abc1234, Node 20.0.0',
    );
  });

  test('are without times where runs are counted, and say what was killed', () => {
    expect(text).toContain('(`loss-5-ptb`) | 1 of 1 | 0 of 1, 1 none<br>1 killed after 60 s |');
  });

  test('say why something was not measured, once', () => {
    expect(text).toContain('– not measured (ike-scan: there is no IKE gateway).');
  });

  test('say so when there are none', () => {
    expect(withFigures(README, null)).toContain('No results have been recorded yet.');
  });

  test('need their place', () => {
    expect(() => withFigures('# README\n', RESULTS)).toThrow('<!-- bench:start -->');
  });

  test('of this checkout are those that the script makes of bench/results.json', async () => {
    const recorded = readResults(`${checkout}bench`);
    expect(readFileSync(`${checkout}README.md`, 'utf8')).toBe(await readmeWith(checkout, recorded));
  });
});

describe('bench/RESULTS.md', () => {
  test('says where, when and beside what it was measured', () => {
    const text = markdown(RESULTS);
    expect(text).toContain('- 2026-01-02 03:04 UTC, commit abc1234, Node 20.0.0, Linux 6.1.0, 2 × CPU');
    expect(text).toContain(
      '48 at a time: 1.5 minutes, load average 0.1 before, 2.5 at the end; a ping across',
    );
    expect(text).toContain('| traceroute --mtu ∥ | killed after 150 s | 0 of 1, 1 none | > 150 s |');
  });

  test('of this checkout is what the script makes of bench/results.json', async () => {
    const recorded = readResults(`${checkout}bench`);
    const path = `${checkout}bench/RESULTS.md`;
    const text = existsSync(path) ? readFileSync(path, 'utf8') : null;
    expect(text).toBe(recorded === null ? null : await longForm(checkout, recorded));
  });
});

describe('a claim', () => {
  const right = run('loss-5-ptb', 'pathmtu', 900);
  const none = run('loss-5-ptb', 'pathmtu', 900, { mtu: null, worth: 'none' });
  const wrong = run('loss-5-ptb', 'pathmtu', 900, { mtu: 1500, worth: 'wrong' });

  test.each([
    [times(100, right), true],
    [[...times(97, right), ...times(3, none)], true],
    [[...times(96, right), ...times(4, none)], false],
    [[...times(99, right), wrong], false],
    [times(99, right), null],
    [[right, wrong], false],
    [[], null],
  ])('about loss needs a hundred runs, and one wrong answer refutes it', (entries, holds) => {
    expect(found(entries, 'loss-5-ptb')?.holds).toBe(holds);
  });

  test('about a ratio needs both programs', () => {
    const ours = run('ptb-40', 'pathmtu', 120);
    expect(found([ours, run('ptb-40', 'tracepath', 80)], 'ptb-40: right')).toMatchObject({
      found: '1.50 ×',
      holds: true,
    });
    expect(found([ours, run('ptb-40', 'tracepath', 79)], 'ptb-40: right')).toMatchObject({
      found: '1.52 ×',
      holds: false,
    });
    expect(found([ours], 'ptb-40: right')?.holds).toBeNull();
  });

  test('about the IKE gateway fails when another program is right too', () => {
    const ours = run('ike-only', 'pathmtu', 500);
    expect(
      found([ours, run('ike-only', 'tracepath', 87_000, { mtu: null, worth: 'none' })], 'ike-only'),
    ).toMatchObject({ found: 'pathmtu', holds: true });
    expect(found([ours, run('ike-only', 'tracepath', 87_000)], 'ike-only')?.holds).toBe(false);
  });
});

function found(entries: readonly Entry[], text: string) {
  const results = summarise([session('1'), ...entries], CASES, PEERS);
  return claimsAbout(results).find((claim) => claim.text.startsWith(text));
}

function times(count: number, entry: Entry): Entry[] {
  return Array.from({ length: count }, () => entry);
}
