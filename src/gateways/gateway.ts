import type { ClientProfileName } from '../ike/client-profile.ts';
import type { Family, MethodName } from '../probe/method.ts';

/** One VPN gateway as the gateways file describes it, defaults filled in. Plain data. */
export interface Gateway {
  /** Unique in the file; what reports, metrics and states call it. */
  readonly name: string;
  /** Name or address. */
  readonly host: string;
  /** Null: the system's first answer. */
  readonly family: Family | null;
  /** Null: all that there are. */
  readonly methods: readonly MethodName[] | null;
  /** Path MTU below this is critical; null: no such limit. In bytes, as all sizes. */
  readonly requireMtu: number | null;
  /** Path MTU below this is worth a warning; null: no such limit. */
  readonly warnBelow: number | null;
  /** The IKE_AUTH that must get through; null: not asked about. */
  readonly ikeAuth: GatewayIkeAuth | null;
  readonly client: ClientProfileName | null;
  /** Null: as the negotiation finds. */
  readonly natT: boolean | null;
  /** In ms; null: the program's default. */
  readonly deadlineMs: number | null;
  /** Free-form, for metrics and reports. */
  readonly labels: Readonly<Record<string, string>>;
}

export type GatewayIkeAuth =
  | { readonly type: 'size'; readonly bytes: number }
  /** Paths relative to the gateways file; the end entity's certificate first. */
  | { readonly type: 'certificates'; readonly files: readonly string[] };
