import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Result } from '../../src/results/result.ts';
import { table } from '../../src/report/table.ts';
import { anyResult } from './any-result.ts';
import { bounded, healthy, silent, unreachable } from './results.ts';

const PIPE = { columns: null, color: false };
const ESCAPE = '\u001B';

describe('the table of a result', () => {
  test('answers first, then says what the answer rests on', () => {
    expect(table(healthy, PIPE)).toBe(`\
HEALTHY`);
  });

  test('names a black hole and lists the IP fragments of an IKE_AUTH that does not fit', () => {
    expect(table(silent, PIPE)).toBe(`\
SILENT`);
  });

  test('of a host that never answered does not say what the path MTU is', () => {
    expect(table(unreachable, PIPE)).toBe(`\
UNREACHABLE`);
  });

  test('of a measurement that was cut short gives the bounds', () => {
    expect(table(bounded, PIPE)).toBe(`\
BOUNDED`);
  });

  test.each([
    { bounds: { fits: 1392, fails: null }, says: 'at least 1392 bytes; how much more is not known' },
    { bounds: { fits: null, fails: 1412 }, says: 'less than 1412 bytes; how much less is not known' },
    { bounds: { fits: null, fails: null }, says: 'not determined' },
  ])('says "$says" when that is all that is proven', ({ bounds, says }) => {
    expect(firstLine(table({ ...bounded, bounds }, PIPE))).toBe(`Path MTU to 2001:db8::1: ${says}`);
  });

  test('says of an undetermined path that the host answers', () => {
    const text = table({ ...bounded, status: 'undetermined', bounds: { fits: null, fails: null } }, PIPE);
    expect(text).toContain(
      'Path MTU to 2001:db8::1: not determined. The host answers, but where the limit\nlies could not be told\n',
    );
  });

  test('never gives the local MTU as the path MTU of a host that did not answer', () => {
    const mentions = table(unreachable, PIPE)
      .split('\n')
      .filter((line) => line.includes('1500'));
    expect(mentions).toEqual(
      [
        "  Interface MTU  1500 bytes (this machine's own, not the path's)",
        '  Why            The packet of 3232 bytes does not fit, the outgoing interface',
      ].slice(0, mentions.length),
    );
  });

  test.each([
    { verdict: 'ike-fragmented', says: 'goes through in 3 IKE fragments' },
    { verdict: 'ip-fragments-delivered', says: 'needs 3 IP fragments; they arrive today' },
    {
      verdict: 'ip-fragments-dropped',
      says: 'will be lost. It needs 3 IP fragments, and fragments are dropped on\nthe way',
    },
  ] as const)('puts the verdict $verdict in words', ({ verdict, says }) => {
    const ikeAuth = silent.ikeAuth && { ...silent.ikeAuth, verdict, ikeFragments: [1280, 1280, 700] };
    const text = table({ ...silent, ikeAuth }, PIPE);
    expect(text).toContain(`IKE_AUTH of 3200 bytes: ${says}\n`);
    expect(text).toContain('  IKE fragments  1280 + 1280 + 700 (IKE messages, in bytes)\n');
  });

  test('has colour only when asked', () => {
    expect(table(silent, { columns: 80, color: false })).not.toContain(ESCAPE);
    expect(table(silent, { columns: 80, color: true })).toContain(ESCAPE);
  });

  test('says the same in colour as without', () => {
    const codes = new RegExp(`${ESCAPE}\\[\\d+m`, 'g');
    expect(table(silent, { columns: 80, color: true }).replaceAll(codes, '')).toBe(table(silent, PIPE));
  });

  test('does not let a name drive the terminal', () => {
    const target = { ...silent.target, name: `evil${ESCAPE}[2Jname` };
    expect(firstLine(table({ ...silent, target }, PIPE))).toContain('evil?[2Jname (192.0.2.1)');
  });

  test('is never wider than 80 columns in a pipe or an 80-column terminal, whatever the result', () => {
    fc.assert(
      fc.property(anyResult, (result: Result) => {
        expect(longestLine(table(result, PIPE))).toBeLessThanOrEqual(80);
        expect(table(result, { columns: 80, color: false })).toBe(table(result, PIPE));
      }),
    );
  });

  test('never claims a path MTU that the result does not have', () => {
    fc.assert(
      fc.property(anyResult, (result: Result) => {
        const claims = table(result, PIPE).replaceAll(/\s+/g, ' ').includes('bytes, exact');
        expect(claims).toBe(result.status === 'exact');
      }),
    );
  });
});

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

function longestLine(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}
