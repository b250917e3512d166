/** A scenario that is up while the tests of a `describe` run. */
import { afterAll, beforeAll } from '@jest/globals';
import { startGateway } from './gateway.ts';
import type { GatewayScenarioName } from './gateway-scenarios.ts';
import { bringUp, type Network } from './network.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';
import type { Strongswan } from './strongswan.ts';

/** Call it in the body of a `describe`; what it returns gives the network, inside tests. A gateway is not started. */
export function whileUp(name: ScenarioName): () => Network {
  return during(
    name,
    () => bringUp(SCENARIOS[name].network),
    (network) => network.close(),
  );
}

/** The same for a scenario with a gateway, which runs too. */
export function whileGatewayUp(name: GatewayScenarioName): () => GatewayLab {
  const scenario: Scenario = SCENARIOS[name];
  return during(
    name,
    async () => {
      const network = bringUp(scenario.network);
      return { network, gateway: await startGateway(network, scenario.gateway ?? {}) };
    },
    async ({ network, gateway }) => {
      await gateway.stop();
      network.close();
    },
  );
}

export interface GatewayLab {
  readonly network: Network;
  readonly gateway: Strongswan;
}

function during<Value>(
  name: string,
  begin: () => Value | Promise<Value>,
  end: (value: Value) => void | Promise<void>,
): () => Value {
  let current: { readonly value: Value } | null = null;
  beforeAll(async () => {
    current = { value: await begin() };
  });
  afterAll(() => (current === null ? undefined : end(current.value)));
  return () => {
    if (current === null) throw new Error(`${name} is not up: this is for the inside of a test`);
    return current.value;
  };
}
