import { readCertificate } from './certificate.ts';
import { DerTag, objectIdentifier, readElement, readElements } from './der.ts';
import { readPem } from './pem.ts';

/** What a file holds, as far as certificates go. */
export type CertificateFile =
  /** In the order of the file, each in DER; at least one. */
  | { readonly type: 'certificates'; readonly certificates: readonly Uint8Array[] }
  /** `reason` continues the file's name: "is empty: …"; it says what to do. */
  | { readonly type: 'refused'; readonly reason: string };

/**
 * The certificates of a file in PEM or DER, several of them as well (a chain, a bundle). Private keys beside
 * certificates are passed over and never looked at.
 */
export function readCertificateFile(bytes: Uint8Array): CertificateFile {
  if (bytes.length === 0) return refused(`is empty: ${GIVE}`);
  const text = textOf(bytes);
  return text.includes('-----BEGIN ') ? readPemFile(text) : readDerFile(bytes);
}

function readPemFile(text: string): CertificateFile {
  const blocks = ['CERTIFICATE', 'X509 CERTIFICATE'].map((label) => readPem(text, label));
  const certificates: Uint8Array[] = [];
  for (const some of blocks) {
    if ('type' in some) return refused(`is damaged: ${some.reason}`);
    certificates.push(...some);
  }
  if (certificates.length === 0) {
    const label = /-----BEGIN ([^\r\n]*?)-----/.exec(text)?.[1] ?? '';
    return refused(otherLabel(label));
  }
  return checked(certificates);
}

function readDerFile(bytes: Uint8Array): CertificateFile {
  const certificates: Uint8Array[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const element = readElement(rest);
    if ('type' in element || element.tag !== DerTag.sequence) {
      return refused(
        certificates.length === 0
          ? `is not a certificate, neither PEM nor DER: ${GIVE}`
          : 'has bytes behind its certificate that are none: is it damaged?',
      );
    }
    certificates.push(rest.subarray(0, element.totalBytes));
    rest = rest.subarray(element.totalBytes);
  }
  const [first = bytes] = certificates;
  const other = otherDer(first);
  return other === null ? checked(certificates) : refused(other);
}

function checked(certificates: readonly Uint8Array[]): CertificateFile {
  for (const [index, der] of certificates.entries()) {
    const facts = readCertificate(der);
    if (facts.type === 'certificate') continue;
    const which = certificates.length === 1 ? '' : `, number ${index + 1} of ${certificates.length}`;
    return refused(
      `cannot be read as a certificate${which}: ${facts.reason.replace('not a certificate: ', '')}`,
    );
  }
  return { type: 'certificates', certificates };
}

/** What a PEM file without certificates is, by its first label. */
function otherLabel(label: string): string {
  if (label === 'ENCRYPTED PRIVATE KEY') return `holds an encrypted private key: ${GIVE_NO_KEY}`;
  if (label.endsWith('PRIVATE KEY')) return `holds a private key: ${GIVE_NO_KEY}`;
  if (label.endsWith('PUBLIC KEY')) return `holds a public key: ${GIVE_NO_KEY}`;
  if (label.endsWith('CERTIFICATE REQUEST')) {
    return 'holds a certificate request: give the certificate that the CA made of it';
  }
  if (label === 'TRUSTED CERTIFICATE') {
    return "holds a certificate in OpenSSL's own form: convert it with openssl x509 -in FILE -out cert.pem";
  }
  if (label === 'PKCS7' || label === 'CMS') return PKCS7;
  return `holds ${label === '' ? 'no complete PEM block' : JSON.stringify(label)}, no certificate: ${GIVE}`;
}

/** What a DER file other than a certificate is, by the shape of its first elements; null: perhaps one. */
function otherDer(der: Uint8Array): string | null {
  const outer = readElement(der);
  if ('type' in outer) return null;
  const parts = readElements(outer.content, MOST_PARTS);
  if ('type' in parts) return null;
  const [first, second] = parts;
  if (first === undefined || second === undefined) return null;
  switch (first.tag) {
    case DerTag.integer:
      // PFX has version 3 and a SEQUENCE; PKCS#8, PKCS#1 and SEC 1 have a version too: RFC 7292, 5958, 8017, 5915.
      return first.content.length === 1 && first.content[0] === 3 && second.tag === DerTag.sequence
        ? PKCS12
        : `holds a private key: ${GIVE_NO_KEY}`;
    case DerTag.objectIdentifier:
      return objectIdentifier(first)?.startsWith('1.2.840.113549.1.7.') === true ? PKCS7 : null;
    case DerTag.sequence:
      // EncryptedPrivateKeyInfo: an algorithm and an OCTET STRING (RFC 5958).
      return second.tag === OCTET_STRING && parts.length === 2
        ? `holds an encrypted private key: ${GIVE_NO_KEY}`
        : null;
    default:
      return null;
  }
}

/** PEM is ASCII; PowerShell likes to write it as UTF-16. */
function textOf(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'latin1').decode(bytes);
}

function refused(reason: string): CertificateFile {
  return { type: 'refused', reason };
}

const GIVE = 'give a certificate in PEM or DER';
const GIVE_NO_KEY = 'give the certificate, no key is needed';
const PKCS12 =
  'is a PKCS#12 file (.p12, .pfx): take its certificates out with ' +
  'openssl pkcs12 -in FILE -nokeys -out certs.pem';
const PKCS7 =
  'is a PKCS#7 file (.p7b): take its certificates out with openssl pkcs7 -print_certs -in FILE -out certs.pem';
const OCTET_STRING = 0x04;
/** An RSA private key has nine, one of several primes ten. */
const MOST_PARTS = 10;
