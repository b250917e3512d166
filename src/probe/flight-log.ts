import { logChanceOfAllLost } from './confidence.ts';
import type { Outcome, ProbeRecord, PtbClaim } from './evidence.ts';
import type { Flight, PlannedProbe, StratumSizes } from './flight.ts';

/** A probe that was sent, and what became of it. */
export interface Probe extends ProbeRecord, PlannedProbe {
  /** From 1; also its place in the log. */
  readonly number: number;
  /** Infinity until it leaves. */
  sentAtMs: number;
  outcome: Outcome;
  ptb: PtbClaim | null;
  rttMs: number | null;
}

interface Stratum extends StratumSizes {
  readonly probes: readonly Probe[];
}

/** Probes of a candidate and of the controls beside it. */
export interface StratumTally {
  readonly candidates: number;
  readonly controls: number;
  readonly controlsLost: number;
  /** Whether a candidate was answered: then it fits. */
  readonly isAnswered: boolean;
}

/** A flight that was sent. */
export interface SentFlight {
  readonly purpose: Flight['purpose'];
  readonly probes: readonly Probe[];
  readonly stratum: StratumSizes | null;
}

/** All probes of one method in sending order, their flights and strata. Knows no time and decides nothing. */
export class FlightLog {
  readonly probes: Probe[] = [];
  readonly flights: SentFlight[] = [];
  readonly #strata: Stratum[] = [];
  /** Candidates in the order in which they were first tested; the place gives the level (confidence.ts). */
  readonly #candidates: number[] = [];

  add(flight: Flight): SentFlight {
    const probes = flight.probes.map((planned): Probe => {
      const probe: Probe = {
        ...planned,
        number: this.probes.length + 1,
        sentAtMs: Infinity,
        outcome: 'pending',
        ptb: null,
        rttMs: null,
      };
      this.probes.push(probe);
      return probe;
    });
    const sent: SentFlight = { purpose: flight.purpose, probes, stratum: flight.stratum };
    this.flights.push(sent);
    if (flight.stratum !== null) {
      this.#strata.push({ ...flight.stratum, probes: probes.filter((probe) => probe.inStratum) });
      if (!this.#candidates.includes(flight.stratum.candidateBytes))
        this.#candidates.push(flight.stratum.candidateBytes);
    }
    return sent;
  }

  /** What the flight lost before this probe is no longer unheard: a probe sent after it was answered. */
  onLateAnswer(answered: Probe): void {
    const flight = this.flights.find(({ probes }) => probes.includes(answered));
    for (const probe of flight?.probes ?? []) {
      if (probe.number < answered.number && probe.outcome === 'unheard') probe.outcome = 'lost';
    }
  }

  hasStratumFor(candidateBytes: number): boolean {
    return this.#candidates.includes(candidateBytes);
  }

  /** The candidate's place among those tested, from 1; for a new one, the place that it would have. */
  ordinalOf(candidateBytes: number): number {
    const place = this.#candidates.indexOf(candidateBytes);
    return (place === -1 ? this.#candidates.length : place) + 1;
  }

  /** All strata of a candidate together. Probes that could not be sent don't count. */
  tallyOf(candidateBytes: number): StratumTally {
    let candidates = 0;
    let controls = 0;
    let controlsLost = 0;
    let isAnswered = false;
    for (const stratum of this.#strata) {
      if (stratum.candidateBytes !== candidateBytes) continue;
      for (const probe of stratum.probes) {
        if (probe.outcome === 'failed') continue;
        if (probe.sizeBytes === candidateBytes) {
          candidates++;
          isAnswered ||= probe.outcome === 'answered';
        } else {
          controls++;
          if (probe.outcome !== 'answered') controlsLost++;
        }
      }
    }
    return { candidates, controls, controlsLost, isAnswered };
  }

  /**
   * Natural logarithm of the product of p over the strata of this candidate (confidence.ts): 0 when there are none.
   * Probes still pending count as unanswered, so ask after their flight is over.
   */
  logChanceOfSilence(candidateBytes: number): number {
    let logChance = 0;
    for (const stratum of this.#strata) {
      if (stratum.candidateBytes !== candidateBytes) continue;
      const candidates = stratum.probes.filter((probe) => probe.sizeBytes === candidateBytes);
      if (candidates.some((probe) => probe.outcome === 'answered')) return 0;
      const controls = stratum.probes.filter((probe) => probe.sizeBytes === stratum.controlBytes);
      const controlsLost = controls.filter((probe) => probe.outcome !== 'answered').length;
      if (controlsLost === controls.length) continue;
      logChance += logChanceOfAllLost(candidates.length, controls.length, controlsLost);
    }
    return logChance;
  }
}
