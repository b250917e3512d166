/** A probe to be sent. `isControl`: of a size known or expected to fit. */
export interface PlannedProbe {
  readonly sizeBytes: number;
  readonly isControl: boolean;
  /** Part of the flight's stratum (see confidence.ts). */
  readonly inStratum: boolean;
}

/** Candidate and control size of a stratum. */
export interface StratumSizes {
  readonly candidateBytes: number;
  readonly controlBytes: number;
}

/**
 * The next flight, in sending order. The purposes:
 * - `open`: the first look, or another one while nothing has answered.
 * - `hint`: prove the size that a PTB named, and that one byte more draws a PTB.
 * - `suggestion`: test both sides of what another method found.
 * - `spread`: cut the interval between `fits` and the ceiling.
 * - `confirm`: show by matched silence that `fits` + 1 does not arrive.
 */
export interface Flight {
  readonly purpose: 'open' | 'hint' | 'suggestion' | 'spread' | 'confirm';
  readonly probes: readonly PlannedProbe[];
  readonly stratum: StratumSizes | null;
}

/** What the next stratum for a candidate should hold. */
export interface StratumPlan {
  readonly candidates: number;
  readonly controls: number;
}
