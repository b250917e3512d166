import { logChanceOfAllLost, logLevelOfCandidate } from './confidence.ts';
import type { Outcome, ProbeRecord, PtbClaim } from './evidence.ts';
import type { Flight, PlannedProbe, StratumSizes } from './search.ts';

/** A probe that was sent, and what became of it. */
export interface Probe extends ProbeRecord, PlannedProbe {
  /** From 1; also its place in the log. */
  readonly number: number;
  sentAtMs: number;
  outcome: Outcome;
  ptb: PtbClaim | null;
  rttMs: number | null;
}

interface Stratum extends StratumSizes {
  readonly probes: readonly Probe[];
}

/** A flight that was sent. */
export interface SentFlight {
  readonly purpose: Flight['purpose'];
  readonly probes: readonly Probe[];
}

/** All probes of one method in sending order, their flights and strata. Knows no time and decides nothing. */
export class FlightLog {
  readonly probes: Probe[] = [];
  readonly flights: SentFlight[] = [];
  readonly #strata: Stratum[] = [];
  /** Candidates in the order in which they were first tested; the place gives the level (confidence.ts). */
  readonly #candidates: number[] = [];

  add(flight: Flight, nowMs: number): SentFlight {
    const probes = flight.probes.map((planned): Probe => {
      const probe: Probe = {
        ...planned,
        number: this.probes.length + 1,
        sentAtMs: nowMs,
        outcome: 'pending',
        ptb: null,
        rttMs: null,
      };
      this.probes.push(probe);
      return probe;
    });
    const sent: SentFlight = { purpose: flight.purpose, probes };
    this.flights.push(sent);
    if (flight.stratum !== null) {
      this.#strata.push({ ...flight.stratum, probes: probes.filter((probe) => probe.inStratum) });
      if (!this.#candidates.includes(flight.stratum.candidateBytes))
        this.#candidates.push(flight.stratum.candidateBytes);
    }
    return sent;
  }

  hasStratumFor(candidateBytes: number): boolean {
    return this.#candidates.includes(candidateBytes);
  }

  /** The level that the candidate is (or would be) tested at, natural logarithm. */
  logLevelFor(candidateBytes: number): number {
    const place = this.#candidates.indexOf(candidateBytes);
    return logLevelOfCandidate((place === -1 ? this.#candidates.length : place) + 1);
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
