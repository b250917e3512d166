import { createHash } from 'node:crypto';
import { Group } from '../packet/ike/iana.ts';
import { FragmentTest } from '../probe/fragment-test.ts';
import { HopSearch } from '../probe/hop-search.ts';
import type { FragmentTestBasis, HopSearchBasis } from '../probe/measurement.ts';
import type { Flow } from '../probe/methods/flow.ts';
import { createIcmpMethod } from '../probe/methods/icmp.ts';
import { createIkeMethod, type IkePort } from '../probe/methods/ike.ts';
import { createUdpMethod, TRACEROUTE_PORTS } from '../probe/methods/udp.ts';
import { Negotiation } from '../probe/negotiation.ts';
import type { Random } from '../probe/random.ts';
import { createKeyAgreement, protectionSuite } from './ike-crypto.ts';

/** What the conversation with one gateway needs besides the engine: keys, hashes, and who we are. */
export interface DialogueContext {
  readonly flow: Flow;
  readonly sourcePort: number;
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
  { flow, sourcePort, random }: DialogueContext,
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
  return new FragmentTest({ ...common, method: createIcmpMethod(flow, random.below(2 ** 16), random) });
}

/**
 * With echo where the target answers it, else with UDP to the high ports of traceroute: IKE packets would be a burden to
 * the gateway, and it is the routers before it that are asked.
 */
export function createHopSearch(
  { flow, sourcePort, random }: DialogueContext,
  { answering, largeBytes, targetHop }: HopSearchBasis,
): HopSearch {
  const port = TRACEROUTE_PORTS.first + random.below(TRACEROUTE_PORTS.count);
  const method = answering.includes('icmp')
    ? createIcmpMethod(flow, random.below(2 ** 16), random)
    : createUdpMethod(flow, sourcePort, port, random);
  return new HopSearch({ method, largeBytes, targetHop });
}

/** A real one, since some responders check that it is on the curve; nobody ever uses its private half. */
export function publicPointOfP256(): Uint8Array {
  return createKeyAgreement(Group.ecp256).publicValue;
}
