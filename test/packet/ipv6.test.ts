import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import * as ipv6 from '../../src/packet/ipv6.ts';
import { addressV6, counting, hex, joined, smallPayload, uint16, uint8, withByte } from './bytes.ts';
import { brokenLaws } from './laws.ts';

const ADDRESSES = 'fd000000000000000000000000000001 fd000000000000000000000000000002';

/** As Linux sent it: 7 bytes of UDP payload from [fd00::1]:40000 to [fd00::2]:500. */
const CAPTURED = hex(`6009 f3c9 000f 1140 ${ADDRESSES} 9c40 01f4 000f fa24 7061 7468 6d74 75`);

const HEADER: ipv6.Ipv6Header = {
  source: hex('fd000000000000000000000000000001'),
  destination: hex('fd000000000000000000000000000002'),
  nextHeader: 17,
  hopLimit: 64,
  trafficClass: 0,
  flowLabel: 0x9f3c9,
};

const UDP = hex('9c40 01f4 0008 0000');

describe('IPv6', () => {
  test('encodes what Linux sent, to the byte', () => {
    expect(ipv6.encode(HEADER, CAPTURED.subarray(40))).toEqual(CAPTURED);
  });

  test('decodes what Linux sent', () => {
    expect(ipv6.decode(CAPTURED)).toEqual({
      type: 'ipv6',
      ...HEADER,
      payloadLength: 15,
      headerBytes: 40,
      protocol: 17,
      fragment: null,
      payload: CAPTURED.subarray(40),
    });
  });

  test('keeps the laws of a codec', () => {
    const header = fc.record({
      source: addressV6,
      destination: addressV6,
      nextHeader: uint8.filter((protocol) => ![0, 43, 44, 51, 60].includes(protocol)),
      hopLimit: uint8,
      trafficClass: uint8,
      flowLabel: fc.integer({ min: 0, max: 0xfffff }),
    });
    fc.assert(
      fc.property(fc.record({ header, payload: smallPayload }), (value) => {
        const broken = brokenLaws(
          {
            encode: (packet) => ipv6.encode(packet.header, packet.payload),
            decode: ipv6.decode,
            decoded: (packet) => ({
              type: 'ipv6',
              ...packet.header,
              payloadLength: packet.payload.length,
              headerBytes: 40,
              protocol: packet.header.nextHeader,
              fragment: null,
              payload: packet.payload,
            }),
            encodedBytes: (packet) => 40 + packet.payload.length,
            refusedBelowBytes: (packet) => 40 + packet.payload.length,
          },
          value,
        );
        expect(broken).toEqual([]);
      }),
    );
  });

  test('follows every kind of extension header to the upper protocol', () => {
    const chain = joined(
      hex('2b00 0104 0000 0000'), // hop-by-hop, then routing
      hex('3c02 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000'), // routing of 24 bytes, then destination options
      hex('3300 0104 0000 0000'), // destination options, then authentication
      hex('1104 0000 0000 0001 0000 0001 0000 0000 0000 0000 0000 0000'), // authentication of 24 bytes, then UDP
      UDP,
    );
    expect(ipv6.decode(ipv6.encode({ ...HEADER, nextHeader: 0 }, chain))).toMatchObject({
      type: 'ipv6',
      nextHeader: 0,
      protocol: 17,
      headerBytes: 40 + 8 + 24 + 8 + 24,
      payloadLength: 72,
      fragment: null,
      payload: UDP,
    });
  });

  test('reads the Fragment header of a first fragment, and what it begins', () => {
    const bytes = ipv6.encode({ ...HEADER, nextHeader: 44 }, joined(hex('1100 0001 89ab cdef'), UDP));
    expect(ipv6.decode(bytes)).toMatchObject({
      protocol: 17,
      fragment: { offsetBytes: 0, moreFragments: true, identification: 0x89abcdef },
      payload: UDP,
    });
  });

  test('leaves the payload of a later fragment opaque, whatever its protocol', () => {
    const middle = hex('ffff ffff ffff ffff'); // would be an options header of 2048 bytes
    const bytes = ipv6.encode({ ...HEADER, nextHeader: 44 }, joined(hex('3c00 05a8 0000 0001'), middle));
    expect(ipv6.decode(bytes)).toMatchObject({
      protocol: 60,
      fragment: { offsetBytes: 1448, moreFragments: false, identification: 1 },
      payload: middle,
    });
    const second = ipv6.encode({ ...HEADER, nextHeader: 44 }, joined(hex('3c00 0008 0000 0001'), middle));
    expect(ipv6.decode(second)).toMatchObject({ fragment: { offsetBytes: 8 }, payload: middle });
  });

  test('does not look into ESP, nor behind "no next header"', () => {
    expect(ipv6.decode(ipv6.encode({ ...HEADER, nextHeader: 50 }, counting(16)))).toMatchObject({
      protocol: 50,
    });
    expect(ipv6.decode(ipv6.encode({ ...HEADER, nextHeader: 59 }, counting(3)))).toMatchObject({
      protocol: 59,
      payload: counting(3),
    });
  });

  test('trims what follows the packet', () => {
    expect(ipv6.decode(joined(CAPTURED, counting(9)))).toEqual(ipv6.decode(CAPTURED));
  });

  test.each([
    ['another version', withByte(CAPTURED, 0, 0x45), 'IP version is 4 where 6 is expected'],
    [
      'a payload length beyond the bytes',
      withByte(CAPTURED, 5, 16),
      'IPv6 packet is 56 bytes long, and there are 55',
    ],
    [
      'an extension header that reaches beyond the packet',
      withByte(CAPTURED, 6, 60),
      'IPv6 extension header 60 reaches beyond the packet',
    ],
    [
      'a chain of extension headers without a reasonable end',
      ipv6.encode(
        { ...HEADER, nextHeader: 60 },
        new Uint8Array(8 * 200).map((_, i) => (i % 8 === 0 ? 60 : 0)),
      ),
      'IPv6 packet has more than 14 extension headers',
    ],
    [
      'two Fragment headers',
      ipv6.encode({ ...HEADER, nextHeader: 44 }, hex('2c00 0001 0000 0001 1100 0001 0000 0001')),
      'IPv6 packet has two Fragment headers',
    ],
    ['a part of a header', CAPTURED.subarray(0, 39), 'IPv6 header needs 40 bytes, and there are 39'],
  ])('refuses %s', (_what, bytes, reason) => {
    expect(ipv6.decode(bytes)).toEqual({ type: 'malformed', reason });
  });

  test('refuses random extension headers or follows them within the packet', () => {
    const extension = fc.tuple(fc.constantFrom(0, 43, 44, 51, 60, 17), fc.nat(3), uint16);
    fc.assert(
      fc.property(fc.array(extension, { maxLength: 20 }), (extensions) => {
        const chain = joined(
          ...extensions.map(([next, length, word]) =>
            Uint8Array.of(next, length, word >> 8, word & 0xff, 0, 0, 0, 1),
          ),
        );
        const decoded = ipv6.decode(ipv6.encode({ ...HEADER, nextHeader: 0 }, chain));
        expect(['ipv6', 'malformed']).toContain(decoded.type);
      }),
    );
  });

  test.each<[string, Partial<ipv6.Ipv6Header>, number]>([
    ['a source of 4 bytes', { source: new Uint8Array(4) }, 0],
    ['a destination of 17 bytes', { destination: new Uint8Array(17) }, 0],
    ['a next header of 256', { nextHeader: 256 }, 0],
    ['a fractional hop limit', { hopLimit: 1.5 }, 0],
    ['a traffic class of 9 bits', { trafficClass: 256 }, 0],
    ['a flow label of 21 bits', { flowLabel: 0x100000 }, 0],
    ['a payload of 65536 bytes', {}, 65536],
  ])('throws RangeError for %s', (_what, change, payloadBytes) => {
    expect(() => ipv6.encode({ ...HEADER, ...change }, new Uint8Array(payloadBytes))).toThrow(RangeError);
  });
});
