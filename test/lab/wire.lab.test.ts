import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Family } from '../../src/results/result.ts';
import { must } from './commands.ts';
import { TO_CLIENT, bringUp, type Network, type NetworkPlan } from './network.ts';
import { measure } from './pathmtu.ts';
import { describeInLab } from './requirements.ts';
import { SILENT_ABOUT_TOO_BIG } from './rules.ts';
import { netemLine, type Impairment } from './wire.ts';

const FAMILIES = [4, 6] as const;

/** Packet of 1500 bytes. */
const FULL = { 4: 1500 - 28, 6: 1500 - 48 } as const;

describeInLab('a link with a delay of 20 ms', () => {
  const network = whilePlanIsUp(impaired({ delayMs: 20 }));

  test.each(FAMILIES)(
    'delays each direction of IPv%i by that, to the millisecond',
    async (family) => {
      const { rttsMs } = await ping(network(), family, ['-c', '40', '-i', '0.05']);
      expect(rttsMs).toHaveLength(40);
      expect(Math.min(...rttsMs)).toBeGreaterThanOrEqual(40);
      // The median: what a busy machine does to single packets is not the wire's.
      expect(median(rttsMs)).toBeLessThan(42);
    },
    10_000,
  );

  test.each(FAMILIES)('loses nothing of a burst of 100 packets of 1500 bytes, over IPv%i', async (family) => {
    const burst = ['-c', '100', '-l', '100', '-s', String(FULL[family])];
    expect(await ping(network(), family, burst)).toMatchObject({ received: 100, duplicates: 0 });
  });

  test.each(FAMILIES)('keeps the order of IPv%i packets', async (family) => {
    expect(overtakings(await arrivals(network(), family, 100))).toBe(0);
  });
});

describeInLab('a link that loses 20 % each way', () => {
  const network = whilePlanIsUp(impaired({ lossPercent: 20 }));

  test.each(FAMILIES)('leaves about 64 % of the echoes answered, over IPv%i', async (family) => {
    const { received } = await ping(network(), family, ['-c', '2000', '-l', '2000', '-s', '0', '-W', '1']);
    // Five standard deviations (sqrt(0.64 * 0.36 * 2000) = 21.5) either way.
    expect(received).toBeGreaterThan(1280 - 108);
    expect(received).toBeLessThan(1280 + 108);
  });
});

describeInLab('a link with jitter', () => {
  const network = whilePlanIsUp(impaired({ delayMs: 20, jitterMs: 20 }));

  test.each(FAMILIES)(
    'spreads the delays of IPv%i evenly, and packets overtake each other',
    async (family) => {
      const { rttsMs } = await ping(network(), family, ['-c', '200', '-i', '0.005']);
      expect(rttsMs).toHaveLength(200);
      // Each way 0 to 40 ms: a sum of two, 40 on average with a standard deviation of 16.3.
      expect(median(rttsMs)).toBeGreaterThan(34);
      expect(median(rttsMs)).toBeLessThan(48);
      expect(Math.min(...rttsMs)).toBeLessThan(20);
      expect(Math.max(...rttsMs)).toBeGreaterThan(60);
      expect(overtakings(await arrivals(network(), family, 100))).toBeGreaterThan(20);
    },
  );
});

describeInLab('a link that reorders 25 %', () => {
  const network = whilePlanIsUp(impaired({ delayMs: 20, reorderPercent: 25 }));

  test.each(FAMILIES)(
    'lets that share of the IPv%i packets pass at once, before the rest',
    async (family) => {
      const order = await arrivals(network(), family, 400);
      const firstDelayed = order.findIndex((sequence, index) => sequence < (order[index - 1] ?? 0));
      // Five standard deviations (8.7) either way of a hundred.
      expect(firstDelayed).toBeGreaterThan(100 - 44);
      expect(firstDelayed).toBeLessThan(100 + 44);
    },
  );
});

describeInLab('a link that duplicates 20 %', () => {
  const network = whilePlanIsUp(impaired({ duplicatePercent: 20 }));

  test.each(FAMILIES)('has the replies to IPv%i echoes come 1.44 times', async (family) => {
    // -c would have ping end before the last duplicates: it counts them as replies.
    const { received, duplicates } = await ping(network(), family, ['-i', '0.002', '-w', '3']);
    expect((received + duplicates) / received).toBeGreaterThan(1.34);
    expect((received + duplicates) / received).toBeLessThan(1.54);
  });
});

describeInLab('a delayed link with a smaller MTU', () => {
  describe('whose router sends PTBs', () => {
    const network = whilePlanIsUp({ links: [1500, 1400, 1500], impairments: { 2: { delayMs: 5 } } });

    test.each(FAMILIES)('is told by the PTB of the kernel before it, over IPv%i', async (family) => {
      const tooBig = String(FULL[family] - 99);
      const { stdout } = await ping(network(), family, ['-c', '1', '-W', '1', '-M', 'do', '-s', tooBig]);
      expect(stdout).toMatch(/mtu ?= ?1400/);
      expect(stdout).toContain(network().addressOf('router1', family));

      const { result } = await measure(network(), network().target(family));
      expect(result).toMatchObject({ status: 'exact', pathMtu: 1400, blackHole: false });
    });

    test('has the new MTU as soon as it is changed', async () => {
      network().setLinkMtu(2, 1300);
      const { result } = await measure(network(), network().target(4));
      network().setLinkMtu(2, 1400);
      expect(result).toMatchObject({ status: 'exact', pathMtu: 1300 });
    });
  });

  describe('whose router is silent', () => {
    const network = whilePlanIsUp({
      links: [1500, 1400, 1500],
      nodes: { router1: { firewall: [SILENT_ABOUT_TOO_BIG] } },
      impairments: { 2: { delayMs: 5 } },
    });

    test.each(FAMILIES)('is a black hole, over IPv%i', async (family) => {
      const { result } = await measure(network(), network().target(family));
      expect(result).toMatchObject({ status: 'exact', pathMtu: 1400, blackHole: true });
    });
  });

  test('carries jumbo frames when its MTU is large', async () => {
    const network = bringUp({ links: [9000, 9000], impairments: { 2: { delayMs: 1 } } });
    const { received } = await ping(network, 4, ['-c', '3', '-i', '0.01', '-M', 'do', '-s', '8972']);
    network.close();
    expect(received).toBe(3);
  });
});

describeInLab('impaired links', () => {
  test('add up when there are several, and leave no process behind', async () => {
    const network = bringUp({
      links: [1500, 1500, 1500],
      impairments: { 1: { delayMs: 5 }, 3: { delayMs: 10 } },
    });
    const { rttsMs } = await ping(network, 4, ['-c', '20', '-i', '0.02']);
    const carriers = network.nodes.flatMap((node) => pidsIn(network.namespaceOf(node)));
    network.close();

    expect(Math.min(...rttsMs)).toBeGreaterThanOrEqual(30);
    expect(median(rttsMs)).toBeLessThan(33);
    await until(() => carriers.every((pid) => !existsSync(`/proc/${pid}`)));
    expect(carriers.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  });
});

describe('where the kernel has netem', () => {
  test('it is given the same numbers', () => {
    expect(netemLine('to-host', { delayMs: 20 })).toBe(
      'qdisc add dev to-host root netem limit 50000 delay 20ms 0ms\n',
    );
    expect(
      netemLine('to-client', {
        delayMs: 20,
        jitterMs: 5,
        lossPercent: 1.5,
        reorderPercent: 25,
        duplicatePercent: 5,
      }),
    ).toBe(
      'qdisc add dev to-client root netem limit 50000 delay 20ms 5ms loss random 1.5% duplicate 5% reorder 25%\n',
    );
  });
});

/** Two links, of which the second is impaired. */
function impaired(impairment: Impairment): NetworkPlan {
  return { links: [1500, 1500], impairments: { 2: impairment } };
}

function whilePlanIsUp(plan: NetworkPlan): () => Network {
  let network: Network | null = null;
  beforeAll(() => {
    network = bringUp(plan);
  });
  afterAll(() => network?.close());
  return () => {
    if (network === null) throw new Error('the network is not up: this is for the inside of a test');
    return network;
  };
}

interface Pinged {
  readonly stdout: string;
  readonly received: number;
  readonly duplicates: number;
  readonly rttsMs: readonly number[];
}

/** From the client to the host. */
async function ping(network: Network, family: Family, options: readonly string[]): Promise<Pinged> {
  const command = ['ping', `-${family}`, '-n', ...options, network.target(family)];
  const { stdout } = await network.start('client', command).outcome;
  const numberBefore = (text: string): number =>
    Number(new RegExp(String.raw`\+?(\d+) ${text}`).exec(stdout)?.[1] ?? 0);
  return {
    stdout,
    received: numberBefore('received'),
    duplicates: numberBefore('duplicates'),
    rttsMs: [...stdout.matchAll(/ time=([\d.]+) ms/g)].map((match) => Number(match[1])),
  };
}

/** Sequence numbers of a burst of echo requests, in the order in which they reach the host. */
async function arrivals(network: Network, family: Family, count: number): Promise<readonly number[]> {
  const filter = family === 4 ? 'icmp[icmptype] == icmp-echo' : 'icmp6[icmp6type] == icmp6-echo';
  // -s: in tcpdump's ring, packets have as much room each as they may fill, and a burst would not fit.
  const options = ['-l', '-n', '--immediate-mode', '-s', '128', '-c', String(count), '-i', TO_CLIENT];
  const host = network.start('host', ['tcpdump', ...options, filter]);
  await host.printed('listening on');
  await ping(network, family, ['-q', '-c', String(count), '-l', String(count)]);
  const { stdout } = await host.outcome;
  return [...stdout.matchAll(/ seq (\d+)/g)].map((match) => Number(match[1]));
}

/** How many arrive after one that was sent later. */
function overtakings(order: readonly number[]): number {
  return order.filter((sequence, index) => sequence < Math.max(...order.slice(0, index))).length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function pidsIn(namespace: string): string[] {
  return must('ip', ['netns', 'pids', namespace])
    .split('\n')
    .filter((pid) => pid !== '');
}

/** Resolves when the condition holds; the test's own time limit ends it otherwise. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
