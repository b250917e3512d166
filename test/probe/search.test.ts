import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { weigh, type Belief, type Outcome, type ProbeRecord } from '../../src/probe/evidence.ts';
import { createRandom } from '../../src/probe/random.ts';
import { nextFlight, type SearchSituation, type SearchSpace } from '../../src/probe/search.ts';
import { down, times, type StatedFlight } from './flights.ts';

const SPACE: SearchSpace = {
  strategy: 'parallel',
  minBytes: 68,
  limitBytes: 1500,
  controlBytes: 68,
  isSparing: false,
};

function record(outcome: Outcome): (sizeBytes: number) => ProbeRecord {
  return (sizeBytes) => ({ sizeBytes, outcome, ptb: null });
}

/** Belief after these sizes were answered and lost, beside many answered controls. */
function belief(answered: readonly number[], lost: readonly number[], ptbs: ProbeRecord[] = []): Belief {
  return weigh(
    [...times(10, 68), ...answered].map(record('answered')).concat(lost.map(record('lost')), ptbs),
    SPACE.limitBytes,
  );
}

function ptb(quotedBytes: number, mtu: number): ProbeRecord {
  return { sizeBytes: quotedBytes, outcome: 'too-big', ptb: { mtu, from: '203.0.113.1', hop: 1 } };
}

function situation(changes: Partial<SearchSituation>): SearchSituation {
  return {
    space: SPACE,
    belief: belief([], []),
    flights: 1,
    spreads: 0,
    expectedMtus: [],
    suggestedMtu: null,
    isLed: false,
    isUnhurried: false,
    mostSizes: 256,
    planStratum: () => ({ candidates: 3, controls: 3 }),
    hasStratumFor: () => false,
    random: createRandom([1, 2, 3, 4]),
    ...changes,
  };
}

/** The flight in the form of flights.ts: strata largest first. */
function flight(changes: Partial<SearchSituation>): StatedFlight {
  const { purpose, probes } = nextFlight(situation(changes));
  const matched = probes.filter((probe) => probe.inStratum).map((probe) => probe.sizeBytes);
  matched.sort((a, b) => b - a);
  return [purpose, probes.map((probe) => (probe.inStratum ? (matched.shift() ?? 0) : probe.sizeBytes))];
}

const NOTHING = weigh([], SPACE.limitBytes);

describe('the next flight', () => {
  test('while nothing was answered is the opening, and then a smaller one', () => {
    expect(flight({ belief: NOTHING, flights: 0 })[1]).toHaveLength(27);
    expect(flight({ belief: NOTHING, flights: 1 })).toEqual(['open', [68, 1280, 576, 68, 68]]);
    expect(flight({ belief: NOTHING, flights: 2, space: { ...SPACE, limitBytes: 1000 } })).toEqual([
      'open',
      [68, 576, 68, 68],
    ]);
  });

  test('after a PTB asks for both sides of what it names', () => {
    expect(flight({ belief: belief([1400], [], [ptb(1500, 1450)]) })).toEqual([
      'hint',
      [1451, 1450, 1451, 1450, 1451, 1450, 68, 68],
    ]);
  });

  test('after a PTB that names what fits asks for one byte more only', () => {
    expect(flight({ belief: belief([1400], [], [ptb(1500, 1400)]) })).toEqual([
      'hint',
      [1401, 1401, 1401, 68, 68],
    ]);
  });

  test('does not ask again where one byte more than a PTB names stayed silent: silence is judged as anywhere', () => {
    expect(flight({ belief: belief([1400], [1401], [ptb(1500, 1400)]) })[0]).toBe('confirm');
  });

  test('prefers a PTB to what another method suggests, and that to a search', () => {
    const both = { belief: belief([1400], [], [ptb(1500, 1450)]), suggestedMtu: 1430 };
    expect(flight(both)[0]).toBe('hint');
    expect(flight({ belief: belief([1400], [1454]), suggestedMtu: 1430 })).toEqual([
      'suggestion',
      [1431, 1431, 1431, 1430, 1430, 1430, 68, 68],
    ]);
  });

  test('asks for a suggested local MTU alone: nothing larger can be sent', () => {
    expect(flight({ belief: belief([1400], []), suggestedMtu: 1500 })).toEqual([
      'suggestion',
      [1500, 1500, 1500, 68, 68],
    ]);
  });

  test('does not follow a suggestion that lies outside of what is known', () => {
    expect(flight({ belief: belief([1400], [1454]), suggestedMtu: 1300 })[0]).toBe('spread');
    expect(flight({ belief: belief([1400], [1454]), suggestedMtu: 1454 })[0]).toBe('spread');
  });

  test('confirms where nothing lies between what fits and what does not', () => {
    expect(flight({ belief: belief([1399], [1400]) })).toEqual([
      'confirm',
      [1400, 1400, 1400, 1399, 1399, 1399, 68, 68],
    ]);
  });

  test('asks for up to sixteen sizes between at once, in descending order', () => {
    expect(flight({ belief: belief([1423], [1440]) })).toEqual(['spread', [...down(1439, 1424), 68, 68]]);
  });

  test('cuts a larger interval by about the square root of its width, evenly', () => {
    const [purpose, sizes] = flight({ belief: belief([301], [701]) });
    expect(purpose).toBe('spread');
    expect(sizes).toHaveLength(20 + 2);
    expect(sizes.slice(0, 3)).toEqual([682, 663, 644]);
    expect(sizes.at(-3)).toBe(320);
  });

  test('asks for all of what a first cut left, where nothing gets lost', () => {
    expect(flight({ belief: belief([601], [701]), spreads: 1 })).toEqual([
      'spread',
      [...down(700, 602), 68, 68],
    ]);
  });

  test('tests a likely size below the interval along with it', () => {
    expect(flight({ belief: belief([1440], [1445]) })).toEqual([
      'spread',
      [1444, 1443, 1442, 1441, 1441, 1441, 1440, 1440, 1440, 68, 68],
    ]);
  });

  test('does not bet on a likely size twice, nor where answers are scarce', () => {
    const rest = ['spread', [1444, 1443, 1442, 1441, 68, 68]];
    expect(flight({ belief: belief([1440], [1445]), hasStratumFor: () => true })).toEqual(rest);
    expect(flight({ belief: belief([1440], [1445]), isUnhurried: true })).toEqual(rest);
  });

  test('sends no more sizes than the path carries at once', () => {
    expect(flight({ belief: belief([301], [701]), mostSizes: 3 })).toEqual([
      'spread',
      [601, 501, 401, 68, 68],
    ]);
  });

  test('with the binary strategy asks for the middle', () => {
    expect(flight({ belief: belief([1000], [1401]), space: { ...SPACE, strategy: 'binary' } })).toEqual([
      'spread',
      [1201, 68],
    ]);
  });

  test('does not search below the smallest size in question', () => {
    const space = { ...SPACE, minBytes: 1400 };
    expect(flight({ space, belief: belief([], [1403]) })).toEqual(['spread', [1402, 1401, 1400, 68, 68]]);
    expect(flight({ space, belief: belief([], [1400]) })).toEqual([
      'confirm',
      [1400, 1400, 1400, 68, 68, 68, 68, 68],
    ]);
  });

  test('mixes candidates and controls in a random order', () => {
    const many = { belief: belief([1399], [1400]), planStratum: () => ({ candidates: 20, controls: 20 }) };
    const order = nextFlight(situation(many)).probes.map((probe) => probe.sizeBytes);
    const other = nextFlight(situation({ ...many, random: createRandom([5, 6, 7, 8]) })).probes;
    expect(order).not.toEqual(order.toSorted((a, b) => b - a));
    expect(order).not.toEqual(other.map((probe) => probe.sizeBytes));
  });

  test('always asks for something that may be sent, has controls, and learns something', () => {
    const size = fc.integer({ min: 68, max: 1500 });
    fc.assert(
      fc.property(
        fc.array(size, { maxLength: 8 }),
        fc.array(size, { maxLength: 8 }),
        fc.array(fc.tuple(size, size), { maxLength: 4 }),
        fc.record({
          suggestedMtu: fc.option(size),
          isUnhurried: fc.boolean(),
          spreads: fc.nat({ max: 3 }),
          mostSizes: fc.integer({ min: 3, max: 256 }),
        }),
        fc.constantFrom<SearchSpace['strategy']>('parallel', 'binary'),
        (answered, lost, claims, rest, strategy) => {
          const ptbs = claims
            .filter(([quoted, mtu]) => mtu < quoted)
            .map(([quoted, mtu]) => ptb(quoted, mtu));
          const known = belief(answered, lost, ptbs);
          fc.pre((known.fits ?? 0) < SPACE.limitBytes);
          const { probes, stratum } = nextFlight(
            situation({ belief: known, space: { ...SPACE, strategy }, ...rest }),
          );
          const sizes = probes.map((probe) => probe.sizeBytes);
          expect(sizes.every((bytes) => bytes >= 68 && bytes <= SPACE.limitBytes)).toBe(true);
          // A stratum where answers are scarce brings its own controls, in random order.
          const controls = stratum !== null && rest.isUnhurried ? [68, stratum.controlBytes] : [68];
          expect(sizes.filter((bytes) => controls.includes(bytes)).length).toBeGreaterThan(0);
          expect(sizes.some((bytes) => bytes > (known.fits ?? 0))).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
