import { describe, expect, test } from '@jest/globals';
import type { Family } from '../../src/results/result.ts';
import { whileGatewayUp } from './fixture.ts';
import { askInFragments, type CutRequest } from './fragments.ts';
import type { GatewayScenarioName } from './gateway-scenarios.ts';
import { familiesOf } from './network.ts';
import { describeWithGateway } from './requirements.ts';
import { SCENARIOS } from './scenarios.ts';

/** By the name of what it shows; sizes fit a path of 1400. */
const REQUESTS = {
  whole: { packetBytes: 1400, pieceBytes: 1400, order: 'in-order' },
  'in-order': { packetBytes: 3000, pieceBytes: 1400, order: 'in-order' },
  'last-first': { packetBytes: 3000, pieceBytes: 1400, order: 'last-first' },
  'small-pieces': { packetBytes: 3000, pieceBytes: 576, order: 'in-order' },
  'many-pieces': { packetBytes: 3000, pieceBytes: 200, order: 'in-order' },
  'small-datagram': { packetBytes: 300, pieceBytes: 200, order: 'in-order' },
} as const satisfies Readonly<Record<string, CutRequest>>;

type RequestName = keyof typeof REQUESTS;

const EVERYTHING = Object.keys(REQUESTS) as RequestName[];

const CASES: readonly { scenario: GatewayScenarioName; arrive: readonly RequestName[] }[] = [
  { scenario: 'fragments-passed', arrive: EVERYTHING },
  { scenario: 'ike-only-silent-1400', arrive: EVERYTHING },
  { scenario: 'gateway-plain', arrive: EVERYTHING },
  { scenario: 'nat', arrive: EVERYTHING },
  { scenario: 'fragments-dropped', arrive: ['whole'] },
  { scenario: 'non-first-fragments-dropped', arrive: ['whole'] },
  {
    scenario: 'fragments-dropped-when-last-first',
    arrive: EVERYTHING.filter((name) => name !== 'last-first'),
  },
  { scenario: 'large-datagrams-dropped', arrive: ['whole', 'small-datagram'] },
];

describeWithGateway('what arrives at a gateway', () => {
  describe.each(CASES)('$scenario', ({ scenario, arrive }) => {
    const lab = whileGatewayUp(scenario);

    test.each(familiesOf(SCENARIOS[scenario].network))(`over IPv%i: ${arrive.join(', ')}`, async (family) => {
      const answers = await askInFragments(lab().network, family, Object.values(REQUESTS));
      expect(EVERYTHING.filter((_name, index) => answers[index] === true)).toEqual(arrive);
    });
  });

  describe('tiny-mtu', () => {
    const lab = whileGatewayUp('tiny-mtu');

    test('a packet of 576 bytes, and not the smallest IKE fragment beyond', async () => {
      const answers = await askInFragments(lab().network, 4, [
        { packetBytes: 576, pieceBytes: 576, order: 'in-order' },
        // Without DF, so that router1 cuts it.
        { packetBytes: 1280, pieceBytes: 1280, order: 'in-order' },
      ]);
      expect(answers).toEqual([true, false]);
    });
  });

  describe('ike-only-healthy', () => {
    const lab = whileGatewayUp('ike-only-healthy');

    test.each([4, 6] as const)('no ping and no closed port over IPv%i', async (family) => {
      const { network } = lab();
      const target = network.target(family);
      const ping = ['ping', '-n', '-c', '1', '-W', '0.3', target];
      const closedPort = ['bash', '-c', `exec 3<>/dev/udp/${target}/33434; echo >&3; read -t 0.3 <&3`];
      for (const command of [ping, closedPort]) {
        const { code } = await network.start('client', command).outcome;
        expect(code).not.toBe(0);
      }
    });
  });

  describe('gateway-cookies', () => {
    const lab = whileGatewayUp('gateway-cookies');

    test.each([4, 6] as const)('a COOKIE is the answer to every IKE_SA_INIT over IPv%i', async (family) => {
      const { network, gateway } = lab();
      const before = cookies(gateway.log());
      const answers = await askInFragments(network, family, [REQUESTS.whole, REQUESTS.whole, REQUESTS.whole]);
      expect(answers).toEqual([true, true, true]);
      expect(cookies(gateway.log()) - before).toBe(3);
    });
  });

  describe('nat', () => {
    const lab = whileGatewayUp('nat');

    test.each<Family>([4, 6])("the gateway sees the router's address over IPv%i", async (family) => {
      const { network, gateway } = lab();
      await askInFragments(network, family, [REQUESTS.whole]);
      const client = network.addressOf('client', family);
      const router = family === 4 ? '10.0.2.1' : '2001:db8:2::1';
      expect(gateway.log()).toContain(`received packet: from ${router}[`);
      expect(gateway.log()).not.toContain(`received packet: from ${client}[`);
    });
  });
});

function cookies(log: string): number {
  return log.split('N(COOKIE)').length - 1;
}
