import type { IcmpMessage } from '../../packet/icmp.ts';
import * as icmpv4 from '../../packet/icmpv4.ts';
import * as icmpv6 from '../../packet/icmpv6.ts';
import type { Malformed } from '../../packet/malformed.ts';
import { PROTOCOL } from '../../packet/protocol.ts';
import * as quoted from '../../packet/quoted.ts';
import type { Inbound, Reply } from '../method.ts';
import { addressText, INITIAL_TTL, isSameAddress, type Flow } from './flow.ts';

type IcmpError = Extract<IcmpMessage, { readonly quoted: Uint8Array }>;

/** The number of the probe that is quoted, or why it is none of ours. */
export type Match = { readonly number: number } | { readonly mismatch: string };

/** Decodes the ICMP message of the flow's family; null when it is another protocol. */
export function decodeIcmp(inbound: Inbound, flow: Flow): IcmpMessage | Malformed | null {
  if (flow.family === 4 && inbound.protocol === PROTOCOL.icmp) return icmpv4.decode(inbound.message);
  if (flow.family === 6 && inbound.protocol === PROTOCOL.icmpv6) return icmpv6.decode(inbound.message);
  return null;
}

/**
 * What an ICMP error means to a method; other messages are unrelated. An error is believed only if it quotes a probe: the addresses of the flow,
 * the protocol, and whatever {@link Match} asks for. Everything else is a stranger's.
 *
 * @param protocol IP protocol of the method's probes
 * @param match    given the quote, whose transport part may be cut short
 */
export function interpretError(
  message: IcmpMessage | Malformed | null,
  inbound: Inbound,
  flow: Flow,
  protocol: number,
  match: (quote: quoted.QuotedDatagram) => Match,
): Reply {
  if (message === null || !isError(message)) return { type: 'unrelated' };
  const error = message;
  const from = addressText(inbound.source);
  const isPtb = error.type === 'packet-too-big';
  const ignored = (reason: string): Reply => ({ type: 'ignored', from, reason, isPtb });

  const quote = quoted.decode(error.quoted);
  if (quote.type === 'malformed') return ignored(`its quote is unreadable: ${quote.reason}`);
  if (!isSameAddress(quote.destination, flow.destination))
    return ignored('it quotes a packet to another host');
  if (!isSameAddress(quote.source, flow.source)) return ignored('it quotes a packet from another address');
  if (quote.protocol !== protocol || !quote.isFirstFragment)
    return ignored('it quotes a packet that is not a probe');
  const matched = match(quote);
  if ('mismatch' in matched) return ignored(matched.mismatch);

  const { number } = matched;
  switch (error.type) {
    case 'packet-too-big':
      return { type: 'too-big', number, from, mtu: error.mtu, hop: hopOf(quote.timeToLive) };
    case 'port-unreachable':
      return isSameAddress(inbound.source, flow.destination)
        ? { type: 'answer', number, from, isPortClosed: true, hop: hopOf(quote.timeToLive) }
        : {
            type: 'refused',
            number,
            from,
            reason: 'port unreachable, but not from the target: a firewall refuses',
          };
    case 'unreachable':
      return { type: 'refused', number, from, reason: UNREACHABLE_TEXT[error.reason] };
    case 'time-exceeded':
      return { type: 'expired', number, from };
    case 'parameter-problem':
      return { type: 'refused', number, from, reason: 'parameter problem' };
  }
}

function isError(message: IcmpMessage | Malformed): message is IcmpError {
  return 'quoted' in message;
}

/**
 * The distance of who quotes, in hops, 1 for the first router. Routers quote the packet as it came in, with the TTL before they
 * count it down (Linux checks the size first); null when the TTL can't have been ours.
 */
function hopOf(quotedTimeToLive: number): number | null {
  return quotedTimeToLive >= 1 && quotedTimeToLive <= INITIAL_TTL ? INITIAL_TTL - quotedTimeToLive + 1 : null;
}

const UNREACHABLE_TEXT = {
  network: 'network unreachable',
  host: 'host unreachable',
  protocol: 'protocol unreachable',
  'source-route': 'source route failed',
  prohibited: 'administratively prohibited',
  'no-route': 'no route to the target',
  'beyond-scope': 'beyond the scope of the source address',
  policy: 'source address failed a policy',
  'reject-route': 'a route rejects the target',
  other: 'unreachable',
} as const;
