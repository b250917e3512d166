import type { Family, FlowMethodName, MethodName } from '../probe/method.ts';

/**
 * The result document: what `--json` prints and what `measure()` resolves to. Field names and meanings are a
 * contract with other programs: additive changes only, anything else raises {@link SCHEMA_VERSION}.
 *
 * All sizes are whole IP packets in bytes, header included, unless a name says otherwise.
 */

export type { Family, MethodName };

export const SCHEMA_VERSION = 1;

/**
 * - `exact`: `pathMtu` fits and one byte more does not (or it is the MTU of the outgoing interface).
 * - `bounded`: some sizes are proven, the exact border is not.
 * - `undetermined`: the target answers, but nothing can be said about where the border lies.
 * - `unreachable`: nothing answered, at any size.
 */
export type Status = 'exact' | 'bounded' | 'undetermined' | 'unreachable';

/** `fits`: largest size proven to arrive. `fails`: smallest size proven not to. Null: not known. */
export interface Bounds {
  readonly fits: number | null;
  readonly fails: number | null;
}

export interface MethodResult {
  readonly method: MethodName;
  /** Destination UDP port; null for icmp. */
  readonly port: number | null;
  readonly status: Status;
  readonly pathMtu: number | null;
  readonly bounds: Bounds;
  readonly blackHole: boolean | null;
  /** `bytes` counts whole IP packets sent. */
  readonly probes: {
    readonly sent: number;
    readonly answered: number;
    readonly lost: number;
    readonly bytes: number;
  };
  /** Flights sent, that is round trips used. */
  readonly rounds: number;
  readonly rttMs: { readonly min: number; readonly median: number; readonly max: number } | null;
  /** Round-trip loss of probes whose size is known to fit, 0..1; null when none was sent. */
  readonly lossRate: number | null;
  /** Why the status is not `exact`, in a sentence; null when it is. */
  readonly reason: string | null;
}

/** One of several flows. Those fields that its method has are set. */
export interface FlowResult extends Pick<
  MethodResult,
  'status' | 'pathMtu' | 'bounds' | 'blackHole' | 'probes' | 'reason'
> {
  /** UDP source port. */
  readonly sourcePort: number | null;
  /** Identifier of the echo requests. */
  readonly echoIdentifier: number | null;
  /** IPv6 only. */
  readonly flowLabel: number | null;
}

/** What several flows have, where routers may spread them over links of different MTUs. */
export interface FlowsResult {
  /** As many as were asked for, the first one included. */
  readonly count: number;
  /**
   * What they were measured by: `udp`, from a source port each, or where that is not answered `icmp`, with an echo
   * identifier each. Null: neither is answered, or time was up before, and nothing is known of any flow.
   */
  readonly method: FlowMethodName | null;
  /** How many flows have which path MTU, the largest first. Only those that are exact. */
  readonly pathMtus: readonly { readonly pathMtu: number; readonly flows: number }[];
  /** Flows whose path MTU is not exact. `pathMtus` and these add up to `count`. */
  readonly undetermined: number;
  /** The smallest that a flow is known to have: a client's source port is arbitrary, so this is what is safe. */
  readonly smallestPathMtu: number | null;
  /** The first one is the flow of `methods` above. Empty where `method` is null. */
  readonly flows: readonly FlowResult[];
}

export interface FragmentTest {
  readonly name: string;
  readonly size: number;
  readonly pieces: number;
  readonly order: string;
  readonly delivered: boolean | null;
  /** `icmp`: the answer comes back in fragments too, so both directions are tested. */
  readonly via: MethodName;
}

/** What the gateway's IKE service said; null where it was not asked or did not say. */
export interface IkeGateway {
  readonly answers: boolean;
  /** The port that answers, 500 before 4500; null: neither does. */
  readonly port: 500 | 4500 | null;
  /** Whether a NAT was seen, so that IKE_AUTH goes to port 4500 and is 4 bytes larger. */
  readonly natT: boolean | null;
  /** Which side is behind a NAT. */
  readonly nat: { readonly client: boolean; readonly gateway: boolean } | null;
  /** Who made the gateway, as far as its Vendor IDs tell. `vendor` and `version` null: they don't. */
  readonly responder: {
    readonly vendor: string | null;
    readonly version: string | null;
    /** Vendor IDs that are not known here, in hexadecimal. */
    readonly unknownVendorIds: readonly string[];
  } | null;
  /** IKEV2_FRAGMENTATION_SUPPORTED in the accepting IKE_SA_INIT answer (RFC 7383). */
  readonly fragmentationSupported: boolean | null;
  /** How the negotiation ended; `refused`: see `refusal`. Null: there was none. */
  readonly negotiation: 'accepted' | 'refused' | 'redirected' | 'unanswered' | null;
  /** Name of the error notify, such as NO_PROPOSAL_CHOSEN. */
  readonly refusal: string | null;
  /** The gateway wanted its cookie back first. */
  readonly cookieRequired: boolean;
  /** What it chose from our offer: names, as `aes-cbc`, 256, `hmac-sha2-256-128`. */
  readonly algorithms: {
    readonly encryption: string | null;
    readonly keyLengthBits: number | null;
    readonly integrity: string | null;
    readonly pseudorandomFunction: string | null;
    readonly group: string | null;
  } | null;
  /** CA hashes in its CERTREQ, 20 bytes each. */
  readonly certificateAuthorities: number | null;
}

export type IkeAuthVerdict =
  'fits' | 'ike-fragmented' | 'ip-fragments-delivered' | 'ip-fragments-dropped' | 'ip-fragments-unknown';

export interface IkeAuthResult {
  /** IKE message size in bytes: from the first byte of the IKE header to the last of the message. */
  readonly size: number;
  /** Whether the message travels on port 4500, behind the 4-byte non-ESP marker. */
  readonly natT: boolean;
  readonly family: Family;
  /** The whole IP packet if it left in one piece. */
  readonly wireSize: number;
  readonly verdict: IkeAuthVerdict;
  /** Whole IP packet sizes of the unsplit message as it leaves, in sending order. */
  readonly ipFragments: readonly number[];
  /**
   * IKE message sizes of the RFC 7383 pieces in sending order: those that leave, or where it is not known whether the
   * gateway takes them, those that the client named would send. Null when it is not cut, or by whom is not known.
   */
  readonly ikeFragments: readonly number[] | null;
  readonly reason: string;
  /**
   * The verdict for an administrator: what will happen, why, and what to do for this gateway. Paragraphs are
   * separated by line breaks; lines that begin with four spaces are to be entered as they are.
   */
  readonly paragraph?: string;
}

export type RangeVerdict = 'in-range' | 'timeout' | 'exceeded' | 'failure';

/** One row of mtupath's closing table. `from` and `to` are inclusive MSS values: ICMP payload bytes. */
export interface SizeRange {
  readonly from: number;
  readonly to: number;
  readonly verdict: RangeVerdict;
  readonly unit: 'mss';
}

export type Severity = 'info' | 'warning' | 'critical';

export interface Finding {
  /** Stable, kebab-case; listed in the README. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly advice: string | null;
}

export interface Target {
  /** As the user wrote it. */
  readonly input: string;
  readonly address: string;
  readonly family: Family;
  readonly name?: string;
}

export interface Result {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly tool: { readonly name: 'pathmtu'; readonly version: string };
  readonly target: Target;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly localMtu: number | null;
  readonly status: Status;
  /** Effective path MTU; null unless `status` is `exact`. */
  readonly pathMtu: number | null;
  readonly bounds: Bounds;
  readonly blackHole: boolean | null;
  readonly bottleneck: { readonly hop: number | null; readonly address: string | null } | null;
  readonly methods: readonly MethodResult[];
  /** Only where several flows were asked for. */
  readonly flows?: FlowsResult;
  readonly fragments: {
    readonly status: 'delivered' | 'dropped' | 'undetermined' | 'untested';
    readonly tests: readonly FragmentTest[];
  };
  readonly ike: IkeGateway | null;
  readonly ikeAuth: IkeAuthResult | null;
  readonly ranges: readonly SizeRange[];
  readonly findings: readonly Finding[];
  readonly error: null | { readonly code: string; readonly message: string };
}
