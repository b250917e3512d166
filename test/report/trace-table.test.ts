import { describe, expect, test } from '@jest/globals';
import { traceTable } from '../../src/report/trace-table.ts';
import type { TraceResult } from '../../src/results/trace-result.ts';
import { hopOf, traced, unreachableTrace } from './traces.ts';

const plain = (trace: TraceResult, columns: number | null = null): string[] =>
  traceTable(trace, { columns, color: false }).split('\n');

describe('the table of a trace', () => {
  test('has the answer first, then a row per hop with what is to be said of it', () => {
    expect(plain(traced).slice(0, 9)).toEqual([
      expect.stringMatching(/^Path MTU to .*: 1400 bytes, exact$/),
      '',
      'HOP  ADDRESS      RTT ms         MTU',
      '  1  203.0.113.1    10.1        1500  says that its next link carries 1492',
      '  2  203.0.113.2    20.3        1492  also 203.0.113.9; larger than 1400 vanish',
      '                                      between here and hop 4',
      '  3  *                 -  1400..1492  no answer',
      '  4  192.0.2.1      40.5        1400  target',
      '',
    ]);
  });

  test('says where the bottleneck is', () => {
    const text = plain(traced).join(' ');
    expect(text).toContain(
      'Bottleneck: between hop 2 (203.0.113.2) and hop 4; larger packets vanish there without a word: a black hole.',
    );
  });

  test('says of a router that speaks that it does', () => {
    const [first] = traced.narrowings;
    const spoken = {
      ...traced,
      pathMtu: 1492,
      blackHole: false,
      narrowings: first === undefined ? [] : [first],
    };
    expect(plain(spoken)).toContain('Bottleneck: behind hop 1 (203.0.113.1), which says so.');
  });

  test('says when nothing on the way is narrower than the interface', () => {
    const wide: TraceResult = {
      ...traced,
      pathMtu: 1500,
      blackHole: false,
      narrowings: [],
      hops: [hopOf(1)],
    };
    expect(plain(wide)).toContain("No link on the way is narrower than this host's own.");
  });

  test('says that the target does not answer, and how far anybody does', () => {
    const text = plain(unreachableTrace).join(' ');
    expect(text).toContain('Path MTU to');
    expect(text).toContain('Nobody answers beyond hop 2. The target answers nothing.');
    expect(text).not.toContain('Bottleneck');
  });

  test('names a router that is known by its PTB alone', () => {
    const unseen = hopOf(1, { address: null, rttMs: null, mtu: null, bounds: { fits: 1400, fails: null } });
    const [said] = traced.narrowings;
    const lines = plain({ ...traced, hops: [unseen], narrowings: said === undefined ? [] : [said] });
    expect(lines).toContain(
      '  1  *             -  1400..1500  no answer; 203.0.113.1 says that its next link',
    );
  });

  test('says who refuses, at the row of that router and below', () => {
    const refusal = { hop: 3, address: '203.0.113.2', reason: 'administratively prohibited' };
    const lines = plain({ ...unreachableTrace, refusal });
    expect(lines).toContain('  2  203.0.113.2    20.3  1500  refuses: administratively prohibited');
    expect(lines.join(' ')).toContain(
      '203.0.113.2 refuses to pass the packets on: administratively prohibited.',
    );
  });

  test('has remarks below the rows where a terminal is too narrow for them beside', () => {
    const lines = plain(traced, 50);
    expect(lines).toContain('     says that its next link carries 1492');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(50);
  });

  test('never lets a name from the network drive the terminal', () => {
    const refusal = { hop: 1, address: '203.0.113.1', reason: 'no\u001B[2Jway' };
    expect(traceTable({ ...traced, refusal }, { columns: 80, color: false })).not.toContain('\u001B');
  });
});
