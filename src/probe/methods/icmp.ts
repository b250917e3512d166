import * as icmp from '../../packet/icmp.ts';
import { compensation, pseudoHeaderSum, sum } from '../../packet/checksum.ts';
import * as icmpv4 from '../../packet/icmpv4.ts';
import * as icmpv6 from '../../packet/icmpv6.ts';
import { PROTOCOL } from '../../packet/protocol.ts';
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
 * Echo. A probe is known again by its identifier, its sequence number and, where the answer is long enough, the token:
 *
 *     | type | code | checksum | identifier | sequence | token (8) | balance (2) | noise ...
 *
 * `balance` makes the checksum the same for every probe: some routers choose among equal links by the first four
 * bytes of the transport header, and a checksum that varies would spread the run over all of them (Augustin et al.,
 * "Avoiding traceroute anomalies with Paris traceroute", IMC 2006).
 *
 * @param identifier 0..65535, unique among the flows of this host
 */
export function createIcmpMethod(flow: Flow, identifier: number, random: Random): Method {
  const filler = createFiller(random);
  const firstSequence = random.below(2 ** 16);
  const { echoChecksum } = flow;
  const protocol = flow.family === 4 ? PROTOCOL.icmp : PROTOCOL.icmpv6;
  const numberOf = (sequence: number): number => (sequence - firstSequence) & 0xffff;

  return {
    name: 'icmp',
    port: null,
    controlBytes: CONTROL_BYTES,
    leastSearchedBytes: CONTROL_BYTES,
    manners: UNCONCERNED,

    encode(number, sizeBytes, timeToLive) {
      const data = filler.fill(sizeBytes - ipHeaderBytes(flow.family) - icmp.HEADER_BYTES);
      data.fill(0, TOKEN_BYTES, TOKEN_BYTES + 2);
      const echo = { identifier, sequence: (firstSequence + number) & 0xffff, data };
      const message =
        flow.family === 4 ? icmpv4.encodeEchoRequest(echo) : icmpv6.encodeEchoRequest({ ...echo, ...flow });
      // The finished checksum is among the bytes, so it must go before the sum is taken again.
      message.fill(0, 2, 4);
      const unbalanced = sum(
        message,
        flow.family === 4 ? 0 : pseudoHeaderSum(flow.source, flow.destination, protocol, message.length),
      );
      const balance = compensation(unbalanced, echoChecksum);
      const view = new DataView(message.buffer, message.byteOffset);
      view.setUint16(icmp.HEADER_BYTES + TOKEN_BYTES, balance);
      view.setUint16(2, echoChecksum);
      return wrap(flow, protocol, number, message, timeToLive);
    },

    decode(inbound) {
      const message = decodeIcmp(inbound, flow);
      if (message?.type === 'echo-reply') {
        if (message.identifier !== identifier) return { type: 'unrelated' };
        const from = addressText(inbound.source);
        if (!isSameAddress(inbound.source, flow.destination)) {
          return { type: 'ignored', from, reason: 'echo reply from another address', isPtb: false };
        }
        if (!filler.matches(message.data)) {
          return { type: 'ignored', from, reason: 'echo reply without our token', isPtb: false };
        }
        return { type: 'answer', number: numberOf(message.sequence), from };
      }
      return interpretError(message, inbound, flow, protocol, ({ transport }) => {
        const request = decodeRequest(transport, flow);
        if (request === null) return { mismatch: 'it quotes too little to be recognised' };
        if (request.identifier !== identifier)
          return { mismatch: "it quotes another program's echo request" };
        if (!filler.matches(request.data)) return { mismatch: 'it quotes an echo request without our token' };
        return { number: numberOf(request.sequence) };
      });
    },
  };
}

function decodeRequest(transport: Uint8Array, flow: Flow): icmp.Echo | null {
  const request = flow.family === 4 ? icmpv4.decode(transport) : icmpv6.decode(transport);
  return request.type === 'echo-request' ? request : null;
}

/** See {@link Method.controlBytes}. */
const CONTROL_BYTES = 68;
