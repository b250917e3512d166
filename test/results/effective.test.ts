import { describe, expect, test } from '@jest/globals';
import { effectivePathMtu } from '../../src/results/effective.ts';
import type { MethodName, MethodResult } from '../../src/results/result.ts';

function method(name: MethodName, changes: Partial<MethodResult>): MethodResult {
  return {
    method: name,
    port: null,
    status: 'unreachable',
    pathMtu: null,
    bounds: { fits: null, fails: null },
    blackHole: null,
    probes: { sent: 10, answered: 5, lost: 5, bytes: 10_000 },
    rounds: 2,
    rttMs: null,
    lossRate: null,
    reason: null,
    ...changes,
  };
}

function exact(name: MethodName, pathMtu: number, blackHole = false): MethodResult {
  return method(name, { status: 'exact', pathMtu, bounds: { fits: pathMtu, fails: pathMtu + 1 }, blackHole });
}

function bounded(name: MethodName, fits: number, fails: number | null): MethodResult {
  return method(name, { status: 'bounded', bounds: { fits, fails } });
}

describe('the effective path MTU', () => {
  test('is that of the method nearest to IKE: ike, then udp, then icmp', () => {
    expect(effectivePathMtu([exact('icmp', 1400), exact('udp', 1450), exact('ike', 1438)]).pathMtu).toBe(
      1438,
    );
    expect(effectivePathMtu([exact('icmp', 1400), exact('udp', 1450)]).pathMtu).toBe(1450);
    expect(effectivePathMtu([exact('icmp', 1400)]).pathMtu).toBe(1400);
  });

  test('does not depend on the order in which the methods are given', () => {
    expect(effectivePathMtu([exact('udp', 1450), exact('icmp', 1400)]).pathMtu).toBe(1450);
  });

  test('is not asked of a method that nobody answered', () => {
    expect(effectivePathMtu([exact('icmp', 1400), method('udp', {}), method('ike', {})])).toMatchObject({
      status: 'exact',
      pathMtu: 1400,
      method: { method: 'icmp' },
    });
  });

  test('may come from a further method when it lies within the bounds of the nearer ones', () => {
    expect(effectivePathMtu([exact('icmp', 1400, true), bounded('udp', 1380, 1420)])).toMatchObject({
      status: 'exact',
      pathMtu: 1400,
      blackHole: true,
      bounds: { fits: 1400, fails: 1401 },
      method: { method: 'icmp' },
    });
    expect(effectivePathMtu([exact('icmp', 1400), bounded('udp', 68, null)]).pathMtu).toBe(1400);
  });

  test('does not come from a further method where a nearer one suspects a smaller border', () => {
    const methods = [exact('icmp', 1500), bounded('udp', 1400, null)];
    expect(effectivePathMtu(methods, new Map([['udp', 1401]])).pathMtu).toBeNull();
    expect(effectivePathMtu(methods, new Map([['udp', 1401]])).bounds).toEqual({ fits: 1400, fails: null });
    expect(effectivePathMtu(methods, new Map([['udp', 1501]])).pathMtu).toBe(1500);
  });

  test.each([
    ['above', bounded('udp', 1300, 1400)],
    ['below', bounded('udp', 1401, null)],
  ])('stays bounded where the further method lies %s the bounds of the nearer one', (_, nearer) => {
    expect(effectivePathMtu([exact('icmp', 1400), nearer])).toMatchObject({
      status: 'bounded',
      pathMtu: null,
      blackHole: null,
      bounds: nearer.bounds,
      method: { method: 'udp' },
    });
  });

  test('must lie within the bounds of every nearer method', () => {
    const methods = [exact('icmp', 1400), bounded('udp', 1380, 1420), bounded('ike', 1410, null)];
    expect(effectivePathMtu(methods)).toMatchObject({ status: 'bounded', method: { method: 'ike' } });
  });

  test('is never averaged: two bounded methods give the bounds of the nearer one', () => {
    expect(effectivePathMtu([bounded('icmp', 1400, 1410), bounded('udp', 1300, 1500)]).bounds).toEqual({
      fits: 1300,
      fails: 1500,
    });
  });

  test('is not known where nobody answered', () => {
    expect(
      effectivePathMtu([method('icmp', {}), method('udp', { bounds: { fits: null, fails: 296 } })]),
    ).toEqual({
      status: 'unreachable',
      pathMtu: null,
      bounds: { fits: null, fails: null },
      blackHole: null,
      method: null,
    });
    expect(effectivePathMtu([]).status).toBe('unreachable');
  });
});
