/** The key of a certificate, as far as sizes go. */
export type KeyType =
  | { readonly type: 'rsa'; readonly modulusBits: number }
  | { readonly type: 'ecdsa'; readonly curve: Curve }
  | { readonly type: 'ed25519' }
  | { readonly type: 'ed448' }
  /** FIPS 204; the parameter set's number. */
  | { readonly type: 'ml-dsa'; readonly level: 44 | 65 | 87 };

type Curve = 'p256' | 'p384' | 'p521';

/**
 * - `classic`: AUTH methods 1 (RSA) and 9, 10, 11 (ECDSA, r and s side by side: RFC 4754). What Windows uses.
 * - `rfc7427`: method 14, an AlgorithmIdentifier and the signature in its usual encoding.
 * - `rfc7427-pss`: the same, with RSASSA-PSS for RSA keys.
 */
export type SignatureFormat = 'classic' | 'rfc7427' | 'rfc7427-pss';

/** A DER-encoded ECDSA signature changes its size by a byte or two from one to the next. */
export interface SizeSpan {
  /** Fewer than this happens once in some hundred signatures. */
  readonly leastBytes: number;
  readonly mostBytes: number;
}

/**
 * Bytes of the "authentication data" of an AUTH payload, its four-byte header not included.
 *
 * EdDSA and ML-DSA keys have no classic method; they are counted as RFC 7427 whatever the format.
 */
export function authenticationDataBytes(key: KeyType, format: SignatureFormat): SizeSpan {
  const signature = signatureBytes(key, format);
  const prefix =
    format === 'classic' && hasClassicMethod(key) ? 0 : 1 + algorithmIdentifierBytes(key, format);
  return { leastBytes: prefix + signature.leastBytes, mostBytes: prefix + signature.mostBytes };
}

function signatureBytes(key: KeyType, format: SignatureFormat): SizeSpan {
  switch (key.type) {
    case 'rsa':
      return exactly(Math.ceil(key.modulusBits / 8));
    case 'ecdsa':
      return format === 'classic' ? exactly(RAW_ECDSA_BYTES[key.curve]) : DER_ECDSA_BYTES[key.curve];
    case 'ed25519':
      return exactly(64);
    case 'ed448':
      return exactly(114);
    case 'ml-dsa':
      return exactly(ML_DSA_BYTES[key.level].signature);
  }
}

/** Seen in strongSwan 5.9.8: 15, 12 and 7. RFC 7427 appendix A; for ML-DSA a SEQUENCE of one 9-byte OID. */
function algorithmIdentifierBytes(key: KeyType, format: SignatureFormat): number {
  switch (key.type) {
    case 'rsa':
      return format === 'rfc7427-pss' ? 67 : 15;
    case 'ecdsa':
      return 12;
    case 'ed25519':
    case 'ed448':
      return 7;
    case 'ml-dsa':
      return 13;
  }
}

function hasClassicMethod(key: KeyType): boolean {
  return key.type === 'rsa' || key.type === 'ecdsa';
}

function exactly(bytes: number): SizeSpan {
  return { leastBytes: bytes, mostBytes: bytes };
}

/** SubjectPublicKeyInfo in bytes, for estimating a certificate that does not exist yet. */
export function publicKeyInfoBytes(key: KeyType): number {
  switch (key.type) {
    case 'rsa':
      // Two long-form lengths, an OID, NULL, exponent 65537 and the modulus with a leading zero.
      return Math.ceil(key.modulusBits / 8) + 38;
    case 'ecdsa':
      return { p256: 91, p384: 120, p521: 158 }[key.curve];
    case 'ed25519':
      return 44;
    case 'ed448':
      return 69;
    case 'ml-dsa':
      return ML_DSA_BYTES[key.level].publicKey + 22;
  }
}

/** For people: "RSA 3072", "ECDSA P-256", "ML-DSA-65". */
export function keyTypeName(key: KeyType): string {
  switch (key.type) {
    case 'rsa':
      return `RSA ${key.modulusBits}`;
    case 'ecdsa':
      return `ECDSA P-${key.curve.slice(1)}`;
    case 'ed25519':
      return 'Ed25519';
    case 'ed448':
      return 'Ed448';
    case 'ml-dsa':
      return `ML-DSA-${key.level}`;
  }
}

const RAW_ECDSA_BYTES = { p256: 64, p384: 96, p521: 132 } as const;

/**
 * Two INTEGERs in a SEQUENCE; each is a byte longer when its top bit is set, shorter when it starts with
 * zeros.
 */
const DER_ECDSA_BYTES = {
  p256: { leastBytes: 70, mostBytes: 72 },
  p384: { leastBytes: 102, mostBytes: 104 },
  p521: { leastBytes: 137, mostBytes: 139 },
} as const;

const ML_DSA_BYTES = {
  44: { publicKey: 1312, signature: 2420 },
  65: { publicKey: 1952, signature: 3309 },
  87: { publicKey: 2592, signature: 4627 },
} as const;
