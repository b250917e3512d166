/** A scenario that is up while the tests of a `describe` run. */
import { afterAll, beforeAll } from '@jest/globals';
import { bringUp, type Network } from './network.ts';
import { SCENARIOS, type Scenario, type ScenarioName } from './scenarios.ts';

/** Call it in the body of a `describe`; what it returns gives the network, inside tests. */
export function whileUp(name: ScenarioName): () => Network {
  const scenario: Scenario = SCENARIOS[name];
  let network: Network | null = null;
  beforeAll(() => {
    network = bringUp(scenario.network);
  });
  afterAll(() => network?.close());
  return () => {
    if (network === null) throw new Error(`${name} is not up: this is for the inside of a test`);
    return network;
  };
}
