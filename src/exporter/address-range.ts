import ipaddr from 'ipaddr.js';
import type { Family } from '../probe/method.ts';

/** Addresses of one family that share a prefix. */
export interface AddressRange {
  readonly network: ipaddr.IPv4 | ipaddr.IPv6;
  readonly prefixLength: number;
}

/** `10.0.0.0/8`, `2001:db8::/32`, or one address. Null: it is neither. */
export function parseRange(text: string): AddressRange | null {
  try {
    const [network, prefixLength] = text.includes('/')
      ? ipaddr.parseCIDR(text)
      : [ipaddr.parse(text), text.includes(':') ? 128 : 32];
    return { network, prefixLength };
  } catch {
    return null;
  }
}

/**
 * Whether an address may be probed because of these ranges. What is not one host (multicast, broadcast, the
 * unspecified address) never may.
 *
 * @param address in text form, as {@link unmapped} gives it
 */
export function isInRanges(address: string, ranges: readonly AddressRange[]): boolean {
  const parsed = ipaddr.parse(withoutZone(address));
  if (NOT_A_HOST.includes(parsed.range())) return false;
  return ranges.some(
    ({ network, prefixLength }) => network.kind() === parsed.kind() && parsed.match(network, prefixLength),
  );
}

/** The IPv4 address in one that is mapped into IPv6 (`::ffff:192.0.2.1`), so that there is one way to say it. */
export function unmapped(address: string): { readonly address: string; readonly family: Family } {
  if (!address.includes(':')) return { address, family: 4 };
  const parsed = ipaddr.parse(withoutZone(address));
  return parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress()
    ? { address: parsed.toIPv4Address().toString(), family: 4 }
    : { address, family: 6 };
}

function withoutZone(address: string): string {
  return address.split('%')[0] ?? address;
}

const NOT_A_HOST: readonly string[] = ['multicast', 'broadcast', 'unspecified'];
