import type { Prober } from '../../src/probe/prober.ts';
import type { MethodName } from '../../src/probe/method.ts';
import { methodResult } from '../../src/results/method-result.ts';
import { effectivePathMtu } from '../../src/results/effective.ts';
import type { PathSpec } from '../sim/path.ts';
import { simulate, type Simulation } from '../sim/simulate.ts';

/** A flight as a test states it: what it was for, and the sizes in sending order. */
export type StatedFlight = readonly [purpose: string, sizes: readonly number[]];

/**
 * What a prober sent, flight by flight. The order within a stratum is drawn at random, so its sizes are given
 * largest first; everything else stands in the order in which it left.
 */
export function flightsOf(prober: Prober): StatedFlight[] {
  return prober.log.flights.map(({ purpose, probes }) => {
    const matched = probes.filter((probe) => probe.inStratum).map((probe) => probe.sizeBytes);
    matched.sort((a, b) => b - a);
    return [purpose, probes.map((probe) => (probe.inStratum ? (matched.shift() ?? 0) : probe.sizeBytes))];
  });
}

export function times(count: number, sizeBytes: number): number[] {
  return Array.from({ length: count }, () => sizeBytes);
}

/** From `from` down to `to`, every size. */
export function down(from: number, to: number): number[] {
  return Array.from({ length: from - to + 1 }, (_, index) => from - index);
}

export interface Measured extends Simulation {
  readonly effective: ReturnType<typeof effectivePathMtu>;
  /** The prober of this method. */
  readonly of: (name: MethodName) => Prober;
  /** Everything this method sent. */
  readonly flights: (name: MethodName) => StatedFlight[];
  /** Kinds of all oddities that this method noted, in alphabetical order. */
  readonly oddities: (name: MethodName) => string[];
}

/** Measures a path once, in virtual time. */
export function measured(spec: PathSpec, options: Parameters<typeof simulate>[2] = {}, seed = 1): Measured {
  const simulation = simulate(spec, seed, options);
  const { probers } = simulation.measurement;
  const of = (name: MethodName): Prober => {
    const prober = probers.find((each) => each.name === name);
    if (prober === undefined) throw new Error(`${name} did not take part`);
    return prober;
  };
  return {
    ...simulation,
    effective: effectivePathMtu(probers.map(methodResult)),
    of,
    flights: (name) => flightsOf(of(name)),
    oddities: (name) => [...new Set(of(name).oddities.all.map(({ kind }) => kind))].toSorted(),
  };
}
