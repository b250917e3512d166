import type { Bounds, MethodName, Result } from './result.ts';

/** A hop on the way, the target included. */
export interface TracedHop {
  /** Distance, from 1. */
  readonly hop: number;
  /** Null: it does not answer. */
  readonly address: string | null;
  /** Further ones that answered at the same distance: routers share the load, packet by packet. */
  readonly otherAddresses: readonly string[];
  /** Shortest round trip; null: it does not answer. */
  readonly rttMs: number | null;
  /** MTU of the path as far as this hop, in bytes; null: not exactly known. */
  readonly mtu: number | null;
  readonly bounds: Bounds;
  readonly isTarget: boolean;
  readonly probes: { readonly sent: number; readonly answered: number };
}

/** A place where the path becomes narrower. */
export interface Narrowing {
  /** The last hop that larger packets get to, from 1; 0: this host. */
  readonly hop: number;
  /** Null for this host, and where the hop does not answer. */
  readonly address: string | null;
  /** The first hop behind it that answers; null: none does. The narrow link lies between the two. */
  readonly nextHop: number | null;
  /** What the path carries from there on. */
  readonly mtu: number;
  /** `ptb`: the router says so. `silence`: larger packets vanish. */
  readonly by: 'ptb' | 'silence';
}

/**
 * The document of a trace: what `trace --json` prints and `trace()` resolves to. What it shares with {@link Result}
 * means the same.
 */
export interface TraceResult extends Pick<
  Result,
  | 'schemaVersion'
  | 'tool'
  | 'target'
  | 'startedAt'
  | 'durationMs'
  | 'localMtu'
  | 'status'
  | 'pathMtu'
  | 'bounds'
  | 'blackHole'
  | 'bottleneck'
  | 'methods'
  | 'findings'
  | 'error'
> {
  /** What the hops were asked with. */
  readonly hopMethod: { readonly method: MethodName; readonly port: number | null };
  /** How far away the target is; null: it answered no packet of limited TTL. */
  readonly targetHop: number | null;
  /** As far as the target, or the last hop that answers. */
  readonly hops: readonly TracedHop[];
  /** From this host on. */
  readonly narrowings: readonly Narrowing[];
  /** A router that refuses to pass the packets on; null: none. */
  readonly refusal: { readonly hop: number; readonly address: string; readonly reason: string } | null;
}
