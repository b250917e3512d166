import { describe, expect, test } from '@jest/globals';
import {
  readIkeScan,
  readNmap,
  readPingBisection,
  readScamper,
  readTracepath,
  readTraceroute,
  worthOf,
} from '../../../scripts/bench/answer.ts';
import { CASES, type Case } from '../../../scripts/bench/cases.ts';

describe('the benchmark reads what the programs of Debian 12 print', () => {
  test('tracepath names the MTU and the router that sent the PTB', () => {
    const stdout = ` 1?: [LOCALHOST]                      pmtu 1500
 1:  10.0.1.2                                              0.030ms
 1:  10.0.1.2                                              0.012ms
 2:  10.0.1.2                                              0.015ms pmtu 1400
 2:  10.0.2.2                                             40.331ms
 3:  10.0.3.2                                             40.319ms reached
     Resume: pmtu 1400 hops 3 back 3
`;
    expect(readTracepath(stdout)).toEqual({ mtu: 1400, bottleneck: '10.0.1.2' });
  });

  test('tracepath says 1500 of a path that it never reached the end of', () => {
    const stdout = ` 1?: [LOCALHOST]                      pmtu 1500
 1:  10.0.1.2                                              0.031ms
 2:  no reply
     Too many hops: pmtu 1500
     Resume: pmtu 1500
`;
    expect(readTracepath(stdout)).toEqual({ mtu: 1500 });
  });

  test('traceroute names the MTU at the hop that took it first', () => {
    const stdout = `traceroute to 10.0.3.2 (10.0.3.2), 30 hops max, 65000 byte packets
 1  10.0.1.2  0.020 ms F=1500  0.008 ms  0.006 ms
 2  10.0.2.2  40.291 ms F=1400  40.254 ms  40.228 ms
 3  10.0.3.2  40.257 ms  40.184 ms  40.147 ms
`;
    expect(readTraceroute(stdout, '10.0.3.2')).toEqual({ mtu: 1400, bottleneck: '10.0.1.2' });
    expect(readTraceroute(' 1  10.0.1.2  0.014 ms F=1500\n 2  * * *\n', '10.0.3.2')).toEqual({ mtu: null });
  });

  test('scamper names the MTU up to each hop, with a star where it was found by silence', () => {
    const stdout = `traceroute from 10.0.1.1 to 10.0.3.2
 1  10.0.1.2  0.018 ms [mtu: 1500]
 2  10.0.2.2  40.335 ms [*mtu: 1400]
 3  10.0.3.2  40.296 ms [*mtu: 1400]
`;
    expect(readScamper(stdout, '10.0.3.2')).toEqual({ mtu: 1400, bottleneck: '10.0.1.2' });
    expect(readScamper(' 1  10.0.1.2  0.018 ms\n 2  *\n', '10.0.3.2')).toEqual({ mtu: null });
  });

  test('nmap gives a size, a range, or nothing', () => {
    expect(readNmap('|_path-mtu: PMTU == 1400\n')).toEqual({ mtu: 1400 });
    expect(readNmap('|_path-mtu: 1006 <= PMTU < 1492\n')).toEqual({
      mtu: null,
      bounds: { fits: 1006, fails: 1492 },
    });
    expect(readNmap('Host is up (0.040s latency).\n')).toEqual({ mtu: null });
  });

  test('the scripts around ping and ike-scan say it in words', () => {
    expect(readPingBisection('MTU 1400\n')).toEqual({ mtu: 1400 });
    expect(readPingBisection('host down\n')).toEqual({ mtu: null, remark: 'host down' });
    expect(readIkeScan('small: answered\nfragmented: not answered\n')).toMatchObject({
      fragments: 'dropped',
    });
    expect(readIkeScan('small: answered\nfragmented: answered\n')).toMatchObject({ fragments: 'delivered' });
    expect(readIkeScan('small: not answered\nfragmented: not answered\n')).not.toHaveProperty('fragments');
  });
});

describe('the benchmark judges an answer by the truth', () => {
  test.each([
    [{ mtu: 1400 }, 'right'],
    [{ mtu: 1500 }, 'wrong'],
    [{ mtu: null }, 'none'],
    [{ mtu: null, bounds: { fits: 1006, fails: 1492 } }, 'bounded'],
    [{ mtu: null, bounds: { fits: 1401, fails: 1492 } }, 'wrong'],
  ] as const)('%j is %s', (answer, worth) => {
    expect(worthOf(answer, named('ptb-40'))).toBe(worth);
  });

  test.each([
    [{ mtu: 1400, fragments: 'dropped' }, 'right'],
    [{ mtu: 1400 }, 'partly'],
    [{ mtu: null, fragments: 'dropped' }, 'partly'],
    [{ mtu: 1400, fragments: 'delivered' }, 'wrong'],
    [{ mtu: null }, 'none'],
  ] as const)('%j is %s where fragments are asked for too', (answer, worth) => {
    expect(worthOf(answer, named('fragments'))).toBe(worth);
  });
});

function named(name: string): Case {
  const found = CASES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no case ${name}`);
  return found;
}
