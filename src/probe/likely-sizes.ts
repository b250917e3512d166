/**
 * Path MTUs that are met in practice, largest first. A size from this list is more often the answer than any
 * other, so the opening flight asks for these; a path MTU between them costs two more flights, not a wrong answer.
 */
export const LIKELY_MTUS: readonly number[] = [
  65535, // loopback, IPv4 maximum
  32000, // RFC 1191 section 7.1 plateau
  17914, // 16 Mbit/s token ring, RFC 1191 plateau
  9216, // jumbo frames of many switches
  9000, // jumbo frames
  8901, // jumbo frames less common cloud encapsulation (AWS transit: 8500 below)
  8500, // AWS transit gateway
  8166, // RFC 1191 plateau (IEEE 802.4)
  4464, // 4 Mbit/s token ring (IEEE 802.5)
  4352, // FDDI, RFC 1191 plateau
  2304, // IEEE 802.11 payload
  2002, // RFC 1191 plateau
  1500, // Ethernet
  1492, // PPPoE (RFC 2516)
  1480, // IPv4 in IPv4, 6in4 (RFC 4213)
  1476, // GRE over IPv4
  1472, // GRE with key; DS-Lite inside PPPoE
  1460, // Google Cloud; DS-Lite (RFC 6333)
  1454, // PPPoE in L2TP, common in Japan
  1440, // WireGuard over IPv4 on PPPoE less reserve
  1420, // WireGuard over IPv4 or IPv6
  1400, // IPsec and mobile networks, the usual setting of VPN gateways
  1380, // Cisco and Azure VPN clamps
  1350, // vendors' safe setting; Azure's recommended MSS
  1300, // vendors' safe setting
  1280, // IPv6 minimum (RFC 8200)
  1006, // SLIP, RFC 1191 plateau
  576, // X.25; every IPv4 host must reassemble this much (RFC 1122)
  296, // point-to-point low delay, RFC 1191 plateau
];

/**
 * Likely MTUs for which the opening flight also asks one byte more, so that one flight shows both sides of the
 * border. The commonest only: every further one costs a packet of that size on every measurement.
 */
const TESTED_FROM_BOTH_SIDES: ReadonlySet<number> = new Set([1492, 1480, 1460, 1420, 1400, 1380, 1280]);

/**
 * The sizes of an opening flight between `minBytes` and `limitBytes` (inclusive), largest first. Descending order
 * matters where the target limits its answers: the first sizes that arrive use the allowance, and those are the
 * ones next to the border.
 */
export function openingSizes(minBytes: number, limitBytes: number): number[] {
  const sizes = [limitBytes];
  for (const mtu of LIKELY_MTUS) {
    if (mtu >= limitBytes || mtu < minBytes) continue;
    if (TESTED_FROM_BOTH_SIDES.has(mtu) && mtu + 1 < limitBytes) sizes.push(mtu + 1);
    sizes.push(mtu);
  }
  return sizes;
}

/** The limit and both sides of each of these path MTUs, between `minBytes` and `limitBytes` (inclusive), largest first. */
export function expectedSizes(mtus: readonly number[], minBytes: number, limitBytes: number): number[] {
  const sizes = new Set([limitBytes, ...mtus.flatMap((mtu) => [mtu + 1, mtu])]);
  return [...sizes]
    .filter((sizeBytes) => sizeBytes >= minBytes && sizeBytes <= limitBytes)
    .toSorted((a, b) => b - a);
}

/**
 * The few sizes that a method asks for when every probe counts: the limit, PPPoE, what VPN gateways are set to, and
 * the IPv6 minimum.
 */
export function sparingSizes(minBytes: number, limitBytes: number): number[] {
  return [limitBytes, ...[1492, 1400, 1280].filter((mtu) => mtu >= minBytes && mtu < limitBytes)];
}

export function isLikelyMtu(sizeBytes: number): boolean {
  return LIKELY_MTUS.includes(sizeBytes);
}
