import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import * as ipv4 from '../../src/packet/ipv4.ts';
import { addressV4, counting, hex, joined, smallPayload, uint16, uint8, withByte } from './bytes.ts';
import { brokenLaws } from './laws.ts';

/** As Linux sent it: 7 bytes of UDP payload from 127.0.0.1:40000 to 127.0.0.2:500. */
const CAPTURED = hex(
  '4500 0023 da19 4000 4011 62ad 7f00 0001 7f00 0002 9c40 01f4 000f fe23 7061 7468 6d74 75',
);

const HEADER: ipv4.Ipv4Header = {
  source: Uint8Array.of(127, 0, 0, 1),
  destination: Uint8Array.of(127, 0, 0, 2),
  protocol: 17,
  timeToLive: 64,
  identification: 0xda19,
  fragmentOffsetBytes: 0,
  typeOfService: 0,
  dontFragment: true,
  moreFragments: false,
};

describe('IPv4', () => {
  test('encodes what Linux sent, to the byte', () => {
    expect(ipv4.encode(HEADER, CAPTURED.subarray(20))).toEqual(CAPTURED);
  });

  test('decodes what Linux sent', () => {
    expect(ipv4.decode(CAPTURED)).toEqual({
      type: 'ipv4',
      ...HEADER,
      totalLength: 35,
      headerBytes: 20,
      payload: CAPTURED.subarray(20),
    });
  });

  test('keeps the laws of a codec', () => {
    const header = fc.record({
      source: addressV4,
      destination: addressV4,
      protocol: uint8,
      timeToLive: uint8,
      identification: uint16,
      fragmentOffsetBytes: fc.integer({ min: 0, max: 0x1fff }).map((units) => units * 8),
      typeOfService: uint8,
      dontFragment: fc.boolean(),
      moreFragments: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.record({ header, payload: smallPayload }), (value) => {
        const broken = brokenLaws(
          {
            encode: (packet) => ipv4.encode(packet.header, packet.payload),
            decode: ipv4.decode,
            decoded: (packet) => ({
              type: 'ipv4',
              ...packet.header,
              totalLength: 20 + packet.payload.length,
              headerBytes: 20,
              payload: packet.payload,
            }),
            encodedBytes: (packet) => 20 + packet.payload.length,
            refusedBelowBytes: (packet) => 20 + packet.payload.length,
          },
          value,
        );
        expect(broken).toEqual([]);
      }),
    );
  });

  test('skips options', () => {
    const routerAlert = joined(
      hex('4600 001c 0000 0000 0102 0000 0a00 0001 e000 0001 9404 0000'),
      counting(4),
    );
    expect(ipv4.decode(routerAlert)).toMatchObject({ type: 'ipv4', headerBytes: 24, payload: counting(4) });
  });

  test('trims what follows the packet, such as the padding of a short Ethernet frame', () => {
    expect(ipv4.decode(joined(CAPTURED, new Uint8Array(11)))).toEqual(ipv4.decode(CAPTURED));
  });

  test('decodes without verifying the checksum, and tells whether it is valid', () => {
    const corrupted = withByte(CAPTURED, 8, 63);
    expect(ipv4.decode(corrupted)).toMatchObject({ type: 'ipv4', timeToLive: 63 });
    expect(ipv4.hasValidChecksum(corrupted)).toBe(false);
    expect(ipv4.hasValidChecksum(CAPTURED)).toBe(true);
    expect(ipv4.hasValidChecksum(CAPTURED.subarray(0, 19))).toBe(false);
    expect(ipv4.hasValidChecksum(new Uint8Array())).toBe(false);
  });

  test.each([
    ['another version', withByte(CAPTURED, 0, 0x65), 'IP version is 6 where 4 is expected'],
    ['a header length below 20', withByte(CAPTURED, 0, 0x44), 'IPv4 header length is 16 bytes, below 20'],
    [
      'a total length within the header',
      withByte(CAPTURED, 3, 19),
      'IPv4 total length is 19, below the 20 bytes of its header',
    ],
    [
      'a total length beyond the bytes',
      withByte(CAPTURED, 3, 36),
      'IPv4 total length is 36, and there are 35 bytes',
    ],
    [
      'a header beyond the packet',
      withByte(CAPTURED, 0, 0x4f),
      'IPv4 total length is 35, below the 60 bytes of its header',
    ],
    ['a part of a header', CAPTURED.subarray(0, 19), 'IPv4 header needs 20 bytes, and there are 19'],
  ])('refuses %s', (_what, bytes, reason) => {
    expect(ipv4.decode(bytes)).toEqual({ type: 'malformed', reason });
  });

  test.each<[string, Partial<ipv4.Ipv4Header>, number]>([
    ['a source of 16 bytes', { source: new Uint8Array(16) }, 0],
    ['a destination of 3 bytes', { destination: new Uint8Array(3) }, 0],
    ['a protocol of 256', { protocol: 256 }, 0],
    ['a negative time to live', { timeToLive: -1 }, 0],
    ['an identification of 17 bits', { identification: 0x10000 }, 0],
    ['a fragment offset between eights', { fragmentOffsetBytes: 12 }, 0],
    ['a fragment offset of 65536', { fragmentOffsetBytes: 65536 }, 0],
    ['a type of service that is no number', { typeOfService: Number.NaN }, 0],
    ['a packet of 65536 bytes', {}, 65516],
  ])('throws RangeError for %s', (_what, change, payloadBytes) => {
    expect(() => ipv4.encode({ ...HEADER, ...change }, new Uint8Array(payloadBytes))).toThrow(RangeError);
  });
});
