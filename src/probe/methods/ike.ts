import { decodeHeader } from '../../packet/ike/header.ts';
import { addNonEspMarker, removeNonEspMarker } from '../../packet/ike/non-esp-marker.ts';
import {
  SIZE_PROBE_VARIANTS,
  sizeProbe,
  smallestSizeProbeBytes,
  SMALLEST_PADDING_BYTES,
  type SizeProbeVariant,
} from '../../packet/ike/size-probe.ts';
import { isAnswerTo } from '../../packet/ike/answer.ts';
import { PROTOCOL } from '../../packet/protocol.ts';
import * as udp from '../../packet/udp.ts';
import { polite } from '../manners.ts';
import type { Method } from '../method.ts';
import type { Random } from '../random.ts';
import { addressText, ipHeaderBytes, isSameAddress, wrap, type Flow } from './flow.ts';
import { decodeIcmp, interpretError } from './icmp-error.ts';

export type IkePort = 500 | 4500;

export interface IkeMethodOptions {
  readonly sourcePort: number;
  readonly port: IkePort;
  /** A point of P-256 without its leading 04, 64 bytes. */
  readonly keyExchange: Uint8Array;
  readonly mostProbes: number;
  readonly random: Random;
}

/**
 * An IKE_SA_INIT that every gateway answers and none accepts, padded to the size in question (size-probe.ts). Any
 * answer that carries the probe's SPI proves that it arrived: NO_PROPOSAL_CHOSEN, INVALID_SYNTAX, COOKIE, REDIRECT,
 * a full response; so does port unreachable from the target, which also says that there is no IKE on this port.
 *
 * The SPI tells the probes apart: six random bytes of the run, two of the number. Nonce and SPI are fresh in every
 * transmission, since OpenIKED does not answer a repeated request.
 *
 * The first probes are small and look for a form of request that is answered; the form that is, is kept.
 */
export function createIkeMethod(flow: Flow, options: IkeMethodOptions): Method {
  const { sourcePort, port, random } = options;
  const onPort4500 = port === 4500;
  const tag = randomBytes(6, random);
  const firstNumber = random.below(2 ** 16);
  const controlBytes = ipHeaderBytes(flow.family) + udp.HEADER_BYTES + smallestSizeProbeBytes(onPort4500);
  let keptVariant: SizeProbeVariant | null = null;

  // The first byte is never zero, so that the SPI isn't.
  tag[0] = (tag[0] ?? 0) | 1;
  const spiOf = (number: number): Uint8Array => {
    const spi = new Uint8Array(8);
    spi.set(tag);
    new DataView(spi.buffer).setUint16(6, (firstNumber + number) & 0xffff);
    return spi;
  };
  const numberOf = (spi: Uint8Array): number | null => {
    if (spi.length < 8 || tag.some((byte, index) => byte !== spi[index])) return null;
    return (new DataView(spi.buffer, spi.byteOffset).getUint16(6) - firstNumber) & 0xffff;
  };
  const variantOf = (number: number): SizeProbeVariant =>
    keptVariant ?? FIRST_VARIANTS[number - 1] ?? 'private-notify';

  return {
    name: 'ike',
    port,
    controlBytes,
    leastSearchedBytes: controlBytes + SMALLEST_PADDING_BYTES,
    manners: polite(options.mostProbes),

    encode(number, sizeBytes, timeToLive) {
      const probe = sizeProbe({
        totalUdpPayloadBytes: sizeBytes - ipHeaderBytes(flow.family) - udp.HEADER_BYTES,
        spi: spiOf(number),
        nonce: randomBytes(32, random),
        keyExchange: options.keyExchange,
        filler: (bytes) => randomBytes(bytes, random),
        onPort4500,
        variant: variantOf(number),
      });
      if (probe.type === 'refused')
        throw new RangeError(`an IKE probe of ${sizeBytes} bytes: ${probe.reason}`);
      const datagram = udp.encode({ ...flow, sourcePort, destinationPort: port, payload: probe.udpPayload });
      return wrap(flow, PROTOCOL.udp, number, datagram, timeToLive);
    },

    decode(inbound) {
      if (inbound.protocol === PROTOCOL.udp) {
        const datagram = udp.decode(inbound.message);
        if (
          datagram.type === 'malformed' ||
          datagram.sourcePort !== port ||
          datagram.destinationPort !== sourcePort ||
          !isSameAddress(inbound.source, flow.destination)
        ) {
          return { type: 'unrelated' };
        }
        const message = onPort4500 ? removeNonEspMarker(datagram.payload) : datagram.payload;
        if (message === null) return { type: 'unrelated' };
        const header = decodeHeader(message);
        if ('reason' in header) return { type: 'unrelated' };
        const number = numberOf(header.initiatorSpi);
        if (number === null || !isAnswerTo(header, spiOf(number))) return { type: 'unrelated' };
        keptVariant ??= variantOf(number);
        return { type: 'answer', number, from: addressText(inbound.source) };
      }
      return interpretError(
        decodeIcmp(inbound, flow),
        inbound,
        flow,
        PROTOCOL.udp,
        ({ transport, identification }) => {
          const quote = udp.decodeHeader(transport);
          if (quote.type === 'malformed') return { mismatch: 'it quotes too little to be recognised' };
          if (quote.sourcePort !== sourcePort || quote.destinationPort !== port) {
            return { mismatch: "it quotes another program's datagram" };
          }
          const spiAt = onPort4500 ? MARKER_BYTES : 0;
          if (quote.available.length < spiAt + 8) {
            // Eight bytes of transport: only the IP header tells the probes apart.
            return flow.family === 4
              ? { number: (identification - flow.firstIdentification) & 0xffff }
              : { mismatch: 'it quotes too little to be recognised' };
          }
          const number = numberOf(quote.available.subarray(spiAt, spiAt + 8));
          return number === null ? { mismatch: 'it quotes an IKE message that is not ours' } : { number };
        },
      );
    },
  };
}

/** Bytes of a generator, as many as asked for. */
export function randomBytes(count: number, random: Random): Uint8Array {
  const bytes = new Uint8Array(count);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (; offset + 4 <= count; offset += 4) view.setUint32(offset, random.next());
  for (; offset < count; offset++) bytes[offset] = random.below(256);
  return bytes;
}

const MARKER_BYTES = addNonEspMarker(new Uint8Array()).length;

/**
 * Forms of the opening flights, which have one, two and three probes (search.ts): the best form each time, for the
 * probe may just have been lost, and one or two of the others.
 */
const [BEST, SECOND, THIRD] = SIZE_PROBE_VARIANTS as readonly [
  SizeProbeVariant,
  SizeProbeVariant,
  SizeProbeVariant,
];
const FIRST_VARIANTS: readonly SizeProbeVariant[] = [BEST, BEST, SECOND, BEST, SECOND, THIRD];
