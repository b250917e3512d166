import { describe, expect, test } from '@jest/globals';
import { HopProfile } from '../../src/probe/hop-profile.ts';

function profileOf(reached: readonly [hop: number, sizeBytes: number][], localMtu = 1500): HopProfile {
  const profile = new HopProfile(localMtu);
  for (const [hop, sizeBytes] of reached) profile.addReached(hop, sizeBytes);
  return profile;
}

const mtus = (profile: HopProfile, hops: number): (number | null)[] =>
  Array.from({ length: hops }, (_, index) => profile.mtuAt(index + 1));

describe('the MTU of the path as far as a hop', () => {
  test('is the local one as far as a packet of that size got, and for every hop before', () => {
    expect(mtus(profileOf([[3, 1500]]), 4)).toEqual([1500, 1500, 1500, null]);
  });

  test('is exact where one byte more does not get, and for every hop beyond that the size gets to', () => {
    const profile = profileOf([
      [1, 1500],
      [4, 1400],
    ]);
    profile.addBorder({ hop: 3, sizeBytes: 1401, proof: 'silence' });
    expect(mtus(profile, 4)).toEqual([1500, null, 1400, 1400]);
    expect(profile.boundsAt(2)).toEqual({ fits: 1400, fails: null });
    expect(profile.boundsAt(3)).toEqual({ fits: 1400, fails: 1401 });
  });

  test('is known of a hop that never answers, between two that agree', () => {
    const profile = profileOf([
      [1, 1450],
      [3, 1450],
    ]);
    profile.addBorder({ hop: 1, sizeBytes: 1451, proof: 'ptb' });
    expect(profile.mtuAt(2)).toBe(1450);
  });

  test('takes a border back that an answer refutes', () => {
    const profile = profileOf([[3, 1400]]);
    profile.addBorder({ hop: 2, sizeBytes: 1401, proof: 'silence' });
    expect(profile.mtuAt(3)).toBe(1400);
    profile.addReached(3, 1450);
    expect(profile.borders).toEqual([]);
    expect(profile.boundsAt(3)).toEqual({ fits: 1450, fails: null });
  });

  test('is that of a smaller interface when a send failed', () => {
    const profile = profileOf([[2, 1492]]);
    profile.limitLocalMtu(1492);
    expect(profile.mtuAt(1)).toBe(1492);
    expect(profile.fitsAt(0)).toBe(1492);
  });
});
