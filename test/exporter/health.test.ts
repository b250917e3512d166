import { describe, expect, test } from '@jest/globals';
import { healthOf, type Health } from '../../src/exporter/health.ts';
import type { IkeAuthResult, IkeAuthVerdict, Result } from '../../src/results/result.ts';
import { bounded, healthy, silent, unreachable } from '../report/results.ts';

const plain: Result = { ...healthy, ikeAuth: null };
const low: Result = { ...silent, ikeAuth: null };
const between: Result = { ...bounded, ikeAuth: null, error: null };

function asked(verdict: IkeAuthVerdict, result: Result = plain): Result {
  return { ...result, ikeAuth: { ...(healthy.ikeAuth as IkeAuthResult), verdict } };
}

const CASES: readonly {
  what: string;
  result: Result;
  requireMtu?: number;
  warnBelow?: number;
  is: Health;
}[] = [
  { what: 'an exact path MTU', result: plain, is: 'ok' },
  { what: 'one that is enough', result: low, requireMtu: 1400, warnBelow: 1400, is: 'ok' },
  { what: 'one below what is required', result: low, requireMtu: 1401, is: 'critical' },
  { what: 'one below the warning', result: low, requireMtu: 1300, warnBelow: 1500, is: 'warning' },
  { what: 'one below both', result: low, requireMtu: 1500, warnBelow: 1500, is: 'critical' },
  { what: 'no answer', result: { ...unreachable, ikeAuth: null }, is: 'unknown' },
  { what: 'an error', result: { ...plain, error: { code: 'no-route', message: 'x' } }, is: 'unknown' },
  { what: '1392 to 1411', result: between, is: 'unknown' },
  { what: '1392 to 1411 where 1412 is required', result: between, requireMtu: 1412, is: 'critical' },
  { what: '1392 to 1411 where 1400 is required', result: between, requireMtu: 1400, is: 'unknown' },
  { what: 'an IKE_AUTH that fits', result: asked('fits'), is: 'ok' },
  { what: 'an IKE_AUTH that fits, within bounds', result: asked('fits', between), is: 'ok' },
  {
    what: 'an IKE_AUTH that fits, within bounds, where more is required',
    result: asked('fits', between),
    requireMtu: 1400,
    is: 'unknown',
  },
  { what: 'an IKE_AUTH in IKE fragments', result: asked('ike-fragmented'), is: 'ok' },
  { what: 'an IKE_AUTH in IP fragments', result: asked('ip-fragments-delivered'), is: 'warning' },
  { what: 'an IKE_AUTH in IP fragments, untested', result: asked('ip-fragments-unknown'), is: 'warning' },
  { what: 'an IKE_AUTH that is lost', result: asked('ip-fragments-dropped'), is: 'critical' },
];

describe('the health of a gateway', () => {
  test.each(CASES)('is $is with $what', ({ result, requireMtu = null, warnBelow = null, is }) => {
    expect(healthOf(result, { requireMtu, warnBelow })).toBe(is);
  });
});
