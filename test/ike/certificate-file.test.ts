import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { readCertificateFile } from '../../src/ike/certificate-file.ts';
import { CERTIFICATES, ROOT } from './certificates.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const encrypted = { cipher: 'aes-256-cbc', passphrase: 'secret' } as const;

describe('a certificate file', () => {
  test.each([
    ['in PEM', bytesOf(CERTIFICATES['p-256']), [474]],
    ['in DER', derOf(CERTIFICATES['p-256']), [474]],
    ['of a chain in PEM', bytesOf(CERTIFICATES['rsa-3072'] + ROOT), [804, 812]],
    ['of a chain in DER', joined(derOf(CERTIFICATES['p-256']), derOf(ROOT)), [474, 812]],
    ['with text around it', bytesOf(`subject=CN=x\r\n${ROOT.replaceAll('\n', '\r\n')}`), [812]],
    ['of PowerShell, in UTF-16', new Uint8Array(Buffer.from(`\uFEFF${ROOT}`, 'utf16le')), [812]],
    [
      'with an old label',
      bytesOf(ROOT.replaceAll('BEGIN CERT', 'BEGIN X509 CERT').replaceAll('END CERT', 'END X509 CERT')),
      [812],
    ],
    ['with its key, which is not looked at', bytesOf(pemOf(privateKey) + CERTIFICATES['p-256']), [474]],
  ])('%s gives its certificates', (_, bytes, sizes) => {
    const read = readCertificateFile(bytes);
    expect(read.type === 'certificates' ? read.certificates.map((der) => der.length) : read).toEqual(sizes);
  });

  test.each([
    ['empty', new Uint8Array(), 'is empty'],
    ['a private key', bytesOf(pemOf(privateKey)), 'holds a private key'],
    [
      'an EC key',
      bytesOf(privateKey.export({ type: 'sec1', format: 'pem' }).toString()),
      'holds a private key',
    ],
    [
      'an encrypted key',
      bytesOf(privateKey.export({ type: 'pkcs8', format: 'pem', ...encrypted }).toString()),
      'holds an encrypted private key',
    ],
    ['a PKCS#8 key in DER', privateKey.export({ type: 'pkcs8', format: 'der' }), 'holds a private key'],
    ['a PKCS#1 key in DER', rsa.export({ type: 'pkcs1', format: 'der' }), 'holds a private key'],
    ['a SEC 1 key in DER', privateKey.export({ type: 'sec1', format: 'der' }), 'holds a private key'],
    [
      'an encrypted key in DER',
      privateKey.export({ type: 'pkcs8', format: 'der', ...encrypted }),
      'holds an encrypted private key',
    ],
    [
      'a public key',
      bytesOf(publicKey.export({ type: 'spki', format: 'pem' }).toString()),
      'holds a public key',
    ],
    ['a request', bytesOf('-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n'), 'holds a certificate request'],
    ['PKCS#7', bytesOf('-----BEGIN PKCS7-----\nAAAA\n'), 'is a PKCS#7 file'],
    ["OpenSSL's trusted form", bytesOf('-----BEGIN TRUSTED CERTIFICATE-----\nAAAA\n'), 'openssl x509'],
    ['a CRL', bytesOf('-----BEGIN X509 CRL-----\nAAAA\n'), 'holds "X509 CRL", no certificate'],
    ['a PEM block cut short', bytesOf(ROOT.slice(0, 400)), 'is damaged'],
    ['a certificate cut short', derOf(ROOT).subarray(0, 400), 'is not a certificate, neither PEM nor DER'],
    ['a certificate with bytes behind it', joined(derOf(ROOT), Uint8Array.of(1, 2)), 'has bytes behind'],
    ['other text', bytesOf('hello'), 'neither PEM nor DER'],
    [
      'PEM around something else',
      bytesOf('-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----'),
      'cannot be read as a certificate: not three parts',
    ],
  ])('that is %s is refused in one line', (_, bytes, says) => {
    const read = readCertificateFile(new Uint8Array(bytes));
    expect(read).toMatchObject({ type: 'refused', reason: expect.stringContaining(says) });
    expect(JSON.stringify(read)).not.toContain('\\n');
  });

  test('with any bytes is a value or a refusal', () => {
    const der = derOf(ROOT);
    const changed = fc.tuple(fc.nat(der.length - 1), fc.nat(255)).map(([at, byte]) => der.with(at, byte));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), changed), (bytes) => {
        expect(['certificates', 'refused']).toContain(readCertificateFile(bytes).type);
      }),
      { numRuns: 3000 },
    );
  });
});

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function derOf(pem: string): Uint8Array {
  return new Uint8Array(new X509Certificate(pem).raw);
}

function pemOf(key: typeof privateKey): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
