import { bytesOf } from '../net/address.ts';
import { nowMs, wallClock } from '../net/clock.ts';
import { withTransport } from '../net/raw-transport.ts';
import { resolveTarget } from '../net/resolve.ts';
import { findRoute } from '../net/route.ts';
import type { Method } from '../probe/method.ts';
import { protocolMinimumMtu } from '../probe/ptb.ts';
import { createRandom } from '../probe/random.ts';
import { Trace } from '../probe/trace.ts';
import { assembleTrace } from '../results/assemble-trace.ts';
import type { TraceResult } from '../results/trace-result.ts';
import { toolVersion } from '../version.ts';
import { drive } from './drive.ts';
import { createMeasurement, flowsOf, methodsOf, seedFromSystem } from './measure.ts';
import { DEFAULT_DEADLINE_MS, DEFAULT_METHODS } from './options.ts';
import { checkTraceOptions, DEFAULT_MAX_HOPS, HOP_METHODS, type TraceOptions } from './trace-options.ts';

/**
 * Shows every hop on the way to a host, and the MTU of the path as far as each. The path MTU to the host itself is that
 * of a measurement. Resolves with the result whatever the network does.
 *
 * @param host name or address
 * @throws {PathmtuError} as `measure()`
 */
export async function trace(host: string, options: TraceOptions = {}): Promise<TraceResult> {
  checkTraceOptions(options);
  const startedAt = wallClock();
  const startedAtMs = nowMs();
  const { address, family } = await resolveTarget(host, options.family);
  const route = await findRoute(address, family);
  const addressBytes = bytesOf(address);
  const { method, onHopEvent } = options;

  return withTransport(family, async (transport) => {
    const random = createRandom(seedFromSystem());
    const sourcePorts = await transport.udpSourcePorts(1);
    const [context] = flowsOf(sourcePorts, bytesOf(route.source), addressBytes, random);
    const measureOptions = {
      ...options,
      methods: method === undefined ? DEFAULT_METHODS : [method],
      negotiate: false,
      fragmentTests: false,
      locate: false,
    };
    const methods = methodsOf(measureOptions, context);
    const traced = new Trace({
      measurement: createMeasurement(measureOptions, {
        ...context,
        methods,
        localMtu: route.localMtu,
        startedAtMs,
      }),
      methods: hopMethodsOf(methods),
      sparingMethods: methods.filter(({ manners }) => manners.isSparing),
      localMtu: route.localMtu ?? ETHERNET_MTU,
      protocolMinimumMtu: protocolMinimumMtu(family),
      maxHops: options.maxHops ?? DEFAULT_MAX_HOPS,
      deadlineMs: startedAtMs + (options.deadlineMs ?? DEFAULT_DEADLINE_MS),
      random,
      onEvent: (event, hop) => onHopEvent?.({ ...event, atMs: event.atMs - startedAtMs }, hop),
    });
    await drive(traced, transport, { address: addressBytes, destination: address }, options.signal);
    return assembleTrace(traced, {
      version: toolVersion(),
      target: { input: host, address, family },
      startedAt,
      durationMs: nowMs() - startedAtMs,
      localMtu: route.localMtu,
      isAborted: options.signal?.aborted ?? false,
    });
  });
}

function hopMethodsOf(methods: readonly Method[]): [Method, ...Method[]] {
  const [first, ...others] = methods.filter(({ name }) => HOP_METHODS.some((known) => known === name));
  if (first === undefined) throw new Error('a trace has a method to ask hops with');
  return [first, ...others];
}

/** Where the system does not say what the interface takes; a send that fails corrects it. */
const ETHERNET_MTU = 1500;
