import { expect, test } from '@jest/globals';
import { verboseLine } from '../../src/report/verbose.ts';
import { answered, estimate, failed, ignored, lost, refused, sent, tooBig, udp } from './events.ts';

test('every outcome of a probe is one line: time, method, size, outcome, who answered', () => {
  const lines = [
    answered(1),
    udp(answered(2, { isControl: true, sizeBytes: 68 })),
    answered(3, { late: true }),
    tooBig(4),
    refused(5),
    lost(6, { atMs: 10_000 }),
    failed(7),
    ignored(),
  ].map(verboseLine);
  expect(lines.join('\n')).toBe(`\
VERBOSE`);
});

test('sending and estimating are not outcomes', () => {
  expect(verboseLine(sent(1))).toBeNull();
  expect(verboseLine(estimate(1400, 1401))).toBeNull();
});
