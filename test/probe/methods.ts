import { Buffer } from 'node:buffer';
import { internetChecksum, pseudoHeaderSum, sum } from '../../src/packet/checksum.ts';
import * as icmpv4 from '../../src/packet/icmpv4.ts';
import * as icmpv6 from '../../src/packet/icmpv6.ts';
import type { IcmpErrorToEncode } from '../../src/packet/icmp.ts';
import * as ipv4 from '../../src/packet/ipv4.ts';
import * as ipv6 from '../../src/packet/ipv6.ts';
import { PROTOCOL } from '../../src/packet/protocol.ts';
import type { Family, Inbound, Method } from '../../src/probe/method.ts';
import { createFlow } from '../../src/probe/methods/flow.ts';
import { createIcmpMethod } from '../../src/probe/methods/icmp.ts';
import { DEFAULT_IKE_PROBES } from '../../src/probe/manners.ts';
import { createIkeMethod } from '../../src/probe/methods/ike.ts';
import { createUdpMethod } from '../../src/probe/methods/udp.ts';
import { createRandom } from '../../src/probe/random.ts';
import { CLIENT, HOST, routerAddress } from '../sim/path.ts';

/** What the tests of the methods share: a run of each method, and the messages that its probes can draw. */

const IDENTIFIER = 0x1234;
export const SOURCE_PORT = 54_321;
export const DESTINATION_PORT = 33_434;

export const FAMILIES: readonly Family[] = [4, 6];

/** Sizes that a test goes through: everything an Ethernet carries and a little more, and jumbo frames. */
export const SIZES: readonly number[] = [
  ...Array.from({ length: 1600 - 68 + 1 }, (_, index) => 68 + index),
  2002,
  4463,
  4464,
  8999,
  9000,
  9001,
  17_914,
  32_000,
  65_534,
  65_535,
];

export function icmpRun(family: Family, seed = 1): Method {
  const random = createRandom([seed, 2, 3, 4]);
  return createIcmpMethod(createFlow(CLIENT[family], HOST[family], random), IDENTIFIER, random);
}

export function udpRun(family: Family, seed = 1): Method {
  const random = createRandom([seed, 2, 3, 4]);
  return createUdpMethod(
    createFlow(CLIENT[family], HOST[family], random),
    SOURCE_PORT,
    DESTINATION_PORT,
    random,
  );
}

export function ikeRun(family: Family, seed = 1): Method {
  const random = createRandom([seed, 2, 3, 4]);
  return createIkeMethod(createFlow(CLIENT[family], HOST[family], random), {
    sourcePort: SOURCE_PORT,
    port: 500,
    keyExchange: new Uint8Array(64),
    mostProbes: DEFAULT_IKE_PROBES,
    random,
  });
}

export function headerBytesOf(family: Family): number {
  return family === 4 ? ipv4.HEADER_BYTES : ipv6.HEADER_BYTES;
}

/** Protocol number of the ICMP of this family. */
export function icmpProtocol(family: Family): number {
  return family === 4 ? PROTOCOL.icmp : PROTOCOL.icmpv6;
}

/** The transport part of a probe. */
export function transportOf(packet: Uint8Array, family: Family): Uint8Array {
  return packet.subarray(headerBytesOf(family));
}

/** Sum over transport and pseudo-header as a receiver takes it: 0 when the checksum is right. */
export function checksumVerdict(packet: Uint8Array, family: Family): number {
  const transport = transportOf(packet, family);
  const protocol = packet[family === 4 ? 9 : 6] ?? 0;
  if (protocol === PROTOCOL.icmp) return internetChecksum(transport);
  const pseudo = pseudoHeaderSum(CLIENT[family], HOST[family], protocol, transport.length);
  return ~sum(transport, pseudo) & 0xffff;
}

export interface ErrorChanges {
  readonly from?: Uint8Array;
  /** How much of the transport is quoted. */
  readonly quotedTransportBytes?: number;
  /** TTL in the quote. */
  readonly quotedTtl?: number;
  /** Done to the quote before it goes into the message. */
  readonly tamper?: (quote: Uint8Array) => void;
}

/** An ICMP error about `packet`, as it arrives. */
export function errorAbout(
  packet: Uint8Array,
  family: Family,
  kind:
    | { readonly type: 'packet-too-big'; readonly mtu: number }
    | { readonly type: 'port-unreachable' | 'time-exceeded' }
    | { readonly type: 'unreachable'; readonly code: number },
  { from = routerAddress(family, 1), quotedTransportBytes = 1000, quotedTtl, tamper }: ErrorChanges = {},
): Inbound {
  const quoted = packet.slice(0, headerBytesOf(family) + quotedTransportBytes);
  if (quotedTtl !== undefined) quoted[family === 4 ? 8 : 7] = quotedTtl;
  tamper?.(quoted);
  const error: IcmpErrorToEncode = { ...kind, quoted };
  const message =
    family === 4
      ? icmpv4.encodeError(error)
      : icmpv6.encodeError(error, { source: from, destination: CLIENT[6] });
  return { source: from, protocol: icmpProtocol(family), message };
}

/** The echo reply to a probe: the request with another type. */
export function echoReplyTo(packet: Uint8Array, family: Family, source: Uint8Array = HOST[family]): Inbound {
  const message = transportOf(packet, family).slice();
  message[0] = family === 4 ? 0 : 129;
  return { source, protocol: icmpProtocol(family), message };
}

/** For comparing many packets at once: a string is compared much faster than an array. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
