import type { TracedHop, TraceResult } from '../../src/results/trace-result.ts';
import { silent, unreachable } from './results.ts';

/** A hop that answers, and to which packets of 1500 get. */
export function hopOf(hop: number, changes: Partial<TracedHop> = {}): TracedHop {
  return {
    hop,
    address: `203.0.113.${hop}`,
    otherAddresses: [],
    rttMs: hop * 10.125,
    mtu: 1500,
    bounds: { fits: 1500, fails: null },
    isTarget: false,
    probes: { sent: 2, answered: 2 },
    ...changes,
  };
}

const CARRIES_1400 = { mtu: 1400, bounds: { fits: 1400, fails: 1401 } } as const;

/** Behind hop 1 a bottleneck that says so, behind hop 2 a black hole, then a silent hop. */
export const traced: TraceResult = {
  ...commonOf(silent),
  status: 'exact',
  pathMtu: 1400,
  bounds: { fits: 1400, fails: 1401 },
  blackHole: true,
  bottleneck: { hop: 2, address: '203.0.113.2' },
  localMtu: 1500,
  findings: [],
  hopMethod: { method: 'icmp', port: null },
  targetHop: 4,
  hops: [
    hopOf(1),
    hopOf(2, { mtu: 1492, bounds: { fits: 1492, fails: 1493 }, otherAddresses: ['203.0.113.9'] }),
    hopOf(3, {
      address: null,
      rttMs: null,
      mtu: null,
      bounds: { fits: 1400, fails: 1493 },
      probes: { sent: 4, answered: 0 },
    }),
    hopOf(4, { address: '192.0.2.1', isTarget: true, ...CARRIES_1400 }),
  ],
  narrowings: [
    { hop: 1, address: '203.0.113.1', nextHop: 2, mtu: 1492, by: 'ptb' },
    { hop: 2, address: '203.0.113.2', nextHop: 4, mtu: 1400, by: 'silence' },
  ],
  refusal: null,
};

export const unreachableTrace: TraceResult = {
  ...commonOf(unreachable),
  hopMethod: { method: 'icmp', port: null },
  targetHop: null,
  hops: [hopOf(1), hopOf(2)],
  narrowings: [],
  refusal: null,
};

function commonOf(result: typeof silent) {
  const { ranges: _ranges, fragments: _fragments, ike: _ike, ikeAuth: _ikeAuth, ...common } = result;
  return common;
}
