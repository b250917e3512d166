import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  describeIkeAuth,
  identityOf,
  sentCertificates,
  sizeForMeasurement,
} from '../../src/ike/description.ts';
import { CERTIFICATES, ROOT } from './certificates.ts';
import { anyCipher, anyDescription, factsOf, madeUp, RSA_2048 } from './descriptions.ts';

const own = factsOf(CERTIFICATES['rsa-3072']);
const root = factsOf(ROOT);
const intermediate = madeUp(RSA_2048, 848);

describe('a description', () => {
  test('sends the chain without its roots, and names every CA that was given', () => {
    expect(describeIkeAuth([own, intermediate, root], { client: 'strongswan', isEap: false })).toEqual({
      profile: 'strongswan',
      authorityCount: 2,
      identity: { type: 'distinguished-name', derBytes: 67 },
      certificateBytes: [804, 848],
      authentication: { type: 'signature', key: { type: 'rsa', modulusBits: 3072 } },
    });
    expect(sentCertificates([own, intermediate, root]).leftOut).toEqual([root]);
  });

  test("sends a certificate that signed itself when it is the client's own", () => {
    const description = describeIkeAuth([root], { client: 'strongswan', isEap: false });
    expect(description).toMatchObject({ certificateBytes: [812], authorityCount: 1 });
  });

  test.each([
    ['windows', 53],
    ['strongswan', 3],
    ['libreswan', 1],
    ['openiked', 3],
    ['generic', 3],
  ] as const)('of %s names %i CAs where three were given', (client, authorityCount) => {
    const certificates = [own, intermediate, intermediate, root];
    expect(describeIkeAuth(certificates, { client, isEap: false })).toMatchObject({ authorityCount });
  });

  test('has no CERTREQ for no CAs', () => {
    const choices = { client: 'windows', isEap: false, authorityCount: 0 } as const;
    expect(describeIkeAuth([own], choices)).toMatchObject({ authorityCount: null });
  });

  test('with EAP sends neither certificate nor signature', () => {
    expect(describeIkeAuth([], { client: 'windows', isEap: true })).toEqual({
      profile: 'windows',
      authorityCount: 53,
      identity: { type: 'address', family: 4 },
      authentication: { type: 'eap' },
    });
  });

  test('is none without a certificate, or with a key whose signatures have no known size', () => {
    expect(describeIkeAuth([], { client: 'windows', isEap: false })).toBeNull();
    expect(describeIkeAuth([madeUp(null, 900)], { client: 'windows', isEap: false })).toBeNull();
  });

  test.each([
    ['192.0.2.1', { type: 'address', family: 4 }],
    ['2001:db8::1', { type: 'address', family: 6 }],
    ['gw.example.net', { type: 'fqdn', lengthBytes: 14 }],
    ['user@example.net', { type: 'email', lengthBytes: 16 }],
    ['müller', { type: 'fqdn', lengthBytes: 7 }],
  ])('takes the identity %s for what it looks like', (text, identity) => {
    expect(identityOf(text)).toEqual(identity);
  });
});

describe('the size for a measurement', () => {
  const description = describeIkeAuth([own], { client: 'strongswan', isEap: false });

  test('takes the cipher that the gateway chose', () => {
    const sized = description && sizeForMeasurement(description, { cipher: 'aes-gcm-16', family: 4 });
    // 75 + 809 + 25 + 408 + 156 + 24 + 24 + 16 + 24 = 1561 of payloads, then 28 + 4 + 8 + 1562 + 16.
    expect(sized).toMatchObject({
      sizeBytes: 1618,
      leastSizeBytes: 1618,
      innerBytes: 1561,
      cipher: 'aes-gcm-16',
      isCipherKnown: true,
      client: 'strongswan',
    });
  });

  test('takes the usual cipher of the client where nobody chose one, and says so', () => {
    const sized = description && sizeForMeasurement(description, { cipher: null, family: 6 });
    expect(sized).toMatchObject({ cipher: 'aes-cbc-sha256', isCipherKnown: false });
  });

  test('prefers the cipher of the description, and adds up', () => {
    fc.assert(
      fc.property(
        anyDescription,
        anyCipher,
        fc.constantFrom(4 as const, 6 as const),
        (each, cipher, family) => {
          const sized = sizeForMeasurement(each, { cipher, family });
          expect(sized.cipher).toBe(each.cipher ?? cipher);
          expect(sized.size.rows.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(sized.innerBytes);
          expect(sized.leastSizeBytes).toBeLessThanOrEqual(sized.sizeBytes);
        },
      ),
    );
  });
});
