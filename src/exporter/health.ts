import type { Gateway } from '../gateways/gateway.ts';
import type { Result } from '../results/result.ts';

/** The states of the monitoring-plugins convention. */
export type Health = 'ok' | 'warning' | 'critical' | 'unknown';

/**
 * How a gateway is:
 *
 * 1. A path MTU, or proof of a smaller one, below `requireMtu` is critical, and so is an IKE_AUTH that gets lost.
 * 2. Without an exact path MTU it is unknown, unless an IKE_AUTH is asked about and proven to fit.
 * 3. Below `warnBelow`, or with an IKE_AUTH that needs IP fragments, it is a warning.
 */
export function healthOf(
  { status, pathMtu, bounds, ikeAuth, error }: Result,
  { requireMtu, warnBelow }: Pick<Gateway, 'requireMtu' | 'warnBelow'>,
): Health {
  if (error !== null) return 'unknown';
  const isProvenBelow = (limit: number | null): boolean =>
    limit !== null && (pathMtu !== null ? pathMtu < limit : bounds.fails !== null && bounds.fails <= limit);
  const verdict = ikeAuth?.verdict ?? null;
  if (isProvenBelow(requireMtu) || verdict === 'ip-fragments-dropped') return 'critical';
  const isEnough = verdict === 'fits' || verdict === 'ike-fragmented';
  const isThresholdOpen = (limit: number | null): boolean =>
    limit !== null && pathMtu === null && (bounds.fits ?? 0) < limit;
  if (status !== 'exact' && (!isEnough || isThresholdOpen(requireMtu))) return 'unknown';
  if (isProvenBelow(warnBelow) || (verdict !== null && !isEnough)) return 'warning';
  return 'ok';
}
