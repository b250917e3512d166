import { describe, expect, test } from '@jest/globals';
import { assembleTrace } from '../../src/results/assemble-trace.ts';
import type { TraceResult } from '../../src/results/trace-result.ts';
import type { PathSpec } from '../sim/path.ts';
import { link, pathOf } from '../sim/named-paths.ts';
import { simulateTrace } from '../sim/simulate-trace.ts';

const SILENT = { ptb: 'silent' } as const;

function resultOf(spec: PathSpec, options?: Parameters<typeof simulateTrace>[2]): TraceResult {
  const { trace, durationMs } = simulateTrace(spec, 1, options);
  return assembleTrace(trace, {
    version: '0.0.0',
    target: { input: 'host', address: '198.51.100.7', family: spec.family },
    startedAt: new Date(0),
    durationMs,
    localMtu: spec.links[0]?.mtu ?? null,
    isAborted: false,
  });
}

const codes = ({ findings }: TraceResult): string[] => findings.map(({ code }) => code);

describe('the document of a trace', () => {
  test('has a row per hop, and where and how the path becomes narrower', () => {
    const result = resultOf(pathOf([1500, 1450, 1500, link(1380, SILENT)]));
    expect(result.hops).toMatchObject([
      { hop: 1, address: '203.0.113.1', mtu: 1500, rttMs: 10, isTarget: false },
      { hop: 2, address: '203.0.113.2', mtu: 1450, bounds: { fits: 1450, fails: 1451 } },
      { hop: 3, address: '203.0.113.3', mtu: 1450 },
      { hop: 4, address: '198.51.100.7', mtu: 1380, isTarget: true },
    ]);
    expect(result.narrowings).toEqual([
      { hop: 1, address: '203.0.113.1', nextHop: 2, mtu: 1450, by: 'ptb' },
      { hop: 3, address: '203.0.113.3', nextHop: 4, mtu: 1380, by: 'silence' },
    ]);
    expect(result).toMatchObject({
      status: 'exact',
      pathMtu: 1380,
      targetHop: 4,
      hopMethod: { method: 'icmp', port: null },
      refusal: null,
    });
  });

  test('gives the place of a black hole to bottleneck and findings, as a measurement does', () => {
    const result = resultOf(pathOf([1500, 1500, link(1400, SILENT), 1500]));
    expect(result).toMatchObject({ blackHole: true, bottleneck: { hop: 2, address: '203.0.113.2' } });
    expect(result.findings.find(({ code }) => code === 'black-hole')?.message).toContain(
      'after hop 2 (203.0.113.2)',
    );
  });

  test('brackets a black hole between the hops that answer', () => {
    const unseen = link(1400, { timeExceeded: 'silent' });
    const result = resultOf(pathOf([1500, 1500, link(1400, SILENT), unseen, 1500]));
    expect(result.narrowings).toEqual([
      { hop: 2, address: '203.0.113.2', nextHop: 4, mtu: 1400, by: 'silence' },
    ]);
    expect(result.hops[2]).toMatchObject({ address: null, rttMs: null, mtu: null, bounds: { fits: 1400 } });
    expect(result.findings.find(({ code }) => code === 'black-hole')?.message).toContain(
      'between hop 2 and hop 4',
    );
  });

  test('counts a router that says so as none, though its limit silenced it towards the measurement', () => {
    const limited = { errors: { perSecond: 1, burst: 6 } };
    const result = resultOf(pathOf([1500, link(1500, limited), link(1400, limited), 1500]));
    expect(result).toMatchObject({ blackHole: false, bottleneck: { hop: 2, address: '203.0.113.2' } });
    expect(codes(result)).not.toContain('black-hole');
  });

  test('has no narrowing where there is none, and none behind the last hop that answers', () => {
    expect(resultOf(pathOf([1500, 1500])).narrowings).toEqual([]);
    const unanswered = resultOf(pathOf([1500, 1400, link(1300, { loss: 1 })]));
    expect(unanswered).toMatchObject({ status: 'unreachable', pathMtu: null, targetHop: null });
    expect(unanswered.narrowings).toMatchObject([{ hop: 1, mtu: 1400 }]);
    expect(unanswered.bottleneck).toBeNull();
  });

  test('says of a target beyond the hops that may be asked that its distance is not known', () => {
    const result = resultOf(pathOf([1500, 1500, 1500, link(1400, SILENT), 1500]), { maxHops: 2 });
    expect(result).toMatchObject({ status: 'exact', pathMtu: 1400, targetHop: null });
    expect(result.hops.map(({ mtu }) => mtu)).toEqual([1500, 1500]);
    expect(result.narrowings).toEqual([
      { hop: 2, address: '203.0.113.2', nextHop: null, mtu: 1400, by: 'silence' },
    ]);
  });
});
