import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import * as checksum from '../../src/packet/checksum.ts';
import { addressV4, addressV6, hex, joined, uint16, uint8 } from './bytes.ts';
import { amidstOthers } from './laws.ts';

describe('the Internet checksum', () => {
  test('gives the numbers of the worked example in RFC 1071', () => {
    const example = hex('0001 f203 f4f5 f6f7');
    expect(checksum.sum(example)).toBe(0xddf2);
    expect(checksum.internetChecksum(example)).toBe(0x220d);
  });

  test('pads an odd last byte with a zero', () => {
    expect(checksum.sum(hex('0001 f2'))).toBe(0xf201);
    expect(checksum.sum(hex('ab'))).toBe(0xab00);
  });

  test('is 0xffff over nothing and over zeros', () => {
    expect(checksum.internetChecksum(new Uint8Array())).toBe(0xffff);
    expect(checksum.internetChecksum(new Uint8Array(9))).toBe(0xffff);
  });

  test('agrees with a naive second implementation', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), uint16, (bytes, initial) => {
        expect(checksum.sum(bytes, initial)).toBe(naiveSum(bytes, initial));
        expect(checksum.sum(amidstOthers(bytes), initial)).toBe(naiveSum(bytes, initial));
      }),
    );
  });

  test('does not overflow on a buffer whose words add up beyond 32 bits', () => {
    const large = new Uint8Array(300_000).fill(0xff);
    expect(checksum.sum(large)).toBe(0xffff);
    large[299_999] = 0xfe;
    expect(checksum.sum(large)).toBe(0xfffe);
  });

  test('adds up from pieces, as long as all but the last are even', () => {
    const evenBytes = fc.uint8Array({ maxLength: 40 }).filter((bytes) => bytes.length % 2 === 0);
    fc.assert(
      fc.property(evenBytes, fc.uint8Array({ maxLength: 41 }), (first, second) => {
        const whole = checksum.sum(joined(first, second));
        expect(checksum.sum(second, checksum.sum(first))).toBe(whole);
        expect(checksum.combine(checksum.sum(first), checksum.sum(second))).toBe(whole);
      }),
    );
  });
});

describe('the pseudo-header', () => {
  test('is summed as RFC 768 lays it out', () => {
    fc.assert(
      fc.property(addressV4, addressV4, uint8, uint16, (source, destination, protocol, length) => {
        const laidOut = joined(source, destination, Uint8Array.of(0, protocol, length >> 8, length & 0xff));
        expect(checksum.pseudoHeaderSum(source, destination, protocol, length)).toBe(naiveSum(laidOut, 0));
      }),
    );
  });

  test('is summed as RFC 8200 lays it out, with a length of 32 bits', () => {
    const lengths = fc.integer({ min: 0, max: 0xffffff });
    fc.assert(
      fc.property(addressV6, addressV6, uint8, lengths, (source, destination, protocol, length) => {
        const laidOut = joined(
          source,
          destination,
          Uint8Array.of(0, length >> 16, (length >> 8) & 0xff, length & 0xff, 0, 0, 0, protocol),
        );
        expect(checksum.pseudoHeaderSum(source, destination, protocol, length)).toBe(naiveSum(laidOut, 0));
      }),
    );
  });

  test('is refused for addresses of two families, or of none', () => {
    expect(() => checksum.pseudoHeaderSum(new Uint8Array(4), new Uint8Array(16), 17, 8)).toThrow(RangeError);
    expect(() => checksum.pseudoHeaderSum(new Uint8Array(5), new Uint8Array(5), 17, 8)).toThrow(RangeError);
  });
});

describe('compensation', () => {
  test('makes any checksum from 1 to 0xfffe come out', () => {
    const wanted = fc.integer({ min: 1, max: 0xfffe });
    const content = fc.uint8Array({ minLength: 2, maxLength: 80 });
    fc.assert(
      fc.property(content, fc.nat(), wanted, (bytes, position, wantedChecksum) => {
        const offset = (position % Math.floor(bytes.length / 2)) * 2;
        bytes.fill(0, offset, offset + 2);
        const word = checksum.compensation(checksum.sum(bytes), wantedChecksum);
        bytes.set([word >> 8, word & 0xff], offset);
        expect(checksum.internetChecksum(bytes)).toBe(wantedChecksum);
      }),
    );
  });

  test('works from the sums at both ends of the range', () => {
    for (const sum of [0, 1, 0xfffe, 0xffff]) {
      for (const wanted of [1, 0x8000, 0xfffe]) {
        expect(checksum.finish(checksum.combine(sum, checksum.compensation(sum, wanted)))).toBe(wanted);
      }
    }
  });

  test('refuses 0, which means "none", and 0xffff, which is the same number', () => {
    expect(() => checksum.compensation(0x1234, 0)).toThrow('must be an integer from 1 to 65534');
    expect(() => checksum.compensation(0x1234, 0xffff)).toThrow(RangeError);
  });
});

/** Adds word by word and carries at once, out of a padded copy. */
function naiveSum(bytes: Uint8Array, initial: number): number {
  const padded = [...bytes, ...(bytes.length % 2 === 1 ? [0] : [])];
  let total = initial;
  while (padded.length > 0) {
    const [high = 0, low = 0] = padded.splice(0, 2);
    total += high * 256 + low;
    total = total > 0xffff ? total - 0xffff : total;
  }
  return total;
}
