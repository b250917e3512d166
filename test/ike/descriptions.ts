import { X509Certificate } from 'node:crypto';
import * as fc from 'fast-check';
import { type CertificateFacts, readCertificate } from '../../src/ike/certificate.ts';
import { IKE_CIPHERS, type CipherName } from '../../src/ike/cipher.ts';
import { CLIENT_PROFILES, type ClientProfileName } from '../../src/ike/client-profile.ts';
import { describeIkeAuth, type IkeAuthDescription } from '../../src/ike/description.ts';
import type { KeyType } from '../../src/ike/key-type.ts';

/** What a certificate in PEM says. */
export function factsOf(pem: string): CertificateFacts {
  const facts = readCertificate(new Uint8Array(new X509Certificate(pem).raw));
  if (facts.type === 'malformed') throw new Error(facts.reason);
  return facts;
}

/** A certificate that nobody made, of a key and a size. */
export function madeUp(key: KeyType | null, derBytes: number, isSelfIssued = false): CertificateFacts {
  return {
    type: 'certificate',
    derBytes,
    key,
    keyAlgorithm: '1.2.3',
    subjectBytes: 67,
    issuerBytes: 55,
    isSelfIssued,
  };
}

export const RSA_2048: KeyType = { type: 'rsa', modulusBits: 2048 };

export const anyClient = fc.constantFrom(...(Object.keys(CLIENT_PROFILES) as ClientProfileName[]));
export const anyCipher = fc.constantFrom(...(Object.keys(IKE_CIPHERS) as CipherName[]));

const anyKey: fc.Arbitrary<KeyType> = fc.oneof(
  fc.constantFrom(2048, 3072, 4096).map((modulusBits): KeyType => ({ type: 'rsa', modulusBits })),
  fc
    .constantFrom('p256', 'p384', 'p521')
    .map((curve): KeyType => ({ type: 'ecdsa', curve: curve as 'p256' })),
  fc.constantFrom<KeyType>({ type: 'ed25519' }, { type: 'ml-dsa', level: 65 }),
);

export const anyDescription: fc.Arbitrary<IkeAuthDescription> = fc
  .record({
    own: fc.tuple(anyKey, fc.integer({ min: 800, max: 2500 })).map(([key, bytes]) => madeUp(key, bytes)),
    chain: fc.array(
      fc.integer({ min: 500, max: 1600 }).map((bytes) => madeUp(RSA_2048, bytes)),
      { maxLength: 3 },
    ),
    client: anyClient,
    isEap: fc.boolean(),
    authorityCount: fc.nat({ max: 120 }),
    cipher: fc.option(anyCipher, { nil: undefined }),
    remoteIdentity: fc.option(fc.domain(), { nil: undefined }),
  })
  .map(({ own, chain, cipher, remoteIdentity, ...choices }) =>
    describeIkeAuth([own, ...chain], {
      ...choices,
      ...(cipher === undefined ? {} : { cipher }),
      ...(remoteIdentity === undefined ? {} : { remoteIdentity }),
    }),
  )
  .filter((description) => description !== null);
