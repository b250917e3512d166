import type { Measurement } from '../probe/measurement.ts';
import type { Prober } from '../probe/prober.ts';
import { effectivePathMtu, suspicionsOf } from './effective.ts';
import { byGravity, findingsOf } from './findings.ts';
import { flowsResult, safeForAllFlows, type FlowIdentity } from './flows.ts';
import { fragmentsResult } from './fragments.ts';
import { ikeAuthJudgement, type IkeAuthQuestion } from './ike-auth.ts';
import { ikeGateway } from './ike-gateway.ts';
import { methodResult } from './method-result.ts';
import { rangesOf } from './ranges.ts';
import { SCHEMA_VERSION, type Result, type Target } from './result.ts';
import type { Narrowing } from './trace-result.ts';

/** What a result says that the probers don't know. */
export interface Circumstances {
  readonly version: string;
  readonly target: Target;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly localMtu: number | null;
  /** IKE_AUTH message to give a verdict on; null: none was asked for. */
  readonly ikeAuth: IkeAuthQuestion | null;
  /** What the flows were told apart by, the first one first; null, the default: only one was to be measured. */
  readonly flows?: readonly FlowIdentity[] | null;
  readonly isAborted: boolean;
  /** Where the path becomes as narrow as it is, if a trace was made; default: none was, or none found it. */
  readonly narrowest?: Narrowing | null;
}

/** From the evidence to the result document. */
export function assemble(measurement: Measurement, circumstances: Circumstances): Result {
  const { probers } = measurement;
  const { target, isAborted } = circumstances;
  const methods = tellingProbers(probers).map(methodResult);
  const chosen = effectivePathMtu(methods, suspicionsOf(probers));
  const narrowest = circumstances.narrowest ?? null;
  const bottleneck =
    bottleneckOf(probers, chosen.method?.method ?? null, chosen.pathMtu) ??
    (narrowest?.by === 'ptb' ? { hop: narrowest.hop, address: narrowest.address } : null);
  const location = measurement.hopSearch?.location ?? narrowest;
  // A router that named the path MTU to any method is no black hole, though it may have been silent to another.
  const effective = bottleneck === null ? chosen : { ...chosen, blackHole: false };
  const { status, pathMtu, bounds, blackHole } = effective;
  // A send that failed corrects what the system said.
  const localMtu = probers.reduce<number | null>((smallest, prober) => {
    if (prober.localMtu === null) return smallest;
    return smallest === null ? prober.localMtu : Math.min(smallest, prober.localMtu);
  }, circumstances.localMtu);
  const { family } = target;
  const ike = ikeGateway(measurement);
  const fragments = fragmentsResult(measurement.fragmentTest);
  const { negotiation } = measurement;
  const { flows: identities = null } = circumstances;
  const flows = identities === null ? null : flowsResult(measurement.flowSurvey, identities);
  const judgement =
    circumstances.ikeAuth === null
      ? null
      : ikeAuthJudgement(circumstances.ikeAuth, {
          family,
          effective: flows === null ? effective : safeForAllFlows(effective, flows),
          localMtu,
          ike,
          negotiation,
          fragments,
        });
  const judged = judgement?.findings ?? [];
  const oddities = [...probers, ...(measurement.flowSurvey?.probers ?? [])].flatMap((prober) =>
    prober.oddities.all.map((oddity) => ({ ...oddity, method: prober.name })),
  );
  const isBlocked = probers.every((prober) => prober.state.type === 'blocked');

  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'pathmtu', version: circumstances.version },
    target,
    startedAt: circumstances.startedAt.toISOString(),
    durationMs: Math.round(circumstances.durationMs * 10) / 10,
    localMtu,
    status,
    pathMtu,
    bounds,
    blackHole,
    bottleneck: bottleneck ?? (location === null ? null : { hop: location.hop, address: location.address }),
    methods,
    ...(flows === null ? {} : { flows }),
    fragments,
    ike,
    ikeAuth: judgement?.ikeAuth ?? null,
    ranges: rangesOf(bounds, localMtu, family, isBlocked),
    findings: byGravity([
      ...findingsOf({
        family,
        localMtu,
        effective,
        methods,
        flows,
        oddities,
        bottleneck,
        location,
        fragments,
        ike,
        isAborted,
      }).filter(
        // The verdict says the same with figures.
        ({ code }) => !judged.some((finding) => finding.code === code),
      ),
      ...judged,
    ]),
    error: isAborted ? { code: 'interrupted', message: 'the measurement was interrupted' } : null,
  };
}

/** Of the two ports of ike one is enough: the one that answers, 500 before 4500. */
function tellingProbers(probers: readonly Prober[]): readonly Prober[] {
  const ofIke = probers.filter((prober) => prober.name === 'ike');
  const telling = ofIke.find((prober) => prober.hasAnswers && prober.state.type !== 'spare') ?? ofIke[0];
  return probers.filter((prober) => prober.name !== 'ike' || prober === telling);
}

/** The router whose PTB named the path MTU, if one did. */
function bottleneckOf(
  probers: readonly Prober[],
  method: string | null,
  pathMtu: number | null,
): Result['bottleneck'] {
  if (pathMtu === null) return null;
  const naming = probers.filter(({ belief }) => belief.hint?.mtu === pathMtu);
  const hint = (naming.find((prober) => prober.name === method) ?? naming[0])?.belief.hint;
  return hint === null || hint === undefined ? null : { hop: hint.hop, address: hint.from };
}
