import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { whileGatewayUp } from './fixture.ts';
import { startGateway } from './gateway.ts';
import { labFolders, labNamespaces } from './namespaces.ts';
import { bringUp } from './network.ts';
import { describeWithGateway } from './requirements.ts';

describeWithGateway('a strongSwan in the lab', () => {
  const lab = whileGatewayUp('gateway-plain');

  test('counts its half-open IKE SAs, and says in its log who made them', async () => {
    const { network, gateway } = lab();
    expect(gateway.ikeSas()).toEqual({ total: 0, halfOpen: 0 });
    await network.start('client', ['ike-scan', '--ikev2', '--dhgroup=14', '--sport=0', network.target(4)])
      .outcome;
    expect(gateway.ikeSas()).toEqual({ total: 1, halfOpen: 1 });
    expect(gateway.log()).toContain(`${network.addressOf('client', 4)} is initiating an IKE_SA`);
  });

  test('keeps no log of sizes unless asked to', () => {
    expect(() => lab().gateway.sizesLog()).toThrow(/ENOENT/);
  });

  test('leaves neither process nor file behind when stopped', async () => {
    const network = bringUp({ links: [1500] });
    const gateway = await startGateway(network, {});
    const folder = dirname(gateway.logFile);
    expect(processesIn(network.namespaceOf('host'))).toHaveLength(1);
    expect(existsSync(folder)).toBe(true);
    await gateway.stop();
    expect(processesIn(network.namespaceOf('host'))).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    network.close();
  });

  test('goes with its owner, even one that was killed with SIGKILL', async () => {
    const owner = spawn(process.execPath, ['--import', 'tsx', LAB_SCRIPT, 'gateway-plain', '--', ...READY], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(owner.stdout, 'data');
    const belongings = (): string[] =>
      [...labNamespaces(), ...labFolders()].filter((name) => name.includes(`pmtulab-${owner.pid}-`));
    const host = belongings().find((name) => name.endsWith('-host')) ?? '';
    const [daemon] = processesIn(host);
    // Four nodes; certificates and the daemon's files.
    expect(belongings()).toHaveLength(6);
    expect(isRunning(daemon)).toBe(true);

    owner.kill('SIGKILL');
    await once(owner, 'exit');
    await until(() => belongings().length === 0);
    expect(isRunning(daemon)).toBe(false);
  }, 30_000);
});

function processesIn(namespace: string): string[] {
  const { stdout } = spawnSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
}

/** A zombie whose parent has not collected it does not run. */
function isRunning(pid: string | undefined): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid ?? ''], { encoding: 'utf8' });
  return stdout !== '' && !stdout.startsWith('Z');
}

/** Resolves when the condition holds; the test's own time limit ends it otherwise. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Says that the gateway is up, and stays. */
const READY = ['sh', '-c', 'echo ready; exec sleep 60'];
const LAB_SCRIPT = fileURLToPath(new URL('../../scripts/lab.ts', import.meta.url));
