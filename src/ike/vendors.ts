import type { Maker } from '../packet/ike/vendor-id.ts';
import type { FragmentSender } from './ike-fragments.ts';

/** What is known of RFC 7383 in one product. */
export interface VendorFragmentation {
  /** Stable, kebab-case. */
  readonly id: string;
  readonly product: string;
  /** Maker that its Vendor IDs tell; null where it sends none that we know. */
  readonly maker: Maker | null;
  readonly side: 'client' | 'gateway' | 'both';
  /** Without configuration. Null: not known. */
  readonly default: 'on' | 'off' | 'unsupported' | null;
  /** Its arithmetic, for `ikeFragments`. */
  readonly sender: FragmentSender;
  /** Largest IP packet of a fragment on port 4500 in bytes, per family, as shipped; null: not known. */
  readonly packetBytes: { readonly ipv4: number | null; readonly ipv6: number | null };
  /** Range of the setting in bytes; null where there is none, or it isn't known. */
  readonly settable: { readonly leastBytes: number; readonly mostBytes: number } | null;
  /** Exact lines to enter, in their order; empty where nothing can or need be done. */
  readonly enable: readonly string[];
  /** Exact lines that set the size; `{bytes}` stands for it. Empty: no such setting. */
  readonly setSize: readonly string[];
  /** What else one must know, in sentences. */
  readonly notes: readonly string[];
}

/** By id; see {@link gatewaysOfMaker} for what a Vendor ID leads to. */
export const VENDORS: readonly VendorFragmentation[] = [
  // MS-IKEE 2.2.11 and 3.15; iketypes.h (IKEEXT_POLICY_ENABLE_IKEV2_FRAGMENTATION); sizes: strongSwan's
  // transcripts.
  {
    id: 'windows-client',
    product: 'Windows 10 1803 or later, built-in VPN client',
    maker: 'microsoft',
    side: 'client',
    default: 'on',
    sender: 'windows',
    packetBytes: { ipv4: 612, ipv6: null },
    settable: null,
    enable: [],
    setSize: [],
    notes: [
      'Offers fragmentation by itself; there is no registry value for it on the client.',
      'IPv4 fragments are 612 bytes with NAT-T and 608 without; over IPv6 the size has not been observed.',
      'Shows error 809 when the gateway does not answer its IKE_AUTH.',
    ],
  },
  // directaccess.richardhicks.com/2019/02/11/always-on-vpn-and-ikev2-fragmentation/; roots:
  // Set-VpnAuthProtocol(RemoteAccess).
  {
    id: 'rras',
    product: 'Windows Server RRAS, version 1803 or 2019 and later',
    maker: 'microsoft',
    side: 'gateway',
    default: 'off',
    sender: 'windows',
    packetBytes: { ipv4: 612, ipv6: null },
    settable: null,
    enable: [
      'New-ItemProperty ' +
        '-Path "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\RemoteAccess\\Parameters\\Ikev2\\" ' +
        '-Name EnableServerFragmentation -PropertyType DWORD -Value 1 -Force',
      'Restart-Service RemoteAccess -Force',
    ],
    setSize: [],
    notes: [
      'Server 2016 and 2012 R2 do not have it.',
      'Its IKE_SA_INIT response names every root it accepts, 20 bytes each: ' +
        'Set-VpnAuthProtocol -RootCertificateNameToAccept restricts them.',
    ],
  },
  // strongSwan NEWS 5.2.1 and 5.5.1; conf/options/charon.opt; src/swanctl/swanctl.opt (read there, 2026).
  {
    id: 'strongswan',
    product: 'strongSwan 5.5.1 or later',
    maker: 'strongswan',
    side: 'both',
    default: 'on',
    sender: 'strongswan',
    packetBytes: { ipv4: 1280, ipv6: 1280 },
    settable: null,
    enable: ['connections.<name>.fragmentation = yes', 'swanctl --load-conns'],
    setSize: ['charon.fragment_size = {bytes}', 'swanctl --reload-settings'],
    notes: [
      'fragment_size counts the whole IP packet; charon.fragment_size_v4 and _v6 set it per family.',
      'It answers N(IKEV2_FRAGMENTATION_SUPPORTED) only to a client that sent it.',
      'With fragmentation = accept it announces the feature and yet sends nothing in fragments.',
      'fragment_size = 0 stands for 576 over IPv4 and 1280 over IPv6.',
      'From 5.2.1 to 5.5.0 fragmentation exists but is off by default.',
    ],
  },
  // include/pluto_constants.h (ISAKMP_V2_FRAG_MAXLEN_IPv4); ipsec.conf(5), fragmentation=.
  {
    id: 'libreswan',
    product: 'Libreswan',
    maker: 'libreswan',
    side: 'both',
    default: 'on',
    sender: 'libreswan',
    // What the formula gives at most (AES-CBC with SHA-1 and SHA-256): more than the 532 and 1192 bytes of
    // UDP payload meant.
    packetBytes: { ipv4: 576, ipv6: 1256 },
    settable: null,
    enable: ['fragmentation=yes', 'ipsec auto --replace <name>'],
    setSize: [],
    notes: ['Takes at most 32 fragments.', 'The size is built in.'],
  },
  // iked/ikev2_msg.c, iked.conf(5).
  {
    id: 'openiked',
    product: 'OpenIKED',
    maker: 'openiked',
    side: 'both',
    default: 'off',
    sender: 'openiked',
    packetBytes: { ipv4: 588, ipv6: 1292 },
    settable: null,
    enable: ['set fragmentation', 'ikectl reload'],
    setSize: [],
    notes: [
      'The size is built in: 576 bytes over IPv4 and 1280 over IPv6, exceeded by 8 with AES-GCM, by 4 with NAT-T.',
      'Without the setting its answer does not carry N(IKEV2_FRAGMENTATION_SUPPORTED).',
      'Receives at most 8192 bytes of UDP payload.',
    ],
  },
  // cisco.com, FlexVPN and IKEv2 configuration guide, "Configuring IKEv2 Fragmentation" (sec-cfg-ikev2-frag).
  {
    id: 'cisco-ios',
    product: 'Cisco IOS and IOS XE',
    maker: 'cisco',
    side: 'both',
    default: 'off',
    sender: 'generic',
    packetBytes: { ipv4: 576, ipv6: 1280 },
    settable: null,
    enable: ['crypto ikev2 fragmentation'],
    setSize: ['crypto ikev2 fragmentation mtu {bytes}'],
    notes: ['A global command. `show run all` prints "mtu 576" although the feature is off.'],
  },
  // Cisco ASA command reference; the default is from memory and not verified.
  {
    id: 'cisco-asa',
    product: 'Cisco ASA and FTD',
    maker: 'cisco',
    side: 'both',
    default: null,
    sender: 'generic',
    packetBytes: { ipv4: 576, ipv6: 1280 },
    settable: null,
    enable: ['crypto ikev2 fragmentation preferred-method ietf'],
    setSize: ['crypto ikev2 fragmentation mtu {bytes} preferred-method ietf'],
    notes: ['Believed to be on by default. The method "cisco" is its own and not RFC 7383.'],
  },
  // Fortinet community, Technical Tip 201960; FortiOS CLI reference, vpn ipsec phase1-interface.
  {
    id: 'fortigate',
    product: 'FortiGate',
    maker: 'fortinet',
    side: 'both',
    default: 'on',
    sender: 'generic',
    packetBytes: { ipv4: 1200, ipv6: 1200 },
    settable: { leastBytes: 500, mostBytes: 16000 },
    enable: ['config vpn ipsec phase1-interface', 'edit <name>', 'set fragmentation enable', 'end'],
    setSize: ['config vpn ipsec phase1-interface', 'edit <name>', 'set fragmentation-mtu {bytes}', 'end'],
    notes: ['Fragments IKEv2 at once, not only after a retransmission.'],
  },
  // Huawei USG command reference, "ikev2 fragmentation" (IKE peer view).
  {
    id: 'huawei-usg',
    product: 'Huawei USG',
    maker: null,
    side: 'gateway',
    default: 'off',
    sender: 'generic',
    packetBytes: { ipv4: 576, ipv6: 1280 },
    settable: { leastBytes: 200, mostBytes: 1500 },
    enable: ['ike peer <name>', 'ikev2 fragmentation'],
    setSize: ['ike peer <name>', 'ikev2 fragmentation mtu {bytes}'],
    notes: [],
  },
  // infocenter.nokia.com, 7750 SR Multiservice ISA and ESA Guide, "IKEv2 fragmentation".
  {
    id: 'nokia-7750',
    product: 'Nokia 7750 SR',
    maker: null,
    side: 'gateway',
    default: 'off',
    sender: 'generic',
    packetBytes: { ipv4: null, ipv6: null },
    settable: null,
    enable: [],
    setSize: ['configure ipsec ike-policy <id> ikev2-fragment {bytes}'],
    notes: ['On as soon as a size is set; it counts the whole IKEv2 packet.'],
  },
  // Junos documentation, security ike gateway; not verified.
  {
    id: 'juniper-srx',
    product: 'Juniper SRX',
    maker: 'juniper',
    side: 'gateway',
    default: null,
    sender: 'generic',
    packetBytes: { ipv4: 576, ipv6: 1280 },
    settable: null,
    enable: ['delete security ike gateway <name> fragmentation disable', 'commit'],
    setSize: ['set security ike gateway <name> fragmentation size {bytes}', 'commit'],
    notes: ['Believed to be on by default.'],
  },
  // AOSP packages/modules/IPsec: DEFAULT_FRAGMENT_SIZE.
  {
    id: 'android',
    product: 'Android 11 or later, built-in IKEv2 client',
    maker: null,
    side: 'client',
    default: 'on',
    sender: 'generic',
    packetBytes: { ipv4: 1280, ipv6: 1280 },
    settable: null,
    enable: [],
    setSize: [],
    notes: [],
  },
  // Log of macOS 10.13 against strongSwan: fragments of 540 bytes of IKE message, 572 of packet with NAT-T.
  {
    id: 'macos',
    product: 'macOS, built-in IKEv2 client',
    maker: null,
    side: 'client',
    default: 'on',
    sender: 'generic',
    packetBytes: { ipv4: 572, ipv6: null },
    settable: null,
    enable: [],
    setSize: [],
    notes: ['Observed with macOS 10.13 only.'],
  },
  // Release notes; not verified.
  {
    id: 'mikrotik',
    product: 'MikroTik RouterOS 6.47 or later',
    maker: null,
    side: 'both',
    default: null,
    sender: 'generic',
    packetBytes: { ipv4: null, ipv6: null },
    settable: null,
    enable: [],
    setSize: [],
    notes: ['Believed to support it.'],
  },
  // learn.microsoft.com/azure/load-balancer/components#limitations; azure-docs issue 29476.
  {
    id: 'azure-vpn-gateway',
    product: 'Azure VPN Gateway',
    maker: null,
    side: 'gateway',
    default: null,
    sender: 'generic',
    packetBytes: { ipv4: null, ipv6: null },
    settable: null,
    enable: [],
    setSize: [],
    notes: [
      'Not documented. Azure networks drop IP fragments that arrive out of order, ' +
        'and load-balancing rules do not forward fragments at all.',
    ],
  },
];

/** What a Vendor ID leads to: gateways only, since it is a gateway that answered. */
export function gatewaysOfMaker(maker: Maker): readonly VendorFragmentation[] {
  return VENDORS.filter((each) => each.maker === maker && each.side !== 'client');
}

/** Throws RangeError for an id that is not in the table: that is a typing error of ours. */
export function vendor(id: string): VendorFragmentation {
  const found = VENDORS.find((each) => each.id === id);
  if (found === undefined) throw new RangeError(`no vendor is called ${id}`);
  return found;
}
