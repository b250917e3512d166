import { expect, test } from '@jest/globals';
import type { ProbeEvent } from '../../src/probe/event.ts';
import { measure } from '../../src/run/measure.ts';
import { trace } from '../../src/run/trace.ts';
import { describeAsRoot } from './privileges.ts';

/**
 * What the README shows of the library, on real packets over loopback: a path without delay, loss or routers, whose
 * MTU is the largest packet that IPv4 has.
 */
const LOOPBACK_MTU = 65_535;

describeAsRoot('the library, measuring 127.0.0.1', () => {
  test('resolves with the result document', async () => {
    const result = await measure('127.0.0.1', { ikeAuthBytes: 3200, methods: ['icmp', 'udp'] });
    expect(result).toMatchObject({
      schemaVersion: 1,
      target: { input: '127.0.0.1', address: '127.0.0.1', family: 4 },
      localMtu: LOOPBACK_MTU,
      status: 'exact',
      pathMtu: LOOPBACK_MTU,
      bounds: { fits: LOOPBACK_MTU, fails: null },
      blackHole: false,
      ikeAuth: { size: 3200, wireSize: 3232, verdict: 'fits', ipFragments: [3232] },
      error: null,
      methods: [
        { method: 'icmp', status: 'exact', rounds: 1, probes: { lost: 0 } },
        { method: 'udp', status: 'exact', rounds: 1, probes: { lost: 0 } },
      ],
    });
  });

  test('tells every probe as it happens: sent, answered, and what is known by then', async () => {
    const events: ProbeEvent[] = [];
    const result = await measure('127.0.0.1', {
      methods: ['icmp'],
      maxBytes: 1500,
      onEvent: (event) => events.push(event),
    });
    const ofType = (type: ProbeEvent['type']): ProbeEvent[] => events.filter((event) => event.type === type);
    expect(ofType('sent')).toHaveLength(result.methods[0]?.probes.sent ?? 0);
    expect(ofType('answered')).toHaveLength(result.methods[0]?.probes.answered ?? 0);
    expect(ofType('answered')[0]).toMatchObject({ method: 'icmp', port: null, number: 1, from: '127.0.0.1' });
    expect(ofType('estimate').at(-1)).toMatchObject({ method: 'icmp', fits: 1500, fails: null });
    expect(events.map(({ atMs }) => atMs)).toEqual(events.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
    expect(events[0]?.atMs).toBeGreaterThanOrEqual(0);
  });

  test('ends early on a signal, with what is known by then', async () => {
    const abort = new AbortController();
    const result = await measure('127.0.0.1', {
      methods: ['icmp'],
      signal: abort.signal,
      onEvent: ({ type }) => type === 'answered' && abort.abort(),
    });
    expect(result).toMatchObject({ error: { code: 'interrupted' }, methods: [{ method: 'icmp' }] });
    expect(result.findings.map(({ code }) => code)).toContain('interrupted');
  });

  test('sends nothing on a signal that was given before', async () => {
    const events: ProbeEvent[] = [];
    const result = await measure('127.0.0.1', {
      signal: AbortSignal.abort(),
      onEvent: (event) => events.push(event),
    });
    expect(events).toEqual([]);
    expect(result).toMatchObject({ status: 'unreachable', pathMtu: null, error: { code: 'interrupted' } });
  });

  test('measures many at once over the same sockets', async () => {
    const hosts = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.1'];
    const results = await Promise.all(
      hosts.map((host) => measure(host, { maxBytes: 1500, methods: ['icmp', 'udp'] })),
    );
    expect(results).toMatchObject(
      hosts.map((address) => ({
        target: { address },
        status: 'bounded',
        bounds: { fits: 1500, fails: null },
      })),
    );
  });

  test.each([
    ['bad-option', '127.0.0.1', { maxBytes: 20 }],
    ['wrong-family', '127.0.0.1', { family: 6 }],
    ['no-route', 'fe80::1', {}],
  ] as const)('rejects with %s where there is nothing to measure', async (code, host, options) => {
    await expect(measure(host, options)).rejects.toMatchObject({ name: 'PathmtuError', code });
  });
});

describeAsRoot('the library, tracing 127.0.0.1', () => {
  test('resolves with a document of one hop, the target, and tells of its probes', async () => {
    const hops: number[] = [];
    const result = await trace('127.0.0.1', {
      method: 'icmp',
      onHopEvent: ({ type }, hop) => type === 'answered' && hops.push(hop),
    });
    expect(result).toMatchObject({
      schemaVersion: 1,
      status: 'exact',
      pathMtu: LOOPBACK_MTU,
      targetHop: 1,
      hops: [{ hop: 1, address: '127.0.0.1', mtu: LOOPBACK_MTU, isTarget: true }],
      narrowings: [],
      error: null,
    });
    expect(hops[0]).toBe(1);
  });

  test.each([
    [{ maxHops: 65 }, 'maxHops must be a whole number from 1 to 64, not 65'],
    [{ maxHops: 1.5 }, 'not 1.5'],
    [{ method: 'ike' as 'udp' }, 'method must be icmp or udp, not ike'],
    [{ deadlineMs: 0 }, 'deadlineMs'],
  ])('refuses %j', async (options, reason) => {
    await expect(trace('127.0.0.1', options)).rejects.toMatchObject({
      code: 'bad-option',
      message: expect.stringContaining(reason),
    });
  });
});
