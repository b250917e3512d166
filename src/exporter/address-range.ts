import ipaddr from 'ipaddr.js';

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

/** @param address in text form, with or without a zone */
export function isInRanges(address: string, ranges: readonly AddressRange[]): boolean {
  const [withoutZone = address] = address.split('%');
  const parsed = ipaddr.parse(withoutZone);
  return ranges.some(
    ({ network, prefixLength }) => network.kind() === parsed.kind() && parsed.match(network, prefixLength),
  );
}
