import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { reassemble } from '../../src/packet/fragment.ts';
import * as icmpv4 from '../../src/packet/icmpv4.ts';
import * as icmpv6 from '../../src/packet/icmpv6.ts';
import * as ipv4 from '../../src/packet/ipv4.ts';
import * as ipv6 from '../../src/packet/ipv6.ts';
import * as quoted from '../../src/packet/quoted.ts';
import * as udp from '../../src/packet/udp.ts';
import { counting, hex, joined } from './bytes.ts';

const DECODERS: [string, (bytes: Uint8Array) => { readonly type: string }][] = [
  ['ipv4', ipv4.decode],
  ['ipv6', ipv6.decode],
  ['udp', udp.decode],
  ['udp header', udp.decodeHeader],
  ['icmpv4', icmpv4.decode],
  ['icmpv6', icmpv6.decode],
  ['quoted', quoted.decode],
  ['reassemble', reassembleOne],
];

const ADDRESSES = { source: new Uint8Array(16), destination: counting(16) };
const FIELDS4 = { source: counting(4), destination: counting(4), sourcePort: 1, destinationPort: 2 };
const UDP = udp.encode({ ...FIELDS4, payload: counting(16) });
const IPV4 = ipv4.encode(
  {
    ...FIELDS4,
    protocol: 17,
    timeToLive: 1,
    identification: 1,
    fragmentOffsetBytes: 0,
    typeOfService: 0,
    dontFragment: false,
    moreFragments: false,
  },
  UDP,
);
const IPV6 = ipv6.encode(
  { ...ADDRESSES, nextHeader: 0, hopLimit: 1, trafficClass: 0, flowLabel: 0 },
  joined(hex('2c00 0000 0000 0000 1100 0000 0000 0001'), UDP),
);

const VALID = [
  UDP,
  IPV4,
  IPV6,
  icmpv4.packetTooBig(1400, IPV4),
  icmpv4.timeExceeded(IPV4),
  icmpv6.packetTooBig(1400, IPV6, ADDRESSES),
  icmpv6.unreachable(1, IPV6, ADDRESSES),
];

/** A valid packet of some kind with a few bytes changed and perhaps its end cut off. */
const mutated = fc
  .tuple(fc.constantFrom(...VALID), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat())
  .map(([valid, changes, end]) => {
    const bytes = Uint8Array.from(valid);
    for (const [offset, value] of changes) {
      bytes[offset % bytes.length] = value;
    }
    return bytes.subarray(0, bytes.length - (end % 8 === 0 ? end % bytes.length : 0));
  });

/** Random bytes rarely pass for a packet, so half of them are given the version nibble of one. */
const random = fc
  .tuple(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(null, 0x45, 0x60))
  .map(([bytes, first]) => (first === null ? bytes : joined(Uint8Array.of(first), bytes)));

function reassembleOne(bytes: Uint8Array): { readonly type: string } {
  const whole = reassemble([bytes]);
  return whole instanceof Uint8Array ? { type: 'whole' } : whole;
}

describe.each(DECODERS)('%s', (_name, decode) => {
  test('makes a value or a refusal of random bytes, and leaves them as they are', () => {
    fc.assert(
      fc.property(random, (bytes) => {
        const before = Uint8Array.from(bytes);
        expect(typeof decode(bytes).type).toBe('string');
        expect(bytes).toEqual(before);
      }),
      { numRuns: 1000 },
    );
  });

  test('makes a value or a refusal of a damaged packet', () => {
    fc.assert(
      fc.property(mutated, (bytes) => {
        expect(typeof decode(bytes).type).toBe('string');
      }),
      { numRuns: 1000 },
    );
  });
});

test('fragments that were damaged on the way make a packet or a refusal', () => {
  fc.assert(
    fc.property(fc.array(mutated, { maxLength: 4 }), (pieces) => {
      const whole = reassemble(pieces);
      expect(whole instanceof Uint8Array || whole.type === 'malformed').toBe(true);
    }),
    { numRuns: 1000 },
  );
});
