import { describe, expect, test } from '@jest/globals';
import type { Family } from '../../src/results/result.ts';
import { whileUp } from './fixture.ts';
import { startForger, type Forgery } from './forger.ts';
import { measure } from './pathmtu.ts';
import { describeInLab } from './requirements.ts';

const FORGERIES: readonly { readonly forgery: Forgery; readonly mtu: number }[] = [
  { forgery: 'unknown-quote', mtu: 1300 },
  { forgery: 'wrong-id', mtu: 1300 },
  { forgery: 'right-quote', mtu: 0 },
  { forgery: 'right-quote', mtu: 68 },
  { forgery: 'right-quote', mtu: 576 },
  { forgery: 'right-quote', mtu: 1300 },
  { forgery: 'right-quote', mtu: 2000 },
];

const EACH_FAMILY = FORGERIES.flatMap((forgery) =>
  ([4, 6] as const).map((family: Family) => ({ ...forgery, family })),
);

// In a black hole the oversized probes stay unanswered, so that the forger, who quotes every probe as it passes, is
// certain to reach the program while they are in flight.
describeInLab('forged PTBs during a measurement of a 1400 black hole', () => {
  // Not on the silent router itself: its firewall would drop the forged ones too.
  const network = whileUp('silent-1400-at-router2');

  test.each(EACH_FAMILY)(
    '$forgery, MTU $mtu, IPv$family: the answer stays exact and a finding says so',
    async ({ forgery, mtu, family }) => {
      const forger = await startForger(network(), family, forgery, mtu);
      const { result, outcome } = await measure(network(), network().target(family));
      await forger.stop();

      expect(result).toMatchObject({ status: 'exact', pathMtu: 1400 });
      expect(result.findings.map(({ code }) => code)).toContainEqual(expect.stringMatching(/ptb/));
      expect(outcome.code).toBe(0);
    },
    20_000,
  );
});

describeInLab('forged PTBs during a measurement of a healthy path', () => {
  const network = whileUp('healthy');

  test.each(EACH_FAMILY)(
    '$forgery, MTU $mtu, IPv$family: the answer stays exact',
    async ({ forgery, mtu, family }) => {
      const forger = await startForger(network(), family, forgery, mtu);
      const { result } = await measure(network(), network().target(family));
      await forger.stop();

      expect(result).toMatchObject({ status: 'exact', pathMtu: 1500, blackHole: false });
    },
    20_000,
  );
});

describeInLab("a lower MTU in the kernel's route cache", () => {
  describe.each(['healthy', 'silent-1400', 'ptb-1400'] as const)('%s', (scenario) => {
    const network = whileUp(scenario);

    test.each([4, 6] as const)('does not touch the answer over IPv%i', async (family) => {
      const target = network().target(family);
      const [, middle = 0] = network().plan.links;
      // The link to the host: the router before it sends PTBs in every one of these scenarios.
      network().setLinkMtu(3, CACHED_MTU);
      network().must('client', ['bash', '-c', sendDatagram(target)]);
      network().setLinkMtu(3, 1500);
      const route = network().must('client', ['ip', 'route', 'get', target]);
      const { result } = await measure(network(), target);

      expect(route).toContain(`mtu ${CACHED_MTU}`);
      expect(result).toMatchObject({ status: 'exact', pathMtu: middle });
    });
  });
});

const CACHED_MTU = 1300;

/** One datagram too large for {@link CACHED_MTU}, and a socket that stays open for the PTB. */
function sendDatagram(target: string): string {
  return `exec 3<> /dev/udp/${target}/9; head -c 1350 /dev/zero >&3; read -t 0.1 -u 3 || true`;
}
