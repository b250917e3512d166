import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Memory } from '../../src/health/memory.ts';
import type { HistoryRecord } from '../../src/health/record.ts';
import { HISTORY_BYTES, OLD_FILES } from '../../src/state/history-file.ts';
import { historyIn, peekAtMemories, updateState, type Updated } from '../../src/state/state-directory.ts';
import { parseState } from '../../src/state/state-file.ts';

const AT = '2026-03-01T02:17:45.123Z';

let folder = '';
let state = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pathmtu-state-'));
  state = join(folder, 'state');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a state directory', () => {
  test('is made when it is not there, and remembers', async () => {
    expect(await add('paris')).toEqual({ answer: [], isRemembered: true, warnings: [] });
    expect(await add('lyon')).toEqual({ answer: ['paris'], isRemembered: true, warnings: [] });
    expect(await peekAtMemories(state)).toEqual([memory('paris'), memory('lyon')]);
    expect((await historyIn(state)).records).toEqual([record('paris'), record('lyon')]);
  });

  test('holds nothing else afterwards: no lock, nothing half-written', async () => {
    await add('paris');
    expect(readdirSync(state).toSorted()).toEqual(['history.jsonl', 'state.json']);
  });

  test('loses nothing to checks that overlap', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `gateway ${index}`);
    const updates = await Promise.all(names.map((name) => add(name)));
    expect(updates.flatMap(({ warnings }) => warnings)).toEqual([]);
    const remembered = (await peekAtMemories(state)).map(({ name }) => name);
    expect(remembered.toSorted()).toEqual(names.toSorted());
    expect((await historyIn(state)).records).toHaveLength(20);
  });

  test('is cleared of what a killed process left', async () => {
    await add('paris');
    writeFileSync(join(state, 'state.json.4711-aabbccdd.tmp'), '{"half');
    writeFileSync(join(state, 'lock'), lockOf({ pid: 2 ** 22 - 1 }));
    expect(await add('lyon')).toMatchObject({ answer: ['paris'], isRemembered: true, warnings: [] });
    expect(readdirSync(state).toSorted()).toEqual(['history.jsonl', 'state.json']);
  });
});

describe('a damaged state file', () => {
  test.each(['', 'no json', '{"version":1', '[]', '{"version":1,"gateways":[{}]}', '\0\0\0'])(
    '%j is set aside, whole, and said',
    async (text) => {
      mkdirSync(state);
      writeFileSync(join(state, 'state.json'), text);
      const { answer, isRemembered, warnings } = await add('paris');
      expect({ answer, isRemembered }).toEqual({ answer: [], isRemembered: true });
      expect(warnings).toEqual([
        expect.stringMatching(/^--state ".*": its state\.json is damaged \(.+\) .*set aside as/),
      ]);
      expect(readFileSync(join(state, 'state.json.damaged-20260301T021745123Z'), 'utf8')).toBe(text);
      expect(await add('lyon')).toMatchObject({ answer: ['paris'], warnings: [] });
    },
  );

  test('leaves at most ten behind', async () => {
    mkdirSync(state);
    for (let minute = 10; minute < 30; minute += 1) {
      writeFileSync(join(state, 'state.json'), `damaged ${minute}`);
      // oxlint-disable-next-line no-await-in-loop
      await add('paris', `2026-03-01T02:${minute}:00.000Z`);
    }
    const aside = readdirSync(state).filter((name) => name.includes('damaged'));
    expect(aside).toHaveLength(10);
    expect(aside.toSorted().at(-1)).toContain('T0229');
  });

  test('of a later version is no damage, and stays as it is', async () => {
    mkdirSync(state);
    writeFileSync(join(state, 'state.json'), '{"version":2,"paths":[]}');
    expect(await add('paris')).toMatchObject({
      isRemembered: false,
      warnings: [expect.stringContaining('later pathmtu (version 2)')],
    });
    expect(readFileSync(join(state, 'state.json'), 'utf8')).toBe('{"version":2,"paths":[]}');
  });

  test('is told from a good one for whatever text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(['read', 'damaged', 'too-new']).toContain(parseState(text).type);
      }),
    );
  });
});

describe('the lock', () => {
  test('of a living process is waited for, and then said', async () => {
    mkdirSync(state);
    writeFileSync(join(state, 'lock'), lockOf({ pid: 1 }));
    const { isRemembered, warnings } = await add('paris');
    expect(isRemembered).toBe(false);
    expect(warnings).toEqual([expect.stringContaining(`process 1 has been using it since ${AT}`)]);
    expect(readdirSync(state)).toEqual(['lock']);
  });

  test.each([
    { name: 'a process that is gone', text: lockOf({ pid: 2 ** 22 - 1 }) },
    { name: 'a pid that is another process by now', text: lockOf({ pid: process.pid, startedTicks: 1 }) },
    {
      name: 'another host, hours ago',
      text: lockOf({ pid: 1, host: 'elsewhere', at: '2026-03-01T00:00:00.000Z' }),
    },
    { name: 'nobody who could be named', text: 'rubbish' },
  ])('of $name is broken', async ({ text }) => {
    mkdirSync(state);
    writeFileSync(join(state, 'lock'), text);
    expect(await add('paris')).toMatchObject({ isRemembered: true, warnings: [] });
  });

  test('of another host, just now, is not', async () => {
    mkdirSync(state);
    writeFileSync(join(state, 'lock'), lockOf({ pid: 1, host: 'elsewhere' }));
    expect(await add('paris')).toMatchObject({ isRemembered: false });
  });
});

describe('a directory that cannot be used', () => {
  test('is a file: one line, and the answer stands', async () => {
    writeFileSync(state, 'a file');
    expect(await add('paris')).toEqual({
      answer: [],
      isRemembered: false,
      warnings: [
        `--state ${JSON.stringify(state)}: it is no directory: give another path; this check is not remembered`,
      ],
    });
  });

  test('holds a folder where a file should be: one line', async () => {
    mkdirSync(join(state, 'history.jsonl'), { recursive: true });
    const { isRemembered, warnings } = await add('paris');
    expect(isRemembered).toBe(false);
    expect(warnings).toHaveLength(1);
  });

  test('has no history to show', async () => {
    await expect(historyIn(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('the history', () => {
  test('leaves out lines that are no records, counts them, and goes on behind a torn one', async () => {
    await add('paris');
    writeFileSync(join(state, 'history.jsonl'), `${JSON.stringify(record('paris'))}\nrubbish\n{"at":"20`);
    await add('lyon');
    const { records, damagedLines } = await historyIn(state);
    expect(records.map(({ gateway }) => gateway)).toEqual(['paris', 'lyon']);
    expect(damagedLines).toBe(2);
  });

  test('is bounded: files are set back, and the oldest is dropped', async () => {
    await add('first');
    const padding = `${JSON.stringify(record('old'))}\n`;
    for (let round = 0; round <= OLD_FILES + 1; round += 1) {
      writeFileSync(
        join(state, 'history.jsonl'),
        padding.repeat(Math.ceil(HISTORY_BYTES / padding.length) - 1),
      );
      // oxlint-disable-next-line no-await-in-loop
      await add(`round ${round}`);
      // oxlint-disable-next-line no-await-in-loop
      await add(`round ${round}, again`);
    }
    const files = readdirSync(state).filter((name) => name.startsWith('history'));
    expect(files.toSorted()).toEqual(['history.jsonl', ...[1, 2, 3, 4].map((age) => `history.jsonl.${age}`)]);
    expect((await historyIn(state)).records.at(-1)?.gateway).toBe(`round ${OLD_FILES + 1}, again`);
  });
});

/** Adds a memory and a record; the answer is what was there before. */
function add(name: string, at = AT): Promise<Updated<string[]>> {
  return updateState(state, { waitMs: name.startsWith('gateway') ? 10_000 : 60, at }, (memories) => ({
    memories: [...memories, memory(name)],
    records: [record(name)],
    answer: memories.map((known) => known.name),
  }));
}

function lockOf(holder: object): string {
  return JSON.stringify({ startedTicks: null, host: hostname(), at: AT, token: 'x', ...holder });
}

function memory(name: string): Memory {
  return {
    name,
    host: `${name}.example.net`,
    family: 4,
    checkedAt: AT,
    facts: { mtu: { value: { from: 1500, to: 1500 }, since: AT, before: null } },
    unrest: '0',
    isFlapping: false,
  };
}

function record(gateway: string): HistoryRecord {
  return {
    at: AT,
    gateway,
    host: `${gateway}.example.net`,
    address: '192.0.2.1',
    family: 4,
    status: 'OK',
    mtu: { from: 1500, to: 1500 },
    blackHole: false,
    fragments: 'delivered',
    ikeFragmentation: true,
    ikeAuth: 'fits',
    rttMs: 40.1,
    lossRate: 0,
    changes: [{ fact: 'mtu', from: { from: 1400, to: 1400 }, to: { from: 1500, to: 1500 } }],
    error: null,
  };
}
