import { effectivePathMtu, suspicionsOf } from '../../src/results/effective.ts';
import { methodResult } from '../../src/results/method-result.ts';
import type { MethodName, Status } from '../../src/results/result.ts';
import { trueMtu, type PathSpec } from './path.ts';
import { lossyBlackHole } from './named-paths.ts';
import { bottlenecks, isLossless, lossEachWay, randomPath } from './random-path.ts';
import { simulate } from './simulate.ts';

/** Where a survey takes its paths from: the seed decides which of them. */
export type World = 'random' | 'lossy black hole';

/** What one simulated measurement came to. */
export interface Surveyed {
  readonly seed: number;
  readonly status: Status;
  /** A claim that the truth refutes, in words; null: none. */
  readonly wrong: string | null;
  /** Nobody at the other end answers by any method, so nothing can be known. */
  readonly isDeaf: boolean;
  /** A host limits its answers so much that the deadline leaves no room for certainty. */
  readonly isLimited: boolean;
  /** The host answers both methods, as often as it is asked. */
  readonly answersAll: boolean;
  readonly isLossless: boolean;
  /** There and back alike, 0..1. */
  readonly loss: number;
  readonly bottlenecks: 'none' | 'one speaking' | 'silent' | 'other';
  /** Flights of the method that took most, of those that were answered. */
  readonly rounds: number;
  readonly probes: number;
  readonly bytes: number;
  readonly durationMs: number;
  /** What a packet takes there and back, without what jitter and queues add. */
  readonly roundTripMs: number;
}

/** Measures the path of this seed and holds every claim against the truth. */
export function survey(seed: number, world: World = 'random'): Surveyed {
  const spec = world === 'random' ? randomPath(seed) : lossyBlackHole();
  const { measurement, path, durationMs } = simulate(spec, seed);
  const methods = measurement.probers.map(methodResult);
  const effective = effectivePathMtu(methods, suspicionsOf(measurement.probers));

  const wrongs = methods.flatMap(({ method, pathMtu, bounds }) => {
    const truth = truthFor(method, spec);
    if (pathMtu !== null && pathMtu !== truth)
      return [`${method} says exactly ${pathMtu}, the truth is ${truth}`];
    if (bounds.fits !== null && bounds.fits > truth)
      return [`${method} says ${bounds.fits} fits, the truth is ${truth}`];
    if (bounds.fails !== null && bounds.fails <= truth)
      return [`${method} says ${bounds.fails} fails, the truth is ${truth}`];
    return [];
  });
  const narrowings = bottlenecks(spec);
  const isSpeaking = narrowings.length === 1 && narrowings[0]?.ptb === 'speaks';
  return {
    seed,
    status: effective.status,
    wrong: wrongs[0] ?? null,
    isDeaf: spec.echo === 'refuses' && spec.udp === 'refuses',
    isLimited: [spec.echo, spec.udp].every((behaviour) => behaviour !== 'answers'),
    answersAll: spec.echo === 'answers' && spec.udp === 'answers',
    isLossless: isLossless(spec),
    loss: lossEachWay(spec),
    bottlenecks:
      narrowings.length === 0
        ? 'none'
        : isSpeaking
          ? 'one speaking'
          : narrowings.every((link) => link.ptb === 'silent')
            ? 'silent'
            : 'other',
    rounds: Math.max(0, ...methods.map(({ status, rounds }) => (status === 'unreachable' ? 0 : rounds))),
    probes: path.packets,
    bytes: path.bytes,
    durationMs,
    roundTripMs: 2 * spec.links.reduce((total, link) => total + link.delayMs, 0),
  };
}

/** An echo reply is as large as its request, so echo sees the narrower of the two ways. */
function truthFor(method: MethodName, spec: PathSpec): number {
  return method === 'icmp' ? Math.min(trueMtu(spec), spec.returnMtu) : trueMtu(spec);
}
