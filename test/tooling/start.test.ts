import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function node(args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, args, { cwd: checkout });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, stdout, stderr };
}

describe('npm start, when everything is installed and built', () => {
  beforeAll(() => node(['scripts/build.mjs', '--if-stale']), 30_000);

  test('says nothing of its own', async () => {
    expect(await node(['scripts/start.mjs', '--version'])).toMatchObject({ code: 0, stderr: '' });
  });

  test("has the program's exit code", async () => {
    const { code, stderr } = await node('scripts/start.mjs predict --ike-auth 3200 --mtu 1400'.split(' '));
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  });
});

/** Takes one signal as the program does; its second comes `afterMs` later. Ends by itself with exit code 3. */
function interruptedTwice(afterMs: number): readonly string[] {
  const program = `
    const { hearSignalsOnce } = await import(${JSON.stringify(`${checkout}scripts/signals.mjs`)});
    const interrupt = () => process.kill(process.pid, 'SIGINT');
    hearSignalsOnce();
    process.once('SIGINT', () => {
      console.log('heard');
      setTimeout(interrupt, ${afterMs});
      setTimeout(() => process.exit(3), ${afterMs} + 100);
    });
    setInterval(() => {}, 1000);
    setTimeout(interrupt);
  `;
  return ['--input-type=module', '-e', program];
}

describe('a Ctrl-C that arrives twice, as it does under npm', () => {
  test('is heard once', async () => {
    expect(await node(interruptedTwice(0))).toEqual({ code: 3, signal: null, stdout: 'heard\n', stderr: '' });
  });

  test('is not confused with a second one some time later, which ends the program', async () => {
    expect(await node(interruptedTwice(300))).toMatchObject({ code: null, signal: 'SIGINT' });
  });
});
