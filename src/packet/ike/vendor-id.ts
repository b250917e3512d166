import { fromAscii, isZero, toHex, viewOf } from './bytes.ts';

/** Makers that a Vendor ID can tell. `null` where it names a feature and not a maker. */
export type Maker =
  | 'microsoft'
  | 'cisco'
  | 'fortinet'
  | 'strongswan'
  | 'libreswan'
  | 'openswan'
  | 'openiked'
  | 'check-point'
  | 'juniper'
  | 'sonicwall'
  | 'zyxel'
  | 'elvis-plus';

export interface VendorIdentity {
  readonly maker: Maker | null;
  /** For people: "Windows 8 / Server 2012 or later (MS NT5 ISAKMPOAKLEY v9)". */
  readonly description: string;
  /** What follows the known part, where that is a version; null otherwise. */
  readonly version: string | null;
}

/**
 * Who sends this Vendor ID, or null when it is none that is known here. Nothing is guessed from its length or
 * look.
 */
export function identifyVendorId(data: Uint8Array): VendorIdentity | null {
  const hex = toHex(data);
  for (const known of KNOWN) {
    const isMatch = known.match === 'exact' ? hex === known.hex : hex.startsWith(known.hex);
    if (isMatch) return known.read(data.subarray(known.hex.length / 2));
  }
  return null;
}

interface Known {
  readonly hex: string;
  readonly match: 'exact' | 'prefix';
  readonly read: (rest: Uint8Array) => VendorIdentity;
}

function fixed(
  match: Known['match'],
  bytes: Uint8Array | string,
  maker: Maker | null,
  description: string,
): Known {
  const hex = typeof bytes === 'string' ? bytes : toHex(bytes);
  return { hex, match, read: () => ({ maker, description, version: null }) };
}

/** The version is the text that follows, such as "4.10" in "OE-Libreswan-4.10". */
function textVersion(prefix: string, maker: Maker, description: string): Known {
  return {
    hex: toHex(fromAscii(prefix)),
    match: 'prefix',
    read: (rest) => ({ maker, description, version: rest.length === 0 ? null : printable(rest) }),
  };
}

function printable(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?')).join(
    '',
  );
}

/** MD5("MS NT5 ISAKMPOAKLEY") and a four-byte version: MS-IKEE section 2.2.5 and its behaviour notes. */
const MS_NT5: Known = {
  hex: '1e2b516905991c7d7c96fcbfb587e461',
  match: 'prefix',
  read: (rest) => {
    const version = rest.length === 4 ? viewOf(rest).getUint32(0) : null;
    const product = version === null ? undefined : WINDOWS_BY_VERSION.get(version);
    return {
      maker: 'microsoft',
      description: `${product ?? 'Windows'} (MS NT5 ISAKMPOAKLEY${version === null ? '' : ` v${version}`})`,
      version: version === null ? null : String(version),
    };
  },
};

const WINDOWS_BY_VERSION: ReadonlyMap<number, string> = new Map([
  [2, 'Windows 2000'],
  [3, 'Windows XP'],
  [4, 'Windows Server 2003'],
  [5, 'Windows Vista'],
  [6, 'Windows Server 2008'],
  [7, 'Windows 7'],
  [8, 'Windows Server 2008 R2'],
  // The number has not changed since: 10, 11 and the servers up to 2022 send it too.
  [9, 'Windows 8 / Server 2012 or later'],
]);

/**
 * 12 bytes and a version of 4, seen as "VID FORTIGATE" in FortiOS debug logs, where 7.x has zeros for the
 * version.
 */
const FORTIGATE: Known = {
  hex: '8299031757a36082c6a621de',
  match: 'prefix',
  read: (rest) => ({
    maker: 'fortinet',
    description: 'FortiGate',
    version: isZero(rest) ? null : toHex(rest),
  }),
};

/**
 * Sources: strongSwan src/libcharon/sa/ikev2/tasks/ike_vendor.c, libreswan lib/libswan/vendorid.c, OpenIKED
 * iked/types.h, ike-scan's ike-vendor-ids, MS-IKEE. More specific entries come first.
 */
const KNOWN: readonly Known[] = [
  MS_NT5,
  fixed('prefix', '01528bbbc00696121849ab9a1c5b2a51', 'microsoft', 'Windows KEY_MODS'),
  fixed('exact', 'fb1de3cdf341b7ea16b7e5be0855f120', 'microsoft', 'MS-Negotiation Discovery Capable'),
  fixed('exact', '26244d38eddb61b3172a36e3d0cfb819', 'microsoft', 'Vid-Initial-Contact'),
  fixed('exact', '686a8cbdfe634b405146fb2baf33e9e8', 'microsoft', 'MSFT IPsec Security Realm Id'),
  fixed('exact', fromAscii('CISCO-DELETE-REASON'), 'cisco', 'Cisco delete reason'),
  fixed('exact', fromAscii('CISCO-DYNAMIC-ROUTE'), 'cisco', 'Cisco dynamic route'),
  fixed('prefix', fromAscii('CISCO(COPYRIGHT)'), 'cisco', 'Cisco copyright'),
  fixed('exact', fromAscii('FLEXVPN-SUPPORTED'), 'cisco', 'Cisco FlexVPN'),
  fixed('prefix', '1f07f70eaa6514d3b0fa96542a50', 'cisco', 'Cisco VPN 3000 concentrator'),
  fixed('exact', 'f6f7efc7f5aeb8cb158cb9d094ba69e7', 'cisco', 'Cisco VPN 3000 client'),
  fixed('exact', '12f5f28c457168a9702d9fe274cc0100', 'cisco', 'Cisco Unity'),
  FORTIGATE,
  fixed('exact', '1d6e178f6c2c0be284985465450fe9d4', 'fortinet', 'Fortinet endpoint control'),
  fixed('exact', '882fe56d6fd20dbc2251613b2ebe5beb', 'strongswan', 'strongSwan'),
  textVersion('OE-Libreswan-', 'libreswan', 'Libreswan'),
  fixed('exact', fromAscii('Opportunistic IPsec'), 'libreswan', 'Libreswan opportunistic IPsec'),
  textVersion('OpenIKED-', 'openiked', 'OpenIKED'),
  textVersion('OpenIKED', 'openiked', 'OpenIKED'),
  // "OEN", "OSW" and "OE" and a hash of nine or ten printable characters: twelve bytes in all.
  fixed('prefix', '4f454e', 'libreswan', 'Libreswan 3.0 to 3.5'),
  fixed('prefix', '4f5357', 'openswan', 'Openswan'),
  fixed('prefix', 'f4ed19e0c114eb516faaac0ee37daf2807b4381f', 'check-point', 'Check Point'),
  fixed('exact', 'fd808804df73b15150709d878044cde0ac1efcde', 'juniper', 'Juniper SRX'),
  fixed('prefix', '699369228741c6d4ca094c93e242c9de19e7b7c6', 'juniper', 'NetScreen'),
  fixed('prefix', '5b362bc820f6000', 'sonicwall', 'SonicWall'),
  fixed('prefix', '5b362bc820f70001', 'sonicwall', 'SonicWall'),
  fixed('exact', 'b858d1addd08c1e8adafea150608aa4497aa6cc8', 'zyxel', 'ZyXEL ZyWALL'),
  fixed('exact', 'f758f22668750f03b08df6ebe1d0', 'zyxel', 'ZyXEL ZyWALL USG'),
  fixed('exact', '625027749d5ab97f5616c1602765cf480a3b7d0b', 'zyxel', 'ZyXEL ZyWALL'),
  fixed('prefix', '08db45e6cb01f80bb576e9a78c0f54e1300b8881', 'elvis-plus', 'ELVIS-PLUS Zastava'),
  // Sent by Cisco, Microsoft and others alike; it says nothing about RFC 7383, which has a notify of its own.
  fixed('prefix', '4048b7d56ebce88525e7de7f00d6c2d3', null, 'fragmentation other than RFC 7383'),
  fixed('prefix', 'afcad71368a1f1c96b8696fc7757', null, 'dead peer detection'),
  fixed('exact', '09002689dfd6b712', null, 'XAUTH'),
];
