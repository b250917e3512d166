import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { comparisonCsv } from '../../src/report/comparison-csv.ts';
import { comparisonHtml } from '../../src/report/comparison-html.ts';
import { comparisonJson } from '../../src/report/comparison-json.ts';
import { comparisonMarkdown } from '../../src/report/comparison-markdown.ts';
import { compare } from '../../src/results/comparison.ts';
import { anyResult } from './any-result.ts';
import { comparisonOf, mixed, named } from './comparisons.ts';
import { healthy } from './results.ts';

const HOSTILE = '=cmd|"/c calc"!A1,\r\n<script>alert(1)</script> | `x` [a](b)';
const hostile = comparisonOf(named(healthy, HOSTILE));

describe('JSON', () => {
  test('has the results in ranking order, and what they come to', () => {
    const document: unknown = JSON.parse([...comparisonJson(mixed)].join(''));
    expect(document).toMatchObject({
      schemaVersion: 1,
      results: ['paris', 'lyon', 'lille', 'nice', 'nowhere.invalid'].map((name) => ({
        schemaVersion: 1,
        target: { name },
      })),
      comparison: {
        ranking: [
          { name: 'paris', rank: 1, grade: 'works' },
          { name: 'lyon', rank: 2, grade: 'at-risk' },
          { name: 'lille', rank: 3, grade: 'unknown' },
          { name: 'nice', rank: null, grade: 'silent' },
          { name: 'nowhere.invalid', rank: null, grade: 'unmeasured' },
        ],
        recommendation: { use: 'paris' },
        differences: [],
      },
    });
  });

  test.each([
    ['several results', mixed],
    ['hostile names', hostile],
    ['none', compare([])],
  ])('of %s is what JSON.stringify makes of the whole, in pieces', (_what, comparison) => {
    const text = [...comparisonJson(comparison)].join('');
    expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
  });
});

describe('CSV', () => {
  test('has a heading and a record per gateway, in CRLF lines', () => {
    const lines = comparisonCsv(mixed).split('\r\n');
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(/^rank,gateway,host,address,family,grade,status,path_mtu,/);
    expect(lines[1]).toBe(
      '1,paris,paris,192.0.2.1,4,works,exact,1500,1500,,false,untested,,,1400,fits,40.12,0,2026-03-01T02:17:45.123Z,,',
    );
    expect(lines[5]).toMatch(/^,nowhere\.invalid,.*,unresolved,"no address found for ""nowhere\.invalid"" /);
  });

  test('is no formula to a spreadsheet, and one record whatever a name holds', () => {
    const records = parse(comparisonCsv(hostile));
    expect(records).toHaveLength(2);
    expect(records[1]?.[1]).toBe(`'${HOSTILE}`);
  });

  test('has as many fields in every record, whatever was measured', () => {
    fc.assert(
      fc.property(fc.array(anyResult, { maxLength: 4 }), (results) => {
        const records = parse(comparisonCsv(comparisonOf(...results)));
        expect(records).toHaveLength(results.length + 1);
        expect(new Set(records.map((fields) => fields.length)).size).toBe(1);
      }),
    );
  });
});

describe('Markdown', () => {
  test('is a table, which to use, and which failed', () => {
    expect(comparisonMarkdown(mixed)).toBe(`\
| # | Gateway | Address | Path MTU | Black hole | IP fragments arrive | IKE fragmentation | IKE_AUTH | RTT ms | Loss |
| ---: | --- | --- | ---: | --- | --- | --- | --- | ---: | ---: |
| 1 | paris | 192.0.2.1 | 1500 | no | - | - | fits | 40.1 | 0 % |
| 2 | lyon | 192.0.2.1 | 1400 | YES | - | - | ? | 40.1 | 0 % |
| 3 | lille | 2001:db8::1 | 1392..1411 | ? | - | - | ? | 40.1 | 0 % |
| - | nice | 192.0.2.1 | - | - | - | - | - | - | - |
| - | nowhere.invalid |  | - | - | - | - | - | - | - |

**Use paris: the IKE\\_AUTH of 1400 bytes fits in one packet, path MTU 1500 bytes, no black hole; to lyon the IKE\\_AUTH of 3200 bytes needs IP fragments, of which it is not known whether they arrive.**

- **nice**: nothing answered, at any size
- **nowhere.invalid**: not measured: no address found for "nowhere.invalid" (ENOTFOUND); check the spelling
`);
  });

  test('keeps a name in its cell', () => {
    const row = comparisonMarkdown(hostile).split('\n')[2] ?? '';
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(11);
    expect(row).toContain('&lt;script>');
    expect(row).toContain(String.raw`\[a\](b)`);
  });
});

describe('HTML', () => {
  test('has every name as text', () => {
    const page = comparisonHtml(hostile);
    expect(page).not.toContain('<script');
    expect(page).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
  });

  test('names nothing on the network', () => {
    expect(comparisonHtml(mixed)).not.toMatch(/https?:|\/\/|@import|url\((?!#)/);
  });

  test('draws the sizes of each gateway, and the packets of each IKE_AUTH', () => {
    const page = comparisonHtml(mixed);
    expect(page.match(/aria-label="Packet sizes to /g)).toHaveLength(4);
    expect(page).toContain('aria-label="one packet that arrives, to paris"');
    expect(page).toContain('aria-label="3 IP fragments, not known whether they arrive, to lyon"');
  });

  test('is whole, and has no value that is none, whatever was measured', () => {
    fc.assert(
      fc.property(fc.array(anyResult, { minLength: 1, maxLength: 3 }), (results) => {
        const page = comparisonHtml(comparisonOf(...results));
        expect(page.match(/<(?:figure|section|table)/g)?.length).toBe(
          page.match(/<\/(?:figure|section|table)/g)?.length,
        );
        expect(page).not.toMatch(/="(?:undefined|null|NaN|-?Infinity)%?"/);
        expect(page).not.toMatch(/(?:width|height)="-/);
      }),
      { numRuns: 50 },
    );
  });
});

/** A reader of RFC 4180 that knows nothing of the writer. */
function parse(text: string): string[][] {
  const records: string[][] = [];
  let rest = text;
  let fields: string[] = [];
  while (rest !== '') {
    const [whole, quoted, plain = '', end] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest) ?? [];
    if (whole === undefined) throw new Error(`no CSV: ${rest}`);
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    rest = rest.slice(whole.length);
    if (end === '\r\n') {
      records.push(fields);
      fields = [];
    }
  }
  return records;
}
