import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { alertOver, atLeast, parseRange, rangeText, type Range } from '../../src/health/range.ts';

describe('a range', () => {
  // The examples of the guidelines, in their order, with a value on either side.
  test.each([
    { text: '10', alerts: [11, 200], fine: [0, 10] },
    { text: '10:', alerts: [9, 0], fine: [10, 11] },
    { text: '~:10', alerts: [11], fine: [10, 0] },
    { text: '10:20', alerts: [9, 21], fine: [10, 20] },
    { text: '@10:20', alerts: [10, 20], fine: [9, 21] },
    { text: '@10', alerts: [0, 10], fine: [11] },
    { text: '10:10', alerts: [9, 11], fine: [10] },
  ])('$text alerts for $alerts and not for $fine', ({ text, alerts, fine }) => {
    const range = rangeOf(text);
    expect(alerts.map((value) => alertOver(range, value, value))).toEqual(alerts.map(() => 'always'));
    expect(fine.map((value) => alertOver(range, value, value))).toEqual(fine.map(() => 'never'));
  });

  test.each(['', ':', '@', '~', '20:10', '10:20:30', 'x', '1e3', '-5', '1.5', ' 10', '@~', '9999999999'])(
    '%j is refused',
    (text) => {
      expect(parseRange(text)).toEqual({ type: 'refused', reason: expect.stringMatching(/give /) });
    },
  );

  test('is written so that it reads back as the same', () => {
    fc.assert(
      fc.property(anyRange, (range) => {
        expect(parseRange(rangeText(range))).toEqual({ type: 'range', range });
      }),
    );
  });

  test('over an interval says "always" or "never" only if that holds for every value in it', () => {
    fc.assert(
      fc.property(anyRange, fc.nat({ max: 50 }), fc.nat({ max: 20 }), (range, low, width) => {
        const values = Array.from({ length: width + 1 }, (_, index) => low + index);
        const single = new Set(values.map((value) => alertOver(range, value, value)));
        const expected = single.size === 1 ? [...single][0] : 'perhaps';
        expect(alertOver(range, low, low + width)).toBe(expected);
      }),
    );
  });

  test('of a bare minimum is that and a colon', () => {
    expect(rangeText(atLeast(1500))).toBe('1500:');
  });
});

const anyRange: fc.Arbitrary<Range> = fc
  .record({
    ends: fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 60 })),
    hasFrom: fc.boolean(),
    hasTo: fc.boolean(),
    alertsInside: fc.boolean(),
  })
  .map(({ ends, hasFrom, hasTo, alertsInside }) => ({
    from: hasFrom || !hasTo ? Math.min(...ends) : -Infinity,
    to: hasTo ? Math.max(...ends) : Infinity,
    alertsInside,
  }));

function rangeOf(text: string): Range {
  const parsed = parseRange(text);
  if (parsed.type === 'refused') throw new Error(parsed.reason);
  return parsed.range;
}
