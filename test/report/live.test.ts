import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { ProbeEvent } from '../../src/probe/event.ts';
import { advance, render, start } from '../../src/report/live.ts';
import { answered, estimate, failed, ike, lost, refused, sent, tooBig, udp } from './events.ts';

describe('the live line', () => {
  test('begins without an estimate', () => {
    expect(render(start('vpn.example.net'), 80)).toBe('vpn.example.net  path MTU ?');
  });

  test('shows a character for a probe as soon as it is sent', () => {
    expect(
      lineAfter([sent(1), sent(2, { isControl: true }), udp(sent(1)), udp(sent(2, { isControl: true }))]),
    ).toBe('vpn.example.net  path MTU ?            PpUu');
    expect(lineAfter([ike(sent(1)), ike(sent(2, { isControl: true })), ike(lost(1))])).toMatch(/ \*i$/);
  });

  test('turns the character of a lost probe into * and of one that could not be sent into ?', () => {
    expect(lineAfter([sent(1), sent(2), sent(3), answered(1), lost(2), failed(3)])).toMatch(/ P\*\?$/);
  });

  test('keeps the letter of a probe that was too big or refused: somebody answered', () => {
    expect(lineAfter([sent(1), sent(2), tooBig(1), refused(2)])).toMatch(/ PP$/);
  });

  test('gives a probe its letter back when the answer comes late', () => {
    expect(lineAfter([sent(1), lost(1), answered(1, { late: true })])).toMatch(/ P$/);
  });

  test('shows a probe that could not be sent even if it was never announced', () => {
    expect(lineAfter([failed(1)])).toMatch(/ \?$/);
  });

  test('does not confuse probes of different methods that have the same number', () => {
    expect(lineAfter([sent(1), udp(sent(1)), udp(lost(1))])).toMatch(/ P\*$/);
  });

  test.each([
    { fits: null, fails: 1500, shown: '?' },
    { fits: 1392, fails: null, shown: '>= 1392' },
    { fits: 1392, fails: 1412, shown: '1392..1411' },
    { fits: 1400, fails: 1401, shown: '1400' },
  ])('refines the estimate: $fits fits and $fails fails is shown as $shown', ({ fits, fails, shown }) => {
    expect(lineAfter([estimate(fits, fails)])).toBe(`vpn.example.net  path MTU ${shown}`);
  });

  test('believes the method nearest to IKE that knows something', () => {
    expect(lineAfter([estimate(1500, null), udp(estimate(1400, 1401))])).toMatch(/path MTU 1400$/);
    expect(lineAfter([estimate(1500, null), udp(estimate(null, null))])).toMatch(/path MTU >= 1500$/);
  });

  test('drops the oldest characters when the line is full', () => {
    const events = Array.from({ length: 60 }, (_, index) => sent(index + 1, { isControl: index % 2 === 1 }));
    expect(lineAfter(events, 60)).toBe('vpn.example.net  path MTU ?            <PpPpPpPpPpPpPpPpPpPp');
  });

  test('changes nothing that it was given', () => {
    const before = advance(start('host'), sent(1));
    advance(before, lost(1));
    expect(render(before, 80)).toMatch(/ P$/);
  });

  test('never exceeds the columns', () => {
    const anyEvent = fc.oneof(
      fc.nat({ max: 200 }).map((number) => sent(number)),
      fc.nat({ max: 200 }).map((number) => udp(lost(number))),
      fc.nat({ max: 200 }).map((number) => failed(number)),
      fc
        .tuple(fc.nat({ max: 65_535 }), fc.nat({ max: 65_535 }))
        .map(([fits, fails]) => estimate(fits, fails)),
    );
    fc.assert(
      fc.property(
        fc.string({ maxLength: 253 }),
        fc.array(anyEvent, { maxLength: 800 }),
        fc.integer({ min: 1, max: 200 }),
        (target, events, columns) => {
          const line = render(events.reduce<ReturnType<typeof start>>(advance, start(target)), columns);
          expect(line.length).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });
});

function lineAfter(events: readonly ProbeEvent[], columns = 80): string {
  return render(events.reduce(advance, start('vpn.example.net')), columns);
}
