import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { exitCodeOfResult } from '../../src/cli/exit-code.ts';
import { figuresOf } from '../../src/health/perfdata.ts';
import { atLeast, type Range } from '../../src/health/range.ts';
import { judge, worstStatus, type Limits } from '../../src/health/verdict.ts';
import type { Result } from '../../src/results/result.ts';
import { anyResult } from '../report/any-result.ts';
import { bounded, healthy, silent, unreachable } from '../report/results.ts';

const none: Limits = { critical: null, warning: null };
const plainHealthy = { ...healthy, ikeAuth: null };
const plainSilent = { ...silent, ikeAuth: null };
const plainBounded = { ...bounded, ikeAuth: null, error: null };
const boundedWithFragments: Result = {
  ...bounded,
  error: null,
  ikeAuth: bounded.ikeAuth === null ? null : { ...bounded.ikeAuth, verdict: 'ip-fragments-delivered' },
};
const unanswered: Result = {
  ...silent,
  ike: {
    answers: true,
    port: 500,
    natT: null,
    nat: null,
    responder: null,
    fragmentationSupported: null,
    negotiation: 'unanswered',
    refusal: null,
    cookieRequired: false,
    algorithms: null,
    certificateAuthorities: null,
  },
};
const within = (from: number, to: number): Range => ({ from, to, alertsInside: true });

describe('the verdict', () => {
  test.each([
    { name: 'an exact MTU', result: plainHealthy, limits: none, status: 'OK', texts: [] },
    { name: 'an MTU that is enough', result: plainHealthy, limits: require(1500), status: 'OK', texts: [] },
    {
      name: 'an MTU below what is required',
      result: plainSilent,
      limits: require(1500),
      status: 'CRITICAL',
      texts: ['path MTU 1400 < 1500'],
    },
    {
      name: 'an MTU below what is worth a warning',
      result: plainSilent,
      limits: { critical: atLeast(1280), warning: atLeast(1500) },
      status: 'WARNING',
      texts: ['path MTU 1400 < 1500'],
    },
    {
      name: 'an MTU below both',
      result: plainSilent,
      limits: { critical: atLeast(1450), warning: atLeast(1500) },
      status: 'CRITICAL',
      texts: ['path MTU 1400 < 1450'],
    },
    {
      name: 'an MTU in an alert range',
      result: plainSilent,
      limits: { critical: null, warning: within(1300, 1400) },
      status: 'WARNING',
      texts: ['path MTU 1400 within 1300:1400'],
    },
    {
      name: 'bounds that are enough',
      result: plainBounded,
      limits: require(1392),
      status: 'OK',
      texts: [],
    },
    {
      name: 'bounds that are not enough',
      result: plainBounded,
      limits: require(1412),
      status: 'CRITICAL',
      texts: ['path MTU from 1392 to 1411 < 1412'],
    },
    {
      name: 'bounds that leave it open',
      result: plainBounded,
      limits: require(1400),
      status: 'UNKNOWN',
      texts: ['path MTU from 1392 to 1411, 1400: wanted'],
    },
    {
      name: 'bounds, and no limits',
      result: plainBounded,
      limits: none,
      status: 'UNKNOWN',
      texts: ['path MTU from 1392 to 1411, not exact'],
    },
    { name: 'silence', result: unreachable, limits: require(1500), status: 'UNKNOWN', texts: ['no answer'] },
    {
      name: 'an IKE_AUTH in IP fragments',
      result: silent,
      limits: none,
      status: 'WARNING',
      texts: ['IKE_AUTH of 3200 bytes needs 3 IP fragments; not known whether those arrive'],
    },
    {
      name: 'an IKE_AUTH, where the gateway did not say what it offers',
      result: unanswered,
      limits: none,
      status: 'WARNING',
      texts: [
        'IKE_AUTH of 3200 bytes needs 3 IP fragments; not known whether those arrive, unless the gateway takes IKE fragments, which it did not say',
      ],
    },
    {
      name: 'an IKE_AUTH that may fit, where fragments arrive',
      result: boundedWithFragments,
      limits: none,
      status: 'WARNING',
      texts: ['IKE_AUTH of 1360 bytes may need IP fragments, which arrive today'],
    },
    {
      name: 'what was cut short, but is proven to be too small',
      result: bounded,
      limits: require(1500),
      status: 'CRITICAL',
      texts: [
        'path MTU from 1392 to 1411 < 1500',
        'not known whether the IKE_AUTH of 1360 bytes fits',
        'the measurement was interrupted',
      ],
    },
  ])('on $name is $status', ({ result, limits, status, texts }) => {
    const verdict = judge(result, limits);
    expect(verdict.status).toBe(status);
    expect(verdict.problems.map(({ text }) => text)).toEqual(texts);
  });

  test('remarks a black hole and the hop before it', () => {
    const result = { ...plainSilent, bottleneck: { hop: 3, address: null } };
    expect(judge(result, none).remarks).toEqual(['black hole after hop 3']);
    expect(judge(plainSilent, none).remarks).toEqual(['black hole']);
  });

  test('without limits is what measure exits with', () => {
    const exitCodes = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 };
    fc.assert(
      fc.property(anyResult, (result) => {
        // Silence is UNKNOWN even where an IKE_AUTH is in question, and so is what was cut short unless it is proven.
        fc.pre(result.status !== 'unreachable' && result.error === null);
        expect(exitCodes[judge(result, none).status]).toBe(exitCodeOfResult(result));
      }),
    );
  });

  test('has a problem for every status but OK, the gravest first', () => {
    fc.assert(
      fc.property(anyResult, fc.nat({ max: 2000 }), fc.nat({ max: 2000 }), (result, critical, warning) => {
        const { status, problems } = judge(result, {
          critical: atLeast(critical),
          warning: atLeast(warning),
        });
        expect(status).toBe(worstStatus(problems.map((problem) => problem.status)));
        expect(problems[0]?.status ?? 'OK').toBe(status);
      }),
    );
  });
});

describe('the figures', () => {
  test('are MTU, round-trip time and loss of the method nearest to IKE', () => {
    expect(figuresOf(healthy, require(1400)).map(({ value, unit }) => [value, unit])).toEqual([
      [1500, 'B'],
      [0.0408, 's'],
      [5.6, '%'],
    ]);
  });

  test('of silence are there, without values', () => {
    expect(figuresOf(unreachable, none).map(({ value }) => value)).toEqual([null, null, null]);
  });
});

function require(bytes: number): Limits {
  return { critical: atLeast(bytes), warning: null };
}
