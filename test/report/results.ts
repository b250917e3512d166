import { predictIkeAuth } from '../../src/ike/ike-auth.ts';
import type { MethodResult, Result } from '../../src/results/result.ts';

/** Results as a measurement gives them, for the reporters' tests. 192.0.2.0/24 is documentation space. */

const nothing: Result = {
  schemaVersion: 1,
  tool: { name: 'pathmtu', version: '0.1.0' },
  target: { input: 'vpn.example.net', address: '192.0.2.1', family: 4, name: 'vpn.example.net' },
  startedAt: '2026-03-01T02:17:45.123Z',
  durationMs: 212.4,
  localMtu: 1500,
  status: 'unreachable',
  pathMtu: null,
  bounds: { fits: null, fails: null },
  blackHole: null,
  bottleneck: null,
  methods: [],
  fragments: { status: 'untested', tests: [] },
  ike: null,
  ikeAuth: null,
  ranges: [],
  findings: [],
  error: null,
};

const icmp: MethodResult = {
  method: 'icmp',
  port: null,
  status: 'exact',
  pathMtu: 1500,
  bounds: { fits: 1500, fails: null },
  blackHole: false,
  probes: { sent: 22, answered: 22, lost: 0, bytes: 24_310 },
  rounds: 1,
  rttMs: { min: 39.9, median: 40.12, max: 44 },
  lossRate: 0,
  reason: null,
};

const udp: MethodResult = {
  ...icmp,
  method: 'udp',
  port: 33_434,
  probes: { sent: 9, answered: 4, lost: 5, bytes: 11_020 },
  rttMs: { min: 40.2, median: 40.8, max: 41 },
  lossRate: 0.056,
};

/** 1500 all the way, and an IKE_AUTH that fits. */
export const healthy: Result = {
  ...nothing,
  status: 'exact',
  pathMtu: 1500,
  bounds: { fits: 1500, fails: null },
  blackHole: false,
  methods: [icmp, udp],
  ikeAuth: predictIkeAuth({ sizeBytes: 1400, natT: true, family: 4, mtuBytes: 1500 }),
  ranges: [{ from: 0, to: 1472, verdict: 'in-range', unit: 'mss' }],
};

/** 1400 behind a silent router, and an IKE_AUTH of 3200 bytes. */
export const silent: Result = {
  ...nothing,
  durationMs: 1204,
  status: 'exact',
  pathMtu: 1400,
  bounds: { fits: 1400, fails: 1401 },
  blackHole: true,
  methods: [
    {
      ...icmp,
      pathMtu: 1400,
      bounds: { fits: 1400, fails: 1401 },
      blackHole: true,
      probes: { sent: 64, answered: 41, lost: 23, bytes: 80_123 },
      rounds: 4,
    },
    {
      ...udp,
      status: 'bounded',
      pathMtu: null,
      bounds: { fits: 1392, fails: 1412 },
      blackHole: true,
      reason: 'the host limits how many port unreachables it sends',
    },
  ],
  ikeAuth: predictIkeAuth({ sizeBytes: 3200, natT: true, family: 4, mtuBytes: 1400 }),
  ranges: [
    { from: 0, to: 1372, verdict: 'in-range', unit: 'mss' },
    { from: 1373, to: 1472, verdict: 'exceeded', unit: 'mss' },
  ],
  findings: [
    {
      code: 'rate-limited',
      severity: 'info',
      message: 'The host limits how many port unreachables it sends.',
      advice: null,
    },
    {
      code: 'black-hole',
      severity: 'warning',
      message: 'Packets above 1400 bytes vanish and no router reports it.',
      advice:
        'Let ICMP type 3 code 4 through at every router and firewall on the way, or set the MTU to 1400.',
    },
  ],
};

/** Nothing answered. */
export const unreachable: Result = {
  ...nothing,
  durationMs: 10_003,
  methods: [
    {
      ...icmp,
      status: 'unreachable',
      pathMtu: null,
      bounds: { fits: null, fails: null },
      blackHole: null,
      probes: { sent: 40, answered: 0, lost: 40, bytes: 31_000 },
      rounds: 6,
      rttMs: null,
      lossRate: null,
      reason: 'no probe of any size was answered',
    },
  ],
  ikeAuth: predictIkeAuth({ sizeBytes: 3200, natT: true, family: 4, mtuBytes: null, localMtuBytes: 1500 }),
  ranges: [{ from: 40, to: 1472, verdict: 'timeout', unit: 'mss' }],
  findings: [
    {
      code: 'no-answer',
      severity: 'critical',
      message: 'Nothing answered, by any method.',
      advice: 'Check the address, and whether the gateway answers echo or closed UDP ports at all.',
    },
  ],
};

/** Interrupted on the way, over IPv6, with the address as the input. */
export const bounded: Result = {
  ...nothing,
  target: { input: '2001:db8::1', address: '2001:db8::1', family: 6 },
  status: 'bounded',
  bounds: { fits: 1392, fails: 1412 },
  bottleneck: { hop: 3, address: '2001:db8:ffff::fe' },
  methods: [
    {
      ...icmp,
      status: 'bounded',
      pathMtu: null,
      bounds: { fits: 1392, fails: 1412 },
      blackHole: null,
      rounds: 2,
      reason: 'the deadline came first',
    },
  ],
  ikeAuth: predictIkeAuth({
    sizeBytes: 1360,
    natT: false,
    family: 6,
    mtuBytes: null,
    bounds: { fits: 1392, fails: 1412 },
  }),
  ranges: [
    { from: 0, to: 1344, verdict: 'in-range', unit: 'mss' },
    { from: 1345, to: 1363, verdict: 'timeout', unit: 'mss' },
    { from: 1364, to: 1452, verdict: 'exceeded', unit: 'mss' },
  ],
  error: { code: 'aborted', message: 'the measurement was interrupted' },
};
