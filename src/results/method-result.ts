import type { ProberState } from '../probe/prober-state.ts';
import type { Prober } from '../probe/prober.ts';
import type { Bounds, MethodResult, Status } from './result.ts';

/** One method's evidence as a result. Reads the prober, changes nothing. */
export function methodResult(prober: Prober): MethodResult {
  const { probes } = prober.log;
  const count = (...outcomes: readonly string[]): number =>
    probes.filter((probe) => outcomes.includes(probe.outcome)).length;
  const bounds = boundsOf(prober);
  const status = statusOf(prober, bounds);
  const fits = bounds.fits ?? 0;
  const judged = probes.filter((probe) => probe.sizeBytes <= fits && isJudged(probe.outcome));
  const lost = judged.filter((probe) => probe.outcome !== 'answered');
  const sent = probes.filter((probe) => probe.outcome !== 'failed');
  return {
    method: prober.name,
    port: prober.port,
    status,
    pathMtu: prober.exactPathMtu,
    bounds,
    blackHole: isBlackHole(prober),
    probes: {
      sent: sent.length,
      answered: count('answered'),
      lost: count('lost', 'unheard'),
      bytes: sent.reduce((total, probe) => total + probe.sizeBytes, 0),
    },
    rounds: prober.log.flights.length,
    rttMs: rounded(prober.roundTrip.summary),
    lossRate: judged.length === 0 ? null : Math.round((lost.length / judged.length) * 1000) / 1000,
    reason: reasonOf(prober, status, bounds),
  };
}

function isJudged(outcome: string): boolean {
  return outcome === 'answered' || outcome === 'lost' || outcome === 'unheard';
}

function boundsOf({ state, belief, provenFails }: Prober): Bounds {
  if (state.type === 'exact')
    return { fits: state.pathMtu, fails: state.by === 'local-mtu' ? null : state.pathMtu + 1 };
  return { fits: belief.fits, fails: provenFails };
}

function statusOf({ state, hasAnswers, log }: Prober, { fits, fails }: Bounds): Status {
  if (state.type === 'exact') return 'exact';
  if (!hasAnswers || fits === null) return 'unreachable';
  // An answer to nothing but the small controls, and no proof that anything fails: nothing is known of the border.
  const smallest = Math.min(...log.probes.map((probe) => probe.sizeBytes));
  return fails === null && fits <= smallest ? 'undetermined' : 'bounded';
}

/**
 * Silence is a black hole when no router named the path MTU that silence proved. A router that limits its PTBs and
 * named it for another probe is none.
 */
function isBlackHole({ state, belief }: Prober): boolean | null {
  if (state.type !== 'exact') return null;
  return state.by === 'silence' && belief.hint?.mtu !== state.pathMtu;
}

function reasonOf(prober: Prober, status: Status, { fits, fails }: Bounds): string | null {
  const { state } = prober;
  if (state.type === 'closed') return `port ${prober.port ?? 0} is closed: there is no service to ask`;
  switch (status) {
    case 'exact':
      return null;
    case 'unreachable':
      return unreachableReason(state);
    case 'undetermined':
      return 'only the small control probes were answered before time was up';
    case 'bounded':
      if (state.type === 'edge')
        return fails === null
          ? `sizes above ${fits} were not to be tried`
          : `sizes below ${fails} were not to be tried`;
      if (state.type === 'exhausted') return exhaustedReason(prober);
      return prober.isRateLimited
        ? 'the target limits its answers, and time was up before silence could be told from that limit'
        : 'time was up before the border was certain';
  }
}

function exhaustedReason({ isSparing, log }: Prober): string {
  return isSparing
    ? `after ${log.probes.length} probes the next flight would have gone over the limit that spares the gateway`
    : 'the answers contradict each other again and again: does the path change?';
}

function unreachableReason(state: ProberState): string {
  if (state.type !== 'blocked') return 'no answer at any size';
  switch (state.failure) {
    case 'no-route':
      return 'this host has no route to the target';
    case 'not-permitted':
      return 'this host does not let the packets out (local firewall?)';
    case 'no-buffers':
      return 'this host had no buffers to send from';
    case 'too-large':
    case 'other':
      return 'this host could not send';
  }
}

function rounded(summary: MethodResult['rttMs']): MethodResult['rttMs'] {
  return summary === null
    ? null
    : {
        min: toMicroseconds(summary.min),
        median: toMicroseconds(summary.median),
        max: toMicroseconds(summary.max),
      };
}

function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
