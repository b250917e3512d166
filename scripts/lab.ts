/**
 * `npm run lab -- SCENARIO`: brings a path of network namespaces up, leaves a shell inside the client's, and takes
 * everything down when the shell ends. `npm run lab -- SCENARIO -- COMMAND…` runs that command there instead and
 * exits with its code. Without an argument: the scenarios.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { nearest } from '../src/nearest.ts';
import { startGateway } from '../test/lab/gateway.ts';
import { bringUp, familiesOf, nodesOf, type Network } from '../test/lab/network.ts';
import type { Scenario } from '../test/lab/scenario.ts';
import { SCENARIOS, scenarioNames, type ScenarioName } from '../test/lab/scenarios.ts';
import type { Strongswan } from '../test/lab/strongswan.ts';

async function main(args: readonly string[]): Promise<number> {
  const [name = 'list', ...rest] = args;
  if (name === 'list' || name === '--help' || name === '-h') {
    process.stdout.write(listing());
    return 0;
  }
  if (!isScenarioName(name)) {
    return refuse(unknownScenario(name));
  }
  // npm passes everything behind its own `--`; a second one is optional.
  const command = rest[0] === '--' ? rest.slice(1) : rest;
  if (process.getuid?.() !== 0) {
    return refuse(`network namespaces need root: sudo npm run lab -- ${args.join(' ')}`);
  }
  return withNetwork(SCENARIOS[name], async (network, gateway) => {
    if (command.length > 0) return runInside(network, command);
    process.stdout.write(topology(name, SCENARIOS[name], network, gateway));
    return runInside(network, [process.env['SHELL'] ?? 'bash']);
  });
}

async function withNetwork(
  scenario: Scenario,
  body: (network: Network, gateway: Strongswan | null) => Promise<number>,
): Promise<number> {
  // Ctrl-C is for the program inside; this one stays and cleans up. Other signals end both: the network's exit
  // handler kills what still runs inside.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(UNKNOWN));
  const network = bringUp(scenario.network);
  try {
    const gateway = scenario.gateway === undefined ? null : await startGateway(network, scenario.gateway);
    try {
      return await body(network, gateway);
    } finally {
      await gateway?.stop();
    }
  } finally {
    network.close();
  }
}

/** Runs a command on the client with this terminal; its exit code, as a shell would say it. */
async function runInside(network: Network, command: readonly string[]): Promise<number> {
  const client = network.namespaceOf('client');
  const child = spawn('ip', ['netns', 'exec', client, ...command], {
    stdio: 'inherit',
    env: { ...process.env, PATHMTU_LAB: client },
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? (signal === null ? UNKNOWN : 128 + constants.signals[signal]);
}

function listing(): string {
  const names = scenarioNames();
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map((name) => `${name.padEnd(width)}  ${SCENARIOS[name].description}`);
  return ['npm run lab -- SCENARIO [-- COMMAND…]', '', ...lines, ''].join('\n');
}

function topology(
  name: ScenarioName,
  scenario: Scenario,
  network: Network,
  gateway: Strongswan | null,
): string {
  const { links } = scenario.network;
  const path = nodesOf(scenario.network).map((node, position) =>
    position === 0 ? node : `--${links[position - 1]}-- ${node}`,
  );
  const rows = network.nodes.map((node) => {
    const addresses = network.families.map((family) => network.addressOf(node, family));
    return `  ${node.padEnd(8)}  ${addresses.join('  ')}  (ip netns exec ${network.namespaceOf(node)} …)`;
  });
  const examples = familiesOf(scenario.network).map(
    (family) => `  node bin/pathmtu.js ${network.target(family)}`,
  );
  return [
    `${name}: ${scenario.description}`,
    `  ${path.join(' ')}`,
    `  path MTU ${scenario.pathMtu ?? 'none'}${network.families.includes(6) ? '' : ', IPv4 only'}`,
    '',
    ...rows,
    ...(gateway === null ? [] : ['', ...gatewayLines(gateway)]),
    '',
    'You are on the client. Try:',
    ...examples,
    'Everything is taken down when this shell ends.',
    '',
  ].join('\n');
}

function gatewayLines({ logFile, controlUri }: Strongswan): string[] {
  return ['The host runs strongSwan:', `  tail -f ${logFile}`, `  swanctl --stats --uri ${controlUri}`];
}

function refuse(message: string): number {
  process.stderr.write(`lab: ${message}\n`);
  return UNKNOWN;
}

function unknownScenario(name: string): string {
  const names = scenarioNames();
  const alike = [...names.filter((candidate) => candidate.includes(name)), nearest(name, names)];
  const likely = [...new Set(alike.filter((candidate) => candidate !== null))].slice(0, 5);
  const question = likely.length === 0 ? '' : ` Did you mean ${likely.join(', ')}?`;
  return `no scenario "${name}".${question} npm run lab lists them all`;
}

function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name);
}

/** The monitoring-plugins convention, as everywhere in this project. */
const UNKNOWN = 3;

process.exitCode = await main(process.argv.slice(2));
