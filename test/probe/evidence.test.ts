import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { weigh, type Outcome, type ProbeRecord, type PtbClaim } from '../../src/probe/evidence.ts';

const LIMIT = 1500;

function claim(mtu: number): PtbClaim {
  return { mtu, from: '203.0.113.1', hop: 1 };
}

/** `68+ 1401- 1500!1400`: answered, lost, a PTB naming 1400; `?` unheard, `.` pending, `r` refused, `x` failed. */
function probes(text: string): ProbeRecord[] {
  const outcomes: Record<string, Outcome> = {
    '+': 'answered',
    '-': 'lost',
    '?': 'unheard',
    '.': 'pending',
    '!': 'too-big',
    r: 'refused',
    x: 'failed',
  };
  return text.split(' ').map((word) => {
    const [, size, mark = '', mtu] = /^(\d+)(.)(\d*)$/.exec(word) ?? [];
    return {
      sizeBytes: Number(size),
      outcome: outcomes[mark] ?? 'pending',
      ptb: mtu === undefined || mtu === '' ? null : claim(Number(mtu)),
    };
  });
}

describe('what fits', () => {
  test('is nothing as long as nothing was answered', () => {
    expect(weigh(probes('68- 1500?'), LIMIT)).toMatchObject({ fits: null, ceiling: 1501, hint: null });
  });

  test('is the largest size answered, though the same size was also lost', () => {
    expect(weigh(probes('1400- 68+ 1400+ 1300-'), LIMIT).fits).toBe(1400);
  });
});

describe('the ceiling', () => {
  test('is one more than the limit where nothing speaks against it', () => {
    expect(weigh(probes('68+ 1400+ 1500.'), LIMIT).ceiling).toBe(1501);
  });

  test('comes down to a size lost beside answered controls', () => {
    expect(weigh(probes('68+ 68+ 68+ 1400+ 1401- 1500-'), LIMIT).ceiling).toBe(1401);
  });

  test('does not trust one loss where a third of what fits is lost too', () => {
    expect(weigh(probes('1400+ 1300+ 1200- 1100+ 68- 68+ 1401-'), LIMIT).ceiling).toBe(1501);
    expect(weigh(probes('1400+ 1300+ 1200- 1100+ 68- 68+ 1401- 1401- 1401-'), LIMIT).ceiling).toBe(1401);
  });

  test('adds up the losses of neighbouring sizes', () => {
    expect(weigh(probes('1400+ 1300+ 1200- 1100+ 68- 68+ 1401- 1402- 1403-'), LIMIT).ceiling).toBe(1403);
  });

  test('takes no notice of what went unheard, was refused, is under way or could not be sent', () => {
    expect(weigh(probes('68+ 68+ 68+ 1400+ 1401? 1402? 1403r 1404. 1405x'), LIMIT).ceiling).toBe(1501);
  });

  test('comes down to a size that a PTB quotes, without any control', () => {
    expect(weigh(probes('68+ 1500!1400 1450!1400'), LIMIT)).toMatchObject({
      ceiling: 1450,
      smallestTooBig: 1450,
    });
  });

  test('is always above what fits, and at most one above the limit', () => {
    const record = fc.record({
      sizeBytes: fc.integer({ min: 68, max: LIMIT }),
      outcome: fc.constantFrom<Outcome>('pending', 'answered', 'refused', 'lost', 'unheard', 'failed'),
      ptb: fc.constant(null),
    });
    const quoted = fc.record({
      sizeBytes: fc.integer({ min: 69, max: LIMIT }),
      outcome: fc.constantFrom<Outcome>('too-big', 'answered'),
      ptb: fc.integer({ min: 68, max: LIMIT }).map(claim),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(record, quoted), { maxLength: 60 }), (records) => {
        const { fits, ceiling, hint, lossRate, smallestTooBig } = weigh(records, LIMIT);
        expect(ceiling).toBeGreaterThan(fits ?? 0);
        expect(ceiling).toBeLessThanOrEqual(LIMIT + 1);
        expect(hint?.mtu ?? Infinity).toBeGreaterThanOrEqual(fits ?? 0);
        expect(smallestTooBig ?? Infinity).toBeGreaterThan(fits ?? 0);
        expect(lossRate).toBeGreaterThan(0);
        expect(lossRate).toBeLessThan(1);
      }),
      { numRuns: 2000 },
    );
  });

  test('does not depend on the order in which the probes are looked at', () => {
    const text = '68+ 1400+ 1401- 1401- 1450!1400 1500!1400 1300- 68-';
    const { unansweredAt: _, ...forward } = weigh(probes(text), LIMIT);
    const { unansweredAt: __, ...backward } = weigh(probes(text).toReversed(), LIMIT);
    expect(backward).toEqual(forward);
  });
});

describe('the hint', () => {
  test('is the lowest MTU that a router names', () => {
    expect(weigh(probes('68+ 1500!1450 1440!1400 1420!1400'), LIMIT).hint).toEqual(claim(1400));
  });

  test('is not one that an answer refutes', () => {
    const belief = weigh(probes('68+ 1450+ 1500!1440'), LIMIT);
    expect(belief).toMatchObject({ fits: 1450, hint: null, contradicted: [claim(1440)] });
  });

  test('is not one about a packet that was answered after all', () => {
    expect(weigh(probes('68+ 1500+1400'), LIMIT)).toMatchObject({ hint: null, contradicted: [claim(1400)] });
  });

  test('may name exactly what fits', () => {
    expect(weigh(probes('68+ 1400+ 1401!1400'), LIMIT)).toMatchObject({
      fits: 1400,
      ceiling: 1401,
      hint: claim(1400),
      contradicted: [],
    });
  });
});

describe('a PTB that is refuted', () => {
  test('still counts as a lost probe: the router did not pass that packet on', () => {
    const belief = weigh(probes('68+ 68+ 68+ 1450+ 1451!1440'), LIMIT);
    expect(belief.ceiling).toBe(1451);
    expect(belief.unansweredAt(1451)).toBe(1);
  });
});

describe('the loss rate', () => {
  test('is counted on sizes that fit only', () => {
    expect(weigh(probes('68+ 68- 1400+ 1401- 1500-'), LIMIT).controls).toEqual({ judged: 3, lost: 1 });
  });

  test('leaves out what went unheard: a limit on answers is not loss', () => {
    expect(weigh(probes('1400+ 1300+ 1200? 68?'), LIMIT).controls).toEqual({ judged: 2, lost: 0 });
  });
});

describe('unanswered at a size', () => {
  test('counts the lost and the unheard, and is 0 for a size never sent', () => {
    const { unansweredAt } = weigh(probes('68+ 1401- 1401? 1401. 1400+'), LIMIT);
    expect([unansweredAt(1401), unansweredAt(1400), unansweredAt(1234)]).toEqual([2, 0, 0]);
  });
});
