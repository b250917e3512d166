import type { Prober } from '../probe/prober.ts';
import type { Bounds, MethodName, MethodResult, Status } from './result.ts';

export interface Effective {
  readonly status: Status;
  readonly pathMtu: number | null;
  readonly bounds: Bounds;
  readonly blackHole: boolean | null;
  /** The method that this comes from; null: none answered. */
  readonly method: MethodResult | null;
}

/** For each method the smallest size that it thinks not to arrive, proven or not. */
export type Suspicions = ReadonlyMap<MethodName, number>;

/** Of the methods that send plenty of probes: where they are few, a single loss is a suspicion. */
export function suspicionsOf(probers: readonly Prober[]): Suspicions {
  return new Map(
    probers.filter(({ isSparing }) => !isSparing).map(({ name, belief }) => [name, belief.ceiling]),
  );
}

/** From the method that is most like IKE to the one that is least. */
const NEAREST_TO_IKE: readonly MethodName[] = ['ike', 'udp', 'icmp'];

/**
 * The path MTU that an IKE packet has, from the method nearest to IKE that found it. A method further away that is
 * exact stands in for one that is only bounded, unless it lies outside of that one's bounds: then those hold, since
 * they were seen on packets that are more like IKE; or unless that one suspects a size of not arriving that the exact
 * one says does: routers that spread flows may have put it on another path. Nothing is averaged.
 */
export function effectivePathMtu(
  methods: readonly MethodResult[],
  suspicions: Suspicions = new Map(),
): Effective {
  const ordered = NEAREST_TO_IKE.flatMap((name) => methods.filter((method) => method.method === name));
  const answered = ordered.filter((method) => method.status !== 'unreachable');
  // A method that only knows that the target lives has nothing to say about size.
  const nearest = answered.find((method) => method.status !== 'undetermined') ?? answered[0];
  if (nearest === undefined) {
    return {
      status: 'unreachable',
      pathMtu: null,
      bounds: { fits: null, fails: null },
      blackHole: null,
      method: null,
    };
  }
  const exact = answered.find((method) => method.status === 'exact');
  const nearer = exact === undefined ? answered : answered.slice(0, answered.indexOf(exact));
  const chosen =
    exact !== undefined &&
    nearer.every(
      ({ method, bounds }) =>
        isWithin(exact.pathMtu, bounds) && (exact.pathMtu ?? 0) < (suspicions.get(method) ?? Infinity),
    )
      ? exact
      : nearest;
  const { status, pathMtu, bounds, blackHole } = chosen;
  return { status, pathMtu, bounds, blackHole, method: chosen };
}

function isWithin(pathMtu: number | null, { fits, fails }: Bounds): boolean {
  return pathMtu !== null && pathMtu >= (fits ?? 0) && pathMtu < (fails ?? Infinity);
}
