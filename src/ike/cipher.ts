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
  switch (encryption) {
    case Encryption.aesCbc:
    case Encryption.camelliaCbc:
      return cbcName(integrity);
    case Encryption.aesGcm8:
    case Encryption.aesCcm8:
      return 'aes-gcm-8';
    case Encryption.aesGcm12:
    case Encryption.aesCcm12:
      return 'aes-gcm-12';
    case Encryption.aesGcm16:
    case Encryption.aesCcm16:
      return 'aes-gcm-16';
    case Encryption.chacha20Poly1305:
      return 'chacha20-poly1305';
    case Encryption.des3:
      return integrity === Integrity.hmacSha1_96 ? '3des-sha1' : null;
    default:
      return null;
  }
}

function cbcName(integrity: number | null): CipherName | null {
  switch (integrity) {
    case Integrity.hmacMd5_96:
    case Integrity.hmacSha1_96:
    case Integrity.aesXcbc96:
      return 'aes-cbc-sha1';
    case Integrity.hmacSha2_256_128:
      return 'aes-cbc-sha256';
    case Integrity.hmacSha2_384_192:
      return 'aes-cbc-sha384';
    case Integrity.hmacSha2_512_256:
      return 'aes-cbc-sha512';
    default:
      return null;
  }
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
 * The most payload bytes that a protected message of this size can hold; padding hides up to one block less one byte.
 * Null when the message is too small to be one, or its size is none that this cipher makes.
 */
export function largestInnerBytes(messageBytes: number, cipher: IkeCipher): number | null {
  const padded = messageBytes - IKE_HEADER_BYTES - PAYLOAD_HEADER_BYTES - cipher.ivBytes - cipher.icvBytes;
  return padded < 1 || padded % cipher.blockBytes !== 0 ? null : padded - PAD_LENGTH_BYTES;
}

export const PAD_LENGTH_BYTES = 1;
