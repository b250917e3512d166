import { describe, expect, test } from '@jest/globals';
import { json } from '../../src/report/json.ts';
import { traceTable } from '../../src/report/trace-table.ts';
import type { TraceResult } from '../../src/results/trace-result.ts';
import type { TraceOptions } from '../../src/run/trace-options.ts';
import { answered, sent } from '../report/events.ts';
import { traced, unreachableTrace } from '../report/traces.ts';
import { interrupt, run, type Ran } from './fake-surroundings.ts';

interface Asked {
  readonly input: string;
  readonly options: TraceOptions;
}

/** Runs `trace` with these arguments; tells a probe to the target and one to hop 3. */
async function runTrace(
  argv: readonly string[],
  result: TraceResult = traced,
  isTerminal = false,
): Promise<Ran & { readonly asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const ran = await run(['trace', ...argv], {
    isTerminal,
    trace: async (input, options) => {
      asked.push({ input, options });
      options.onEvent?.(sent(1));
      options.onEvent?.(answered(1));
      options.onHopEvent?.(answered(2), 3);
      return result;
    },
  });
  return { ...ran, asked };
}

describe('trace', () => {
  test('passes every option on', async () => {
    const { asked } = await runTrace('-6 --method udp --max-hops 12 --deadline 3 host'.split(' '));
    expect(asked).toEqual([
      {
        input: 'host',
        options: { family: 6, method: 'udp', maxHops: 12, deadlineMs: 3000, signal: expect.any(AbortSignal) },
      },
    ]);
  });

  test('prints the table, and nothing on stderr when that is not a terminal', async () => {
    expect(await runTrace(['host'])).toMatchObject({
      stdout: traceTable(traced, { columns: null, color: false }),
      stderr: '',
      exitCode: 0,
    });
  });

  test('prints the document with --json', async () => {
    expect((await runTrace(['host', '--json'])).stdout).toBe(json(traced));
  });

  test('shows the live line of the measurement on a terminal, and colours', async () => {
    const { stdout, stderr } = await runTrace(['host'], traced, true);
    expect(stderr).toContain('path MTU');
    expect(stdout).toBe(traceTable(traced, { columns: 80, color: true }));
  });

  test('says with --verbose for which hop a probe was', async () => {
    const { stderr } = await runTrace(['host', '--verbose']);
    expect(stderr.split('\n')[0]).not.toMatch(/hop/);
    expect(stderr.split('\n')[1]).toMatch(/^ +12\.3 ms {2}icmp +1400 {2}hop 3 {4}answered in 40\.3 ms/);
  });

  test('exits 3 when the path MTU is not exact', async () => {
    expect((await runTrace(['host'], unreachableTrace)).exitCode).toBe(3);
  });

  test('ended by Ctrl-C prints what is known and exits 3', async () => {
    const ran = await run(['trace', 'host'], {
      trace: (_input, { signal }) =>
        new Promise((resolve) => {
          signal?.addEventListener('abort', () => resolve(traced));
          interrupt();
        }),
    });
    expect(ran).toMatchObject({
      exitCode: 3,
      stdout: traceTable(traced, { columns: null, color: false }),
      stderr: 'pathmtu: interrupted; this is what is known so far\n',
    });
  });

  test.each([
    { argv: ['host', '--method', 'ike'], stderr: /--method does not know "ike"/ },
    { argv: ['host', '--method', 'icmp,udp'], stderr: /--method does not know "icmp,udp"/ },
    { argv: ['host', '--max-hops', '0'], stderr: /--max-hops 0 is out of range: .* 1 to 64/ },
    { argv: ['host', '--max-hops', 'x'], stderr: /--max-hops "x" is not a whole number/ },
    { argv: ['host', '-4', '-6'], stderr: /exclude each other/ },
    { argv: ['host', '--ike-auth', '3200'], stderr: /--ike-auth/ },
    { argv: [], stderr: /host/ },
  ])('refuses $argv in one line', async ({ argv, stderr }) => {
    const ran = await runTrace(argv);
    expect(ran).toMatchObject({ exitCode: 3, stdout: '', asked: [] });
    expect(ran.stderr).toMatch(/^pathmtu: [^\n]+\n$/);
    expect(ran.stderr).toMatch(stderr);
  });
});
