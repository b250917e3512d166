import { expect, test } from '@jest/globals';
import { verboseLine } from '../../src/report/verbose.ts';
import { answered, estimate, failed, ignored, ike, lost, refused, sent, tooBig, udp } from './events.ts';

test('every outcome of a probe is one line: time, method, size, outcome, who answered', () => {
  const lines = [
    answered(1),
    udp(answered(2, { isControl: true, sizeBytes: 68 })),
    ike(answered(2, { isControl: true, sizeBytes: 216 })),
    answered(3, { late: true }),
    tooBig(4),
    refused(5),
    lost(6, { atMs: 10_000 }),
    failed(7),
    ignored(),
  ].map((event) => verboseLine(event));
  expect(lines.join('\n')).toBe(`\
    12.3 ms  icmp        1400           answered in 40.3 ms           192.0.2.1
    12.3 ms  udp 33434     68  control  answered in 40.3 ms           192.0.2.1
    12.3 ms  ike 500      216  control  answered in 40.3 ms           192.0.2.1
    12.3 ms  icmp        1400           answered in 40.3 ms, after it was given up  192.0.2.1
    12.3 ms  icmp        1400           too big, next hop takes 1380  192.0.2.254
    12.3 ms  icmp        1400           refused: administratively prohibited  192.0.2.254
 10000.0 ms  icmp        1400           no answer
    12.3 ms  icmp        1400           not sent: Message too long
  1234.5 ms  icmp           -           ignored: the PTB names an MTU of 0  192.0.2.254`);
});

test('sending and estimating are not outcomes', () => {
  expect(verboseLine(sent(1))).toBeNull();
  expect(verboseLine(estimate(1400, 1401))).toBeNull();
});

test('a probe of a trace says which hop it was for, in place of its kind', () => {
  expect(verboseLine(answered(1, { isControl: true }), 12)).toBe(
    '    12.3 ms  icmp        1400  hop 12   answered in 40.3 ms           192.0.2.1',
  );
});
