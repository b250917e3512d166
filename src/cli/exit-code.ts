import type { IkeAuthResult, Result } from '../results/result.ts';

/** The monitoring-plugins convention, for every command. */
export const EXIT = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * 1. A measurement that ended with an error is UNKNOWN.
 * 2. With an IKE_AUTH in question, its verdict decides; a fit that is proven is OK even if the MTU is not exact.
 * 3. Otherwise an exact path MTU is OK, and anything less is UNKNOWN.
 */
export function exitCodeOfResult({ error, ikeAuth, status, pathMtu }: Result): ExitCode {
  if (error !== null) return EXIT.unknown;
  if (ikeAuth !== null) return exitCodeOfIkeAuth(ikeAuth, pathMtu);
  return status === 'exact' ? EXIT.ok : EXIT.unknown;
}

/** `mtu`: the path MTU that the verdict rests on, null when it is not exactly known. */
export function exitCodeOfIkeAuth({ verdict }: Pick<IkeAuthResult, 'verdict'>, mtu: number | null): ExitCode {
  switch (verdict) {
    case 'fits':
    case 'ike-fragmented':
      return EXIT.ok;
    case 'ip-fragments-delivered':
      return EXIT.warning;
    case 'ip-fragments-dropped':
      return EXIT.critical;
    case 'ip-fragments-unknown':
      return mtu === null ? EXIT.unknown : EXIT.warning;
  }
}

/** For several answers in one: the worst of 2, 1, 3, 0, in this order. */
export function worstExitCode(exitCodes: readonly ExitCode[]): ExitCode {
  return WORST_FIRST.find((exitCode) => exitCodes.includes(exitCode)) ?? EXIT.ok;
}

const WORST_FIRST = [EXIT.critical, EXIT.warning, EXIT.unknown, EXIT.ok] as const;
