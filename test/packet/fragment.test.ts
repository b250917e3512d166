import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { fragmentIpv4, fragmentIpv6, fragmentSizes, reassemble } from '../../src/packet/fragment.ts';
import * as ipv4 from '../../src/packet/ipv4.ts';
import * as ipv6 from '../../src/packet/ipv6.ts';
import { counting, hex, joined, uint16, uint32, withByte } from './bytes.ts';
import { amidstOthers } from './laws.ts';

/** 100 bytes counting up, protocol 253, cut by Linux at an MTU of 68. */
const CUT_BY_LINUX = [
  joined(hex('4500 0044 18fd 2000 40fd 2cac 0a09 0001 0a09 0002'), counting(48)),
  joined(hex('4500 0044 18fd 2006 40fd 2ca6 0a09 0001 0a09 0002'), counting(96).subarray(48)),
  joined(hex('4500 0018 18fd 000c 40fd 4ccc 0a09 0001 0a09 0002'), counting(100).subarray(96)),
];

const HEADER4: ipv4.Ipv4Header = {
  source: Uint8Array.of(10, 9, 0, 1),
  destination: Uint8Array.of(10, 9, 0, 2),
  protocol: 253,
  timeToLive: 64,
  identification: 0x18fd,
  fragmentOffsetBytes: 0,
  typeOfService: 0,
  dontFragment: false,
  moreFragments: false,
};

const HEADER6: ipv6.Ipv6Header = {
  source: hex('fd000000000000000000000000000001'),
  destination: hex('fd000000000000000000000000000002'),
  nextHeader: 253,
  hopLimit: 64,
  trafficClass: 0,
  flowLabel: 0,
};

describe('the sizes of fragments', () => {
  // Every row was seen on the wire: what Linux 6 made of a UDP datagram in one sendto().
  test.each([
    [1500, 1500, 4, [1500]],
    [1501, 1500, 4, [1500, 21]],
    [2976, 1500, 4, [1500, 1496]],
    [2978, 1500, 4, [1500, 1498]],
    [3000, 1500, 4, [1500, 1500, 40]],
    [1499, 1498, 4, [1492, 27]],
    [3000, 1498, 4, [1492, 1492, 56]],
    [2970, 1498, 4, [1492, 1498]],
    [2971, 1498, 4, [1492, 1492, 27]],
    [2982, 1502, 4, [1500, 1502]],
    [2983, 1502, 4, [1500, 1500, 23]],
    [1500, 1500, 6, [1500]],
    [1501, 1500, 6, [1496, 61]],
    [2935, 1500, 6, [1496, 1495]],
    [2936, 1502, 6, [1496, 1496]],
    [2937, 1500, 6, [1496, 1496, 49]],
    [2938, 1502, 6, [1496, 1496, 50]],
    [3000, 1500, 6, [1496, 1496, 112]],
    [1499, 1498, 6, [1496, 59]],
  ] as const)('of %i bytes at MTU %i in IPv%i are %j, as Linux cuts', (packetBytes, mtu, family, sizes) => {
    expect(fragmentSizes(packetBytes, mtu, family)).toEqual(sizes);
  });

  test('never exceed the MTU, carry everything, and are multiples of 8 but for the last', () => {
    const mtus = fc.integer({ min: 56, max: 9000 });
    const packets = fc.integer({ min: 40, max: 65535 });
    fc.assert(
      fc.property(packets, mtus, fc.constantFrom<4 | 6>(4, 6), (packetBytes, mtu, family) => {
        const sizes = fragmentSizes(packetBytes, mtu, family);
        const headers = family === 4 ? { packet: 20, piece: 20 } : { packet: 40, piece: 48 };
        const carried =
          sizes.length === 1 ? [packetBytes - headers.packet] : sizes.map((s) => s - headers.piece);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(mtu);
        expect(carried.reduce((total, bytes) => total + bytes, 0)).toBe(packetBytes - headers.packet);
        expect(carried.slice(0, -1).filter((bytes) => bytes % 8 !== 0)).toEqual([]);
        expect(carried.length === 1 || Math.min(...carried) > 0).toBe(true);
      }),
    );
  });

  test('are refused where no piece could carry 8 bytes, and for sizes that no packet has', () => {
    expect(() => fragmentSizes(1500, 27, 4)).toThrow('mtu is 27');
    expect(() => fragmentSizes(1500, 55, 6)).toThrow('mtu is 55');
    expect(() => fragmentSizes(19, 1500, 4)).toThrow(RangeError);
    expect(() => fragmentSizes(39, 1500, 6)).toThrow(RangeError);
    expect(() => fragmentSizes(65536, 1500, 4)).toThrow(RangeError);
    expect(() => fragmentSizes(65576, 1500, 6)).toThrow(RangeError);
    expect(fragmentSizes(65575, 65535, 6)).toEqual([65528, 103]);
  });
});

describe('fragments of IPv4', () => {
  test('are, to the byte, what Linux makes', () => {
    expect(fragmentIpv4(ipv4.encode(HEADER4, counting(100)), { maxBytes: 68 })).toEqual(CUT_BY_LINUX);
  });

  test('make the packet again, in any order and with duplicates', () => {
    const [first, second, third] = CUT_BY_LINUX as [Uint8Array, Uint8Array, Uint8Array];
    const whole = ipv4.encode(HEADER4, counting(100));
    expect(reassemble([first, second, third])).toEqual(whole);
    expect(reassemble([third, second, first])).toEqual(whole);
    expect(reassemble([second, third, second, first, first, third])).toEqual(whole);
    expect(reassemble([third, first, second].map(amidstOthers))).toEqual(whole);
  });

  test('have sizes as announced, valid checksums, DF cleared, and reassemble to the packet', () => {
    const packets = fc.record({
      payload: fc.uint8Array({ minLength: 0, maxLength: 600 }),
      maxBytes: fc.integer({ min: 28, max: 700 }),
      identification: uint16,
    });
    fc.assert(
      fc.property(packets, ({ payload, maxBytes, identification }) => {
        const packet = ipv4.encode({ ...HEADER4, identification }, payload);
        const pieces = fragmentIpv4(packet, { maxBytes });
        expect(pieces.map((piece) => piece.length)).toEqual(fragmentSizes(packet.length, maxBytes, 4));
        expect(pieces.filter((piece) => !ipv4.hasValidChecksum(piece))).toEqual([]);
        expect(reassemble(pieces.toReversed())).toEqual(packet);
      }),
    );
  });

  test('have DF cleared, while a packet that fits stays as it is', () => {
    const packet = ipv4.encode({ ...HEADER4, dontFragment: true }, counting(100));
    const pieces = fragmentIpv4(packet, { maxBytes: 100 });
    expect(pieces.map((piece) => ipv4.decode(piece))).toMatchObject([
      { dontFragment: false, moreFragments: true, fragmentOffsetBytes: 0 },
      { dontFragment: false, moreFragments: false, fragmentOffsetBytes: 80 },
    ]);
    expect(fragmentIpv4(packet, { maxBytes: 120 })).toEqual([packet]);
  });

  test('have the sizes that the caller asks for', () => {
    const packet = ipv4.encode(HEADER4, counting(100));
    const pieces = fragmentIpv4(packet, { pieceSizes: [28, 84, 48] });
    expect(pieces.map((piece) => piece.length)).toEqual([28, 84, 48]);
    expect(reassemble(pieces)).toEqual(packet);
    expect(fragmentIpv4(packet, { pieceSizes: [120] })).toEqual([packet]);
  });

  test.each([
    ['between eights', [29, 111]],
    ['that carry too little', [28, 100]],
    ['that carry too much', [28, 84, 100]],
    ['that carry nothing', [20, 120]],
    ['of which there are none', []],
    ['of one piece smaller than the packet', [100]],
  ])('are refused in sizes %s', (_what, pieceSizes) => {
    expect(() => fragmentIpv4(ipv4.encode(HEADER4, counting(100)), { pieceSizes })).toThrow(RangeError);
  });

  test('can be cut again by a router with a smaller MTU', () => {
    const packet = ipv4.encode(HEADER4, counting(250));
    const again = fragmentIpv4(packet, { maxBytes: 128 }).flatMap((piece) =>
      fragmentIpv4(piece, { maxBytes: 60 }),
    );
    expect(again.map((piece) => piece.length)).toEqual([60, 60, 44, 60, 60, 44, 60, 22]);
    expect(reassemble(again)).toEqual(packet);
  });

  test('repeat the options of the packet', () => {
    const packet = joined(hex('4600 0058 18fd 0000 40fd 0000 0a09 0001 0a09 0002 9404 0000'), counting(64));
    const pieces = fragmentIpv4(packet, { maxBytes: 60 });
    expect(pieces.map((piece) => [...piece.subarray(20, 24)])).toEqual([
      [0x94, 4, 0, 0],
      [0x94, 4, 0, 0],
    ]);
    expect(reassemble(pieces)).toMatchObject({ length: 88 });
  });

  test('are refused of what is no packet', () => {
    expect(() => fragmentIpv4(counting(40), { maxBytes: 68 })).toThrow('cannot fragment: IP version is 0');
  });
});

describe('fragments of IPv6', () => {
  test('carry the Fragment header, to the byte', () => {
    const [first, second] = fragmentIpv6(ipv6.encode(HEADER6, counting(28)), {
      maxBytes: 64,
      identification: 0xabcdef01,
    });
    const between = joined(HEADER6.source, HEADER6.destination);
    expect(first).toEqual(
      joined(hex('6000 0000 0018 2c40'), between, hex('fd00 0001 abcd ef01'), counting(16)),
    );
    expect(second).toEqual(
      joined(hex('6000 0000 0014 2c40'), between, hex('fd00 0010 abcd ef01 1011 1213 1415 1617 1819 1a1b')),
    );
  });

  test('have sizes as announced and reassemble to the packet', () => {
    const packets = fc.record({
      payload: fc.uint8Array({ minLength: 0, maxLength: 600 }),
      maxBytes: fc.integer({ min: 56, max: 700 }),
      identification: uint32,
    });
    fc.assert(
      fc.property(packets, ({ payload, maxBytes, identification }) => {
        const packet = ipv6.encode(HEADER6, payload);
        const pieces = fragmentIpv6(packet, { maxBytes, identification });
        expect(pieces.map((piece) => piece.length)).toEqual(fragmentSizes(packet.length, maxBytes, 6));
        expect(reassemble(pieces.toReversed().map(amidstOthers))).toEqual(packet);
      }),
    );
  });

  test('have the Fragment header behind the hop-by-hop and routing headers, and before the others', () => {
    const extensions = hex('2b00 0104 0000 0000 3c00 0000 0000 0000 fd00 0104 0000 0000');
    const packet = ipv6.encode({ ...HEADER6, nextHeader: 0 }, joined(extensions, counting(40)));
    const pieces = fragmentIpv6(packet, { maxBytes: 96, identification: 7 });
    expect(pieces.map((piece) => piece.length)).toEqual([96, 80]);
    expect(pieces.map((piece) => ipv6.decode(piece))).toMatchObject([
      { nextHeader: 0, headerBytes: 72, protocol: 253, fragment: { offsetBytes: 0, moreFragments: true } },
      { nextHeader: 0, headerBytes: 64, protocol: 60, fragment: { offsetBytes: 32, moreFragments: false } },
    ]);
    expect(reassemble(pieces)).toEqual(packet);
  });

  test('have the sizes that the caller asks for', () => {
    const packet = ipv6.encode(HEADER6, counting(100));
    const pieces = fragmentIpv6(packet, { pieceSizes: [56, 112, 76], identification: 1 });
    expect(pieces.map((piece) => piece.length)).toEqual([56, 112, 76]);
    expect(reassemble(pieces)).toEqual(packet);
  });

  test('are refused of a fragment, of what is no packet, and with an identification beyond 32 bits', () => {
    const packet = ipv6.encode(HEADER6, counting(100));
    const [piece = packet] = fragmentIpv6(packet, { maxBytes: 100, identification: 1 });
    expect(() => fragmentIpv6(piece, { maxBytes: 80, identification: 1 })).toThrow('is a fragment already');
    expect(() => fragmentIpv6(counting(50), { maxBytes: 80, identification: 1 })).toThrow('cannot fragment');
    expect(() => fragmentIpv6(packet, { maxBytes: 80, identification: 2 ** 32 })).toThrow(RangeError);
  });
});

describe('reassembly', () => {
  const [first, second, third] = CUT_BY_LINUX as [Uint8Array, Uint8Array, Uint8Array];
  const whole = ipv4.encode(HEADER4, counting(100));
  const six = ipv6.encode(HEADER6, counting(20));

  test('gives back a packet that is no fragment', () => {
    expect(reassemble([whole])).toEqual(whole);
    expect(reassemble([six])).toEqual(six);
    const withDontFragment = ipv4.encode({ ...HEADER4, dontFragment: true }, counting(9));
    expect(reassemble([withDontFragment])).toEqual(withDontFragment);
  });

  test('undoes an atomic fragment, the only one of its packet', () => {
    const atomic = ipv6.encode(
      { ...HEADER6, nextHeader: 44 },
      joined(hex('fd00 0000 0000 0001'), counting(20)),
    );
    expect(reassemble([atomic])).toEqual(six);
  });

  test('leaves alone a routing header that was cut with the payload', () => {
    const routed = joined(hex('fd00 0000 0000 0000'), counting(8));
    const atomic = ipv6.encode({ ...HEADER6, nextHeader: 44 }, joined(hex('2b00 0000 0000 0001'), routed));
    expect(reassemble([atomic])).toEqual(ipv6.encode({ ...HEADER6, nextHeader: 43 }, routed));
  });

  test('waits for no extension header that a later piece completes', () => {
    const options = joined(hex('fd02 0116'), new Uint8Array(20));
    const packet = ipv6.encode({ ...HEADER6, nextHeader: 60 }, joined(options, counting(8)));
    const pieces = fragmentIpv6(packet, { maxBytes: 56, identification: 1 });
    expect(pieces).toHaveLength(4);
    expect(reassemble(pieces)).toEqual(packet);
  });

  test.each([
    ['nothing', [], 'there are no fragments'],
    ['a gap', [first, third], 'a fragment is missing at offset 48'],
    ['no first piece', [second, third], 'a fragment is missing at offset 0'],
    ['no last piece', [first, second], 'the last fragment is missing'],
    ['pieces of two packets', [first, withByte(second, 5, 0)], 'fragments belong to different packets'],
    ['pieces of two families', [first, six], 'fragments belong to different packets'],
    [
      'two pieces that differ in the same place',
      [first, withByte(first, 30, 99), second, third],
      'fragments overlap at offset 0',
    ],
    ['a whole packet and a piece of it', [whole, second], 'fragments overlap at offset 48'],
    [
      'a piece behind the last',
      [first, second, third, withByte(third, 7, 13)],
      'fragments overlap at offset 104',
    ],
    [
      'a piece that overlaps the one before',
      [first, withByte(second, 7, 5)],
      'fragments overlap at offset 40',
    ],
    ['what is no packet', [counting(40)], 'IP version is 0 where 4 is expected'],
    ['a part of an IPv6 header', [six.subarray(0, 39)], 'IPv6 header needs 40 bytes, and there are 39'],
    ['a part of an IPv6 packet', [six.subarray(0, 59)], 'IPv6 packet is 60 bytes long, and there are 59'],
    [
      'a piece that carries nothing and is not the last',
      [ipv4.encode({ ...HEADER4, moreFragments: true }, new Uint8Array()), whole],
      'fragment at offset 0 has 0 bytes, not a multiple of 8 above 0',
    ],
    [
      'a piece between eights that is not the last',
      [ipv4.encode({ ...HEADER4, moreFragments: true }, counting(12))],
      'fragment at offset 0 has 12 bytes, not a multiple of 8 above 0',
    ],
  ])('refuses %s', (_what, pieces, reason) => {
    expect(reassemble(pieces)).toEqual({ type: 'malformed', reason });
  });

  test('refuses a packet larger than can be, as in the ping of death', () => {
    const large = ipv4.encode({ ...HEADER4, moreFragments: true }, new Uint8Array(65512));
    const last = ipv4.encode({ ...HEADER4, fragmentOffsetBytes: 65512 }, new Uint8Array(400));
    expect(reassemble([large, last])).toEqual({
      type: 'malformed',
      reason: 'fragments make a packet of 65932 bytes',
    });
    const head = joined(hex('fd00 0001 0000 0001'), new Uint8Array(65520));
    const tail = joined(hex('fd00 fff0 0000 0001'), new Uint8Array(400));
    expect(
      reassemble([head, tail].map((payload) => ipv6.encode({ ...HEADER6, nextHeader: 44 }, payload))),
    ).toEqual({ type: 'malformed', reason: 'fragments make a packet of 65960 bytes' });
  });
});
