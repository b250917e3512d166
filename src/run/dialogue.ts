import { createHash } from 'node:crypto';
import { Group } from '../packet/ike/iana.ts';
import { FragmentTest } from '../probe/fragment-test.ts';
import { HopSearch } from '../probe/hop-search.ts';
import type { FragmentTestBasis, HopSearchBasis } from '../probe/measurement.ts';
import type { Method } from '../probe/method.ts';
import type { Flow } from '../probe/methods/flow.ts';
import { createIcmpMethod } from '../probe/methods/icmp.ts';
import { createIkeMethod, type IkePort } from '../probe/methods/ike.ts';
import { createUdpMethod } from '../probe/methods/udp.ts';
import { Negotiation } from '../probe/negotiation.ts';
import type { Random } from '../probe/random.ts';
import { createKeyAgreement, protectionSuite } from './ike-crypto.ts';

/** What the conversation with one gateway needs besides the engine: keys, hashes, and who we are: one flow. */
export interface DialogueContext {
  readonly flow: Flow;
  readonly sourcePort: number;
  /** UDP destination port where nothing listens, as far as is known. */
  readonly closedPort: number;
  readonly echoIdentifier: number;
  readonly random: Random;
}

export function createNegotiation({ flow, sourcePort, random }: DialogueContext, port: IkePort): Negotiation {
  return new Negotiation({
    flow,
    sourcePort,
    port,
    random,
    sha1: (data) => createHash('sha1').update(data).digest(),
    keyAgreement: createKeyAgreement,
    protectionSuite,
  });
}

/**
 * Over IKE where it is answered; else over echo, but only when the user asked about an IKE_AUTH: on a host without
 * IKE nobody else has the question.
 *
 * @param wantedBytes the packet that the user asked about; null: none
 */
export function createFragmentTest(
  { flow, sourcePort, echoIdentifier, random }: DialogueContext,
  basis: FragmentTestBasis,
  wantedBytes: number | null,
): FragmentTest | null {
  const { ikePort, mtu, controls } = basis;
  const common = { family: flow.family, mtu, wantedBytes, controls, random };
  if (ikePort !== null) {
    const method = createIkeMethod(flow, {
      sourcePort,
      port: ikePort,
      keyExchange: publicPointOfP256(),
      mostProbes: Infinity,
      random,
    });
    return new FragmentTest({ ...common, method });
  }
  if (wantedBytes === null || !basis.answering.includes('icmp')) return null;
  return new FragmentTest({ ...common, method: createIcmpMethod(flow, echoIdentifier, random) });
}

/**
 * In the flow that met the silence, since others may take another path: echo, else UDP to the high port. Where only IKE
 * met it, UDP too: IKE packets would be a burden to the gateway, and it is the routers before it that are asked.
 *
 * @param silent the methods that met it
 */
export function createHopSearch(
  context: DialogueContext,
  { silent, largeBytes, targetHop }: HopSearchBasis,
): HopSearch {
  const method = methodIn(context, silent.includes('icmp') ? 'icmp' : 'udp');
  return new HopSearch({ method, largeBytes, targetHop });
}

/** An instance of its own, with numbers and a token of its own, in the same flow. */
export function methodIn(
  { flow, sourcePort, closedPort, echoIdentifier, random }: DialogueContext,
  name: 'icmp' | 'udp',
): Method {
  return name === 'icmp'
    ? createIcmpMethod(flow, echoIdentifier, random)
    : createUdpMethod(flow, sourcePort, closedPort, random);
}

/** A real one, since some responders check that it is on the curve; nobody ever uses its private half. */
export function publicPointOfP256(): Uint8Array {
  return createKeyAgreement(Group.ecp256).publicValue;
}
