import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { must } from './commands.ts';
import { labNamespaces, sweepNamespacesOfTheDead } from './namespaces.ts';
import { bringUp, familiesOf, type Network } from './network.ts';
import { describeInLab } from './requirements.ts';
import { SCENARIOS, scenarioNames } from './scenarios.ts';

describeInLab('a lab network', () => {
  test.each(scenarioNames())('%s comes up in half a second, and leaves nothing behind', (name) => {
    const startedAt = performance.now();
    const network = bringUp(SCENARIOS[name].network);
    const durationMs = performance.now() - startedAt;
    const names = network.nodes.map((node) => network.namespaceOf(node));

    expect(labNamespaces()).toEqual(expect.arrayContaining(names));
    network.close();
    expect(labNamespaces().filter((left) => names.includes(left))).toEqual([]);
    expect(durationMs).toBeLessThan(500);
  });

  test('has names that no other network has, of the same description or not', () => {
    const networks = [bringUp({ links: [1500] }), bringUp({ links: [1500] })];
    const names = networks.flatMap(({ nodes, namespaceOf }) => nodes.map((node) => namespaceOf(node)));
    for (const network of networks) network.close();
    expect(new Set(names).size).toBe(4);
    expect(names.filter((name) => name.includes(`-${process.pid}-`))).toEqual(names);
  });

  test('leaves nothing behind when bringing it up fails', () => {
    const before = ours();
    const nonsense = {
      links: [1500],
      nodes: { host: { firewall: [{ hook: 'input', rules: ['nonsense'] }] } },
    };
    expect(() => bringUp(nonsense as Parameters<typeof bringUp>[0])).toThrow(/nft -f/);
    expect(ours()).toEqual(before);
  });

  test('has IPv6 unless a link is below 1280 bytes', () => {
    expect(familiesOf({ links: [1500, 1280] })).toEqual([4, 6]);
    expect(familiesOf({ links: [1500, 1279] })).toEqual([4]);
  });

  test('is swept at the next start when its owner and its guard were killed', () => {
    const { pid: deadPid } = spawnSync('true');
    const orphan = `pmtulab-${deadPid}-abcdef-client`;
    must('ip', ['netns', 'add', orphan]);
    sweepNamespacesOfTheDead();
    expect(labNamespaces()).not.toContain(orphan);
  });

  test('goes with its owner, even one that was killed with SIGKILL', async () => {
    const owner = spawn(process.execPath, ['--import', 'tsx', LAB_SCRIPT, 'healthy', '--', 'sleep', '60'], {
      stdio: 'ignore',
    });
    const ofOwner = (): string[] => labNamespaces().filter((name) => name.includes(`-${owner.pid}-`));
    await until(() => ofOwner().length === 4);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    await until(() => ofOwner().length === 0);
    expect(ofOwner()).toEqual([]);
  });
});

describeInLab('a lab network of four links', () => {
  let network: Network;
  beforeAll(() => {
    network = bringUp({ links: [1500, 1400, 1300, 1500] });
  });
  afterAll(() => network.close());

  test.each([4, 6] as const)(
    'carries IPv%i from end to end at once, without neighbour discovery',
    (family) => {
      const target = network.target(family);
      const host = network.start('host', ['tcpdump', '-n', '--immediate-mode', '-c', '1', 'udp port 9']);
      return host
        .printed('listening on')
        .then(() => {
          network.must('client', ['bash', '-c', `echo hello > /dev/udp/${target}/9`]);
          return host.outcome;
        })
        .then(({ stdout }) => expect(stdout).toContain(target));
    },
  );

  test('knows by which address each router answers the client', () => {
    expect(network.nodes.map((node) => network.addressOf(node, 4))).toEqual([
      '10.0.1.1',
      '10.0.1.2',
      '10.0.2.2',
      '10.0.3.2',
      '10.0.4.2',
    ]);
    expect(network.addressOf('router2', 6)).toBe('2001:db8:2::2');
  });
});

function ours(): string[] {
  return labNamespaces().filter((name) => name.includes(`-${process.pid}-`));
}

/** Resolves when the condition holds; the test's own time limit ends it otherwise. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const LAB_SCRIPT = fileURLToPath(new URL('../../scripts/lab.ts', import.meta.url));
