import type { Manners } from './manners.ts';

/** IP version. */
export type Family = 4 | 6;

/** `icmp`: echo. `udp`: a closed high port, answered by port unreachable. `ike`: a padded IKE_SA_INIT. */
export type MethodName = 'icmp' | 'udp' | 'ike';

/** The methods that further flows are measured by. Not ike: that would be too many IKE probes for a gateway. */
export type FlowMethodName = Exclude<MethodName, 'ike'>;

/** A message that arrived: the IP payload of an ICMP or UDP packet, with the address it came from. */
export interface Inbound {
  /** 4 or 16 bytes. */
  readonly source: Uint8Array;
  /** IP protocol number: 1, 17 or 58. */
  readonly protocol: number;
  /** From the first byte of the ICMP or UDP header. */
  readonly message: Uint8Array;
}

/**
 * What an arriving message means to a method. `number` is that of the probe, as given to {@link Method.encode};
 * whether such a probe is in flight is for the prober to know. Addresses are in text form.
 */
export type Reply =
  /** The target answered: the probe arrived, whatever the answer says. */
  | {
      readonly type: 'answer';
      readonly number: number;
      readonly from: string;
      /** Port unreachable: it arrived, and nothing listens there. */
      readonly isPortClosed?: boolean;
      /** How many hops away the target is, from 1, where the answer quotes the probe's TTL; null: not plausible. */
      readonly hop?: number | null;
    }
  /** A PTB quotes the probe. `mtu` as it stands there, plausible or not. */
  | {
      readonly type: 'too-big';
      readonly number: number;
      readonly from: string;
      readonly mtu: number;
      readonly hop: number | null;
    }
  /** Its TTL ran out at a router. */
  | { readonly type: 'expired'; readonly number: number; readonly from: string }
  /** Another ICMP error quotes the probe. */
  | { readonly type: 'refused'; readonly number: number; readonly from: string; readonly reason: string }
  /** Meant for us by its looks, but not believable; `isPtb`: it is a PTB. */
  | { readonly type: 'ignored'; readonly from: string; readonly reason: string; readonly isPtb: boolean }
  /** Has nothing to do with this method's probes. */
  | { readonly type: 'unrelated' };

/** A way of asking the target about a size: pure bytes, no sockets. */
export interface Method {
  readonly name: MethodName;
  /** Destination UDP port; null for icmp. */
  readonly port: number | null;
  /**
   * Size of the smallest probe, whole IP packet, in bytes. 68, which every IPv4 link must carry (RFC 791), holds
   * an IPv6 and ICMPv6 header and a token too.
   */
  readonly controlBytes: number;
  /** Smallest size worth searching, in bytes: a method may be unable to make those just above its smallest. */
  readonly leastSearchedBytes: number;
  readonly manners: Manners;
  /** The whole IP packet of the `number`-th probe (from 1), DF set, exactly `sizeBytes` long. The TTL is 64 by default. */
  readonly encode: (number: number, sizeBytes: number, timeToLive?: number) => Uint8Array;
  readonly decode: (inbound: Inbound) => Reply;
}
