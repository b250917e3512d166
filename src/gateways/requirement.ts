import type { Result } from '../results/result.ts';
import type { Gateway } from './gateway.ts';

/**
 * How a measured path MTU stands to a gateway's `requireMtu` and `warnBelow`. `failed` and `warning` only where it is
 * proven that packets of the limit do not arrive.
 */
export function requirementOf(
  { requireMtu, warnBelow }: Pick<Gateway, 'requireMtu' | 'warnBelow'>,
  { pathMtu, bounds }: Pick<Result, 'pathMtu' | 'bounds'>,
): 'met' | 'warning' | 'failed' {
  const isBelow = (limit: number | null): boolean =>
    limit !== null && (pathMtu === null ? bounds.fails !== null && bounds.fails <= limit : pathMtu < limit);
  if (isBelow(requireMtu)) return 'failed';
  return isBelow(warnBelow) ? 'warning' : 'met';
}
