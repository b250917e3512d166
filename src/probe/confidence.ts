/**
 * How sure is "this size does not arrive", when all that was seen is silence?
 *
 * **The bound.** The probability that one measurement says `exact` and is wrong is at most
 * {@link WRONG_EXACT_BOUND}, whatever the loss rate is, because the rate does not enter the test.
 *
 * **The test.** Let M be the largest size that was answered and M+1 the candidate. A *stratum* is a group of
 * probes sent together: n of size M+1 and c controls of size M, in an order drawn at random, every order equally
 * likely. Suppose the claim is wrong, that is M+1 fits. Then nothing on the path treats the two sizes (one byte
 * apart) differently, so which *slots* of the stratum go unanswered does not depend on which size sits in which
 * slot. Given that L of the N = n+c slots went unanswered, all n candidates being among them has probability
 *
 *       p = C(N-n, L-n) / C(N, L) = product over i in 0..n-1 of (L-i)/(N-i)
 *
 * This is Fisher's exact test under random assignment. It holds for independent loss at any rate, and also for
 * bursts, token buckets, black-outs and late answers, as long as they do not look at one byte of size. What
 * makes it strong is answered controls: with none lost, p = 1/C(N, n).
 *
 * **Several strata.** Looking after every flight and stopping when the result pleases would spoil a fixed-size
 * test. Here it does not: X_k = product over strata 1..k of (1 if all candidates were lost, else 0)/p is a
 * non-negative martingale with mean 1 under the supposition, since each factor has mean 1 given the past and the
 * stratum's slots. By Ville's inequality the chance that X ever reaches 1/a is at most a. So the product of the
 * p's may be compared with `a` after every flight.
 *
 * **Several candidates.** Only a candidate that fits can produce a wrong claim. The i-th candidate of a method
 * (i = 1, 2, ...) is tested at level a/2^i, which sums to at most a.
 *
 * **Several methods.** The bound is shared out: {@link PLENTIFUL_SHARE} to each method whose probes cost the target
 * nothing, the rest to the one that must be sparing.
 *
 * **The sparing method** cannot afford this, and leans on another method's proof where there is one: the losses are
 * those of the same links, so that one's controls count. Such a claim can only be wrong together with the other's
 * while the path MTU is the same for both, and then adds nothing to the bound. Where it is not (a narrow way back,
 * which echo sees and IKE does not) the claim stands on this method's share alone, beside what it may have claimed
 * before.
 *
 * Alone it claims on n probes of a candidate all unanswered and c controls of which at most l are lost. If the
 * candidate fits and loss is independent at rate q, that event has probability q^n P(Bin(c, q) <= l), whatever made
 * this the candidate. Its largest value over all q is {@link logWorstChance}: for n = c = 10 and l = 0 it is 2^-20.
 * The test holds for independent loss; unlike Fisher's it is no answer to a limit on answers, though the order is
 * random here too.
 *
 * A PTB that names M for a packet of M+1, quoting a probe of ours, together with an answered probe of size M,
 * needs no statistics and uses none of the bound.
 */
export const WRONG_EXACT_BOUND = 1e-6;

/** Two methods with this share leave 9.6e-7 for the sparing one. */
const PLENTIFUL_SHARE = 0.02;
const PLENTIFUL_METHODS = 2;

/** Natural logarithm of the level at which the `ordinal`-th candidate (from 1) of a plentiful method is tested. */
export function logLevelOfCandidate(ordinal: number): number {
  return Math.log(WRONG_EXACT_BOUND * PLENTIFUL_SHARE) - ordinal * Math.LN2;
}

/** Natural logarithm of the share of a sparing method, for all its candidates together. */
export const SPARING_LOG_LEVEL = Math.log(WRONG_EXACT_BOUND * (1 - PLENTIFUL_METHODS * PLENTIFUL_SHARE));

/**
 * Natural logarithm of the largest value, over all loss rates q, of q^candidates P(Bin(controls, q) <= controlsLost).
 * Found on a grid of q; the function is smooth, and the grid's error is below a hundredth.
 */
export function logWorstChance(candidates: number, controls: number, controlsLost: number): number {
  let worst = -Infinity;
  for (let step = 1; step < GRID_STEPS; step++) {
    const q = step / GRID_STEPS;
    let atMostLost = 0;
    let term = (1 - q) ** controls;
    for (let lost = 0; lost <= controlsLost; lost++) {
      atMostLost += term;
      term *= ((controls - lost) / (lost + 1)) * (q / (1 - q));
    }
    worst = Math.max(worst, candidates * Math.log(q) + Math.log(Math.min(1, atMostLost)));
  }
  return worst;
}

const GRID_STEPS = 400;

/**
 * Natural logarithm of p above: the chance that `candidates` probes are all among the unanswered ones.
 *
 * @param candidates probes of the size in question, all unanswered
 * @param controls   probes of a size known to fit
 * @param controlsLost how many of those went unanswered, 0..controls
 */
export function logChanceOfAllLost(candidates: number, controls: number, controlsLost: number): number {
  const slots = candidates + controls;
  const unanswered = candidates + controlsLost;
  let logChance = 0;
  for (let index = 0; index < candidates; index++)
    logChance += Math.log((unanswered - index) / (slots - index));
  return logChance;
}

/**
 * How many candidates, with as many controls, one stratum needs so that it will probably reach `logLevel` when
 * the candidate does not fit: the expected number of lost controls plus one standard deviation is allowed for.
 *
 * @param lossRate estimated round-trip loss, 0..1
 * @param limit    the largest number to return
 */
export function candidatesNeeded(lossRate: number, logLevel: number, limit: number): number {
  for (let count = 2; count < limit; count++) {
    const expectedLost = count * lossRate + Math.sqrt(count * lossRate * (1 - lossRate));
    if (logChanceOfAllLost(count, count, Math.min(count, Math.ceil(expectedLost))) <= logLevel) return count;
  }
  return limit;
}

/**
 * The loss rate to reckon with after `lost` of `judged` probes of fitting sizes were lost. Never 0: a path that
 * lost nothing so far may lose the next packet. The fraction added is small, so that three answered controls and
 * one unanswered size already point to the size.
 */
export function estimatedLossRate(lost: number, judged: number): number {
  return (lost + 0.15) / (judged + 1);
}
