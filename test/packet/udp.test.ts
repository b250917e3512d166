import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { finish, pseudoHeaderSum, sum } from '../../src/packet/checksum.ts';
import * as udp from '../../src/packet/udp.ts';
import { addressV4, addressV6, hex, joined, smallPayload, uint16, withByte } from './bytes.ts';
import { brokenLaws } from './laws.ts';

const PAYLOAD = hex('7061 7468 6d74 75');

const OVER_IPV4: udp.UdpToEncode = {
  source: Uint8Array.of(127, 0, 0, 1),
  destination: Uint8Array.of(127, 0, 0, 2),
  sourcePort: 40000,
  destinationPort: 500,
  payload: PAYLOAD,
};

const OVER_IPV6: udp.UdpToEncode = {
  ...OVER_IPV4,
  source: hex('fd000000000000000000000000000001'),
  destination: hex('fd000000000000000000000000000002'),
};

/** The checksum was worked out apart from this code, by summing the words modulo 65535. */
const DATAGRAM = hex('9c40 01f4 000f 9c59 7061 7468 6d74 75');

describe('UDP', () => {
  test('encodes to the byte, with the checksum over either family’s pseudo-header', () => {
    expect(udp.encode(OVER_IPV4)).toEqual(DATAGRAM);
    expect(udp.encode(OVER_IPV6)).toEqual(hex('9c40 01f4 000f a058 7061 7468 6d74 75'));
  });

  test('decodes to the field', () => {
    expect(udp.decode(DATAGRAM)).toEqual({
      type: 'udp',
      sourcePort: 40000,
      destinationPort: 500,
      length: 15,
      checksum: 0x9c59,
      payload: PAYLOAD,
    });
  });

  test('keeps the laws of a codec', () => {
    const addresses = fc.oneof(
      fc.record({ source: addressV4, destination: addressV4 }),
      fc.record({ source: addressV6, destination: addressV6 }),
    );
    const ports = fc.record({ sourcePort: uint16, destinationPort: uint16, payload: smallPayload });
    const codec = {
      encode: udp.encode,
      decode: (bytes: Uint8Array) => ({ ...udp.decode(bytes), checksum: null }),
      decoded: ({ sourcePort, destinationPort, payload }: udp.UdpToEncode) => ({
        type: 'udp',
        sourcePort,
        destinationPort,
        length: 8 + payload.length,
        checksum: null,
        payload,
      }),
      encodedBytes: ({ payload }: udp.UdpToEncode) => 8 + payload.length,
      refusedBelowBytes: ({ payload }: udp.UdpToEncode) => 8 + payload.length,
    };
    fc.assert(
      fc.property(addresses, ports, (from, rest) => {
        const value = { ...from, ...rest };
        expect(brokenLaws(codec, value)).toEqual([]);
        const bytes = udp.encode(value);
        const pseudoHeader = pseudoHeaderSum(value.source, value.destination, 17, bytes.length);
        expect(finish(sum(bytes, pseudoHeader))).toBe(0);
      }),
    );
  });

  test('sends 0xffff where the checksum comes out as 0, which would mean "none"', () => {
    // 0x9c59 more in the payload's first word takes the checksum of DATAGRAM to 0.
    const total = 0x7061 + 0x9c59;
    const payload = joined(Uint8Array.of((total >> 8) & 0xff, total & 0xff), PAYLOAD.subarray(2));
    // The carry out of that word comes around as one more.
    payload[3] = 0x68 + Math.floor(total / 0x10000);
    expect(udp.decode(udp.encode({ ...OVER_IPV4, payload }))).toMatchObject({ checksum: 0xffff });
  });

  test('trims what follows the datagram', () => {
    expect(udp.decode(joined(DATAGRAM, new Uint8Array(5)))).toEqual(udp.decode(DATAGRAM));
  });

  test('reads the header of a datagram that is cut anywhere behind it', () => {
    const header = {
      type: 'udp-header',
      sourcePort: 40000,
      destinationPort: 500,
      length: 15,
      checksum: 0x9c59,
    };
    for (let length = 8; length <= 15; length++) {
      expect(udp.decodeHeader(DATAGRAM.subarray(0, length))).toEqual({
        ...header,
        available: PAYLOAD.subarray(0, length - 8),
      });
    }
    expect(udp.decodeHeader(DATAGRAM.subarray(0, 7))).toEqual({
      type: 'malformed',
      reason: 'UDP header needs 8 bytes, and there are 7',
    });
  });

  test('takes no payload where the length claims less than the header', () => {
    expect(udp.decodeHeader(withByte(DATAGRAM, 5, 3))).toMatchObject({
      length: 3,
      available: new Uint8Array(),
    });
  });

  test.each([
    ['below its header', 7, 'UDP length is 7, below the 8 bytes of its header'],
    ['beyond the bytes', 16, 'UDP length is 16, and there are 15 bytes'],
  ])('refuses a length %s', (_what, length, reason) => {
    expect(udp.decode(withByte(DATAGRAM, 5, length))).toEqual({ type: 'malformed', reason });
  });

  test.each<[string, Partial<udp.UdpToEncode>]>([
    ['a source port of 65536', { sourcePort: 65536 }],
    ['a negative destination port', { destinationPort: -1 }],
    ['addresses of two families', { source: new Uint8Array(16) }],
    ['a datagram of 65536 bytes', { payload: new Uint8Array(65528) }],
  ])('throws RangeError for %s', (_what, change) => {
    expect(() => udp.encode({ ...OVER_IPV4, ...change })).toThrow(RangeError);
  });
});
