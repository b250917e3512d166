import type { HopTrace } from '../probe/hop-trace.ts';
import type { Trace } from '../probe/trace.ts';
import { assemble, type Circumstances } from './assemble.ts';
import type { Narrowing, TracedHop, TraceResult } from './trace-result.ts';

/** From the evidence of a trace to its document. */
export function assembleTrace(
  { hops: traced, measurement, method }: Trace,
  circumstances: Omit<Circumstances, 'ikeAuth' | 'narrowest'>,
): TraceResult {
  const { log } = traced;
  const hops = Array.from({ length: log.lastAnswering }, (_, index) => tracedHop(traced, index + 1));
  const exact = assemble(measurement, { ...circumstances, ikeAuth: null });
  const narrowings = narrowingsOf(traced, hops, exact.pathMtu);
  const narrowest = narrowings.find(({ mtu }) => mtu === exact.pathMtu) ?? null;
  const result =
    narrowest === null ? exact : assemble(measurement, { ...circumstances, ikeAuth: null, narrowest });
  return {
    schemaVersion: result.schemaVersion,
    tool: result.tool,
    target: result.target,
    startedAt: result.startedAt,
    durationMs: result.durationMs,
    localMtu: result.localMtu,
    status: result.status,
    pathMtu: result.pathMtu,
    bounds: result.bounds,
    blackHole: result.blackHole,
    bottleneck: result.bottleneck,
    hopMethod: { method: method.name, port: method.port },
    targetHop: log.targetHop,
    hops,
    narrowings,
    refusal:
      log.refusal === null
        ? null
        : { hop: log.refusal.hop, address: log.refusal.from, reason: log.refusal.reason },
    methods: result.methods,
    findings: result.findings,
    error: result.error,
  };
}

function tracedHop({ log, profile }: HopTrace, hop: number): TracedHop {
  const { addresses, rttMs, sent, answered } = log.seenAt(hop);
  const [address = null, ...otherAddresses] = addresses;
  return {
    hop,
    address,
    otherAddresses,
    rttMs: rttMs === null ? null : Math.round(rttMs * 1000) / 1000,
    mtu: profile.mtuAt(hop),
    bounds: profile.boundsAt(hop),
    isTarget: hop === log.targetHop,
    probes: { sent, answered },
  };
}

/** Every place where the exact MTU of one hop is less than that of the hop with an exact one before it. */
function narrowingsOf(
  { claims, profile }: HopTrace,
  hops: readonly TracedHop[],
  pathMtu: number | null,
): Narrowing[] {
  const levels: { readonly hop: number | null; readonly mtu: number }[] = hops.flatMap(({ hop, mtu }) =>
    mtu === null ? [] : [{ hop, mtu }],
  );
  // A target that answers no packet of limited TTL comes after all hops that do.
  if (pathMtu !== null && hops.at(-1)?.isTarget !== true) levels.push({ hop: null, mtu: pathMtu });
  const narrowings: Narrowing[] = [];
  let mtuBefore = profile.localMtu;
  for (const { hop, mtu } of levels) {
    if (mtu >= mtuBefore) continue;
    mtuBefore = mtu;
    const last = hops.findLast((each) => (each.bounds.fits ?? 0) > mtu);
    const claim = claims.find(
      (each) => each.mtu === mtu && each.hop >= (last?.hop ?? 0) && each.hop < (hop ?? Infinity),
    );
    narrowings.push({
      hop: claim?.hop ?? last?.hop ?? 0,
      address: claim?.from ?? last?.address ?? null,
      nextHop: hop,
      mtu,
      by: claim === undefined ? 'silence' : 'ptb',
    });
  }
  return narrowings;
}
