import type { FlowSurvey } from '../probe/flow-survey.ts';
import type { FlowMethodName } from '../probe/method.ts';
import type { Flow } from '../probe/methods/flow.ts';
import type { Prober } from '../probe/prober.ts';
import type { Effective } from './effective.ts';
import { methodResult } from './method-result.ts';
import type { FlowResult, FlowsResult } from './result.ts';

/** What a flow is told from others by. */
export interface FlowIdentity {
  readonly flow: Flow;
  readonly sourcePort: number;
  readonly echoIdentifier: number;
}

/** What each flow has, and how many have the same. */
export function flowsResult(survey: FlowSurvey | null, identities: readonly FlowIdentity[]): FlowsResult {
  const count = identities.length;
  if (survey === null)
    return { count, method: null, pathMtus: [], undetermined: count, smallestPathMtu: null, flows: [] };
  const probers = [survey.first, ...survey.probers];
  const flows = identities.flatMap((identity, place) => {
    const prober = probers[place];
    return prober === undefined ? [] : [flowResult(prober, survey.name, identity)];
  });
  const exact = flows.flatMap(({ pathMtu }) => pathMtu ?? []).toSorted((a, b) => b - a);
  return {
    count,
    method: survey.name,
    pathMtus: [...new Set(exact)].map((pathMtu) => ({
      pathMtu,
      flows: exact.filter((other) => other === pathMtu).length,
    })),
    undetermined: count - exact.length,
    smallestPathMtu: exact.at(-1) ?? null,
    flows,
  };
}

function flowResult(
  prober: Prober,
  method: FlowMethodName,
  { flow, sourcePort, echoIdentifier }: FlowIdentity,
): FlowResult {
  const { status, pathMtu, bounds, blackHole, probes, reason } = methodResult(prober);
  return {
    sourcePort: method === 'udp' ? sourcePort : null,
    echoIdentifier: method === 'icmp' ? echoIdentifier : null,
    flowLabel: flow.family === 6 ? flow.flowLabel : null,
    status,
    pathMtu,
    bounds,
    blackHole,
    probes,
    reason,
  };
}

/**
 * What a packet may have whatever flow it belongs to: that of the narrowest flow, where a flow is known to be narrower
 * than `effective`. A flow of which nothing is known does not count: its result says so.
 */
export function safeForAllFlows(effective: Effective, { flows }: FlowsResult): Effective {
  const narrowest = flows.toSorted((a, b) => tooLargeFor(a) - tooLargeFor(b))[0];
  if (narrowest === undefined || tooLargeFor(narrowest) >= tooLargeFor(effective)) return effective;
  const fits = Math.min(narrowest.bounds.fits ?? 0, effective.bounds.fits ?? 0);
  const fails = tooLargeFor(narrowest);
  const isExact = fits === fails - 1;
  return {
    ...effective,
    status: isExact ? 'exact' : 'bounded',
    pathMtu: isExact ? fits : null,
    bounds: { fits: fits === 0 ? null : fits, fails },
  };
}

/** The smallest size known not to arrive; Infinity: there is none. */
function tooLargeFor({ pathMtu, bounds }: Pick<Effective, 'pathMtu' | 'bounds'>): number {
  return pathMtu === null ? (bounds.fails ?? Infinity) : pathMtu + 1;
}

/** `of 16 flows 9 have 1500 bytes, 7 have 1400`. */
export function spreadWords({ count, pathMtus, undetermined }: FlowsResult): string {
  const parts = pathMtus.map(
    ({ pathMtu, flows }, place) =>
      `${flows} ${flows === 1 ? 'has' : 'have'} ${pathMtu}${place === 0 ? ' bytes' : ''}`,
  );
  const unknown = undetermined === 0 ? [] : [`of ${undetermined} it is not known`];
  return `of ${count} flows ${[...parts, ...unknown].join(', ')}`;
}
