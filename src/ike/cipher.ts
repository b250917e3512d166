import { Encryption, Integrity } from '../packet/ike/iana.ts';
import { IKE_HEADER_BYTES } from '../packet/ike/header.ts';
import { PAYLOAD_HEADER_BYTES } from '../packet/ike/payload.ts';

/** What protects an IKE SA, as far as sizes go. All in bytes. */
export interface IkeCipher {
  readonly ivBytes: number;
  /** Plaintext with its pad length byte is padded to a multiple of this; 1 for AEAD ciphers. */
  readonly blockBytes: number;
  /** Integrity checksum behind the ciphertext. */
  readonly icvBytes: number;
}

/** RFC 7296 section 3.14, RFC 4868, RFC 5282, RFC 7634. */
export const IKE_CIPHERS = {
  'aes-cbc-sha1': { ivBytes: 16, blockBytes: 16, icvBytes: 12 },
  'aes-cbc-sha256': { ivBytes: 16, blockBytes: 16, icvBytes: 16 },
  'aes-cbc-sha384': { ivBytes: 16, blockBytes: 16, icvBytes: 24 },
  'aes-cbc-sha512': { ivBytes: 16, blockBytes: 16, icvBytes: 32 },
  'aes-gcm-8': { ivBytes: 8, blockBytes: 1, icvBytes: 8 },
  'aes-gcm-12': { ivBytes: 8, blockBytes: 1, icvBytes: 12 },
  'aes-gcm-16': { ivBytes: 8, blockBytes: 1, icvBytes: 16 },
  'chacha20-poly1305': { ivBytes: 8, blockBytes: 1, icvBytes: 16 },
  '3des-sha1': { ivBytes: 8, blockBytes: 8, icvBytes: 12 },
} as const satisfies Record<string, IkeCipher>;

export type CipherName = keyof typeof IKE_CIPHERS;

/** The cipher that an answer chose, from its transform IDs; null for one whose sizes are not known here. */
export function cipherName(encryption: number | null, integrity: number | null): CipherName | null {
  if (encryption === Encryption.aesCbc || encryption === Encryption.camelliaCbc) {
    return CBC_BY_INTEGRITY.get(integrity) ?? null;
  }
  if (encryption === Encryption.des3) return integrity === Integrity.hmacSha1_96 ? '3des-sha1' : null;
  return AEAD_BY_ENCRYPTION.get(encryption) ?? null;
}

/** Bytes of IV, padded ciphertext and ICV around `innerBytes` of payloads. */
export function protectedBytes(innerBytes: number, { ivBytes, blockBytes, icvBytes }: IkeCipher): number {
  return ivBytes + Math.ceil((innerBytes + PAD_LENGTH_BYTES) / blockBytes) * blockBytes + icvBytes;
}

/** The IKE message that carries `innerBytes` of payloads in one SK payload. */
export function encryptedMessageBytes(innerBytes: number, cipher: IkeCipher): number {
  return IKE_HEADER_BYTES + PAYLOAD_HEADER_BYTES + protectedBytes(innerBytes, cipher);
}

/**
 * The most payload bytes that a protected message of this size can hold; padding hides up to one block less
 * one byte, so the last fragment computed from it may be one block larger than the real one, and never
 * smaller. Null when the message is too small to be one, or its size is none that this cipher makes.
 */
export function largestInnerBytes(messageBytes: number, cipher: IkeCipher): number | null {
  const padded = messageBytes - IKE_HEADER_BYTES - PAYLOAD_HEADER_BYTES - cipher.ivBytes - cipher.icvBytes;
  return padded < 1 || padded % cipher.blockBytes !== 0 ? null : padded - PAD_LENGTH_BYTES;
}

const PAD_LENGTH_BYTES = 1;

/** Names stand for sizes: HMAC-MD5-96 and AES-XCBC-96 have the 12 bytes of HMAC-SHA1-96. */
const CBC_BY_INTEGRITY: ReadonlyMap<number | null, CipherName> = new Map([
  [Integrity.hmacMd5_96, 'aes-cbc-sha1'],
  [Integrity.hmacSha1_96, 'aes-cbc-sha1'],
  [Integrity.aesXcbc96, 'aes-cbc-sha1'],
  [Integrity.hmacSha2_256_128, 'aes-cbc-sha256'],
  [Integrity.hmacSha2_384_192, 'aes-cbc-sha384'],
  [Integrity.hmacSha2_512_256, 'aes-cbc-sha512'],
]);

/** AES-CCM has the IV and the ICVs of AES-GCM (RFC 5282). */
const AEAD_BY_ENCRYPTION: ReadonlyMap<number | null, CipherName> = new Map([
  [Encryption.aesGcm8, 'aes-gcm-8'],
  [Encryption.aesCcm8, 'aes-gcm-8'],
  [Encryption.aesGcm12, 'aes-gcm-12'],
  [Encryption.aesCcm12, 'aes-gcm-12'],
  [Encryption.aesGcm16, 'aes-gcm-16'],
  [Encryption.aesCcm16, 'aes-gcm-16'],
  [Encryption.chacha20Poly1305, 'chacha20-poly1305'],
]);
