import { describe, expect, test } from '@jest/globals';
import { whileUp } from './fixture.ts';
import { TO_CLIENT } from './network.ts';
import { watchForPacket } from './packet-watch.ts';
import { parseResult, startPathmtu, startPathmtuAsNobody } from './pathmtu.ts';
import { describeInLab } from './requirements.ts';

const FAMILIES = [4, 6] as const;

describeInLab('what cannot be measured', () => {
  const network = whileUp('healthy');

  test.each(FAMILIES)('is one line for the user nobody, over IPv%i', async (family) => {
    const outcome = await startPathmtuAsNobody(network(), ['measure', network().target(family)]).outcome;
    expect(outcome).toMatchObject(oneLine(/permission|root|CAP_NET_RAW|sudo/i));
  });

  test('is one line for a host that does not resolve', async () => {
    const outcome = await startPathmtu(network(), ['measure', 'no-such-host.invalid']).outcome;
    expect(outcome).toMatchObject(oneLine(/no-such-host\.invalid/));
  }, 60_000);

  test.each([
    { args: ['--max', '20'], about: /--max/ },
    { args: ['--ike-auth', 'abc'], about: /--ike-auth/ },
    { args: ['--no-such-option'], about: /--no-such-option/ },
  ])('is one line for $args', async ({ args, about }) => {
    const outcome = await startPathmtu(network(), ['measure', network().target(4), ...args]).outcome;
    expect(outcome).toMatchObject(oneLine(about));
  });
});

describeInLab('a target without a route', () => {
  const network = whileUp('no-route');

  test.each(FAMILIES)('is one line over IPv%i', async (family) => {
    const outcome = await startPathmtu(network(), ['measure', network().target(family)]).outcome;
    expect(outcome).toMatchObject(oneLine(/route|unreachable/i));
  });
});

// Paths that keep a measurement busy for longer than it takes to send the signal.
describeInLab('Ctrl-C in the middle of a measurement', () => {
  describe.each(['nothing-answers', 'udp-only-default-limits'] as const)('%s', (scenario) => {
    const network = whileUp(scenario);

    test.each(FAMILIES)('prints what is known over IPv%i, as JSON, and exits 3', async (family) => {
      const target = network().target(family);
      const { seen } = await watchForPacket(network(), 'router1', TO_CLIENT, `dst host ${target}`);
      const program = startPathmtu(network(), ['measure', target, '--json']);
      await seen;
      program.signal('SIGINT');
      const outcome = await program.outcome;

      expect(parseResult(outcome)).toMatchObject({
        schemaVersion: 1,
        target: { address: target },
        pathMtu: null,
      });
      expect(outcome).toMatchObject({ code: 3, signal: null });
      expect(outcome.stderr).not.toMatch(STACK);
      // Far less than any timeout: the signal ended it, not the deadline.
      expect(outcome.durationMs).toBeLessThan(2000);
    });
  });
});

/** Exit code 3, an empty stdout, and on stderr one line (so no stack) that says what it is about. */
function oneLine(about: RegExp): object {
  const line = new RegExp(`^[^\\n]*(${about.source})[^\\n]*\\n$`, about.flags);
  return { code: 3, stdout: '', stderr: expect.stringMatching(line) };
}

const STACK = /^\s+at .+:\d+:\d+/m;
