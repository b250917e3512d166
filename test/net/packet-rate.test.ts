import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { PacketRate } from '../../src/net/packet-rate.ts';
import { nowMs } from '../../src/net/clock.ts';
import type { Transport } from '../../src/net/transport.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A transport that notes what it is given, and when. */
function recorder(onSend: (packet: Uint8Array) => void = () => {}) {
  const packets: { readonly number: number; readonly atMs: number }[] = [];
  const startedAtMs = nowMs();
  let stopped = 0;
  const transport: Transport = {
    family: 4,
    udpSourcePort: 4711,
    udpSourcePorts: () => Promise.resolve([4711]),
    listen: () => () => {
      stopped++;
    },
    whenHeard: (callback) => callback(),
    send(packet, _destination, { onSent }) {
      packets.push({ number: packet[0] ?? -1, atMs: nowMs() - startedAtMs });
      onSent(nowMs());
      onSend(packet);
    },
  };
  return { transport, packets, stopped: () => stopped };
}

const NO_OUTCOME = { onSent: () => {}, onFailed: () => {} };

function sendMany(transport: Transport, numbers: readonly number[]): void {
  for (const number of numbers) transport.send(Uint8Array.of(number), '192.0.2.1', NO_OUTCOME);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Asks for a turn for each of these, and notes who has begun. */
function queueUp(rate: PacketRate, names: readonly string[], signal?: AbortSignal): string[] {
  const begun: string[] = [];
  for (const name of names) void rate.turn(signal).then(() => begun.push(name));
  return begun;
}

describe('a rate', () => {
  test.each([10, 100, 1000, 12_345])('of %i is kept in every second, and nearly reached', (perSecond) => {
    const { transport, packets } = recorder();
    const rate = new PacketRate(perSecond);
    const paced = rate.pace(transport);
    sendMany(
      paced,
      upTo(perSecond * 3).map((index) => index % 256),
    );
    jest.advanceTimersByTime(2500);
    const times = packets.map(({ atMs }) => atMs);
    const inSecondFrom = (start: number): number =>
      times.filter((atMs) => atMs >= start && atMs < start + 1000).length;
    const busiest = Math.max(...times.map(inSecondFrom));
    expect(busiest).toBeLessThanOrEqual(perSecond);
    expect(packets.length).toBeGreaterThan(2.5 * perSecond * 0.85);
    expect(rate.sent).toBe(packets.length);
  });

  test('counts for all transports together', () => {
    const first = recorder();
    const second = recorder();
    const rate = new PacketRate(100);
    sendMany(rate.pace(first.transport), upTo(200));
    sendMany(rate.pace(second.transport), upTo(200));
    jest.advanceTimersByTime(999);
    expect(first.packets.length + second.packets.length).toBeLessThanOrEqual(100);
  });

  test('holds up nobody who stays below it', () => {
    const { transport, packets } = recorder();
    const paced = new PacketRate(1000).pace(transport);
    sendMany(paced, upTo(40));
    expect(packets).toHaveLength(40);
  });
});

describe('packets that wait', () => {
  test('leave in their order, and measurements take turns', () => {
    const { transport, packets } = recorder();
    const rate = new PacketRate(10);
    const [one, two] = [rate.pace(transport), rate.pace(transport)];
    sendMany(one, [0, 1, 2, 3]);
    sendMany(two, [10, 11]);
    jest.advanceTimersByTime(2000);
    expect(packets.map(({ number }) => number)).toEqual([0, 1, 10, 2, 11, 3]);
  });

  test('count as sent when they leave', () => {
    const { transport } = recorder();
    const paced = new PacketRate(10).pace(transport);
    const startedAtMs = nowMs();
    const sentAtMs: number[] = [];
    for (const number of [0, 1]) {
      paced.send(Uint8Array.of(number), '192.0.2.1', {
        ...NO_OUTCOME,
        onSent: (atMs) => sentAtMs.push(Math.round(atMs - startedAtMs)),
      });
    }
    jest.advanceTimersByTime(1000);
    expect(sentAtMs).toEqual([0, 112]);
  });

  test('are forgotten when their measurement stops listening, and no timer is left', () => {
    const { transport, packets, stopped } = recorder();
    const rate = new PacketRate(10);
    const [ended, other] = [rate.pace(transport), rate.pace(transport)];
    const stop = ended.listen(Uint8Array.of(192, 0, 2, 1), () => {});
    sendMany(ended, [0, 1, 2]);
    sendMany(other, [10]);
    stop();
    jest.advanceTimersByTime(2000);
    expect(packets.map(({ number }) => number)).toEqual([0, 10]);
    expect(stopped()).toBe(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('may bring more packets when they leave', () => {
    const { transport, packets } = recorder(([number = 0]) => {
      if (number < 5) sendMany(paced, [number + 1]);
    });
    const paced: Transport = new PacketRate(10).pace(transport);
    sendMany(paced, [0]);
    jest.advanceTimersByTime(2000);
    expect(packets.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('a measurement that asks for its turn', () => {
  test('begins at once where nobody waits', async () => {
    const begun = queueUp(new PacketRate(10), ['a']);
    await jest.advanceTimersByTimeAsync(0);
    expect(begun).toEqual(['a']);
  });

  test('begins when the packets of the others have left', async () => {
    const { transport, packets } = recorder();
    const rate = new PacketRate(10);
    sendMany(rate.pace(transport), upTo(4));
    const begun = queueUp(rate, ['a']);
    await jest.advanceTimersByTimeAsync(300);
    expect([packets.length, begun]).toEqual([3, []]);
    await jest.advanceTimersByTimeAsync(150);
    expect([packets.length, begun]).toEqual([4, ['a']]);
  });

  test('begins after those who asked before, and not while these have packets that wait', async () => {
    const { transport, packets } = recorder();
    const rate = new PacketRate(10);
    const begun: [string, number][] = [];
    for (const name of ['a', 'b', 'c']) {
      void rate.turn().then(() => {
        begun.push([name, packets.length]);
        sendMany(rate.pace(transport), [1, 2, 3]);
      });
    }
    await jest.advanceTimersByTimeAsync(2000);
    expect(begun).toEqual([
      ['a', 0],
      ['b', 3],
      ['c', 6],
    ]);
  });

  test('begins although the one before has nothing to send', async () => {
    const begun = queueUp(new PacketRate(10), ['a', 'b', 'c']);
    await jest.advanceTimersByTimeAsync(10);
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  test('waits no longer when its signal says stop, and leaves no timer', async () => {
    const { transport } = recorder();
    const rate = new PacketRate(10);
    const stop = rate.pace(transport);
    const leave = stop.listen(Uint8Array.of(192, 0, 2, 1), () => {});
    sendMany(stop, upTo(5));
    const interruption = new AbortController();
    const begun = queueUp(rate, ['a', 'b'], interruption.signal);
    await jest.advanceTimersByTimeAsync(50);
    interruption.abort();
    leave();
    await jest.advanceTimersByTimeAsync(200);
    expect(begun).toEqual(['a', 'b']);
    expect(jest.getTimerCount()).toBe(0);
    const late = queueUp(rate, ['c'], interruption.signal);
    await Promise.resolve();
    expect(late).toEqual(['c']);
  });
});

test('the time in which packets of a measurement waited is counted, and no other', () => {
  const { transport } = recorder();
  const rate = new PacketRate(10);
  const paced = rate.pace(transport);
  sendMany(paced, [0]);
  jest.advanceTimersByTime(500);
  expect(paced.heldMs).toBe(0);
  sendMany(paced, [1, 2]);
  jest.advanceTimersByTime(50);
  expect(Math.round(paced.heldMs)).toBe(50);
  jest.advanceTimersByTime(1000);
  expect(Math.round(paced.heldMs)).toBe(112);
});

test('a paced transport is otherwise the one behind it', () => {
  const { transport } = recorder();
  expect(new PacketRate(10).pace(transport)).toMatchObject({ family: 4, udpSourcePort: 4711 });
});
