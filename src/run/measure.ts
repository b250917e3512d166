import { randomBytes } from 'node:crypto';
import { sizeForMeasurement } from '../ike/description.ts';
import { wireBytes } from '../ike/ike-auth.ts';
import { bytesOf } from '../net/address.ts';
import { nowMs, wallClock } from '../net/clock.ts';
import { withTransport } from '../net/raw-transport.ts';
import { resolveTarget } from '../net/resolve.ts';
import { findRoute } from '../net/route.ts';
import type { Transport } from '../net/transport.ts';
import { Measurement } from '../probe/measurement.ts';
import type { ProbeEvent } from '../probe/event.ts';
import type { Family, Method } from '../probe/method.ts';
import { createFlow } from '../probe/methods/flow.ts';
import { DEFAULT_IKE_PROBES } from '../probe/manners.ts';
import { createIkeMethod } from '../probe/methods/ike.ts';
import { TRACEROUTE_PORTS } from '../probe/methods/udp.ts';
import { protocolMinimumMtu } from '../probe/ptb.ts';
import { createRandom, type Random } from '../probe/random.ts';
import { assemble } from '../results/assemble.ts';
import type { IkeAuthQuestion } from '../results/ike-auth.ts';
import type { Result } from '../results/result.ts';
import { toolVersion } from '../version.ts';
import {
  createFragmentTest,
  createHopSearch,
  createNegotiation,
  methodIn,
  publicPointOfP256,
  type DialogueContext,
} from './dialogue.ts';
import { drive } from './drive.ts';
import { EventStream } from './event-stream.ts';
import { checkOptions, DEFAULT_DEADLINE_MS, DEFAULT_METHODS, type MeasureOptions } from './options.ts';

/** A measurement under way: a promise of its result, and its events for `for await`. */
export type Measuring = Promise<Result> & AsyncIterable<ProbeEvent>;

/**
 * Measures the path MTU to one host. Resolves with the result whatever the network does; silence, loss and refusal
 * are results. Concurrent calls share their sockets. Iterating the returned value gives the events as they happen.
 *
 * @param host name or address
 * @throws {PathmtuError} `bad-option`, `unresolved`, `wrong-family`, `no-route`, `not-permitted`, `addon-missing`
 */
export function measure(host: string, options: MeasureOptions = {}): Measuring {
  const events = new EventStream();
  const onEvent = (event: ProbeEvent): void => {
    options.onEvent?.(event);
    events.push(event);
  };
  const result = measureThrough((transport) => transport, host, { ...options, onEvent }).finally(() =>
    events.end(),
  );
  return Object.assign(result, { [Symbol.asyncIterator]: () => events.iterate() });
}

/** The same, with something between the measurement and the sockets, such as a cap on the rate of packets. */
export async function measureThrough(
  through: (transport: Transport) => Transport,
  host: string,
  options: MeasureOptions,
): Promise<Result> {
  checkOptions(options);
  const { rate, signal } = options;
  const askedAt = wallClock();
  const askedAtMs = nowMs();
  const { address, family } = await resolveTarget(host, options.family);
  const route = await findRoute(address, family);
  const addressBytes = bytesOf(address);

  return withTransport(family, async (sockets) => {
    await rate?.turn(signal);
    const [startedAt, startedAtMs] =
      rate === undefined ? [askedAt, askedAtMs] : ([wallClock(), nowMs()] as const);
    const paced = rate?.pace(sockets);
    const transport = through(paced ?? sockets);
    const random = createRandom(seedFromSystem());
    const sourcePorts = await transport.udpSourcePorts(options.flows ?? 1);
    const [context, ...furtherFlows] = flowsOf(sourcePorts, bytesOf(route.source), addressBytes, random);
    const measurement = createMeasurement(options, {
      ...context,
      furtherFlows,
      localMtu: route.localMtu,
      startedAtMs,
      heldMs: () => paced?.heldMs ?? 0,
    });
    await drive(measurement, transport, { address: addressBytes, destination: address }, signal);
    return assemble(measurement, {
      version: toolVersion(),
      target: { input: host, address, family },
      startedAt,
      durationMs: nowMs() - startedAtMs,
      localMtu: route.localMtu,
      ikeAuth: questionOf(options),
      flows: options.flows === undefined ? null : [context, ...furtherFlows],
      isAborted: signal?.aborted ?? false,
    });
  });
}

interface MeasurementContext extends DialogueContext {
  readonly localMtu: number | null;
  readonly startedAtMs: number;
  /** Default: made as the options want them. */
  readonly methods?: readonly Method[];
  /** Of the same target, where the options ask for several flows. Default: none. */
  readonly furtherFlows?: readonly DialogueContext[];
  /** How long packets have waited for those of others so far, in ms. Default: not at all. */
  readonly heldMs?: () => number;
}

/** The engine for one target as the options want it, with all that it asks and tests. Sends nothing by itself. */
export function createMeasurement(
  options: MeasureOptions,
  { localMtu, startedAtMs, methods, furtherFlows = [], heldMs = () => 0, ...context }: MeasurementContext,
): Measurement {
  const { family } = context.flow;
  const limitMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
  return new Measurement({
    methods: methods ?? methodsOf(options, context),
    strategy: options.strategy ?? 'parallel',
    minBytes: options.minBytes ?? 68,
    maxBytes: options.maxBytes ?? null,
    localMtu,
    // Later with every wait for the packets of others.
    get deadlineMs() {
      return startedAtMs + limitMs + heldMs();
    },
    protocolMinimumMtu: protocolMinimumMtu(family),
    random: context.random,
    createNegotiation: options.negotiate === false ? null : (port) => createNegotiation(context, port),
    createFragmentTest:
      options.fragmentTests === false
        ? null
        : (basis) => createFragmentTest(context, basis, wantedBytesOf(options, family)),
    createHopSearch: options.locate === false ? null : (basis) => createHopSearch(context, basis),
    createFlowMethods:
      options.flows === undefined ? null : (name) => furtherFlows.map((further) => methodIn(further, name)),
    onEvent: (event) => options.onEvent?.({ ...event, atMs: event.atMs - startedAtMs }),
  });
}

/** The IKE_AUTH that the options ask about; null: none. */
export function questionOf(options: MeasureOptions): IkeAuthQuestion | null {
  const { ikeAuthBytes, ikeAuth, natT = null, client = null, cipher = null } = options;
  if (ikeAuth !== undefined) return { about: { description: ikeAuth }, natT, client, cipher };
  return ikeAuthBytes === undefined ? null : { about: { sizeBytes: ikeAuthBytes }, natT, client, cipher };
}

/** Size of the packet that the IKE_AUTH in question makes at most; null: none is in question. */
function wantedBytesOf(options: MeasureOptions, family: Family): number | null {
  const { ikeAuthBytes, ikeAuth, natT = true, cipher = null } = options;
  const sizeBytes =
    ikeAuth === undefined ? ikeAuthBytes : sizeForMeasurement(ikeAuth, { cipher, family }).sizeBytes;
  return sizeBytes === undefined ? null : wireBytes({ sizeBytes, natT, family });
}

/** One for each source port. They have the high port in common: it is their own ports that a client's flows differ in. */
export function flowsOf(
  sourcePorts: readonly number[],
  source: Uint8Array,
  destination: Uint8Array,
  random: Random,
): [DialogueContext, ...DialogueContext[]] {
  const closedPort = TRACEROUTE_PORTS.first + random.below(TRACEROUTE_PORTS.count);
  const firstIdentifier = random.below(2 ** 16);
  const flowAt = (sourcePort: number, place: number): DialogueContext => ({
    flow: createFlow(source, destination, random),
    sourcePort,
    closedPort,
    echoIdentifier: (firstIdentifier + place) & 0xffff,
    random,
  });
  const [first = 0, ...others] = sourcePorts;
  return [flowAt(first, 0), ...others.map((port, index) => flowAt(port, index + 1))];
}

/** Those that the options ask for, in the order in which they search. */
export function methodsOf(options: MeasureOptions, context: DialogueContext): Method[] {
  const { flow, sourcePort, random } = context;
  const wanted = options.methods ?? DEFAULT_METHODS;
  const methods: Method[] = [];
  if (wanted.includes('icmp')) methods.push(methodIn(context, 'icmp'));
  if (wanted.includes('udp')) methods.push(methodIn(context, 'udp'));
  if (wanted.includes('ike')) {
    const keyExchange = publicPointOfP256();
    for (const port of [500, 4500] as const) {
      methods.push(
        createIkeMethod(flow, {
          sourcePort,
          port,
          keyExchange,
          mostProbes: options.ikeProbes ?? DEFAULT_IKE_PROBES,
          random,
        }),
      );
    }
  }
  return methods;
}

/** The seed is what a stranger would have to guess to forge an answer. */
export function seedFromSystem(): [number, number, number, number] {
  const bytes = randomBytes(16);
  return [bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readUInt32LE(8), bytes.readUInt32LE(12)];
}
