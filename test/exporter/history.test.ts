import { describe, expect, test } from '@jest/globals';
import { History } from '../../src/exporter/history.ts';
import { plainGateway } from '../../src/gateways/plain.ts';
import { healthy, silent } from '../report/results.ts';
import { BERLIN, PARIS } from './fakes.ts';

const PLACE = { module: 'default', isInFile: true } as const;

describe('the history', () => {
  test('keeps the last result and what was before, by gateway and module', () => {
    const history = new History();
    history.add(healthy, { gateway: PARIS, ...PLACE });
    history.add(silent, { gateway: PARIS, ...PLACE });
    history.add(healthy, { gateway: PARIS, module: 'icmp', isInFile: true });
    expect(history.of('paris')).toMatchObject([
      {
        module: 'default',
        last: silent,
        verdict: { status: 'CRITICAL', problems: [{ text: 'path MTU 1400 < 1500' }, { status: 'WARNING' }] },
        points: [{ pathMtu: 1500, atMs: Date.UTC(2026, 2, 1, 2, 17, 45, 123) }, { pathMtu: 1400 }],
      },
      { module: 'icmp', points: [{ pathMtu: 1500 }] },
    ]);
    expect(history.of('berlin')).toEqual([]);
  });

  test('has an end: points of one target', () => {
    const history = new History();
    for (let count = 0; count < 1000; count++) history.add(healthy, { gateway: PARIS, ...PLACE });
    expect(history.of('paris')[0]?.points).toHaveLength(288);
  });

  test('has an end: targets, and those of the file stay', () => {
    const history = new History();
    history.add(healthy, { gateway: PARIS, ...PLACE });
    for (let count = 0; count < 2000; count++) {
      history.add(healthy, { gateway: plainGateway(`10.0.0.${count}`), module: 'default', isInFile: false });
    }
    expect(history.of('paris')).toHaveLength(1);
    expect(history.others).toHaveLength(499);
    expect(history.others[0]?.gateway.name).toBe('10.0.0.1999');
  });

  test('forgets gateways that are not in the file any more', () => {
    const history = new History();
    history.add(healthy, { gateway: PARIS, ...PLACE });
    history.add(healthy, { gateway: BERLIN, ...PLACE });
    history.keep([BERLIN]);
    expect(history.of('paris')).toEqual([]);
    expect(history.of('berlin')).toHaveLength(1);
  });
});
