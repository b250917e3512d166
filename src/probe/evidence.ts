import { estimatedLossRate } from './confidence.ts';

/** A PTB that quoted one of our probes. `hop`: of the router that sent it, from the quoted TTL; null: unknown. */
export interface PtbClaim {
  readonly mtu: number;
  readonly from: string;
  readonly hop: number | null;
}

/**
 * What became of a probe.
 * - `pending`: no word yet.
 * - `answered`: the target itself answered; the size arrives.
 * - `too-big`: a plausible PTB quoted it.
 * - `refused`: another ICMP error quoted it; says nothing about size.
 * - `lost`: unanswered, and a probe sent after it in the same flight was answered.
 * - `unheard`: unanswered, and so was all that was sent after it in its flight: a black-out or a limit on answers
 *   looks like this, so it says nothing about size.
 * - `failed`: it could not be sent.
 */
export type Outcome = 'pending' | 'answered' | 'too-big' | 'refused' | 'lost' | 'unheard' | 'failed';

/** The part of a probe that counts as evidence. */
export interface ProbeRecord {
  readonly sizeBytes: number;
  readonly outcome: Outcome;
  readonly ptb: PtbClaim | null;
}

/** What all probes of one size together say. */
interface SizeEvidence {
  lost: number;
  unanswered: number;
  readonly ptbs: PtbClaim[];
}

/** What the evidence amounts to. Sizes in bytes. */
export interface Belief {
  /** Largest size that was answered: it arrives, this is a fact. Null: nothing was answered. */
  readonly fits: number | null;
  /** Smallest size thought not to fit; the search goes on below it. Always greater than `fits`; may be wrong. */
  readonly ceiling: number;
  /** Next-hop MTU of the lowest PTB that no answer contradicts. */
  readonly hint: PtbClaim | null;
  /** Smallest size that an uncontradicted PTB quoted. */
  readonly smallestTooBig: number | null;
  /** Probes of sizes that fit: how many were judged, and how many of those were lost. */
  readonly controls: { readonly judged: number; readonly lost: number };
  /** Estimated round-trip loss, more than 0. */
  readonly lossRate: number;
  /** PTBs whose claim an answered probe contradicts. */
  readonly contradicted: readonly PtbClaim[];
  /** Probes of this size that went unanswered for any reason. */
  readonly unansweredAt: (sizeBytes: number) => number;
}

/**
 * From the probes to a belief. A pure function of all that was seen, so there is no state of the search that a
 * late answer could leave wrong.
 *
 * The ceiling is the smallest size above `fits` for which chance is no longer a likely explanation: a plausible
 * PTB quoted it, or the losses at and below it (above `fits`) would all be random with probability at most
 * {@link CHANCE_OF_RANDOM_LOSSES} at the loss rate measured on sizes that fit.
 *
 * @param limitBytes largest size that can be sent; the ceiling is at most one more
 * @param recentFrom place of the first probe that is recent: loss is estimated from those where they are enough,
 *                   since the loss of a flight that filled a queue says nothing about the next one
 */
export function weigh(probes: readonly ProbeRecord[], limitBytes: number, recentFrom = 0): Belief {
  const bySize = new Map<number, SizeEvidence>();
  let fits: number | null = null;
  for (const probe of probes) {
    const evidence = bySize.get(probe.sizeBytes) ?? { lost: 0, unanswered: 0, ptbs: [] };
    bySize.set(probe.sizeBytes, evidence);
    if (probe.outcome === 'lost') evidence.lost++;
    if (probe.outcome === 'lost' || probe.outcome === 'unheard') evidence.unanswered++;
    if (probe.ptb !== null) evidence.ptbs.push(probe.ptb);
    if (probe.outcome === 'answered' && probe.sizeBytes > (fits ?? 0)) fits = probe.sizeBytes;
  }

  const known = fits ?? 0;
  const controls = controlsAmong(probes, known);
  const recent = controlsAmong(probes.slice(recentFrom), known);
  const { judged, lost } = recent.judged < ENOUGH_RECENT ? controls : recent;
  const lossRate = estimatedLossRate(lost, judged);

  let ceiling = limitBytes + 1;
  let hint: PtbClaim | null = null;
  let smallestTooBig: number | null = null;
  let chance = 1;
  const contradicted: PtbClaim[] = [];
  for (const [sizeBytes, evidence] of [...bySize].toSorted(([a], [b]) => a - b)) {
    for (const claim of evidence.ptbs) {
      if (sizeBytes <= known || claim.mtu < known) {
        contradicted.push(claim);
        // Whatever the router claims, it did not pass this one on: as good as lost.
        evidence.lost++;
        evidence.unanswered++;
        continue;
      }
      if (hint === null || claim.mtu < hint.mtu) hint = claim;
      smallestTooBig ??= sizeBytes;
    }
    if (sizeBytes <= known) continue;
    chance *= lossRate ** evidence.lost;
    if (
      sizeBytes < ceiling &&
      (smallestTooBig === sizeBytes || (evidence.lost > 0 && chance <= CHANCE_OF_RANDOM_LOSSES))
    ) {
      ceiling = sizeBytes;
    }
  }

  return {
    fits,
    ceiling,
    hint,
    smallestTooBig,
    controls,
    lossRate,
    contradicted,
    unansweredAt: (sizeBytes) => bySize.get(sizeBytes)?.unanswered ?? 0,
  };
}

/** Probes of sizes that fit: how many were judged, and lost. */
function controlsAmong(probes: readonly ProbeRecord[], fits: number): Belief['controls'] {
  let judged = 0;
  let lost = 0;
  for (const { sizeBytes, outcome } of probes) {
    if (sizeBytes > fits || (outcome !== 'answered' && outcome !== 'lost')) continue;
    judged++;
    if (outcome === 'lost') lost++;
  }
  return { judged, lost };
}

/** Fewer recent controls than this, and all of them count. */
const ENOUGH_RECENT = 16;

/**
 * Where the search stops believing in chance. It steers only where the next flight looks, and later answers mend a
 * wrong turn; the confidence of a result comes from the strata (see confidence.ts). One in twenty: with a
 * handful of answered controls one lost probe is enough, on a path that loses a third it takes three.
 */
const CHANCE_OF_RANDOM_LOSSES = 0.05;
