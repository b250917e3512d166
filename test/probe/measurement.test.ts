import { describe, expect, test } from '@jest/globals';
import { createRandom } from '../../src/probe/random.ts';
import { Measurement, type FragmentTestBasis, type MeasurementOptions } from '../../src/probe/measurement.ts';
import type { Method } from '../../src/probe/method.ts';
import type { ProbeEvent } from '../../src/probe/event.ts';
import { methodResult } from '../../src/results/method-result.ts';
import { HOST } from '../sim/path.ts';
import { blackHole, link, lossyBlackHole, pathOf } from '../sim/named-paths.ts';
import { simulate } from '../sim/simulate.ts';
import { echoReplyTo, errorAbout, icmpRun, ikeRun, udpRun } from './methods.ts';

function measurementOf(...methods: readonly Method[]) {
  return measurementWith(methods);
}

function measurementWith(methods: readonly Method[], options: Partial<MeasurementOptions> = {}) {
  const events: ProbeEvent[] = [];
  const measurement = new Measurement({
    methods,
    strategy: 'parallel',
    minBytes: 68,
    maxBytes: null,
    localMtu: 1500,
    deadlineMs: 10_000,
    protocolMinimumMtu: 68,
    random: createRandom([1, 1, 1, 1]),
    onEvent: (event) => events.push(event),
    ...options,
  });
  return { measurement, events };
}

/** Polls at `nowMs` and lets everything leave at once. */
function sendAll(measurement: Measurement, nowMs: number): Uint8Array[] {
  return measurement.poll(nowMs).map((sent) => {
    sent.sender.onSent(sent.number, nowMs);
    return sent.packet;
  });
}

/** Everything that happens on one path with this seed. */
function trace(seed: number): readonly ProbeEvent[] {
  return simulate(blackHole(1450), seed).events;
}

describe('a measurement', () => {
  test('asks for the same packets at the same times when run again', () => {
    expect(trace(7)).toEqual(trace(7));
    expect(trace(7)).not.toEqual(trace(8));
  });

  test('opens with all methods at once', () => {
    const { measurement, events } = measurementOf(icmpRun(4), udpRun(4));
    sendAll(measurement, 0);
    expect(events.filter(({ type }) => type === 'sent').map(({ method }) => method)).toEqual([
      ...Array.from({ length: 27 }, () => 'icmp'),
      ...Array.from({ length: 4 }, () => 'udp'),
    ]);
  });

  test('tests fragments with the loss in mind that all methods saw together, not the luckiest', () => {
    const path = { ...lossyBlackHole(), ike: 'answers' } as const;
    for (let seed = 1; seed <= 20; seed++) {
      let controls = { judged: 0, lost: 0 };
      const createFragmentTest = (basis: FragmentTestBasis): null => {
        ({ controls } = basis);
        return null;
      };
      simulate(path, seed, { methods: ['icmp', 'udp', 'ike'], createFragmentTest });
      // The truth is 0.36, there and back.
      expect(controls.judged).toBeGreaterThan(40);
      expect(controls.lost / controls.judged).toBeGreaterThan(0.2);
      expect(controls.lost / controls.judged).toBeLessThan(0.5);
    }
  });

  test('does not wait for what could not leave', () => {
    const { measurement } = measurementOf(icmpRun(4));
    const packets = measurement.poll(0);
    for (const { sender, number } of packets.slice(1)) sender.onSent(number, 10);
    packets[0]?.sender.onSendFailed(packets[0].number, 'too-large', 'Message too long', 10);
    expect(measurement.wakeAtMs).toBe(1010);
  });

  test('sends nothing more while it waits, and says until when', () => {
    const { measurement } = measurementOf(icmpRun(4));
    sendAll(measurement, 0);
    expect(measurement.wakeAtMs).toBe(1000);
    expect(measurement.poll(999)).toEqual([]);
    expect(measurement.poll(1000)).not.toEqual([]);
  });

  test('says what became of every probe: one end for every start', () => {
    const { events } = simulate(blackHole(1450), 1);
    const starts = events.filter(({ type }) => type === 'sent');
    const ends = events.filter(({ type }) =>
      ['answered', 'too-big', 'refused', 'lost', 'failed'].includes(type),
    );
    expect(ends).toHaveLength(starts.length);
  });

  test('stopped in the middle keeps what was answered, and counts what is under way as neither', () => {
    const icmp = icmpRun(4);
    const { measurement } = measurementOf(icmp);
    const packets = sendAll(measurement, 0);
    const answered = packets.filter(({ length }) => length <= 1400 && length > 68);
    for (const packet of answered) measurement.onMessage(echoReplyTo(packet, 4), 40);
    measurement.stop(41);
    expect(measurement.isOver).toBe(true);
    expect(measurement.poll(42)).toEqual([]);
    expect(measurement.probers.map(methodResult)).toMatchObject([
      {
        status: 'bounded',
        pathMtu: null,
        bounds: { fits: 1400 },
        reason: 'time was up before the border was certain',
        probes: { sent: 27, answered: answered.length },
      },
    ]);
  });

  test('judges no flight of which a part is held back by a rate, and counts as sent only what has left', () => {
    const { measurement, events } = measurementOf(icmpRun(4));
    const packets = measurement.poll(0);
    const left = packets.slice(0, 10);
    for (const { sender, number } of left) sender.onSent(number, number);
    for (const { packet } of left) measurement.onMessage(echoReplyTo(packet, 4), 50);
    expect(measurement.poll(5000)).toEqual([]);
    expect(events.filter(({ type }) => type === 'lost')).toEqual([]);
    measurement.stop(5001);
    expect(measurement.probers.map(methodResult)).toMatchObject([
      { probes: { sent: 10, answered: 10, lost: 0 } },
    ]);
  });

  test('stopped before any answer claims nothing', () => {
    const { measurement } = measurementOf(icmpRun(4), udpRun(4));
    sendAll(measurement, 0);
    measurement.stop(5);
    measurement.stop(6);
    expect(measurement.probers.map(methodResult)).toMatchObject([
      { status: 'unreachable', pathMtu: null, probes: { answered: 0, lost: 0 } },
      { status: 'unreachable', pathMtu: null, probes: { answered: 0, lost: 0 } },
    ]);
  });

  test('gives a message to the method whose probe it quotes', () => {
    const [icmp, udp] = [icmpRun(4), udpRun(4)];
    const { measurement, events } = measurementOf(icmp, udp);
    const packets = sendAll(measurement, 0);
    const last = packets.at(-1);
    expect(last).toBeDefined();
    measurement.onMessage(
      errorAbout(last ?? new Uint8Array(), 4, { type: 'port-unreachable' }, { from: HOST[4] }),
      9,
    );
    expect(events.filter(({ type }) => type === 'answered')).toMatchObject([
      { method: 'udp', number: 4, sizeBytes: 68, rttMs: 9, from: '198.51.100.7' },
    ]);
  });

  test("notes a stranger's PTB once, though two methods hear it", () => {
    const { measurement } = measurementOf(icmpRun(4), udpRun(4));
    sendAll(measurement, 0);
    const stranger = icmpRun(4, 99).encode(1, 1500);
    measurement.onMessage(errorAbout(stranger, 4, { type: 'packet-too-big', mtu: 576 }), 5);
    expect(measurement.probers.flatMap(({ oddities }) => oddities.all)).toMatchObject([
      { kind: 'ptb-not-ours', from: '203.0.113.1', count: 1 },
    ]);
  });

  test('is over at once where nothing can be sent, and says why', () => {
    const { measurement } = measurementOf(icmpRun(4));
    for (const sent of measurement.poll(0))
      sent.sender.onSendFailed(sent.number, 'not-permitted', 'EPERM', 0);
    measurement.poll(1);
    expect(measurement.isOver).toBe(true);
    expect(measurement.probers.map(methodResult)).toMatchObject([
      {
        status: 'unreachable',
        reason: 'this host does not let the packets out (local firewall?)',
        probes: { sent: 0, answered: 0, lost: 0, bytes: 0 },
      },
    ]);
  });

  test('takes back what it held for exact when a late answer refutes it', () => {
    const icmp = icmpRun(4);
    const { measurement } = measurementOf(icmp, udpRun(4));
    const opening = sendAll(measurement, 0);
    const fitting = opening.filter((packet) => packet.length <= 1400 && packet[9] === 1);
    for (const packet of fitting) measurement.onMessage(echoReplyTo(packet, 4), 30);
    const confirming = sendAll(measurement, 60);
    for (const packet of confirming.filter(({ length }) => length <= 1400))
      measurement.onMessage(echoReplyTo(packet, 4), 90);
    sendAll(measurement, 120);
    const [prober] = measurement.probers;
    expect(prober?.state).toEqual({ type: 'exact', pathMtu: 1400, by: 'silence' });

    const large = opening.find(({ length }) => length === 1493);
    measurement.onMessage(echoReplyTo(large ?? new Uint8Array(), 4), 121);
    expect(prober?.state).toEqual({ type: 'searching' });
    expect(prober?.belief.fits).toBe(1493);
  });

  test('counts as lost what left before a probe whose answer came late', () => {
    const icmp = icmpRun(4);
    const { measurement } = measurementOf(icmp);
    const opening = sendAll(measurement, 0);
    sendAll(measurement, 1000);
    const [prober] = measurement.probers;
    expect(new Set(prober?.log.flights[0]?.probes.map(({ outcome }) => outcome))).toEqual(
      new Set(['unheard']),
    );

    const late = opening.find(({ length }) => length === 1400);
    measurement.onMessage(echoReplyTo(late ?? new Uint8Array(), 4), 1001);
    expect(prober?.log.flights[0]?.probes.filter(({ outcome }) => outcome === 'lost')).toHaveLength(
      opening.findIndex((packet) => packet === late),
    );
    expect(prober?.belief).toMatchObject({ fits: 1400, ceiling: 1440 });
  });

  test.each([
    { name: 'echo wide, UDP behind a silent router', echo: 1500, udp: 1400 },
    { name: 'echo wide, UDP behind a silent router, an uncommon size', echo: 1500, udp: 1437 },
  ])('finds what each method has where routers put them on different paths: $name', ({ echo, udp }) => {
    // So slow that what a flight loses may be the queue's doing, which proves nothing of a size; and a little longer.
    const slow = { bandwidth: 400, queueBytes: 128_000 };
    const far = pathOf([link(1500, { delayMs: 20 }), link(udp, { ptb: 'silent' }), 1500], slow);
    for (let seed = 1; seed <= 10; seed++) {
      const { measurement, durationMs } = simulate(blackHole(echo), seed, {
        beside: { specs: [far], branchOf: (packet) => (packet[9] === 17 ? 1 : 0) },
      });
      expect(measurement.probers.map(({ exactPathMtu }) => exactPathMtu)).toEqual([echo, udp]);
      expect(durationMs).toBeLessThan(3000);
    }
  });

  test('costs 27 packets and 31,905 bytes a method on a path that is wide enough', () => {
    const { path } = simulate(pathOf([1500, 1500]), 1, { methods: ['icmp'] });
    expect([path.packets, path.bytes]).toEqual([27, 31_905]);
  });
});

describe('a closed IKE port', () => {
  test('is not asked what it offers, even while the rest of the flight that found it closed is under way', () => {
    const asked: number[] = [];
    const { measurement } = measurementWith([ikeRun(4)], {
      createNegotiation: (port) => {
        asked.push(port);
        throw new Error('nobody is there to negotiate with');
      },
    });
    // The first flight is lost, the second one has two probes.
    sendAll(measurement, 0);
    const [first] = sendAll(measurement, 1000);
    expect(first).toBeDefined();
    sendAll(measurement, 1020);
    measurement.onMessage(
      errorAbout(first ?? new Uint8Array(), 4, { type: 'port-unreachable' }, { from: HOST[4] }),
      1030,
    );
    expect(measurement.probers.map(({ hasAnswers, state }) => ({ hasAnswers, state }))).toEqual([
      { hasAnswers: true, state: { type: 'searching' } },
    ]);
    measurement.poll(1031);
    expect(measurement.ikePort).toBeNull();
    expect(asked).toEqual([]);
  });
});

describe('the hop of a black hole', () => {
  const spec = pathOf([1500, 1500, link(1400, { ptb: 'silent' }), 1500]);

  test('is looked for beside the proof, and costs no time of its own', () => {
    const without = simulate(spec, 1);
    const { measurement, durationMs } = simulate(spec, 1, { locate: true });
    expect(measurement.hopSearch?.location).toMatchObject({ hop: 2, nextHop: 3 });
    expect(durationMs - without.durationMs).toBeLessThan(3);
  });

  test('is asked for no farther than the target, whose answers say how far it is: four hops, twice two each', () => {
    const without = simulate(spec, 1);
    expect(simulate(spec, 1, { locate: true }).path.packets - without.path.packets).toBe(16);
    const echoOnly = ['icmp'] as const;
    const blind = simulate(spec, 1, { methods: echoOnly, locate: true });
    expect(blind.path.packets - simulate(spec, 1, { methods: echoOnly }).path.packets).toBe(48);
  });

  test('is not looked for where a router says the size, and not where there is none', () => {
    for (const links of [
      [1500, 1400, 1500],
      [1500, 1500],
    ]) {
      expect(simulate(pathOf(links), 1, { locate: true }).path.packets).toBe(
        simulate(pathOf(links), 1).path.packets,
      );
    }
  });
});
