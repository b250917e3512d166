import type { Belief } from './evidence.ts';
import type { Flight, PlannedProbe, StratumPlan } from './flight.ts';
import { expectedSizes, isLikelyMtu, openingSizes, sparingSizes } from './likely-sizes.ts';
import { shuffled, type Random } from './random.ts';

export type Strategy = 'parallel' | 'binary';

export interface SearchSpace {
  readonly strategy: Strategy;
  /** Smallest size in question. */
  readonly minBytes: number;
  /** Largest size that may be sent. */
  readonly limitBytes: number;
  /** Size of the small control probes: less than any MTU a path can have. */
  readonly controlBytes: number;
  /** Every probe counts (see manners.ts). */
  readonly isSparing: boolean;
}

export interface SearchSituation {
  readonly space: SearchSpace;
  readonly belief: Belief;
  /** How many flights went out so far, and how many of them cut an interval. */
  readonly flights: number;
  readonly spreads: number;
  /** Path MTUs of other flows, which this one may have too; empty: nothing is known. */
  readonly expectedMtus: readonly number[];
  /** What another method found or is proving, to be tried before searching; null: none, or tried already. */
  readonly suggestedMtu: number | null;
  /** Another method searches, as long as it gets answers: this one opens with the limit alone. */
  readonly isLed: boolean;
  /** Answers or probes are scarce: rather one more flight than a probe that may turn out superfluous. */
  readonly isUnhurried: boolean;
  /** Sizes that one flight may cut an interval with; less after flights that the path swallowed whole. */
  readonly mostSizes: number;
  readonly planStratum: (candidateBytes: number) => StratumPlan;
  /** Whether a stratum was already sent for this candidate. */
  readonly hasStratumFor: (candidateBytes: number) => boolean;
  readonly random: Random;
}

/**
 * Decides what to send next, knowing that the path MTU is not settled yet. One size line, three situations:
 *
 * ```
 *   68 ........ fits ?????????? ceiling xxxxxxxxxx limit      spread: cut the ????
 *   68 .............. fits|ceiling xxxxxxxxxxxxxxx limit      confirm: fits+1 against fits, matched
 *   68 ........ fits ??? hint|hint+1 xxxxxxxxxxxxx limit      hint: both sides of what the PTB says
 * ```
 *
 * Rules:
 * 1. A PTB's size is tried first: it costs one round trip, and the router usually tells the truth.
 * 2. If one byte more than the hint stays silent, the router does not answer now; silence is then judged as
 *    anywhere.
 * 3. An interval of at most {@link ALL_AT_ONCE} sizes goes out whole; a larger one is cut into about the square
 *    root of its width, and what is left then goes out whole: two flights find any border.
 * 4. When `fits` is a likely MTU, the confirmation goes out with the spread: most of the time it is the answer.
 * 5. Flights end with small controls: their answer shows that what was sent before them is overdue. Where answers or
 *    probes are scarce, a stratum's own controls must do.
 * 6. Sizes go out in descending order, so that where answers are limited the first one is the most telling.
 * 7. The likely sizes are for one method to ask. The others see in their opening flight whether they are answered and
 *    whether the limit fits, then test what that one finds. If it finds nothing, they ask for the likely sizes next.
 */
export function nextFlight(situation: SearchSituation): Flight {
  const { belief, space } = situation;
  if (belief.fits === null) return open(situation);

  const { hint } = belief;
  if (
    hint !== null &&
    hint.mtu + 1 <= belief.ceiling &&
    hint.mtu >= belief.fits &&
    belief.unansweredAt(hint.mtu + 1) === 0
  ) {
    return followHint(belief.fits, hint.mtu, space);
  }

  const { suggestedMtu } = situation;
  if (suggestedMtu !== null && suggestedMtu >= belief.fits && suggestedMtu < belief.ceiling) {
    return { purpose: 'suggestion', ...trySuggestion(situation, suggestedMtu) };
  }

  const lowest = Math.max(belief.fits, space.minBytes - 1);
  const width = belief.ceiling - lowest - 1;
  if (width <= 0) return { purpose: 'confirm', ...confirmation(situation, belief.fits, lowest + 1) };

  const isLikely = isLikelyMtu(belief.fits);
  if (space.isSparing) {
    if (isLikely) return { purpose: 'confirm', ...confirmation(situation, belief.fits) };
    return { purpose: 'spread', probes: sparingSpread(situation, lowest), stratum: null };
  }

  const isSafeBet =
    isLikely &&
    space.strategy === 'parallel' &&
    !situation.isUnhurried &&
    !situation.hasStratumFor(belief.fits + 1);
  const sizes = cut(situation, lowest);
  const searching = sizes.filter((sizeBytes) => !isSafeBet || sizeBytes !== lowest + 1).map(probeOf);
  if (!isSafeBet) {
    return { purpose: 'spread', probes: [...searching, ...trailingControls(space)], stratum: null };
  }
  const bet = confirmation(situation, belief.fits);
  return { purpose: 'spread', probes: [...searching, ...bet.probes], stratum: bet.stratum };
}

function open({ space, flights, isLed, expectedMtus }: SearchSituation): Flight {
  const { strategy, minBytes, limitBytes } = space;
  if (expectedMtus.length > 0) {
    // No control ahead: where answers are limited, the first one must be telling.
    const sizes = expectedSizes(expectedMtus, minBytes, limitBytes);
    return {
      purpose: 'open',
      probes: [...sizes.map(probeOf), ...trailingControls(space)],
      stratum: null,
    };
  }
  const first = controlOf(space);
  if (space.isSparing) {
    // One, then two, then three: silence of a busy daemon is not worth more.
    return { purpose: 'open', probes: Array.from({ length: flights + 1 }, () => first), stratum: null };
  }
  if (flights > 0) {
    // Nothing at all was answered. A few sizes are enough to see whether the target lives.
    const few = [1280, 576].filter((sizeBytes) => sizeBytes >= minBytes && sizeBytes < limitBytes);
    return {
      purpose: 'open',
      probes: [first, ...few.map(probeOf), ...trailingControls(space)],
      stratum: null,
    };
  }
  const sizes = strategy === 'binary' || isLed ? [limitBytes] : openingSizes(minBytes, limitBytes);
  return {
    purpose: 'open',
    probes: [first, ...sizes.map(probeOf), ...trailingControls(space)],
    stratum: null,
  };
}

/**
 * What to send after a flight that is still under way because of a PTB that came meanwhile: both sides of what it says,
 * as far as they are not in the flight already. Null: nothing. Not for sparing methods.
 */
export function hintOnTheWay(
  { hint, fits }: Belief,
  sent: readonly number[],
  space: SearchSpace,
): Flight | null {
  if (hint === null) return null;
  const isUnderWay = sent.includes(hint.mtu);
  if (isUnderWay && sent.includes(hint.mtu + 1)) return null;
  return followHint(isUnderWay ? hint.mtu : (fits ?? 0), hint.mtu, space);
}

function followHint(fits: number, hintMtu: number, space: SearchSpace): Flight {
  const probes: PlannedProbe[] = [];
  const copies = space.strategy === 'binary' ? 1 : space.isSparing ? 2 : HINT_COPIES;

  for (let copy = 0; copy < copies; copy++) {
    probes.push(probeOf(hintMtu + 1));
    if (hintMtu > fits) probes.push(probeOf(hintMtu));
  }
  return { purpose: 'hint', probes: [...probes, ...trailingControls(space)], stratum: null };
}

/** Both sides of another method's path MTU; there is but one side at the limit. */
function trySuggestion(situation: SearchSituation, mtu: number): Pick<Flight, 'probes' | 'stratum'> {
  if (mtu < situation.space.limitBytes) return confirmation(situation, mtu);
  const copies = Array.from({ length: HINT_COPIES }, () => probeOf(mtu));
  return { probes: [...copies, ...trailingControls(situation.space)], stratum: null };
}

/** A stratum for `candidateBytes` against `fits`, in random order, and the controls after it. */
function confirmation(
  situation: SearchSituation,
  fits: number,
  candidateBytes = fits + 1,
): Pick<Flight, 'probes' | 'stratum'> {
  const plan = situation.planStratum(candidateBytes);
  const stratum: PlannedProbe[] = [];
  for (let index = 0; index < plan.candidates; index++) {
    stratum.push({ sizeBytes: candidateBytes, isControl: false, inStratum: true });
  }
  for (let index = 0; index < plan.controls; index++) {
    stratum.push({ sizeBytes: fits, isControl: true, inStratum: true });
  }
  const sizes = { candidateBytes, controlBytes: fits };
  const probes = shuffled(stratum, situation.random);
  if (!situation.isUnhurried)
    return { probes: [...probes, ...trailingControls(situation.space)], stratum: sizes };
  // Where answers or probes are scarce there is none to spare for the end.
  if (!situation.space.isSparing) return { probes, stratum: sizes };
  // A control that comes last ends the flight sooner; the sparing rule does not need every order to be as likely.
  const [last] = probes.splice(
    probes.findLastIndex((probe) => probe.isControl),
    1,
  );
  return { probes: last === undefined ? probes : [...probes, last], stratum: sizes };
}

/** First the few likeliest sizes, largest first, which bracket each other; then two sizes and a control at a time. */
function sparingSpread({ belief, space }: SearchSituation, lowest: number): PlannedProbe[] {
  if (belief.fits === space.controlBytes && belief.ceiling > space.limitBytes) {
    const sizes = sparingSizes(space.minBytes, space.limitBytes);
    if (sizes.some((sizeBytes) => belief.unansweredAt(sizeBytes) === 0)) return sizes.map(probeOf);
  }
  const width = belief.ceiling - lowest - 1;
  const third = (part: number): number => lowest + Math.max(1, Math.round((part * (width + 1)) / 3));
  const sizes = width === 1 ? [lowest + 1] : [third(2), third(1)];
  return [...sizes.map(probeOf), controlOf(space)];
}

/** Sizes strictly between `fits` and the ceiling, descending. */
function cut(situation: SearchSituation, fits: number): number[] {
  const { belief, space, isLed, spreads } = situation;
  if (space.strategy === 'binary') return [fits + 1 + Math.floor((belief.ceiling - fits - 1) / 2)];
  // Rule 7: nobody has asked for them yet.
  if (isLed && spreads === 0 && belief.fits === space.controlBytes)
    return openingSizes(fits + 1, space.limitBytes).filter((sizeBytes) => sizeBytes < belief.ceiling);
  return spread(situation, fits);
}

/** Evenly spaced (rule 3). */
function spread({ belief, spreads, mostSizes }: SearchSituation, fits: number): number[] {
  const width = belief.ceiling - fits - 1;
  const isLast = spreads > 0 && belief.lossRate < CALM_LOSS;
  const atOnce = isLast ? MOST_AT_ONCE : ALL_AT_ONCE;
  const wanted = width <= atOnce ? width : Math.max(ALL_AT_ONCE, Math.ceil(Math.sqrt(width)));
  const count = Math.min(wanted, mostSizes);
  const sizes: number[] = [];
  for (let index = count; index >= 1; index--)
    sizes.push(fits + Math.round((index * (width + 1)) / (count + 1)));
  return sizes;
}

function probeOf(sizeBytes: number): PlannedProbe {
  return { sizeBytes, isControl: false, inStratum: false };
}

function controlOf(space: SearchSpace): PlannedProbe {
  return { sizeBytes: space.controlBytes, isControl: true, inStratum: false };
}

function trailingControls(space: SearchSpace): PlannedProbe[] {
  return Array.from({ length: space.strategy === 'binary' ? 1 : TRAILING_CONTROLS }, () => controlOf(space));
}

/** Two, since one of them may be lost; they are the smallest packets of the flight. */
const TRAILING_CONTROLS = 2;

/** Three: at 20 % loss each way a probe's PTB is missed with probability 0.36, all three with 0.05. */
const HINT_COPIES = 3;

/** Up to here, one more flight (a round trip and a timeout) costs more than the packets it would save. */
const ALL_AT_ONCE = 16;

/** The second spread is the last on a path without loss: the square root of the widest gap of likely sizes is 183. */
const MOST_AT_ONCE = 192;
const CALM_LOSS = 0.05;
