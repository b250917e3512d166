import {
  candidatesNeeded,
  logChanceOfAllLost,
  logLevelOfCandidate,
  logWorstChance,
  SPARING_LOG_LEVEL,
} from './confidence.ts';
import type { StratumPlan } from './flight.ts';
import type { FlightLog } from './flight-log.ts';
import { DEFAULT_IKE_PROBES } from './manners.ts';

/** When silence proves that a size does not arrive, and what to send for it. The reasons stand in confidence.ts. */
export interface SilenceRule {
  readonly isProven: (log: FlightLog, candidateBytes: number) => boolean;
  readonly plan: (log: FlightLog, candidateBytes: number, lossRate: number) => StratumPlan;
}

/** Fisher's test on matched strata: any loss, any limit, any burst. */
export const MATCHED: SilenceRule = {
  isProven: (log, candidateBytes) =>
    log.hasStratumFor(candidateBytes) &&
    log.logChanceOfSilence(candidateBytes) <= levelOf(log, candidateBytes),
  plan: (log, candidateBytes, lossRate) => {
    const remaining = levelOf(log, candidateBytes) - log.logChanceOfSilence(candidateBytes);
    const count = candidatesNeeded(lossRate, remaining, MOST_CANDIDATES);
    return { candidates: count, controls: count };
  },
};

/**
 * The same, a little at a time: two candidates and two controls, which find out cheaply when the candidate fits after
 * all, then six of each, or what is still needed. Two of each throughout would take 11 flights in place of 4, and 55
 * packets in place of 42.
 */
export const GENTLE: SilenceRule = {
  ...MATCHED,
  plan: (log, candidateBytes, lossRate) => {
    const { candidates } = MATCHED.plan(log, candidateBytes, lossRate);
    const count = Math.min(candidates, log.hasStratumFor(candidateBytes) ? 6 : 2);
    return { candidates: count, controls: count };
  },
};

/** Where only answers are scarce: many candidates beside two controls make one answered control worth 2/17. */
export const FEW_ANSWERS: SilenceRule = { ...MATCHED, plan: () => ({ candidates: 15, controls: 2 }) };

/**
 * For a method that must be sparing and has no one to lean on: as many probes of a candidate as controls. A first
 * flight of three each finds out cheaply when the candidate fits after all.
 *
 * @param mostProbes of a run: with the default the first candidate takes the whole share of the bound, since the
 *                   probes are not enough for a second one anyway
 */
export function sparing(mostProbes: number): SilenceRule {
  const levelFor = (log: FlightLog, candidateBytes: number): number => {
    const ordinal = log.ordinalOf(candidateBytes);
    if (mostProbes > DEFAULT_IKE_PROBES) return SPARING_LOG_LEVEL - ordinal * Math.LN2;
    return ordinal === 1 ? SPARING_LOG_LEVEL : -Infinity;
  };
  return {
    isProven: (log, candidateBytes) => {
      const { candidates, controls, controlsLost, isAnswered } = log.tallyOf(candidateBytes);
      if (candidates === 0 || isAnswered) return false;
      return logWorstChance(candidates, controls, controlsLost) <= levelFor(log, candidateBytes);
    },
    plan: (log, candidateBytes) => {
      const { candidates, controls, controlsLost } = log.tallyOf(candidateBytes);
      if (candidates === 0) return { candidates: 3, controls: 3 };
      const level = levelFor(log, candidateBytes);
      let wanted = Math.max(candidates, controls);
      while (wanted < MOST_CANDIDATES && logWorstChance(wanted, wanted, controlsLost) > level) wanted++;
      return { candidates: Math.max(1, wanted - candidates), controls: Math.max(1, wanted - controls) };
    },
  };
}

/**
 * For a method that confirms what another one proved over the same links. That one's controls tell how much these
 * lose, so few probes of the candidate are enough; own controls show that this method is answered all along.
 *
 * @param controls the other method's probes of fitting sizes: how many were judged, and lost
 */
export function corroborating(controls: { readonly judged: number; readonly lost: number }): SilenceRule {
  const isEnough = (candidates: number): boolean =>
    logWorstChance(candidates, controls.judged, controls.lost) <= SPARING_LOG_LEVEL;
  // Few controls need more than there may be: one look then, in place of one at each number.
  let needed = isEnough(MOST_CANDIDATES) ? LEAST_CORROBORATING : MOST_CANDIDATES;
  while (needed < MOST_CANDIDATES && !isEnough(needed)) needed++;
  const ownControls = Math.max(LEAST_CORROBORATING, Math.ceil(needed / 3));
  return {
    isProven: (log, candidateBytes) => {
      const tally = log.tallyOf(candidateBytes);
      return (
        !tally.isAnswered &&
        tally.candidates >= needed &&
        tally.controlsLost <= tally.controls / 2 &&
        tally.controls > 0
      );
    },
    plan: () => ({ candidates: needed, controls: ownControls }),
  };
}

function levelOf(log: FlightLog, candidateBytes: number): number {
  return logLevelOfCandidate(log.ordinalOf(candidateBytes));
}

/**
 * Whether sizes up to the largest of `silent` probes do not arrive, by independent loss: if they fitted, all of
 * them would be random losses, as likely as those of the controls.
 */
export function isSilenceUnlikely(silent: number, controls: number, controlsLost: number): boolean {
  return logChanceOfAllLost(silent, controls, controlsLost) <= logLevelOfCandidate(1);
}

/** Fewer would be no test of anything but luck. */
const LEAST_CORROBORATING = 4;

/** A flight has at most twice as many probes in its stratum; beyond that, two flights. */
const MOST_CANDIDATES = 32;
