/** How a method treats the target: what is nothing to a kernel's echo may be a burden to an IKE daemon. */
export interface Manners {
  /** Probes of one run, at most. */
  readonly mostProbes: number;
  /** Time between two probes of a flight, in ms; 0: as fast as they leave. */
  readonly spacingMs: number;
  /** Asks little: confirms what other methods found, and searches only where they get no answers. */
  readonly isSparing: boolean;
}

/** For methods that the target's kernel answers. Ten times what a path needs that loses a third. */
export const UNCONCERNED: Manners = { mostProbes: 2000, spacingMs: 0, isSparing: false };

/**
 * For IKE. strongSwan demands cookies from an address with three exchanges under way and blocks it at five, for
 * everybody behind the same NAT; it takes well below a millisecond for one. 20 ms apart, there is never more than
 * one (measured: 12 in sequence all answered, of 12 at once 4 met by a cookie).
 */
export function polite(mostProbes: number): Manners {
  return { mostProbes, spacingMs: 20, isSparing: true };
}

export const DEFAULT_IKE_PROBES = 25;
