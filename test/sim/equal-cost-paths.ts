import type { Inbound } from '../../src/probe/method.ts';
import type { Random } from '../../src/probe/random.ts';
import { SimulatedPath, type PathSpec } from './path.ts';

/** What a measurement in virtual time needs of a network. */
export type SimulatedNetwork = Pick<SimulatedPath, 'send' | 'nextAtMs' | 'next' | 'packets' | 'bytes'>;

/** Which branch a packet takes: an index of the specs. Given the whole IP packet. */
export type Spreading = (packet: Uint8Array) => number;

/** Several paths between the same two hosts, over which a router spreads flows. */
export class EqualCostPaths implements SimulatedNetwork {
  readonly #branches: readonly SimulatedPath[];
  readonly #branchOf: Spreading;

  constructor(specs: readonly PathSpec[], branchOf: Spreading, random: Random) {
    this.#branches = specs.map((spec) => new SimulatedPath(spec, random));
    this.#branchOf = branchOf;
  }

  send(packet: Uint8Array, nowMs: number): boolean {
    const branch = this.#branches[this.#branchOf(packet)];
    if (branch === undefined) throw new RangeError('a packet was spread to no branch');
    return branch.send(packet, nowMs);
  }

  get nextAtMs(): number {
    return Math.min(...this.#branches.map(({ nextAtMs }) => nextAtMs));
  }

  next(): { readonly atMs: number; readonly inbound: Inbound } | undefined {
    const { nextAtMs } = this;
    return this.#branches.find((branch) => branch.nextAtMs === nextAtMs)?.next();
  }

  get packets(): number {
    return this.#branches.reduce((total, { packets }) => total + packets, 0);
  }

  get bytes(): number {
    return this.#branches.reduce((total, { bytes }) => total + bytes, 0);
  }
}

/** UDP source port of an IPv4 packet, or the identifier of its echo request. */
export function flowNumberOf(packet: Uint8Array): number {
  const view = new DataView(packet.buffer, packet.byteOffset);
  return packet[9] === UDP ? view.getUint16(20) : view.getUint16(24);
}

const UDP = 17;
