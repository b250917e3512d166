/** A path of the lab, with what is true about it. */
import type { GatewayPlan } from './gateway.ts';
import type { NetworkPlan } from './network.ts';

export interface Scenario {
  /** One sentence. */
  readonly description: string;
  /** The true path MTU in bytes, whatever a program can find out; null when there is no path. */
  readonly pathMtu: number | null;
  readonly network: NetworkPlan;
  /** A strongSwan that runs on the host. */
  readonly gateway?: GatewayPlan;
}
