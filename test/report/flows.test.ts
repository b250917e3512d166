import { describe, expect, test } from '@jest/globals';
import { flowLines, flowsSentence } from '../../src/report/flows.ts';
import { table } from '../../src/report/table.ts';
import { verboseLine } from '../../src/report/verbose.ts';
import { advance, render, start } from '../../src/report/live.ts';
import type { FlowResult, FlowsResult } from '../../src/results/result.ts';
import { healthy } from './results.ts';

function flow(sourcePort: number, pathMtu: number | null): FlowResult {
  return {
    sourcePort,
    echoIdentifier: null,
    flowLabel: null,
    status: pathMtu === null ? 'unreachable' : 'exact',
    pathMtu,
    bounds: { fits: pathMtu, fails: null },
    blackHole: null,
    probes: { sent: 5, answered: 3, lost: 0, bytes: 4437 },
    reason: null,
  };
}

const DIFFERENT: FlowsResult = {
  count: 4,
  method: 'udp',
  pathMtus: [
    { pathMtu: 1500, flows: 1 },
    { pathMtu: 1400, flows: 2 },
  ],
  undetermined: 1,
  smallestPathMtu: 1400,
  flows: [flow(40_001, 1400), flow(40_002, 1500), flow(40_003, null), flow(40_004, 1400)],
};

describe('flows in a report', () => {
  test('are told in a sentence where they differ', () => {
    expect(flowsSentence(DIFFERENT)).toBe(
      'Flows differ: of 4 flows 1 has 1500 bytes, 2 have 1400; count on 1400',
    );
    expect(flowsSentence({ ...DIFFERENT, pathMtus: [{ pathMtu: 1500, flows: 4 }] })).toBeNull();
  });

  test('have a row per path MTU, the largest first, with their source ports', () => {
    expect(flowLines(DIFFERENT, 80)).toEqual([
      'FLOWS    PATH MTU  UDP SOURCE PORTS',
      '    1        1500  40002',
      '    2        1400  40001 40004',
      '    1           -  40003',
    ]);
  });

  test('are not known where there is no method for them', () => {
    const unknown = { ...DIFFERENT, method: null, flows: [] };
    expect(flowLines(unknown, 80)[1]).toBe('    4   not known');
  });

  test('stand in the table, and their probes are counted', () => {
    const text = table({ ...healthy, flows: DIFFERENT }, { columns: 80, color: false });
    expect(text).toContain('Flows differ: of 4 flows');
    expect(text).toContain('    2        1400  40001 40004\n');
    // 22 and 9 of the methods, 5 each of three further flows.
    expect(text).toContain('46 packets');
    expect(table(healthy, { columns: 80, color: false })).not.toContain('FLOWS');
  });
});

describe('an event of a further flow', () => {
  const about = {
    atMs: 1,
    method: 'udp',
    port: 33_434,
    number: 1,
    sizeBytes: 1500,
    isControl: false,
  } as const;

  test('says in verbose lines whose it is', () => {
    expect(verboseLine({ type: 'lost', ...about, flow: 3 })).toContain('udp 33434 flow 3');
    expect(verboseLine({ type: 'lost', ...about })).not.toContain('flow');
  });

  test('has a mark of its own in the live line, and does not touch the estimate', () => {
    const events = [
      { type: 'sent', ...about },
      { type: 'sent', ...about, flow: 2 },
      { type: 'lost', ...about, flow: 2 },
      { type: 'estimate', atMs: 2, method: 'udp', fits: 1500, fails: null },
      { type: 'estimate', atMs: 2, method: 'udp', fits: 1400, fails: 1401, flow: 2 },
    ] as const;
    let live = start('host');
    for (const event of events) live = advance(live, event);
    expect(render(live, 80)).toBe('host  path MTU >= 1500      U*');
  });
});
