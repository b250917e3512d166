import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { readCertificate } from '../../src/ike/certificate.ts';
import { objectIdentifier, readElement } from '../../src/ike/der.ts';
import { readPem } from '../../src/ike/pem.ts';
import type { Malformed } from '../../src/packet/malformed.ts';
import { CERTIFICATES, ROOT } from './certificates.ts';

describe('a certificate', () => {
  test.each([
    ['rsa-3072', { type: 'rsa', modulusBits: 3072 }, 804],
    ['p-256', { type: 'ecdsa', curve: 'p256' }, 474],
    ['p-384', { type: 'ecdsa', curve: 'p384' }, 504],
    ['p-521', { type: 'ecdsa', curve: 'p521' }, 541],
    ['ed25519', { type: 'ed25519' }, 428],
  ] as const)('of %s tells its key and its size', (name, key, derBytes) => {
    const [der] = blocksOf(CERTIFICATES[name]);
    expect(readCertificate(der)).toMatchObject({ type: 'certificate', key, derBytes, isSelfIssued: false });
    expect(new X509Certificate(der).raw).toHaveLength(derBytes);
  });

  test('has the subject that its owner sent as identity: 67 bytes', () => {
    const [der] = blocksOf(CERTIFICATES['rsa-3072']);
    expect(readCertificate(der)).toMatchObject({ subjectBytes: 67, issuerBytes: 55 });
  });

  test('that signed itself is known by its names', () => {
    const [der] = blocksOf(ROOT);
    expect(readCertificate(der)).toMatchObject({
      key: { type: 'rsa', modulusBits: 2048 },
      isSelfIssued: true,
      derBytes: 812,
    });
  });

  test.each([
    [44, 17, 1312],
    [65, 18, 1952],
    [87, 19, 2592],
  ])('of ML-DSA-%i is read although the runtime cannot', (level, lastArc, publicKeyBytes) => {
    const key = sequence(sequence(oidMlDsa(lastArc)), element(0x03, new Uint8Array(1 + publicKeyBytes)));
    const der = certificateAround(key);
    expect(readCertificate(der)).toMatchObject({
      key: { type: 'ml-dsa', level },
      keyAlgorithm: `2.16.840.1.101.3.4.3.${lastArc}`,
      derBytes: der.length,
    });
  });

  test('with a key of another kind is sized all the same', () => {
    const x25519 = element(0x06, Uint8Array.of(0x2b, 101, 110));
    const der = certificateAround(sequence(sequence(x25519), element(0x03, new Uint8Array(33))));
    expect(readCertificate(der)).toMatchObject({ key: null, keyAlgorithm: '1.3.101.110' });
  });

  test('of X.509 version 1, without a version field, is read', () => {
    const ed25519 = element(0x06, Uint8Array.of(0x2b, 101, 112));
    const key = sequence(sequence(ed25519), element(0x03, new Uint8Array(33)));
    expect(readCertificate(certificateAround(key, 'version 1'))).toMatchObject({ key: { type: 'ed25519' } });
  });

  test('cut short anywhere is refused', () => {
    const [der] = blocksOf(CERTIFICATES['p-256']);
    for (let length = 0; length < der.length; length += 1) {
      expect(readCertificate(der.subarray(0, length)).type).toBe('malformed');
    }
  });

  test('with bytes behind it is refused', () => {
    const [der] = blocksOf(CERTIFICATES['p-256']);
    expect(readCertificate(Uint8Array.from([...der, 0]))).toEqual({
      type: 'malformed',
      reason: 'bytes follow the certificate',
    });
  });

  test('with any byte changed gives a value or a refusal, never an exception', () => {
    const ders = Object.values(CERTIFICATES).map((pem) => blocksOf(pem)[0]);
    const mutated = fc.tuple(fc.constantFrom(...ders), fc.nat(), fc.nat(255)).map(([der, at, byte]) => {
      const changed = der.slice();
      changed[at % der.length] = byte;
      return changed;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (der) => {
        expect(['certificate', 'malformed']).toContain(readCertificate(der).type);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('PEM', () => {
  test('of a chain gives its certificates in their order, text around them ignored', () => {
    const text = `subject=CN = x\n${CERTIFICATES['p-256']}\nissuer:\r\n${ROOT.replaceAll('\n', '\r\n')}`;
    expect(blocksOf(text).map((der) => der.length)).toEqual([474, 812]);
  });

  test('of another label is passed over', () => {
    expect(readPem('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----')).toEqual([]);
  });

  test('without an end is refused', () => {
    expect(readPem('-----BEGIN CERTIFICATE-----\nAAAA\n')).toMatchObject({ type: 'malformed' });
  });

  test('that is not base64 is refused', () => {
    const text = '-----BEGIN CERTIFICATE-----\n***\n-----END CERTIFICATE-----';
    expect(readPem(text)).toEqual({ type: 'malformed', reason: 'a PEM block is not base64' });
  });
});

describe('DER', () => {
  test.each([
    ['a tag of several bytes', [0x1f, 0x81, 0x01, 0x00]],
    ['an indefinite length', [0x30, 0x80, 0x00, 0x00]],
    ['a length of five bytes', [0x30, 0x85, 0, 0, 0, 0, 1]],
    ['a length beyond the end', [0x30, 0x82, 0xff, 0xff, 0x00]],
    ['a length cut short', [0x30, 0x82, 0x01]],
    ['nothing', []],
  ])('with %s is refused', (_, bytes) => {
    expect(readElement(Uint8Array.from(bytes))).toMatchObject({ type: 'malformed' });
  });

  test.each([
    ['no content', []],
    ['an unfinished arc', [0x2a, 0x86]],
    ['an arc beyond all bounds', Array.from({ length: 20 }, () => 0xff)],
  ])('an object identifier with %s is none', (_, bytes) => {
    const content = Uint8Array.from(bytes);
    expect(objectIdentifier({ tag: 0x06, content, totalBytes: 0 })).toBeNull();
  });
});

function blocksOf(pem: string): readonly [Uint8Array, ...Uint8Array[]] {
  const blocks: readonly Uint8Array[] | Malformed = readPem(pem);
  if ('type' in blocks) throw new Error(blocks.reason);
  const [first, ...others] = blocks;
  if (first === undefined) throw new Error('no block');
  return [first, ...others];
}

/** The shape of a certificate, around a SubjectPublicKeyInfo. */
function certificateAround(key: Uint8Array, version: 'version 1' | 'version 3' = 'version 3'): Uint8Array {
  const name = sequence();
  const fields = [element(0x02, Uint8Array.of(1)), sequence(), name, sequence(), name, key];
  const versionField = element(0xa0, element(0x02, Uint8Array.of(2)));
  const tbs = sequence(...(version === 'version 3' ? [versionField] : []), ...fields);
  return sequence(tbs, sequence(), element(0x03, new Uint8Array(10)));
}

function oidMlDsa(lastArc: number): Uint8Array {
  return element(0x06, Uint8Array.of(0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, lastArc));
}

function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return element(0x30, Uint8Array.from(parts.flatMap((part) => [...part])));
}

function element(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content;
  const header = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Uint8Array.from([...header, ...content]);
}
