import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { fragmentIpv4, fragmentIpv6 } from '../../src/packet/fragment.ts';
import * as ipv4 from '../../src/packet/ipv4.ts';
import * as ipv6 from '../../src/packet/ipv6.ts';
import * as quoted from '../../src/packet/quoted.ts';
import * as udp from '../../src/packet/udp.ts';
import { counting, hex, joined, withByte } from './bytes.ts';
import { amidstOthers } from './laws.ts';

const NEAR = hex('fd000000000000000000000000000001');
const FAR = hex('fd000000000000000000000000000002');

/** Quoted by Linux in its port unreachable. */
const IPV4 = hex('4500 0023 da19 4000 4011 62ad 7f00 0001 7f00 0002 9c40 01f4 000f fe23 7061 7468 6d74 75');
const IPV6 = joined(hex('6009 f3c9 000f 1140'), NEAR, FAR, hex('9c40 01f4 000f fa24 7061 7468 6d74 75'));

const READ_IPV4 = {
  type: 'quoted',
  family: 4,
  source: Uint8Array.of(127, 0, 0, 1),
  destination: Uint8Array.of(127, 0, 0, 2),
  protocol: 17,
  sizeBytes: 35,
  timeToLive: 64,
  identification: 0xda19,
  isFirstFragment: true,
};

const READ_IPV6 = {
  type: 'quoted',
  family: 6,
  source: NEAR,
  destination: FAR,
  protocol: 17,
  sizeBytes: 55,
  timeToLive: 64,
  identification: 0,
  isFirstFragment: true,
};

describe('a quoted datagram', () => {
  test('is read by its version', () => {
    expect(quoted.decode(IPV4)).toEqual({ ...READ_IPV4, transport: IPV4.subarray(20) });
    expect(quoted.decode(IPV6)).toEqual({ ...READ_IPV6, transport: IPV6.subarray(40) });
    expect(quoted.decode(amidstOthers(IPV4))).toEqual({ ...READ_IPV4, transport: IPV4.subarray(20) });
    expect(quoted.decode(amidstOthers(IPV6))).toEqual({ ...READ_IPV6, transport: IPV6.subarray(40) });
  });

  test('may be cut anywhere behind its IP header', () => {
    for (let length = 20; length < IPV4.length; length++) {
      expect(quoted.decode(IPV4.subarray(0, length))).toEqual({
        ...READ_IPV4,
        transport: IPV4.subarray(20, length),
      });
    }
    for (let length = 40; length < IPV6.length; length++) {
      expect(quoted.decode(IPV6.subarray(0, length))).toEqual({
        ...READ_IPV6,
        transport: IPV6.subarray(40, length),
      });
    }
  });

  test('identifies a UDP probe by the 8 bytes that every router quotes', () => {
    const answer = quoted.decode(IPV4.subarray(0, 28));
    expect(answer).toMatchObject({ type: 'quoted' });
    const { transport } = answer as quoted.QuotedDatagram;
    expect(udp.decodeHeader(transport)).toMatchObject({
      sourcePort: 40000,
      destinationPort: 500,
      checksum: 0xfe23,
    });
  });

  test('is refused when cut within its IP header', () => {
    for (let length = 0; length < 20; length++) {
      expect(quoted.decode(IPV4.subarray(0, length)).type).toBe('malformed');
    }
    for (let length = 0; length < 40; length++) {
      expect(quoted.decode(IPV6.subarray(0, length)).type).toBe('malformed');
    }
  });

  test.each([
    ['nothing', new Uint8Array(), 'nothing is quoted'],
    ['an unknown version', withByte(IPV4, 0, 0x55), 'quoted IP version is 5'],
    ['a header length below 20', withByte(IPV4, 0, 0x44), 'quoted IPv4 header length is 16 bytes, below 20'],
    ['a cut IPv4 header', IPV4.subarray(0, 19), 'quoted IPv4 header is cut after 19 bytes'],
    ['a cut IPv6 header', IPV6.subarray(0, 39), 'quoted IPv6 header is cut after 39 bytes'],
  ])('is refused when it is %s', (_what, bytes, reason) => {
    expect(quoted.decode(bytes)).toEqual({ type: 'malformed', reason });
  });

  test('has its transport behind IPv4 options, and none when cut within them', () => {
    const withOptions = joined(withByte(IPV4.subarray(0, 20), 0, 0x46), hex('9404 0000'), counting(8));
    expect(quoted.decode(withOptions)).toMatchObject({ protocol: 17, transport: counting(8) });
    expect(quoted.decode(withOptions.subarray(0, 22))).toMatchObject({
      protocol: 17,
      transport: new Uint8Array(),
    });
  });

  test('has its transport behind IPv6 extension headers, and names the one that it is cut within', () => {
    const extended = joined(
      withByte(IPV6.subarray(0, 40), 6, 60),
      hex('1101 0000 0000 0000 0000 0000 0000 0000'),
      counting(8),
    );
    expect(quoted.decode(extended)).toMatchObject({ protocol: 17, transport: counting(8).subarray(0, 8) });
    expect(quoted.decode(extended.subarray(0, 55))).toMatchObject({
      protocol: 60,
      transport: new Uint8Array(),
    });
  });

  test('is the middle of something when it is a later fragment', () => {
    const header4 = ipv4.decode(IPV4) as ipv4.Ipv4Packet;
    const packet4 = ipv4.encode({ ...header4, dontFragment: false }, counting(200));
    const packet6 = ipv6.encode(ipv6.decode(IPV6) as ipv6.Ipv6Packet, counting(200));
    const pieces4 = fragmentIpv4(packet4, { maxBytes: 140 });
    const pieces6 = fragmentIpv6(packet6, { maxBytes: 168, identification: 9 });
    for (const pieces of [pieces4, pieces6]) {
      expect(pieces.map((piece) => quoted.decode(piece))).toMatchObject([
        { isFirstFragment: true, protocol: 17, transport: counting(120) },
        { isFirstFragment: false, protocol: 17, transport: counting(200).subarray(120) },
      ]);
    }
  });

  test('ends where its header says, before the padding of RFC 4884', () => {
    expect(quoted.decode(joined(IPV4, new Uint8Array(93)))).toEqual(quoted.decode(IPV4));
    expect(quoted.decode(joined(IPV6, new Uint8Array(73)))).toEqual(quoted.decode(IPV6));
  });

  test('keeps the size as it is, and 8 bytes of transport, where a stack quotes a wrong size', () => {
    const lessHeader = withByte(IPV4, 3, 15);
    expect(quoted.decode(lessHeader)).toMatchObject({ sizeBytes: 15, transport: IPV4.subarray(20, 28) });
    const swapped = withByte(withByte(IPV4, 2, 0x23), 3, 0);
    expect(quoted.decode(swapped)).toMatchObject({ sizeBytes: 0x2300, transport: IPV4.subarray(20) });
  });

  test('agrees with the packet codecs on a packet that is quoted whole', () => {
    const bytes = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(bytes, (payload) => {
        const four = ipv4.encode(ipv4.decode(IPV4) as ipv4.Ipv4Packet, payload);
        const six = ipv6.encode(ipv6.decode(IPV6) as ipv6.Ipv6Packet, payload);
        expect(quoted.decode(four)).toMatchObject({ sizeBytes: four.length, transport: payload });
        expect(quoted.decode(six)).toMatchObject({ sizeBytes: six.length, transport: payload });
      }),
    );
  });
});
