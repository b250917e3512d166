import type { ProbeEvent } from '../../src/probe/event.ts';
import { Measurement } from '../../src/probe/measurement.ts';
import type { MethodName } from '../../src/probe/method.ts';
import { createFlow } from '../../src/probe/methods/flow.ts';
import { createIcmpMethod } from '../../src/probe/methods/icmp.ts';
import { createIkeMethod } from '../../src/probe/methods/ike.ts';
import { DEFAULT_IKE_PROBES } from '../../src/probe/manners.ts';
import { createUdpMethod } from '../../src/probe/methods/udp.ts';
import { createRandom } from '../../src/probe/random.ts';
import { Trace } from '../../src/probe/trace.ts';
import { CLIENT, HOST, SimulatedPath, type PathSpec } from './path.ts';
import { carry } from './simulate.ts';

export interface SimulatedTrace {
  readonly trace: Trace;
  readonly path: SimulatedPath;
  readonly durationMs: number;
  /** Of the probes to hops. */
  readonly events: readonly { readonly hop: number; readonly event: ProbeEvent }[];
}

/** Runs one whole trace over a simulated path, in virtual time. Same seed, same run. */
export function simulateTrace(
  spec: PathSpec,
  seed = 1,
  options: {
    readonly methods?: readonly ('icmp' | 'udp')[];
    /** Default: false. */
    readonly hasIke?: boolean;
    readonly maxHops?: number;
    readonly deadlineMs?: number;
  } = {},
): SimulatedTrace {
  const path = new SimulatedPath(spec, createRandom([seed, 1, 2, 3]));
  const random = createRandom([seed, 4, 5, 6]);
  const flow = createFlow(CLIENT[spec.family], HOST[spec.family], random);
  const all = {
    icmp: createIcmpMethod(flow, 0x1234, random),
    udp: createUdpMethod(flow, 54321, 33434, random),
  } satisfies Partial<Record<MethodName, unknown>>;
  const ike = createIkeMethod(flow, {
    sourcePort: 54321,
    port: 500,
    // The simulated gateway does not look whether it is on the curve.
    keyExchange: new Uint8Array(64),
    mostProbes: DEFAULT_IKE_PROBES,
    random,
  });
  const sparingMethods = options.hasIke === true ? [ike] : [];
  const [first = all.icmp, ...others] = (options.methods ?? ['icmp', 'udp']).map((name) => all[name]);
  const common = {
    localMtu: spec.links[0]?.mtu ?? 1500,
    deadlineMs: options.deadlineMs ?? 10_000,
    protocolMinimumMtu: spec.family === 4 ? 68 : 1280,
    random,
  };
  const events: SimulatedTrace['events'][number][] = [];
  const trace = new Trace({
    ...common,
    measurement: new Measurement({
      ...common,
      methods: [first, ...others, ...sparingMethods],
      strategy: 'parallel',
      minBytes: 68,
      maxBytes: null,
      onEvent: () => {},
    }),
    methods: [first, ...others],
    sparingMethods,
    maxHops: options.maxHops ?? 30,
    onEvent: (event, hop) => events.push({ hop, event }),
  });
  return { trace, path, durationMs: carry(trace, path, 0), events };
}
