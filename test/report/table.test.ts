import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Result } from '../../src/results/result.ts';
import { table } from '../../src/report/table.ts';
import { anyResult } from './any-result.ts';
import { bounded, healthy, silent, unreachable } from './results.ts';

const PIPE = { columns: null, color: false };
const ESCAPE = '\u001B';

describe('the table of a result', () => {
  test('answers first, then says what the answer rests on', () => {
    expect(table(healthy, PIPE)).toBe(`\
Path MTU to vpn.example.net (192.0.2.1): 1500 bytes, exact
IKE_AUTH of 1400 bytes: fits in one packet

  Black hole     no
  Interface MTU  1500 bytes (this machine's own, not the path's)
  Probes         31 packets, 35330 bytes, 1 round trip, 0.21 s
  Measured       2026-03-01 02:17:45 UTC

METHOD     STATUS  PATH MTU  SENT  ANSWERED  LOST  RTT ms   LOSS
icmp       exact       1500    22        22     0    40.1    0 %
udp 33434  exact       1500     9         4     5    40.8  5.6 %

IKE_AUTH, UDP port 4500 (NAT-T)
  As one packet  1432 bytes (1400 IKE_AUTH + 4 non-ESP marker + 8 UDP + 20 IPv4)
  Why            The packet of 1432 bytes is not larger than the path MTU of
                 1500 bytes.

SIZES TRIED   FROM  COUNT    TO
MSS IN RANGE     0   1473  1472
MSS: ICMP payload in bytes, packet size - 28. COUNT: sizes in the range.
`);
  });

  test('names a black hole and lists the IP fragments of an IKE_AUTH that does not fit', () => {
    expect(table(silent, PIPE)).toBe(`\
Path MTU to vpn.example.net (192.0.2.1): 1400 bytes, exact
IKE_AUTH of 3200 bytes: needs 3 IP fragments; whether they arrive is not known

  Black hole     YES: larger packets vanish, and no router says so
  Interface MTU  1500 bytes (this machine's own, not the path's)
  Probes         73 packets, 91143 bytes, 4 round trips, 1.20 s
  Measured       2026-03-01 02:17:45 UTC

METHOD     STATUS     PATH MTU  SENT  ANSWERED  LOST  RTT ms   LOSS
icmp       exact          1400    64        41    23    40.1    0 %
udp 33434  bounded  1392..1411     9         4     5    40.8  5.6 %
  udp 33434: the host limits how many port unreachables it sends

IKE_AUTH, UDP port 4500 (NAT-T)
  As one packet  3232 bytes (3200 IKE_AUTH + 4 non-ESP marker + 8 UDP + 20 IPv4)
  IP fragments   1396 + 1396 + 480 (whole packets, in bytes)
  Why            The packet of 3232 bytes is larger than the path MTU of 1400
                 bytes, so it travels as 3 IP fragments; whether this path
                 delivers fragments has not been tested.

FINDINGS
  warning   Packets above 1400 bytes vanish and no router reports it.
            [black-hole]
            What to do: Let ICMP type 3 code 4 through at every router and
            firewall on the way, or set the MTU to 1400.
  info      The host limits how many port unreachables it sends. [rate-limited]

SIZES TRIED   FROM  COUNT    TO
MSS IN RANGE     0   1373  1372
MSS EXCEEDED  1373    100  1472
MSS: ICMP payload in bytes, packet size - 28. COUNT: sizes in the range.
`);
  });

  test('of a host that never answered does not say what the path MTU is', () => {
    expect(table(unreachable, PIPE)).toBe(`\
Path MTU to vpn.example.net (192.0.2.1): not known: nothing answered
IKE_AUTH of 3200 bytes: whether it gets through is not known

  Black hole     not known
  Interface MTU  1500 bytes (this machine's own, not the path's)
  Probes         40 packets, 31000 bytes, 6 round trips, 10.00 s
  Measured       2026-03-01 02:17:45 UTC

METHOD  STATUS       PATH MTU  SENT  ANSWERED  LOST  RTT ms  LOSS
icmp    unreachable         -    40         0    40       -     -
  icmp: no probe of any size was answered

IKE_AUTH, UDP port 4500 (NAT-T)
  As one packet  3232 bytes (3200 IKE_AUTH + 4 non-ESP marker + 8 UDP + 20 IPv4)
  Why            The packet of 3232 bytes does not fit, the outgoing interface
                 carries 1500 at most; how it would be split depends on the path
                 MTU, which is not exactly known.

FINDINGS
  critical  Nothing answered, by any method. [no-answer]
            What to do: Check the address, and whether the gateway answers echo
            or closed UDP ports at all.

SIZES TRIED   FROM  COUNT    TO
SCAN TIMEOUT    40   1433  1472
MSS: ICMP payload in bytes, packet size - 28. COUNT: sizes in the range.
`);
  });

  test('of a measurement that was cut short gives the bounds', () => {
    expect(table(bounded, PIPE)).toBe(`\
Path MTU to 2001:db8::1: between 1392 and 1411 bytes, not exact
IKE_AUTH of 1360 bytes: whether it gets through is not known
Ended early: the measurement was interrupted

  Black hole     not known
  Bottleneck     2001:db8:ffff::fe, hop 3
  Interface MTU  1500 bytes (this machine's own, not the path's)
  Probes         22 packets, 24310 bytes, 2 round trips, 0.21 s
  Measured       2026-03-01 02:17:45 UTC

METHOD  STATUS     PATH MTU  SENT  ANSWERED  LOST  RTT ms  LOSS
icmp    bounded  1392..1411    22        22     0    40.1   0 %
  icmp: the deadline came first

IKE_AUTH, UDP port 500
  As one packet  1408 bytes (1360 IKE_AUTH + 8 UDP + 40 IPv6)
  Why            The packet of 1408 bytes may or may not fit: the path MTU is
                 not known beyond 1392 bytes.

SIZES TRIED   FROM  COUNT    TO
MSS IN RANGE     0   1345  1344
SCAN TIMEOUT  1345     19  1363
MSS EXCEEDED  1364     89  1452
MSS: ICMP payload in bytes, packet size - 48. COUNT: sizes in the range.
`);
  });

  test.each([
    { bounds: { fits: 1392, fails: null }, says: 'at least 1392 bytes; how much more is not known' },
    { bounds: { fits: null, fails: 1412 }, says: 'less than 1412 bytes; how much less is not known' },
    { bounds: { fits: null, fails: null }, says: 'not determined' },
  ])('says "$says" when that is all that is proven', ({ bounds, says }) => {
    expect(firstLine(table({ ...bounded, bounds }, PIPE))).toBe(`Path MTU to 2001:db8::1: ${says}`);
  });

  test('says of an undetermined path that the host answers', () => {
    const text = table({ ...bounded, status: 'undetermined', bounds: { fits: null, fails: null } }, PIPE);
    expect(text).toContain(
      'Path MTU to 2001:db8::1: not determined. The host answers, but where the limit\nlies could not be told\n',
    );
  });

  test('never gives the local MTU as the path MTU of a host that did not answer', () => {
    const mentions = table({ ...unreachable, ikeAuth: null }, PIPE)
      .split('\n')
      .filter((line) => line.includes('1500'));
    expect(mentions).toEqual(["  Interface MTU  1500 bytes (this machine's own, not the path's)"]);
  });

  test.each([
    { verdict: 'ike-fragmented', says: 'goes through in 3 IKE fragments' },
    { verdict: 'ip-fragments-delivered', says: 'needs 3 IP fragments; they arrive today' },
    {
      verdict: 'ip-fragments-dropped',
      says: 'will be lost: its 3 IP fragments are dropped on the way',
    },
  ] as const)('puts the verdict $verdict in words', ({ verdict, says }) => {
    const ikeAuth = silent.ikeAuth && { ...silent.ikeAuth, verdict, ikeFragments: [1280, 1280, 700] };
    const text = table({ ...silent, ikeAuth }, PIPE);
    expect(text).toContain(`IKE_AUTH of 3200 bytes: ${says}\n`);
    expect(text).toContain('  IKE fragments  1280 + 1280 + 700 (IKE messages, in bytes)\n');
  });

  test('has colour only when asked', () => {
    expect(table(silent, { columns: 80, color: false })).not.toContain(ESCAPE);
    expect(table(silent, { columns: 80, color: true })).toContain(ESCAPE);
  });

  test('says the same in colour as without', () => {
    const codes = new RegExp(`${ESCAPE}\\[\\d+m`, 'g');
    expect(table(silent, { columns: 80, color: true }).replaceAll(codes, '')).toBe(table(silent, PIPE));
  });

  test('does not let a name drive the terminal', () => {
    const target = { ...silent.target, name: `evil${ESCAPE}[2Jname` };
    expect(firstLine(table({ ...silent, target }, PIPE))).toContain('evil?[2Jname (192.0.2.1)');
  });

  test('is never wider than 80 columns in a pipe or an 80-column terminal, whatever the result', () => {
    fc.assert(
      fc.property(anyResult, (result: Result) => {
        expect(longestLine(table(result, PIPE))).toBeLessThanOrEqual(80);
        expect(table(result, { columns: 80, color: false })).toBe(table(result, PIPE));
      }),
    );
  });

  test('never claims a path MTU that the result does not have', () => {
    fc.assert(
      fc.property(anyResult, (result: Result) => {
        const claims = table(result, PIPE).replaceAll(/\s+/g, ' ').includes('bytes, exact');
        expect(claims).toBe(result.status === 'exact');
      }),
    );
  });
});

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

function longestLine(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}
