import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Facts, MtuBounds } from '../../src/health/facts.ts';
import {
  changesAgainst,
  isWorse,
  MOST_MEMORIES,
  remember,
  withinBounds,
  type Memory,
  type News,
  type Seen,
} from '../../src/health/memory.ts';

const nothing: Facts = {
  answers: null,
  mtu: null,
  blackHole: null,
  fragments: null,
  ikeAnswers: null,
  ikeFragmentation: null,
};

const identity = { name: 'paris', host: 'paris.example.net', family: 4 } as const;

describe('a first check', () => {
  test('is remembered, and no change', () => {
    const { memory, news } = checks([once(at(1500))]);
    expect(news).toEqual({ changes: [], unconfirmed: [], standing: [], flapping: null });
    expect(memory).toMatchObject({
      ...identity,
      facts: { mtu: { value: { from: 1500, to: 1500 }, since: time(0), before: null } },
      unrest: '0',
    });
  });

  test('of a fact that was never known before is none either', () => {
    const { news } = checks([once(at(1500)), once({ ...at(1500), fragments: 'dropped' })]);
    expect(news.changes).toEqual([]);
  });
});

describe('a change', () => {
  const seen = twice(at(1400), at(1400));

  test('that the second measurement shows too is told once, and later as standing', () => {
    expect(checks([once(at(1500)), seen]).news).toMatchObject({
      changes: [{ fact: 'mtu', from: exactly(1500), to: exactly(1400) }],
      standing: [],
    });
    expect(checks([once(at(1500)), seen, once(at(1400)), once(at(1400))]).news).toMatchObject({
      changes: [],
      standing: [{ fact: 'mtu', from: exactly(1500), to: exactly(1400), since: time(1) }],
    });
  });

  test('that says no black hole stands on one PTB: the second may find the limit of the router', () => {
    const speaking = { ...at(1400), blackHole: false };
    const silent = { ...at(1400), blackHole: true };
    const { memory, news } = checks([once(silent), twice(speaking, silent)]);
    expect(news).toMatchObject({
      changes: [{ fact: 'blackHole', from: true, to: false }],
      unconfirmed: [],
    });
    expect(memory.unrest).toBe('01');
    // Another border says nothing of this one.
    const moved = { ...at(1380), blackHole: true };
    expect(checks([once(silent), twice(speaking, moved)]).memory.facts.blackHole?.value).toBe(true);
  });

  test('that the second measurement can neither show nor refute is none yet, and no unrest', () => {
    const unknown = { ...at(1400), mtu: { from: 68, to: null } };
    const { memory, news } = checks([once(at(1500)), twice(at(1400), unknown)]);
    expect(news.changes).toEqual([]);
    expect(news.unconfirmed).toMatchObject([{ fact: 'mtu', because: 'undecided' }]);
    expect(memory.unrest).toBe('00');
  });

  test('that the second measurement does not show is none, and the past stays', () => {
    const { memory, news } = checks([once(at(1500)), twice(at(1400), at(1500))]);
    expect(news.changes).toEqual([]);
    expect(news.unconfirmed).toMatchObject([{ fact: 'mtu', because: 'disagrees' }]);
    expect(memory.facts.mtu).toMatchObject({ value: exactly(1500), since: time(0) });
  });

  test('to a third value in the second measurement is none either', () => {
    expect(checks([once(at(1500)), twice(at(1400), at(1300))]).news.changes).toEqual([]);
  });

  test('that could not be measured again is none yet, and is found again by the next check', () => {
    const first = checks([once(at(1500)), once(at(1400))]);
    expect(first.news.unconfirmed).toMatchObject([{ fact: 'mtu', because: 'not-repeated' }]);
    expect(changesAgainst(first.memory, at(1400))).toHaveLength(1);
  });

  test('is not the loss of knowledge', () => {
    const { memory, news } = checks([once(at(1500)), once(nothing), once(at(1500))]);
    expect(news.changes).toEqual([]);
    expect(memory.facts.mtu?.since).toBe(time(0));
  });

  test('of bounds is one only where they exclude the past', () => {
    expect(checks([once(at(1500)), once(within(1392, 1510))]).news.changes).toEqual([]);
    expect(checks([once(at(1500)), twice(within(1392, 1410), at(1400))]).news.changes).toEqual([
      { fact: 'mtu', from: exactly(1500), to: exactly(1400) },
    ]);
  });

  test('of several facts is told as several, each on its own', () => {
    const before: Facts = { ...at(1500), blackHole: false, fragments: 'delivered', ikeFragmentation: true };
    const after: Facts = { ...at(1400), blackHole: true, fragments: 'dropped', ikeFragmentation: false };
    const { news } = checks([once(before), twice(after, { ...after, fragments: 'delivered' })]);
    expect(news.changes.map(({ fact }) => fact)).toEqual(['mtu', 'blackHole', 'ikeFragmentation']);
    expect(news.unconfirmed.map(({ fact }) => fact)).toEqual(['fragments']);
    expect(news.changes.every(isWorse)).toBe(true);
  });

  test('back is a change, and not for the worse', () => {
    const { news } = checks([once(at(1500)), seen, twice(at(1500), at(1500))]);
    expect(news.changes).toHaveLength(1);
    expect(news.changes.some(isWorse)).toBe(false);
  });
});

describe('flapping', () => {
  const backAndForth = [1400, 1500, 1400, 1500].map((mtu) => twice(at(mtu), at(mtu)));

  test('is said from the fourth change among twenty checks on', () => {
    expect(checks([once(at(1500)), ...backAndForth.slice(0, 3)]).news.flapping).toBeNull();
    expect(checks([once(at(1500)), ...backAndForth]).news.flapping).toEqual({ restless: 4, checks: 5 });
  });

  test('counts measurements that contradict each other', () => {
    const restless = Array.from({ length: 4 }, () => twice(at(1400), at(1500)));
    expect(checks([once(at(1500)), ...restless]).news.flapping).toEqual({ restless: 4, checks: 5 });
  });

  test('ends when only one of the last twenty checks was restless', () => {
    const quiet = (count: number) => Array.from({ length: count }, () => once(at(1500)));
    expect(checks([once(at(1500)), ...backAndForth, ...quiet(17)]).news.flapping).not.toBeNull();
    expect(checks([once(at(1500)), ...backAndForth, ...quiet(19)]).news.flapping).toBeNull();
  });
});

describe('the memory', () => {
  test('never grows beyond its bounds, whatever is measured', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyFacts, fc.option(anyFacts)), { maxLength: 60 }), (all) => {
        const { memory } = checks([once(at(1500)), ...all.map(([facts, again]) => ({ facts, again }))]);
        expect(JSON.stringify(memory).length).toBeLessThan(1200);
      }),
    );
  });

  test('keeps the paths that were checked last', () => {
    const memories = Array.from({ length: MOST_MEMORIES + 5 }, (_, index): Memory => ({
      ...checks([once(at(1500))]).memory,
      name: `gateway ${index}`,
      checkedAt: time(index),
    }));
    const kept = withinBounds(memories);
    expect(kept).toHaveLength(MOST_MEMORIES);
    expect(kept[0]?.name).toBe('gateway 5');
  });

  test('tells every change exactly once, whatever is measured', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(1400, 1450, 1500), { maxLength: 40 }), (mtus) => {
        let told = 0;
        let memory: Memory | null = null;
        for (const [index, mtu] of mtus.entries()) {
          const next = remember(memory, identity, twice(at(mtu), at(mtu)), time(index));
          told += next.news.changes.length;
          ({ memory } = next);
        }
        expect(told).toBe(mtus.filter((mtu, index) => index > 0 && mtu !== mtus[index - 1]).length);
      }),
    );
  });
});

const anyFacts: fc.Arbitrary<Facts> = fc.record({
  answers: fc.option(fc.boolean()),
  mtu: fc.option(fc.integer({ min: 68, max: 9000 }).map(exactly)),
  blackHole: fc.option(fc.boolean()),
  fragments: fc.option(fc.constantFrom('delivered' as const, 'dropped' as const)),
  ikeAnswers: fc.option(fc.boolean()),
  ikeFragmentation: fc.option(fc.boolean()),
});

function exactly(mtu: number): MtuBounds {
  return { from: mtu, to: mtu };
}

function at(mtu: number): Facts {
  return { ...nothing, answers: true, mtu: exactly(mtu) };
}

function within(from: number, to: number): Facts {
  return { ...nothing, answers: true, mtu: { from, to } };
}

function once(facts: Facts): Seen {
  return { facts, again: null };
}

function twice(facts: Facts, again: Facts): Seen {
  return { facts, again };
}

function time(index: number): string {
  return new Date(Date.UTC(2026, 2, 1) + index * 900_000).toISOString();
}

/** Checks one after the other, a quarter of an hour apart; what the last one leaves. */
function checks([first, ...others]: readonly [Seen, ...Seen[]]): { memory: Memory; news: News } {
  let last = remember(null, identity, first, time(0));
  for (const [index, seen] of others.entries()) {
    last = remember(last.memory, identity, seen, time(index + 1));
  }
  return last;
}
