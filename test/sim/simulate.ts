import { HopSearch } from '../../src/probe/hop-search.ts';
import { Measurement, type MeasurementOptions } from '../../src/probe/measurement.ts';
import { createFlow } from '../../src/probe/methods/flow.ts';
import { createIcmpMethod } from '../../src/probe/methods/icmp.ts';
import { createIkeMethod } from '../../src/probe/methods/ike.ts';
import { createUdpMethod } from '../../src/probe/methods/udp.ts';
import { DEFAULT_IKE_PROBES } from '../../src/probe/manners.ts';
import type { Method, MethodName } from '../../src/probe/method.ts';
import type { ProbeEvent } from '../../src/probe/event.ts';
import { createRandom } from '../../src/probe/random.ts';
import { EqualCostPaths, type SimulatedNetwork, type Spreading } from './equal-cost-paths.ts';
import { CLIENT, HOST, SimulatedPath, type PathSpec } from './path.ts';

export interface Simulation {
  readonly measurement: Measurement;
  readonly path: SimulatedNetwork;
  readonly durationMs: number;
  readonly events: readonly ProbeEvent[];
}

/** Of the first flow; the others count on from here. */
export const FIRST_SOURCE_PORT = 54_321;
export const FIRST_IDENTIFIER = 0x1234;

/** Sending one packet takes this long in virtual time, about what a system call costs. */
const SEND_COST_MS = 0.02;

/** Runs one whole measurement over a simulated path, in virtual time. Same seed, same run. */
export function simulate(
  spec: PathSpec,
  seed: number,
  options: Partial<
    Pick<
      MeasurementOptions,
      'strategy' | 'minBytes' | 'maxBytes' | 'localMtu' | 'deadlineMs' | 'createFragmentTest'
    >
  > & {
    readonly methods?: readonly MethodName[];
    /** Default: the program's. */
    readonly ikeProbes?: number;
    /** Whether to look for the hop of a black hole. Default: false. */
    readonly locate?: boolean;
    /** How many flows to measure. Default: the first one only. */
    readonly flows?: number;
    /** Further paths, and how packets are spread over all of them, `spec` first. Default: `spec` alone. */
    readonly beside?: { readonly specs: readonly PathSpec[]; readonly branchOf: Spreading };
  } = {},
): Simulation {
  const pathRandom = createRandom([seed, 1, 2, 3]);
  const path =
    options.beside === undefined
      ? new SimulatedPath(spec, pathRandom)
      : new EqualCostPaths([spec, ...options.beside.specs], options.beside.branchOf, pathRandom);
  const random = createRandom([seed, 4, 5, 6]);
  const flow = createFlow(CLIENT[spec.family], HOST[spec.family], random);
  const methodOf = (name: 'icmp' | 'udp', place: number): Method => {
    const own = place === 0 ? flow : createFlow(CLIENT[spec.family], HOST[spec.family], random);
    return name === 'icmp'
      ? createIcmpMethod(own, FIRST_IDENTIFIER + place, random)
      : createUdpMethod(own, FIRST_SOURCE_PORT + place, 33434, random);
  };
  const all = {
    icmp: () => methodOf('icmp', 0),
    udp: () => methodOf('udp', 0),
    ike: () =>
      createIkeMethod(flow, {
        sourcePort: FIRST_SOURCE_PORT,
        port: 500,
        // The simulated gateway does not look whether it is on the curve.
        keyExchange: new Uint8Array(64),
        mostProbes: options.ikeProbes ?? DEFAULT_IKE_PROBES,
        random,
      }),
  };
  const events: ProbeEvent[] = [];
  const measurement = new Measurement({
    methods: (options.methods ?? ['icmp', 'udp']).map((name) => all[name]()),
    strategy: options.strategy ?? 'parallel',
    minBytes: options.minBytes ?? 68,
    maxBytes: options.maxBytes ?? null,
    localMtu: options.localMtu === undefined ? (spec.links[0]?.mtu ?? null) : options.localMtu,
    deadlineMs: options.deadlineMs ?? 10_000,
    protocolMinimumMtu: spec.family === 4 ? 68 : 1280,
    random,
    createHopSearch:
      options.locate === true
        ? ({ largeBytes, targetHop }) =>
            new HopSearch({ method: createIcmpMethod(flow, 0x4321, random), largeBytes, targetHop })
        : null,
    createFragmentTest: options.createFragmentTest ?? null,
    createFlowMethods:
      options.flows === undefined
        ? null
        : (name) => Array.from({ length: (options.flows ?? 1) - 1 }, (_, index) => methodOf(name, index + 1)),
    onEvent: (event) => events.push(event),
  });

  return { measurement, path, durationMs: carry(measurement, path, 0), events };
}

/** Moves packets, messages and virtual time between a measurement and a path until it is over, which is returned. */
export function carry(
  measurement: Pick<Measurement, 'poll' | 'isOver' | 'wakeAtMs' | 'onMessage'>,
  path: Pick<SimulatedPath, 'send' | 'next' | 'nextAtMs'>,
  startsAtMs: number,
): number {
  let nowMs = startsAtMs;
  let turnsWithoutTime = 0;
  for (;;) {
    const beganAtMs = nowMs;
    for (const packet of measurement.poll(nowMs)) {
      nowMs += SEND_COST_MS;
      if (path.send(packet.packet, nowMs)) packet.sender.onSent(packet.number, nowMs);
      else packet.sender.onSendFailed(packet.number, 'too-large', 'message too long', nowMs);
    }
    if (measurement.isOver) return nowMs;
    const wakeAtMs = measurement.wakeAtMs;
    if (path.nextAtMs <= wakeAtMs) {
      const arrival = path.next();
      if (arrival === undefined) throw new Error('an arrival has a time but is not there');
      nowMs = Math.max(nowMs, arrival.atMs);
      measurement.onMessage(arrival.inbound, nowMs);
    } else {
      if (wakeAtMs === Infinity) throw new Error('it waits for nothing, for ever');
      nowMs = Math.max(nowMs, wakeAtMs);
    }
    turnsWithoutTime = nowMs > beganAtMs ? 0 : turnsWithoutTime + 1;
    if (turnsWithoutTime > MOST_TURNS_WITHOUT_TIME)
      throw new Error('it wants to be woken at once, again and again');
  }
}

/** Arrivals at one time are far fewer. */
const MOST_TURNS_WITHOUT_TIME = 10_000;
