import { describe, expect, test } from '@jest/globals';
import type { Probe } from '../../src/probe/flight-log.ts';
import { looksRateLimited } from '../../src/probe/rate-limit.ts';

const FITS = 1400;

/** One probe of a fitting size per character: `+` answered, `-` not, `x` could not be sent; `^` is one too large. */
function flight(text: string): Probe[] {
  return text.split('').map((mark, index) => ({
    number: index + 1,
    sizeBytes: mark === '^' ? FITS + 1 : 68,
    isControl: false,
    inStratum: false,
    sentAtMs: 0,
    outcome: mark === '+' ? 'answered' : mark === 'x' ? 'failed' : 'lost',
    ptb: null,
    rttMs: null,
  }));
}

describe('a limit on answers', () => {
  test.each([
    ['five answers, then silence (1 in 4368)', '+++++-----------'],
    ['six answers, then silence, large ones in between', '^^++^++^^++----^------'],
    ['one answer, then a very long silence', `+${'-'.repeat(999)}`],
    ['four of five unanswered, in any order', '--+---+---'],
    ['sends that failed do not blur the pattern', '+++++x------x-----'],
  ])('is seen in %s', (_, text) => {
    expect(looksRateLimited(flight(text), FITS)).toBe(true);
  });

  test.each([
    ['all answered', '++++++++++'],
    ['nothing answered: a target that is silent altogether', '----------'],
    ['random loss of a third', '+-++-+-++-++'],
    ['two unanswered at the end', '++++++++++++++++++++++++++++++++++++++++++++++--'],
    ['a short run that chance makes too (1 in 56)', '+++-----'],
    ['an answer after the silence', '+++++--------+'],
    ['silence of what is too large', '+++++^^^^^^^^^^^^^^^'],
  ])('is not seen in %s', (_, text) => {
    expect(looksRateLimited(flight(text), FITS)).toBe(false);
  });

  test('of ten thousand flights at 20 % loss each way hardly one is taken for it', () => {
    // 28 probes, each lost with 0.36, from a fixed generator.
    let state = 1;
    const isLost = (): boolean => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32 < 0.36;
    };
    let mistaken = 0;
    for (let round = 0; round < 10_000; round++)
      if (looksRateLimited(flight(Array.from({ length: 28 }, () => (isLost() ? '-' : '+')).join('')), FITS))
        mistaken++;
    expect(mistaken).toBeLessThanOrEqual(2);
  });
});
