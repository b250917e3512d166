import { describe, expect, test } from '@jest/globals';
import { ikeSaInitSize } from '../../src/ike/ike-sa-init-size.ts';
import { Group } from '../../src/packet/ike/iana.ts';

const strongSwan = {
  group: Group.ecp256,
  proposalBytes: 44,
  nonceBytes: 32,
  vendorIdBytes: [],
  cookieBytes: null,
  hashAlgorithms: 4,
  emptyNotifies: 1,
};

describe('an IKE_SA_INIT request', () => {
  test('of strongSwan 5.9.8 with one proposal and P-256 has the 272 bytes that it logged', () => {
    expect(ikeSaInitSize(strongSwan)?.messageBytes).toBe(272);
  });

  test('grows by the cookie that a gateway demands', () => {
    expect(ikeSaInitSize({ ...strongSwan, cookieBytes: 24 })?.messageBytes).toBe(304);
  });

  test('with ML-KEM-1024 exceeds 1500 bytes of packet with an ordinary set of proposals', () => {
    const size = ikeSaInitSize({ ...strongSwan, group: Group.mlKem1024 })?.messageBytes ?? 0;
    expect(20 + 8 + size).toBeGreaterThan(1500);
  });

  test('of a group without a known size is not guessed', () => {
    expect(ikeSaInitSize({ ...strongSwan, group: 999 })).toBeNull();
  });

  test('lists Vendor IDs one by one', () => {
    const names = ikeSaInitSize({ ...strongSwan, vendorIdBytes: [20, 16] })?.rows.map(
      ({ name, bytes }) => `${name} ${bytes}`,
    );
    expect(names?.slice(-2)).toEqual(['V 24', 'V 20']);
  });
});
