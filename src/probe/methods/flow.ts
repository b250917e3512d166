import ipaddr from 'ipaddr.js';
import * as ipv4 from '../../packet/ipv4.ts';
import * as ipv6 from '../../packet/ipv6.ts';
import type { Family } from '../method.ts';
import type { Random } from '../random.ts';

/**
 * What all probes of a run have in common, so that routers which spread load over several links (ECMP) keep them
 * on one: addresses, for IPv6 the flow label, and the checksum of echo. Ports, and the identifier of echo, are the
 * methods' own.
 */
export interface Flow {
  readonly family: Family;
  /** 4 or 16 bytes. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** 20 bits; IPv6 only. */
  readonly flowLabel: number;
  /** Of every echo request, 1..0xfffe. */
  readonly echoChecksum: number;
  /** IPv4 identification of a packet with number 0; see {@link wrap}. */
  readonly firstIdentification: number;
}

export function createFlow(source: Uint8Array, destination: Uint8Array, random: Random): Flow {
  return {
    family: source.length === 4 ? 4 : 6,
    source,
    destination,
    flowLabel: random.below(2 ** 20),
    firstIdentification: random.below(2 ** 16),
    echoChecksum: 1 + random.below(0xfffd),
  };
}

/** Bytes of the IP header that {@link wrap} writes. */
export function ipHeaderBytes(family: Family): number {
  return family === 4 ? ipv4.HEADER_BYTES : ipv6.HEADER_BYTES;
}

/**
 * The whole IP packet, DF set. The IPv4 identification counts with the probe's number from a random start: in a
 * packet that is cut into fragments it must not be that of a run before, whose rest the target may still hold.
 */
export function wrap(
  flow: Flow,
  protocol: number,
  number: number,
  transport: Uint8Array,
  timeToLive = INITIAL_TTL,
): Uint8Array {
  const { source, destination, flowLabel } = flow;
  if (flow.family === 6) {
    return ipv6.encode(
      { source, destination, nextHeader: protocol, hopLimit: timeToLive, trafficClass: 0, flowLabel },
      transport,
    );
  }
  return ipv4.encode(
    {
      source,
      destination,
      protocol,
      timeToLive,
      identification: (flow.firstIdentification + number) & 0xffff,
      fragmentOffsetBytes: 0,
      typeOfService: 0,
      dontFragment: true,
      moreFragments: false,
    },
    transport,
  );
}

/** RFC 1700's default, and Linux's. A quoted TTL tells how far the packet came. */
export const INITIAL_TTL = 64;

/** The address as text (IPv6 as RFC 5952 has it). */
export function addressText(address: Uint8Array): string {
  return ipaddr.fromByteArray([...address]).toString();
}

export function isSameAddress(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/**
 * The bytes that fill a probe: a token that only this run knows, then noise. Noise, since links that compress
 * (PPP, some VPNs) would make zeros small and the answer wrong.
 */
export interface Filler {
  /** {@link TOKEN_BYTES} long. */
  readonly token: Uint8Array;
  /** A new array of this length: token first, as far as it has room. */
  readonly fill: (bytes: number) => Uint8Array;
  /** Whether `bytes` begins with the token, compared as far as `bytes` goes. */
  readonly matches: (bytes: Uint8Array) => boolean;
}

export const TOKEN_BYTES = 8;

export function createFiller(random: Random): Filler {
  // Four bytes a draw: this is on the way to the first packet.
  const words = Uint32Array.from({ length: NOISE_BYTES / 4 }, random.next);
  const noise = new Uint8Array(words.buffer);
  const token = noise.subarray(0, TOKEN_BYTES);
  return {
    token,
    fill: (bytes) => {
      const result = new Uint8Array(bytes);
      for (let offset = 0; offset < bytes; offset += NOISE_BYTES) {
        result.set(noise.subarray(0, Math.min(NOISE_BYTES, bytes - offset)), offset);
      }
      return result;
    },
    matches: (bytes) => {
      const length = Math.min(TOKEN_BYTES, bytes.length);
      for (let index = 0; index < length; index++) if (bytes[index] !== token[index]) return false;
      return true;
    },
  };
}

/** Long enough that LZ-type compression with a window of a packet finds a repeat, but no more than that, to gain. */
const NOISE_BYTES = 2048;
