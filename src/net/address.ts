import ipaddr from 'ipaddr.js';

/** An address in text form without its zone: `fe80::1` of `fe80::1%eth0`. */
export function withoutZone(text: string): string {
  const [address = text] = text.split('%');
  return address;
}

/** The 4 or 16 bytes of an address in text form. Throws on anything else. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(ipaddr.parse(withoutZone(text)).toByteArray());
}
