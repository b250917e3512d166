import { compensation, finish, pseudoHeaderSum, sum } from '../../packet/checksum.ts';
import { PROTOCOL } from '../../packet/protocol.ts';
import * as udp from '../../packet/udp.ts';
import { UNCONCERNED } from '../manners.ts';
import type { Method } from '../method.ts';
import type { Random } from '../random.ts';
import {
  addressText,
  createFiller,
  ipHeaderBytes,
  isSameAddress,
  TOKEN_BYTES,
  wrap,
  type Flow,
} from './flow.ts';
import { decodeIcmp, interpretError } from './icmp-error.ts';

/**
 * A UDP datagram to a port where nothing listens: the target answers port unreachable, and quotes the probe.
 *
 *     | source port | destination port | length | checksum | token (8) | number (2) | balance (2) | noise ...
 *
 * Routers may quote no more than the UDP header (RFC 792), which holds nothing but the checksum to tell one probe
 * from another. So `balance` makes the checksum a number of our choice (as Paris traceroute does). Where more is
 * quoted, the token decides: some NATs restore addresses and ports in a quote, but not the checksum.
 *
 * Ports stay the same for the whole run, so that all probes are one flow.
 *
 * @param sourcePort      1..65535, reserved for this run
 * @param destinationPort 1..65535
 */
export function createUdpMethod(
  flow: Flow,
  sourcePort: number,
  destinationPort: number,
  random: Random,
): Method {
  const filler = createFiller(random);
  const firstChecksum = random.below(CHECKSUMS);
  /** 1..0xfffe: 0 means "no checksum", and one's complement has 0xffff for 0 too. */
  const checksumOf = (number: number): number => 1 + ((firstChecksum + number) % CHECKSUMS);
  const numberOf = (checksum: number): number => (checksum - 1 - firstChecksum + CHECKSUMS) % CHECKSUMS;

  return {
    name: 'udp',
    port: destinationPort,
    controlBytes: CONTROL_BYTES,
    leastSearchedBytes: CONTROL_BYTES,
    manners: UNCONCERNED,

    encode(number, sizeBytes, timeToLive) {
      const payload = filler.fill(sizeBytes - ipHeaderBytes(flow.family) - udp.HEADER_BYTES);
      const payloadView = new DataView(payload.buffer, payload.byteOffset);
      payloadView.setUint16(NUMBER_OFFSET, number & 0xffff);
      payloadView.setUint16(BALANCE_OFFSET, 0);
      const datagram = udp.encode({ ...flow, sourcePort, destinationPort, payload });
      const view = new DataView(datagram.buffer, datagram.byteOffset);
      view.setUint16(CHECKSUM_OFFSET, 0);
      const pseudoHeader = pseudoHeaderSum(flow.source, flow.destination, PROTOCOL.udp, datagram.length);
      const balance = compensation(sum(datagram, pseudoHeader), checksumOf(number));
      view.setUint16(udp.HEADER_BYTES + BALANCE_OFFSET, balance);
      view.setUint16(CHECKSUM_OFFSET, finish(sum(datagram, pseudoHeader)));
      return wrap(flow, PROTOCOL.udp, number, datagram, timeToLive);
    },

    decode(inbound) {
      if (inbound.protocol === PROTOCOL.udp) {
        const datagram = udp.decode(inbound.message);
        const isOurs =
          datagram.type === 'udp' &&
          datagram.sourcePort === destinationPort &&
          datagram.destinationPort === sourcePort &&
          isSameAddress(inbound.source, flow.destination);
        if (!isOurs) return { type: 'unrelated' };
        const from = addressText(inbound.source);
        return {
          type: 'ignored',
          from,
          reason: `port ${destinationPort} is open and answers data`,
          isPtb: false,
        };
      }
      return interpretError(decodeIcmp(inbound, flow), inbound, flow, PROTOCOL.udp, ({ transport }) => {
        const quote = udp.decodeHeader(transport);
        if (quote.type === 'malformed') return { mismatch: 'it quotes too little to be recognised' };
        if (quote.sourcePort !== sourcePort || quote.destinationPort !== destinationPort) {
          return { mismatch: "it quotes another program's datagram" };
        }
        if (quote.available.length < NUMBER_OFFSET + 2) return { number: numberOf(quote.checksum) };
        if (!filler.matches(quote.available)) return { mismatch: 'it quotes a datagram without our token' };
        return {
          number: new DataView(quote.available.buffer, quote.available.byteOffset).getUint16(NUMBER_OFFSET),
        };
      });
    },
  };
}

/** Offsets in the UDP payload. */
const NUMBER_OFFSET = TOKEN_BYTES;
const BALANCE_OFFSET = TOKEN_BYTES + 2;

/** Offset in the UDP header. */
const CHECKSUM_OFFSET = 6;

const CHECKSUMS = 0xfffe;

/** See {@link Method.controlBytes}. */
const CONTROL_BYTES = 68;

/**
 * Ports that traceroute uses by default: administrators who let anything through let these, and nothing listens.
 */
export const TRACEROUTE_PORTS = { first: 33434, count: 90 } as const;
