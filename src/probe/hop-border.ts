import { logChanceOfAllLost, WRONG_EXACT_BOUND } from './confidence.ts';
import { FlightLog, type Probe } from './flight-log.ts';
import type { PlannedProbe } from './flight.ts';
import { shuffled, type Random } from './random.ts';

/**
 * Shows by silence that packets of one byte more than `fitsBytes` do not get as far as a hop: the test of
 * confidence.ts, with the router's "time exceeded" for an answer. Routers limit those, Linux to six at once and then one
 * a second, of which the opening took one. So there are few controls and many candidates, which draw no answer if they
 * do not get there: {@link CONTROLS} answered controls among {@link MOST_CANDIDATES} silent candidates are enough.
 */
export class HopBorderTest {
  readonly hop: number;
  readonly fitsBytes: number;
  readonly #logLevel: number;
  #log = new FlightLog();
  #strata = 0;
  #isLimited = false;
  #nextAtMs = 0;
  #open: readonly Probe[] = [];

  /** @param ordinal place among the borders that a trace tests, from 1: each has half of what is left of the bound */
  constructor(hop: number, fitsBytes: number, ordinal: number) {
    this.hop = hop;
    this.fitsBytes = fitsBytes;
    this.#logLevel = Math.log(WRONG_EXACT_BOUND) - ordinal * Math.LN2;
  }

  get isOpen(): boolean {
    return this.#open.some(({ outcome }) => outcome === 'pending');
  }

  get isProven(): boolean {
    return !this.isOpen && this.#logChance <= this.#logLevel;
  }

  /** Enough was asked: the bound is not to be met. */
  get isExhausted(): boolean {
    return this.#strata >= MOST_STRATA && !this.isOpen;
  }

  /** When the next stratum may leave: a router that limits its answers gets a rest. */
  get nextAtMs(): number {
    return this.#nextAtMs;
  }

  /** The next stratum, in sending order. */
  nextStratum(random: Random): readonly Probe[] {
    const controls = this.#isLimited ? 1 : CONTROLS;
    const remaining = this.#logLevel - this.#logChance;
    let candidates = 1;
    while (candidates < MOST_CANDIDATES && logChanceOfAllLost(candidates, controls, 0) > remaining)
      candidates++;
    const candidateBytes = this.fitsBytes + 1;
    const probes = shuffled(
      [...planned(candidates, candidateBytes, false), ...planned(controls, this.fitsBytes, true)],
      random,
    );
    const stratum = { candidateBytes, controlBytes: this.fitsBytes };
    this.#strata++;
    this.#open = this.#log.add({ purpose: 'confirm', probes, stratum }).probes;
    return this.#open;
  }

  /** To be called when no probe is pending any more: looks at how the controls fared. */
  settle(nowMs: number): void {
    const answers = this.#open
      .filter(({ isControl }) => isControl)
      .map(({ outcome }) => outcome === 'answered');
    if (answers.length === 0) return;
    this.#open = [];
    const answered = answers.filter(Boolean).length;
    // Most of them lost, and the first ones answered: a limit does that, loss hardly.
    if (answered < answers.length / 2 && answers.lastIndexOf(true) < answered) this.#isLimited = true;
    if (this.#isLimited) this.#nextAtMs = nowMs + REST_MS;
  }

  /** This host could not send a part of it, which then proves nothing. */
  discard(): void {
    this.#log = new FlightLog();
    this.#open = [];
  }

  get #logChance(): number {
    return this.#log.logChanceOfSilence(this.fitsBytes + 1);
  }
}

function planned(count: number, sizeBytes: number, isControl: boolean): PlannedProbe[] {
  return Array.from({ length: count }, () => ({ sizeBytes, isControl, inStratum: true }));
}

/** What a Linux router still answers at once after the opening. */
const CONTROLS = 5;
/** The fewest that, with all controls answered, meet half of the bound: 1/C(50, 5) is 4.7e-7. */
const MOST_CANDIDATES = 45;
const MOST_STRATA = 12;
/** Linux: one answer a second. */
const REST_MS = 1000;
