import { EMPTY, concat, uint8 } from './bytes.ts';
import { IKE_HEADER_BYTES } from './header.ts';
import { PayloadType } from './iana.ts';
import { type IkeMessage, encode } from './message.ts';
import { PAYLOAD_HEADER_BYTES, payloadType } from './payload.ts';

/**
 * Keys of an IKE SA and the SK payload (RFC 7296, sections 2.13, 2.14 and 3.14; RFC 5282 for AEAD ciphers). The
 * primitives are arguments, because this folder imports nothing that computes them.
 */
export interface ProtectionSuite {
  readonly prf: PseudorandomFunction;
  readonly cipher: Cipher;
}

/** One whose keys may have any length, as HMAC's; the keys derived for it are as long as its output. */
export interface PseudorandomFunction {
  readonly outputBytes: number;
  readonly compute: KeyedHash;
}

export type KeyedHash = (key: Uint8Array, data: Uint8Array) => Uint8Array;

export type Cipher =
  /** Encrypted first, then authenticated by an integrity algorithm of its own. */
  | {
      readonly type: 'block';
      readonly keyBytes: number;
      /** Of the initialisation vector too. */
      readonly blockBytes: number;
      /** Whole blocks to whole blocks: the padding is IKE's. */
      readonly encrypt: (key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array) => Uint8Array;
      readonly integrity: {
        readonly keyBytes: number;
        /** What is sent of the hash. */
        readonly checksumBytes: number;
        readonly compute: KeyedHash;
      };
    }
  | {
      readonly type: 'aead';
      /** Without the salt, which follows the key in what is derived. */
      readonly keyBytes: number;
      readonly saltBytes: number;
      readonly ivBytes: number;
      readonly checksumBytes: number;
      /** Gives the ciphertext and behind it the checksum; `nonce` is salt and IV. */
      readonly seal: (
        key: Uint8Array,
        nonce: Uint8Array,
        associated: Uint8Array,
        plaintext: Uint8Array,
      ) => Uint8Array;
    };

export interface KeyInput {
  /** g^ir as long as the group's modulus; of an elliptic curve point, x. */
  readonly sharedSecret: Uint8Array;
  readonly initiatorNonce: Uint8Array;
  readonly responderNonce: Uint8Array;
  readonly initiatorSpi: Uint8Array;
  readonly responderSpi: Uint8Array;
}

/** Named as in RFC 7296, section 2.14: for deriving, authenticating (`a`), encrypting (`e`), and AUTH (`p`). */
export interface Keys {
  readonly seed: Uint8Array;
  readonly derive: Uint8Array;
  readonly integrity: Directions;
  /** Of an AEAD cipher, key and salt. */
  readonly encryption: Directions;
  readonly authentication: Directions;
}

interface Directions {
  readonly initiator: Uint8Array;
  readonly responder: Uint8Array;
}

/**
 * ```
 * SKEYSEED = prf(Ni | Nr, g^ir)
 * {SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr} = prf+ (SKEYSEED, Ni | Nr | SPIi | SPIr)
 * ```
 */
export function deriveKeys({ prf, cipher }: ProtectionSuite, input: KeyInput): Keys {
  const nonces = concat([input.initiatorNonce, input.responderNonce]);
  const seed = prf.compute(nonces, input.sharedSecret);
  const integrityBytes = cipher.type === 'block' ? cipher.integrity.keyBytes : 0;
  const encryptionBytes = cipher.keyBytes + (cipher.type === 'aead' ? cipher.saltBytes : 0);
  const totalBytes = prf.outputBytes + 2 * (integrityBytes + encryptionBytes + prf.outputBytes);
  const stream = expand(prf, seed, concat([nonces, input.initiatorSpi, input.responderSpi]), totalBytes);
  let offset = 0;
  const take = (lengthBytes: number): Uint8Array => stream.slice(offset, (offset += lengthBytes));
  const pair = (lengthBytes: number): Directions => ({
    initiator: take(lengthBytes),
    responder: take(lengthBytes),
  });
  return {
    seed,
    derive: take(prf.outputBytes),
    integrity: pair(integrityBytes),
    encryption: pair(encryptionBytes),
    authentication: pair(prf.outputBytes),
  };
}

/**
 * prf+, section 2.13: T1 | T2 | … with Tn = prf(K, Tn-1 | S | n), cut to the length asked for. Throws RangeError
 * beyond 255 times the function's output, where n has no byte any more.
 */
function expand(
  prf: PseudorandomFunction,
  key: Uint8Array,
  data: Uint8Array,
  lengthBytes: number,
): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let made = 0; made < lengthBytes; made += prf.outputBytes) {
    parts.push(prf.compute(key, concat([parts.at(-1) ?? EMPTY, data, uint8(parts.length + 1)])));
  }
  return concat(parts).subarray(0, lengthBytes);
}

/**
 * Bytes of initialisation vector that {@link protect} takes: unpredictable ones for a block cipher, never the same
 * twice for an AEAD.
 */
export function ivBytes(cipher: Cipher): number {
  return cipher.type === 'block' ? cipher.blockBytes : cipher.ivBytes;
}

/**
 * The bytes of an initiator's message whose payloads are all inside an SK payload. Its `trailing` has to be empty.
 *
 * ```
 * | IKE header | next, length | IV | payloads … | padding | pad length | checksum |
 *  \______________ AEAD: associated _/    \_________ encrypted _________/
 *  \______________________ block: what the integrity checksum covers ___/
 * ```
 *
 * With a block cipher the padding is the least that makes whole blocks; an AEAD needs none. The associated data of an
 * AEAD ends before the IV.
 */
export function protect(
  message: IkeMessage,
  { encryption, integrity }: Pick<Keys, 'encryption' | 'integrity'>,
  cipher: Cipher,
  iv: Uint8Array,
): Uint8Array {
  if (iv.length !== ivBytes(cipher)) throw new RangeError(`the IV has ${ivBytes(cipher)} bytes`);
  const inner = encode(message).subarray(IKE_HEADER_BYTES);
  const unpadded = inner.length + 1;
  const paddingBytes = cipher.type === 'block' ? -unpadded & (cipher.blockBytes - 1) : 0;
  const plaintext = concat([inner, new Uint8Array(paddingBytes), uint8(paddingBytes)]);
  const checksumBytes = cipher.type === 'block' ? cipher.integrity.checksumBytes : cipher.checksumBytes;
  const head = headOf(message, iv.length + plaintext.length + checksumBytes);
  const key = encryption.initiator;
  if (cipher.type === 'aead') {
    const salt = key.subarray(cipher.keyBytes);
    const sealed = cipher.seal(key.subarray(0, cipher.keyBytes), concat([salt, iv]), head, plaintext);
    return concat([head, iv, sealed]);
  }
  const covered = concat([head, iv, cipher.encrypt(key, iv, plaintext)]);
  const checksum = cipher.integrity.compute(integrity.initiator, covered);
  return concat([covered, checksum.subarray(0, checksumBytes)]);
}

/** The headers of the message and of its SK payload, which has a body of this length. */
function headOf(message: IkeMessage, bodyBytes: number): Uint8Array {
  const [first] = message.payloads;
  const firstPayload = first === undefined ? PayloadType.none : payloadType(first);
  const body = new Uint8Array(bodyBytes);
  const outer = encode({
    ...message,
    payloads: [{ type: 'encrypted', firstPayload, body, isCritical: false }],
  });
  return outer.subarray(0, IKE_HEADER_BYTES + PAYLOAD_HEADER_BYTES);
}
