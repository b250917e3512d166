import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { HistoryRecord } from '../../src/health/record.ts';
import { ASCII_SIGNS, UNICODE_SIGNS } from '../../src/report/changes.ts';
import { byPath, history } from '../../src/report/history.ts';
import { historyJson } from '../../src/report/history-json.ts';
import { sparkline } from '../../src/report/sparkline.ts';

const layout = { columns: 80, color: false };
const least = (values: readonly number[]): number => Math.min(...values);

describe('a sparkline', () => {
  test('goes from the lowest block to the highest', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 80, least, UNICODE_SIGNS.blocks)).toBe('▁▂▃▄▅▆▇█');
  });

  test('has a gap where nothing is known, and is flat where nothing differs', () => {
    expect(sparkline([5, null, 5], 80, least, UNICODE_SIGNS.blocks)).toBe('▁ ▁');
  });

  test('shows of several values in a column the one that matters', () => {
    const values = Array.from({ length: 100 }, (_, index) => (index === 57 ? 1400 : 1500));
    expect(sparkline(values, 10, least, ASCII_SIGNS.blocks)).toBe('#####_####');
  });

  test('is never wider than asked for, whatever the values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ noNaN: true }))),
        fc.integer({ min: 1, max: 50 }),
        (values, columns) => {
          const line = sparkline(values, columns, least, UNICODE_SIGNS.blocks);
          expect(line).toHaveLength(Math.min(values.length, columns));
        },
      ),
    );
  });
});

describe('the history', () => {
  const records = [record(0, 1500), record(1, 1500), record(2, 1400, 1500), record(3, null), record(4, 1400)];

  test('shows curves and changes, path by path', () => {
    const text = history(
      byPath([...records, { ...record(0, 1492), gateway: 'lyon' }]),
      layout,
      UNICODE_SIGNS,
    );
    expect(text).toBe(`paris (paris.example.net, IPv4)
  5 checks from 2026-03-01 00:00 to 2026-03-01 01:00 UTC: 4 OK, 1 UNKNOWN
  MTU   ██▁ ▁  1400 to 1500, last 1400
  Loss  ▁▁▁ ▁  0 %, last 0 %
  RTT   ▁▃▅ █  40 ms to 44 ms, last 44 ms
  2026-03-01 00:30  MTU 1500 → 1400

lyon (paris.example.net, IPv4)
  1 check from 2026-03-01 00:00 to 2026-03-01 00:00 UTC: 1 OK
  MTU   ▁  1492, last 1492
  Loss  ▁  0 %, last 0 %
  RTT   ▁  40 ms, last 40 ms
  No changes.
`);
  });

  test('is ASCII where that is asked for', () => {
    expect(history(byPath(records), layout, ASCII_SIGNS)).toMatch(/^[\n -~]+$/);
  });

  test('fits the columns, however long it is', () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      record(index, index % 2 === 0 ? 1500 : 1400, index % 2 === 0 ? 1400 : 1500),
    );
    const lines = history(byPath(many), layout, UNICODE_SIGNS).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.length).toBeLessThan(70);
  });

  test('is a document with all records for a program', () => {
    expect(JSON.parse(historyJson(byPath(records), 2, UNICODE_SIGNS))).toEqual({
      schemaVersion: 1,
      gateways: [
        {
          gateway: 'paris',
          host: 'paris.example.net',
          family: 4,
          changes: [{ at: records[2]?.at, ...records[2]?.changes[0], message: 'MTU 1500 → 1400' }],
          records,
        },
      ],
      damagedLines: 2,
    });
  });
});

/** A quarter of an hour after the one before; null: not known. */
function record(index: number, mtu: number | null, before: number | null = null): HistoryRecord {
  const bounds = mtu === null ? null : { from: mtu, to: mtu };
  return {
    at: new Date(Date.UTC(2026, 2, 1) + index * 900_000).toISOString(),
    gateway: 'paris',
    host: 'paris.example.net',
    address: '192.0.2.1',
    family: 4,
    status: mtu === null ? 'UNKNOWN' : 'OK',
    mtu: bounds,
    blackHole: false,
    fragments: null,
    ikeFragmentation: null,
    ikeAuth: null,
    rttMs: mtu === null ? null : 40 + index,
    lossRate: mtu === null ? null : 0,
    changes:
      before === null || bounds === null
        ? []
        : [{ fact: 'mtu', from: { from: before, to: before }, to: bounds }],
    error: null,
  };
}
