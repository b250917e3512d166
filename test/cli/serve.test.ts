import { describe, expect, test } from '@jest/globals';
import type { ExporterOptions } from '../../src/exporter/start.ts';
import { PathmtuError } from '../../src/errors.ts';
import { main } from '../../src/cli/main.ts';
import { processSurroundings, type Output, type Surroundings } from '../../src/cli/surroundings.ts';
import { run } from './fake-surroundings.ts';

/** A command line whose exporter does nothing, up to the signal that ends it. */
function serve(argv: readonly string[], start?: Surroundings['startExporter']) {
  const asked: ExporterOptions[] = [];
  const done: string[] = [];
  let stderr = '';
  const signals = { interrupt: (): void => undefined, hangup: (): void => undefined };
  const exitCode = main(['serve', ...argv], {
    ...processSurroundings(),
    stdout: output((text) => done.push(text)),
    stderr: output((text) => (stderr += text)),
    leaveSoon: () => {
      done.push('leave soon');
    },
    onInterrupt: (listener) => {
      signals.interrupt = () => listener();
      return () => done.push('interrupts off');
    },
    onHangup: (listener) => {
      signals.hangup = () => listener();
      return () => done.push('hangups off');
    },
    startExporter: async (options) => {
      asked.push(options);
      if (start !== undefined) return start(options);
      return {
        url: 'http://127.0.0.1:9786/',
        gateways: 3,
        reload: async () => {
          done.push('reload');
        },
        stop: async () => {
          done.push('stop');
        },
      };
    },
  });
  const started = async (): Promise<void> => {
    while (!stderr.includes('serving')) {
      // oxlint-disable-next-line no-await-in-loop
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { exitCode, asked, done, stderr: () => stderr, signals, started };
}

describe('serve', () => {
  test('starts with its defaults, says where, reloads on SIGHUP, and ends with 0 on SIGTERM', async () => {
    const { exitCode, asked, done, stderr, signals, started } = serve(['--file', 'gateways.yaml']);
    await started();
    signals.hangup();
    signals.interrupt();
    expect(await exitCode).toBe(0);
    expect(asked).toEqual([
      {
        file: 'gateways.yaml',
        listen: { host: '127.0.0.1', port: 9786 },
        allowed: [],
        concurrency: 8,
        maxPacketsPerSecond: 1000,
        user: null,
        onMessage: expect.any(Function),
      },
    ]);
    expect(done).toEqual(['reload', 'stop', 'leave soon', 'interrupts off', 'hangups off']);
    expect(stderr()).toBe('pathmtu: serving 3 gateways on http://127.0.0.1:9786/\n');
  });

  test('hands on every option', async () => {
    const line =
      '--file g.yaml --listen [::1]:80 --allow-target 10.0.0.0/8 --allow-target 2001:db8::/32 --concurrency 3 --max-packets-per-second 200 --user nobody';
    const { exitCode, asked, signals, started } = serve(line.split(' '));
    await started();
    signals.interrupt();
    await exitCode;
    expect(asked).toMatchObject([
      {
        listen: { host: '::1', port: 80 },
        allowed: [{ prefixLength: 8 }, { prefixLength: 32 }],
        concurrency: 3,
        maxPacketsPerSecond: 200,
        user: 'nobody',
      },
    ]);
  });

  test.each([
    { argv: [], about: 'serve needs the gateways' },
    { argv: ['--file', 'g', '--listen', '9786'], about: '--listen "9786" is not ADDRESS:PORT' },
    { argv: ['--file', 'g', '--listen', ':9786'], about: 'is not ADDRESS:PORT' },
    { argv: ['--file', 'g', '--listen', '127.0.0.1:65536'], about: 'is not ADDRESS:PORT' },
    { argv: ['--file', 'g', '--listen', '::1:9786'], about: 'is not ADDRESS:PORT' },
    { argv: ['--file', 'g', '--allow-target', 'vpn.example'], about: 'is not a range of addresses' },
    { argv: ['--file', 'g', '--concurrency', '0'], about: '--concurrency 0 is out of range' },
    { argv: ['--file', 'g', '--max-packets-per-second', '9'], about: 'is out of range' },
    { argv: ['--file', 'g', '--file', 'h'], about: '--file is given more than once' },
    { argv: ['--file', 'g', 'paris'], about: 'unexpected argument "paris"' },
    { argv: ['--file', 'g', '--lisen', 'x'], about: 'did you mean --listen?' },
  ])('refuses $argv in one line, and exits 3', async ({ argv, about }) => {
    const { exitCode, stdout, stderr } = await run(['serve', ...argv]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain(about);
    expect(stderr).toMatch(/^pathmtu: [^\n]+\n$/);
  });

  test('says in one line why it could not start, and listens to signals no more', async () => {
    const { exitCode, stderr, done } = serve(['--file', 'g'], () =>
      Promise.reject(
        new PathmtuError('cannot-listen', 'cannot listen on 127.0.0.1:9786: the port is in use'),
      ),
    );
    expect(await exitCode).toBe(3);
    expect(stderr()).toBe('pathmtu: cannot listen on 127.0.0.1:9786: the port is in use\n');
    expect(done).toEqual(['interrupts off', 'hangups off']);
  });

  test('tells what the exporter has to say, without control characters', async () => {
    const { exitCode, asked, stderr, signals, started } = serve(['--file', 'g']);
    await started();
    asked[0]?.onMessage('not reloaded: \u001B[31mred\nsecond line');
    signals.interrupt();
    await exitCode;
    expect(stderr()).toContain('pathmtu: not reloaded: ?[31mred\nsecond line\n');
  });

  test('has a help page within 80 columns that names all options', async () => {
    const { stdout, exitCode } = await run(['serve', '--help']);
    expect(exitCode).toBe(0);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const option of [
      'file',
      'listen',
      'allow-target',
      'concurrency',
      'max-packets-per-second',
      'user',
    ]) {
      expect(stdout).toContain(`--${option}`);
    }
  });
});

function output(write: (text: string) => void): Output {
  return { write, whenTaken: () => Promise.resolve(), isTerminal: false, columns: null };
}
