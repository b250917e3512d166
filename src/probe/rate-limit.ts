import type { Probe } from './flight-log.ts';

/**
 * Does the outcome of a flight look like a limit on answers rather than like loss? Looks only at probes whose size
 * is known to fit, in sending order. Two signs:
 * 1. All answered ones come before all unanswered ones. By chance that has probability 1/C(n, k); it counts from
 *    one in a thousand on.
 * 2. At least eight, and four of five unanswered: more than random loss does where a VPN is of any use.
 *
 * @param fits largest size that was answered
 */
export function looksRateLimited(flight: readonly Probe[], fits: number): boolean {
  const answers = flight
    .filter((probe) => probe.sizeBytes <= fits && probe.outcome !== 'failed')
    .map((probe) => probe.outcome === 'answered');
  const answered = answers.filter(Boolean).length;
  const unanswered = answers.length - answered;
  if (answered === 0 || unanswered < 3) return false;
  const isPrefix = answers.lastIndexOf(true) === answered - 1;
  if (isPrefix && ways(answers.length, answered) >= 1000) return true;
  return answers.length >= 8 && unanswered / answers.length >= 0.8;
}

/** C(n, k), exact enough far beyond the threshold. */
function ways(n: number, k: number): number {
  let result = 1;
  for (let index = 1; index <= k; index++) result = (result * (n - k + index)) / index;
  return result;
}
