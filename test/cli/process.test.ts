import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { table } from '../../src/report/table.ts';
import { silent } from '../report/results.ts';

const entry = fileURLToPath(new URL('./interruptible.ts', import.meta.url));

describe('the process', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s prints what is known and exits 3, without a stack',
    async (signal) => {
      const { child, ended } = start(['host', '--verbose']);
      await firstLine(child);
      child.kill(signal);
      expect(await ended).toEqual({
        exitCode: 3,
        signal: null,
        stdout: table(silent, { columns: null, color: false }),
        stderr: expect.stringMatching(
          /no answer\n.*no answer\npathmtu: interrupted; this is what is known so far\n$/,
        ),
      });
    },
  );

  test('a second SIGINT ends it at once', async () => {
    const { child, ended } = start(['host', '--verbose'], { STUBBORN: '1' });
    await firstLine(child);
    child.kill('SIGINT');
    await firstLine(child);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ signal: 'SIGINT', stdout: '' });
  });

  test('ends quietly, and with its exit code, when nobody reads the result', async () => {
    const { child, ended } = start(['predict', '--ike-auth', '3200', '--mtu', '1400']);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ exitCode: 1, stderr: '' });
  });
});

function start(argv: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', entry, ...argv], {
    env: { ...process.env, ...environment },
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  const ended = once(child, 'close').then(([exitCode, signal]: unknown[]) => ({
    exitCode,
    signal,
    ...written,
  }));
  return { child, ended };
}

/** Until the child has written to stderr once more. */
async function firstLine(child: ChildProcess): Promise<void> {
  if (child.stderr !== null) await once(child.stderr, 'data');
}
