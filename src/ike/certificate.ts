import { type Malformed, malformed } from '../packet/malformed.ts';
import { type DerElement, DerTag, objectIdentifier, readElement, readElements } from './der.ts';
import type { KeyType } from './key-type.ts';

/** What the size of an IKE_AUTH depends on, in one X.509 certificate (RFC 5280, section 4.1). */
export interface CertificateFacts {
  readonly type: 'certificate';
  /** The whole certificate: what a CERT payload carries. */
  readonly derBytes: number;
  /** Null for a kind of key that is not known here; see `keyAlgorithm`. */
  readonly key: KeyType | null;
  /** Object identifier of the key's algorithm. */
  readonly keyAlgorithm: string;
  /** The subject in DER: what an ID_DER_ASN1_DN carries. */
  readonly subjectBytes: number;
  readonly issuerBytes: number;
  /** Subject and issuer are the same: a root, which a sender leaves out of its chain. */
  readonly isSelfIssued: boolean;
}

/**
 * Reads what sizes need from a certificate in DER, without looking at signature or validity. Knows keys that
 * the runtime's X509Certificate may not, such as ML-DSA.
 */
export function readCertificate(der: Uint8Array): CertificateFacts | Malformed {
  const outer = readElement(der);
  if ('type' in outer) return outer;
  if (outer.tag !== DerTag.sequence) return malformed('not a certificate: no SEQUENCE');
  if (outer.totalBytes !== der.length) return malformed('bytes follow the certificate');
  const parts = readElements(outer.content, CERTIFICATE_PARTS);
  if ('type' in parts) return parts;
  const tbs = parts[0];
  if (parts.length !== CERTIFICATE_PARTS || tbs?.tag !== DerTag.sequence) {
    return malformed('not a certificate: not three parts');
  }
  const fields = readElements(tbs.content, MOST_TBS_FIELDS);
  if ('type' in fields) return fields;
  // version [0] is optional; then serial, signature algorithm, issuer, validity, subject, key.
  const start = fields[0]?.tag === DerTag.context0 ? 1 : 0;
  const [, , issuer, , subject, publicKeyInfo] = fields.slice(start);
  if (issuer === undefined || subject === undefined || publicKeyInfo === undefined) {
    return malformed('not a certificate: fields are missing');
  }
  const key = readPublicKeyInfo(publicKeyInfo);
  if ('type' in key) return key;
  return {
    type: 'certificate',
    derBytes: der.length,
    key: key.key,
    keyAlgorithm: key.algorithm,
    subjectBytes: subject.totalBytes,
    issuerBytes: issuer.totalBytes,
    isSelfIssued: sameBytes(subject.content, issuer.content),
  };
}

function readPublicKeyInfo(
  info: DerElement,
): { readonly key: KeyType | null; readonly algorithm: string } | Malformed {
  const parts = readElements(info.content, 2);
  if ('type' in parts) return parts;
  const [algorithmIdentifier, keyBits] = parts;
  if (
    info.tag !== DerTag.sequence ||
    algorithmIdentifier === undefined ||
    keyBits?.tag !== DerTag.bitString
  ) {
    return malformed('the public key is not a SubjectPublicKeyInfo');
  }
  const identifierParts = readElements(algorithmIdentifier.content, 2);
  if ('type' in identifierParts) return identifierParts;
  const [oid, parameters] = identifierParts;
  const algorithm = oid === undefined ? null : objectIdentifier(oid);
  if (algorithm === null) return malformed('the public key names no algorithm');
  return { key: keyOf(algorithm, parameters, keyBits.content), algorithm };
}

function keyOf(algorithm: string, parameters: DerElement | undefined, bits: Uint8Array): KeyType | null {
  switch (algorithm) {
    case RSA:
    case RSA_PSS: {
      const modulusBits = rsaModulusBits(bits);
      return modulusBits === null ? null : { type: 'rsa', modulusBits };
    }
    case EC: {
      const curve = CURVES.get((parameters && objectIdentifier(parameters)) ?? '');
      return curve === undefined ? null : { type: 'ecdsa', curve };
    }
    default:
      return FIXED_KEYS.get(algorithm) ?? null;
  }
}

/** The key is a BIT STRING (whose first byte counts unused bits) around SEQUENCE { modulus, exponent }. */
function rsaModulusBits(bits: Uint8Array): number | null {
  const sequence = readElement(bits.subarray(1));
  if ('type' in sequence || sequence.tag !== DerTag.sequence) return null;
  const modulus = readElement(sequence.content);
  if ('type' in modulus || modulus.tag !== DerTag.integer) return null;
  const firstNonZero = modulus.content.findIndex((byte) => byte !== 0);
  if (firstNonZero === -1) return null;
  const leading = Math.clz32(modulus.content[firstNonZero] ?? 0) - 24;
  return (modulus.content.length - firstNonZero) * 8 - leading;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

const RSA = '1.2.840.113549.1.1.1';
const RSA_PSS = '1.2.840.113549.1.1.10';
const EC = '1.2.840.10045.2.1';

const CURVES: ReadonlyMap<string, 'p256' | 'p384' | 'p521'> = new Map([
  ['1.2.840.10045.3.1.7', 'p256'],
  ['1.3.132.0.34', 'p384'],
  ['1.3.132.0.35', 'p521'],
]);

/** RFC 8410, and RFC 9881 for ML-DSA. */
const FIXED_KEYS: ReadonlyMap<string, KeyType> = new Map<string, KeyType>([
  ['1.3.101.112', { type: 'ed25519' }],
  ['1.3.101.113', { type: 'ed448' }],
  ['2.16.840.1.101.3.4.3.17', { type: 'ml-dsa', level: 44 }],
  ['2.16.840.1.101.3.4.3.18', { type: 'ml-dsa', level: 65 }],
  ['2.16.840.1.101.3.4.3.19', { type: 'ml-dsa', level: 87 }],
]);

const CERTIFICATE_PARTS = 3;
/** Ten fields in RFC 5280, all optional ones counted. */
const MOST_TBS_FIELDS = 10;
