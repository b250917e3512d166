import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ComparisonDocument } from '../../src/report/comparison-json.ts';
import type { Outcome } from './commands.ts';
import { startGateway, type GatewayPlan } from './gateway.ts';
import { createFolder } from './namespaces.ts';
import type { Network, NetworkPlan } from './network.ts';
import { measure, startPathmtu } from './pathmtu.ts';
import { describeInLab, describeWithGateway } from './requirements.ts';
import { DROP_FRAGMENTS, SILENT_ABOUT_TOO_BIG } from './rules.ts';
import { bringUpSite, type Site } from './site.ts';
import type { Strongswan } from './strongswan.ts';

const IKE_AUTH = 3200;
const LIMIT_MS = 90_000;
const TIMED_ROUNDS = 3;

const BRANCHES: readonly { name: string; network: NetworkPlan; gateway: GatewayPlan }[] = [
  {
    name: 'pppoe',
    network: { links: [1500, 1492, 1500], nodes: { router2: { firewall: [DROP_FRAGMENTS] } } },
    gateway: { fragmentation: false },
  },
  {
    name: 'silent',
    network: { links: [1500, 1400, 1500], nodes: { router1: { firewall: [SILENT_ABOUT_TOO_BIG] } } },
    gateway: { fragmentation: true },
  },
  { name: 'healthy', network: { links: [1500, 1500, 1500] }, gateway: { fragmentation: true } },
];

describeWithGateway('compare of three gateways behind one site', () => {
  let site: Site | null = null;
  const gateways: Strongswan[] = [];
  let file = '';

  beforeAll(async () => {
    site = bringUpSite(BRANCHES.map(({ network }) => network));
    for (const [index, { gateway }] of BRANCHES.entries()) {
      gateways.push(await startGateway(branch(site, index), gateway));
    }
    file = join(createFolder(), 'gateways.yaml');
    const entries = BRANCHES.map(
      ({ name }, index) => `  - {name: ${name}, host: ${branch(site, index).target(4)}}\n`,
    );
    writeFileSync(file, `defaults: {ikeAuth: ${IKE_AUTH}}\ngateways:\n${entries.join('')}`);
  }, LIMIT_MS);

  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    site?.close();
  });

  test(
    'ranks them, judges each, and says which to use',
    async () => {
      const outcome = await compare(branch(site, 0), '--file', file, '--json');
      const { results, comparison } = documentOf(outcome);
      expect(
        results.map(({ target, pathMtu, blackHole, fragments, ike, ikeAuth }) => ({
          name: target.name,
          pathMtu,
          blackHole,
          fragments: fragments.status,
          ikeFragmentation: ike?.fragmentationSupported,
          verdict: ikeAuth?.verdict,
        })),
      ).toEqual([
        {
          name: 'healthy',
          pathMtu: 1500,
          blackHole: false,
          fragments: 'delivered',
          ikeFragmentation: true,
          verdict: 'ike-fragmented',
        },
        {
          name: 'silent',
          pathMtu: 1400,
          blackHole: true,
          fragments: 'delivered',
          ikeFragmentation: true,
          verdict: 'ike-fragmented',
        },
        {
          name: 'pppoe',
          pathMtu: 1492,
          blackHole: false,
          fragments: 'dropped',
          ikeFragmentation: false,
          verdict: 'ip-fragments-dropped',
        },
      ]);
      expect(comparison.ranking.map(({ rank, grade }) => [rank, grade])).toEqual([
        [1, 'works'],
        [2, 'works'],
        [3, 'fails'],
      ]);
      expect(comparison.recommendation.use).toBe('healthy');
      expect(comparison.recommendation.sentence).toContain('silent has a black hole');
      expect(comparison.differences).toEqual([
        'IP fragments reach healthy and silent, but not pppoe: what drops them is not at this site.',
        'IKEv2 fragmentation (RFC 7383) is offered by healthy and silent, not by pppoe.',
      ]);
      expect(outcome).toMatchObject({ code: 2, stderr: '' });
    },
    LIMIT_MS,
  );

  test(
    'takes less than one and a half times as long as the slowest of them alone',
    async () => {
      const alone: number[][] = BRANCHES.map(() => []);
      const together: number[] = [];
      // In turn, so that whatever else the machine does meets all of them alike.
      for (let round = 0; round < TIMED_ROUNDS; round += 1) {
        for (const [index, durations] of alone.entries()) {
          const network = branch(site, index);
          const { outcome } = await measure(network, network.target(4), '--ike-auth', String(IKE_AUTH));
          durations.push(outcome.durationMs);
        }
        together.push((await compare(branch(site, 0), '--file', file, '--json')).durationMs);
      }
      const medians = alone.map(median);
      process.stderr.write(
        `alone ${medians.map(Math.round).join(', ')} ms, together ${Math.round(median(together))} ms\n`,
      );
      expect(median(together)).toBeLessThan(1.5 * Math.max(...medians));
    },
    LIMIT_MS,
  );

  test.each([4, 6] as const)(
    'prints a table without colours into a pipe, over IPv%i',
    async (family) => {
      const hosts = BRANCHES.map((_, index) => branch(site, index).target(family));
      const { stdout } = await compare(branch(site, 0), ...hosts, '--ike-auth', String(IKE_AUTH));
      const lines = stdout.split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(stdout).not.toContain('\u001B');
      const [healthy, silent, pppoe] = [hosts[2], hosts[1], hosts[0]];
      expect(lines.slice(1, 4)).toEqual([
        expect.stringMatching(new RegExp(`^1 +${healthy} +1500 +no +yes +yes +IKE frag `)),
        expect.stringMatching(new RegExp(`^2 +${silent} +1400 +YES +yes +yes +IKE frag `)),
        expect.stringMatching(new RegExp(`^3 +${pppoe} +1492 +no +NO +NO +LOST `)),
      ]);
    },
    LIMIT_MS,
  );
});

const MANY = 48;
const NOBODY = 200;
const UNRESOLVED = 'no-such-gateway.invalid';

describeInLab(`compare of ${MANY + 2} gateways`, () => {
  let site: Site | null = null;
  let outcome: Outcome | null = null;
  let hosts: readonly string[] = [];

  beforeAll(async () => {
    const up = bringUpSite([{ links: [1500, 1400, 1500] }]);
    site = up;
    up.addAddresses(0, MANY);
    const addresses = Array.from({ length: MANY }, (_, index) => up.addressOf(0, index + 1, 4));
    // Not the last ones, so that others come after them.
    hosts = [...addresses.slice(0, 3), UNRESOLVED, up.addressOf(0, NOBODY, 4), ...addresses.slice(3)];
    outcome = await compare(branch(up, 0), ...hosts, '--deadline', '3');
    process.stderr.write(`${hosts.length} gateways in ${Math.round(outcome.durationMs)} ms\n`);
  }, LIMIT_MS);

  afterAll(() => site?.close());

  test(
    'one that does not answer and one that does not resolve leave the others as they are',
    async () => {
      const { results } = documentOf(await compare(branch(site, 0), ...hosts, '--deadline', '3', '--json'));
      expect(results).toHaveLength(hosts.length);
      const measured = results.filter(({ pathMtu }) => pathMtu === 1400);
      expect(new Set(measured.map(({ target }) => target.input)).size).toBe(MANY);
      expect(
        results.slice(MANY).map(({ target, status, error }) => [target.input, status, error?.code ?? null]),
      ).toEqual([
        [hosts[4], 'unreachable', null],
        [UNRESOLVED, 'unreachable', 'unresolved'],
      ]);
    },
    LIMIT_MS,
  );

  test('the table and the exit code say which failed', () => {
    const { code, stdout } = outcome ?? { code: null, stdout: '' };
    expect(code).toBe(3);
    const lines = stdout.split('\n');
    const end = lines.indexOf('');
    expect(lines.slice(end - 5, end).join('\n')).toMatch(
      new RegExp(
        `^ *- +${hosts[4]} .*\n +nothing answered, at any size\n *- +${UNRESOLVED} .*\n +not measured: no address`,
      ),
    );
  });
});

/** Of an odd number of runs: one run that the machine delayed must not decide. */
function median(durations: readonly number[]): number {
  return durations.toSorted((a, b) => a - b)[(TIMED_ROUNDS - 1) / 2] ?? Infinity;
}

async function compare(network: Network, ...args: string[]): Promise<Outcome> {
  return startPathmtu(network, ['compare', ...args]).outcome;
}

function documentOf(outcome: Outcome): ComparisonDocument {
  try {
    return JSON.parse(outcome.stdout) as ComparisonDocument;
  } catch (error) {
    throw new Error(`stdout is not one JSON document: ${JSON.stringify(outcome)}`, { cause: error });
  }
}

function branch(site: Site | null, index: number): Network {
  const network = site?.branches[index];
  if (network === undefined) throw new Error(`branch ${index} is not up: this is for the inside of a test`);
  return network;
}
