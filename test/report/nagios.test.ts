import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { CheckAnswer, CheckedGateway } from '../../src/health/answer.ts';
import type { News } from '../../src/health/memory.ts';
import { figuresOf } from '../../src/health/perfdata.ts';
import { atLeast, parseRange, type Range } from '../../src/health/range.ts';
import { judge, worstStatus, type Limits } from '../../src/health/verdict.ts';
import { ASCII_SIGNS, UNICODE_SIGNS } from '../../src/report/changes.ts';
import { checkJson } from '../../src/report/check-json.ts';
import { nagios, nagiosError } from '../../src/report/nagios.ts';
import type { Result } from '../../src/results/result.ts';
import { anyResult } from './any-result.ts';
import { readPluginOutput } from './monitoring-plugin.ts';
import { healthy, silent, unreachable } from './results.ts';

const limits: Limits = { critical: atLeast(1500), warning: atLeast(1280) };
const paris = { ...silent, ikeAuth: null, findings: [], bottleneck: { hop: 3, address: null } };
const lyon = { ...healthy, ikeAuth: null };
const quiet: News = { changes: [], unconfirmed: [], standing: [], flapping: null };
const change = { fact: 'mtu', from: { from: 1500, to: 1500 }, to: { from: 1400, to: 1400 } } as const;

describe('the first line', () => {
  test('is service, status, what is wrong first, and figures', () => {
    expect(firstLine([gateway('paris', paris, limits)])).toBe(
      'PATHMTU CRITICAL - paris: path MTU 1400 < 1500, black hole after hop 3 | ' +
        'paris_mtu=1400B;1280:;1500:;0;65535 paris_rtt=0.0408s;;;0 paris_loss=5.6%;;;0;100',
    );
  });

  test('of a gateway that is well says so', () => {
    expect(firstLine([gateway('lyon', lyon, limits)])).toMatch(/^PATHMTU OK - lyon: path MTU 1500 \| /);
  });

  test('of several has the gravest first, and counts the others', () => {
    const line = firstLine([
      gateway('lyon', lyon, limits),
      gateway('lille', lyon, limits),
      gateway('brest', { ...unreachable, ikeAuth: null }, limits),
      gateway('paris', paris, limits),
    ]);
    expect(line).toMatch(
      /^PATHMTU CRITICAL - paris: path MTU 1400 < 1500, black hole after hop 3; brest: no answer; 2 others OK, path MTU 1500 \| /,
    );
  });

  test('tells a change once as such', () => {
    const news = {
      ...quiet,
      changes: [change, { fact: 'ikeFragmentation', from: true, to: false }] as const,
    };
    expect(firstLine([gateway('lyon', lyon, limits, news)])).toContain(
      'lyon: path MTU 1500, changed: MTU 1500 → 1400, gateway stopped offering IKE fragmentation | ',
    );
  });

  test('tells since when it is so, as long as it is for the worse', () => {
    const since = '2026-03-01T02:17:45.123Z';
    const worse = { ...quiet, standing: [{ ...change, since }] };
    expect(firstLine([gateway('paris', paris, limits, worse)])).toContain(
      'MTU 1500 → 1400 since 2026-03-01 02:17 UTC | ',
    );
    const better = { ...quiet, standing: [{ ...change, from: change.to, to: change.from, since }] };
    expect(firstLine([gateway('paris', paris, limits, better)])).not.toContain('since');
    expect(nagios(answer([gateway('paris', paris, limits, better)]), ASCII_SIGNS)).toContain(
      '  MTU 1400 -> 1500 since 2026-03-01 02:17 UTC\n',
    );
  });

  test('says that a gateway is flapping, even if it is well now', () => {
    const news = { ...quiet, flapping: { restless: 5, checks: 20 } };
    expect(firstLine([gateway('lyon', lyon, limits, news)])).toContain(
      'lyon: path MTU 1500, flapping: unsettled in 5 of the last 20 checks | ',
    );
  });

  test('stays short for a thousand gateways; their figures follow the long output', () => {
    const all = Array.from({ length: 1000 }, (_, index) => gateway(`gateway ${index}`, paris, limits));
    const output = nagios(answer(all), UNICODE_SIGNS);
    expect(output.split('\n')[0]?.length).toBeLessThan(1024);
    expect(readPluginOutput(output).perfdata).toHaveLength(3000);
    expect(readPluginOutput(output).text).toMatch(/; 995 more with problems$/);
  });
});

describe('labels', () => {
  test.each([
    ['vpn.example.net', 'vpn.example.net_mtu'],
    ['two words', "'two words_mtu'"],
    ["l'hôtel", "'l''hôtel_mtu'"],
    ['a=b|c', 'a_b/c_mtu'],
    // `::` would mean a nested plugin to Icinga.
    ['2001:db8::1', '2001:db8__1_mtu'],
  ])('%s is written %s', (name, label) => {
    expect(firstLine([gateway(name, lyon, limits)])).toContain(` | ${label}=1500B`);
  });

  test('are never there twice', () => {
    const { perfdata } = read([gateway('a=b', lyon, limits), gateway('a_b', lyon, limits)]);
    expect(perfdata.map(({ label }) => label)).toEqual(expect.arrayContaining(['a_b_mtu', 'a_b_mtu_2']));
  });
});

describe('the long output', () => {
  test('has what is wrong with the state at its end', () => {
    const state = { directory: '/s', isRemembered: false, warnings: ['--state "/s": the disk is full'] };
    const output = nagios({ ...answer([gateway('lyon', lyon, limits)]), state }, UNICODE_SIGNS);
    expect(readPluginOutput(output).longText.at(-1)).toBe('Warning: --state "/s": the disk is full');
  });

  test('says that a second measurement was made and did not confirm, without making a change of it', () => {
    const news = { ...quiet, unconfirmed: [{ ...change, because: 'disagrees' as const }] };
    const output = nagios(answer([gateway('lyon', lyon, limits, news)]), UNICODE_SIGNS);
    expect(output).toContain('measured twice');
    expect(output).not.toMatch(/changed|1400/);
  });
});

describe('whatever is measured, under whatever name', () => {
  const anyLimit: fc.Arbitrary<Range | null> = fc.option(
    fc.constantFrom('1400:', '~:1500', '@1400:1450', '1000:1500', '9000').map((text) => {
      const parsed = parseRange(text);
      return parsed.type === 'range' ? parsed.range : atLeast(0);
    }),
  );
  const anyGateway = fc
    .record({
      name: fc.string({ minLength: 1, unit: 'grapheme', maxLength: 40 }),
      result: anyResult,
      critical: anyLimit,
      warning: anyLimit,
    })
    .map(({ name, result, critical, warning }) => gateway(name, result, { critical, warning }));

  test('the output obeys the grammar, and the status is the worst of all', () => {
    fc.assert(
      fc.property(fc.array(anyGateway, { minLength: 1, maxLength: 8 }), (gateways) => {
        const output = read(gateways);
        expect(output.status).toBe(worstStatus(gateways.map(({ verdict }) => verdict.status)));
        expect(output.perfdata.map(({ value }) => value)).toEqual(
          gateways.flatMap(({ figures }) => figures.map(({ value }) => value)),
        );
      }),
    );
  });

  test('an error obeys it too', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (message) => {
        expect(readPluginOutput(nagiosError(`it ${message} failed`)).status).toBe('UNKNOWN');
      }),
    );
  });
});

test('the document has the results as they are, and the verdicts in the same order', () => {
  const document: unknown = JSON.parse(
    checkJson(answer([gateway('paris', paris, limits), gateway('lyon', lyon, limits)]), 2, UNICODE_SIGNS),
  );
  expect(document).toMatchObject({
    schemaVersion: 1,
    results: [paris, lyon],
    check: {
      status: 'CRITICAL',
      exitCode: 2,
      summary: expect.stringMatching(/^PATHMTU CRITICAL - paris: /),
      gateways: [
        { name: 'paris', status: 'CRITICAL', limits: { requireMtu: '1500:', warnBelow: '1280:' } },
        { name: 'lyon', status: 'OK', problems: [] },
      ],
      state: null,
    },
  });
});

function gateway(name: string, result: Result, of: Limits, news: News | null = null): CheckedGateway {
  const identity = { name, host: result.target.input, family: result.target.family };
  return { identity, limits: of, result, verdict: judge(result, of), figures: figuresOf(result, of), news };
}

function answer(gateways: readonly CheckedGateway[]): CheckAnswer {
  return { status: worstStatus(gateways.map(({ verdict }) => verdict.status)), gateways, state: null };
}

function firstLine(gateways: readonly CheckedGateway[]): string {
  return nagios(answer(gateways), UNICODE_SIGNS).split('\n')[0] ?? '';
}

function read(gateways: readonly CheckedGateway[]): ReturnType<typeof readPluginOutput> {
  return readPluginOutput(nagios(answer(gateways), UNICODE_SIGNS));
}
