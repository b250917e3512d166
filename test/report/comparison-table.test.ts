import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { comparisonTable } from '../../src/report/comparison-table.ts';
import { anyResult } from './any-result.ts';
import { comparisonOf, mixed, named } from './comparisons.ts';
import { healthy } from './results.ts';

const PIPE = { columns: null, color: false };
const ESCAPE = '\u001B';

describe('the table of a comparison', () => {
  test('has a row per gateway in ranking order, then which to use, and says which failed and why', () => {
    expect(comparisonTable(mixed, PIPE)).toBe(`\
#  GATEWAY                 MTU  HOLE  IP FR  IKE FR  IKE_AUTH  RTT ms  LOSS
1  paris                  1500  no    -      -       fits        40.1   0 %
   192.0.2.1
2  lyon                   1400  YES   -      -       ?           40.1   0 %
   192.0.2.1
3  lille            1392..1411  ?     -      -       ?           40.1   0 %
   2001:db8::1
-  nice                      -  -     -      -       -              -     -
   192.0.2.1
   nothing answered, at any size
-  nowhere.invalid           -  -     -      -       -              -     -
   not measured: no address found for "nowhere.invalid" (ENOTFOUND); check the
   spelling

MTU: path MTU, whole IP packets in bytes. HOLE: larger packets vanish without a
word. IP FR: IP fragments arrive. IKE FR: the gateway offers IKEv2 fragmentation
(RFC 7383).
IKE_AUTH: it fits one packet, goes in IKE frag(ments) or IP frag(ments), or is
LOST.

Use paris: the IKE_AUTH of 1400 bytes fits in one packet, path MTU 1500 bytes,
no black hole; to lyon the IKE_AUTH of 3200 bytes needs IP fragments, of which
it is not known whether they arrive.
`);
  });

  test('has a column of addresses where there is room, and none of IKE_AUTH where that was not asked about', () => {
    const results = ['paris', 'lyon'].map((name) => named(healthy, name, { ikeAuth: null }));
    const [heading, first] = comparisonTable(comparisonOf(...results), PIPE).split('\n');
    expect([heading, first]).toEqual([
      '#  GATEWAY  ADDRESS     MTU  HOLE  IP FR  IKE FR  RTT ms  LOSS',
      '1  paris    192.0.2.1  1500  no    -      -         40.1   0 %',
    ]);
  });

  test('does not say an address twice', () => {
    const result = { ...healthy, target: { input: '192.0.2.1', address: '192.0.2.1', family: 4 as const } };
    expect(comparisonTable(comparisonOf(result), PIPE).match(/192\.0\.2\.1/g)).toHaveLength(2);
    expect(comparisonTable(comparisonOf(result), PIPE)).not.toContain('ADDRESS');
  });

  test('cuts names that would make it too wide', () => {
    const text = comparisonTable(comparisonOf(named(healthy, 'x'.repeat(200))), PIPE);
    const [heading, row] = text.split('\n');
    expect(heading).toHaveLength(80);
    expect(row).toMatch(/^1 {2}x+~ +1500 /);
  });

  test('keeps its columns apart with ten gateways and more', () => {
    const results = Array.from({ length: 11 }, (_, index) => named(healthy, `gateway-${index + 1}`));
    const lines = comparisonTable(comparisonOf(...results), PIPE).split('\n');
    expect(lines.filter((line) => /^ ?\d+ {2}gateway/.test(line))).toHaveLength(11);
  });

  test('has colours only where they are wanted', () => {
    expect(comparisonTable(mixed, { columns: 80, color: true })).toContain(ESCAPE);
    expect(comparisonTable(mixed, { columns: 80, color: false })).not.toContain(ESCAPE);
  });

  test('is no wider than the terminal, from 76 columns on, and drives it with nothing but colours', () => {
    const width = fc.integer({ min: 76, max: 200 });
    fc.assert(
      fc.property(fc.array(anyResult, { minLength: 1, maxLength: 5 }), width, (results, columns) => {
        const lines = comparisonTable(comparisonOf(...results), { columns, color: false }).split('\n');
        expect(lines.filter((line) => line.length > columns)).toEqual([]);
        expect(lines.join('')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
