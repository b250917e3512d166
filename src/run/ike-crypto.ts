import {
  createCipheriv,
  createECDH,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  getCipherInfo,
  getDiffieHellman,
} from 'node:crypto';
import type { Algorithms } from '../packet/ike/answer.ts';
import type { KeyAgreement } from '../packet/ike/closing.ts';
import { Encryption, Group, Integrity, Prf } from '../packet/ike/iana.ts';
import type { Cipher, KeyedHash, ProtectionSuite, PseudorandomFunction } from '../packet/ike/protection.ts';

/**
 * A fresh key pair of a group that the negotiation offers (`NEGOTIABLE_GROUPS`). OpenSSL takes a short private key in
 * the MODP groups that it knows, so this costs 1 or 2 ms in all of them; but 40 to 100 ms, once per process, in
 * MODP-1024, which it does not know and checks.
 */
export function createKeyAgreement(group: number): KeyAgreement {
  const curve = CURVES.get(group);
  if (curve !== undefined) return onCurve(curve);
  const modp = MODP_GROUPS.get(group);
  if (modp !== undefined) return inModp(modp);
  if (group === Group.x25519) return withX25519();
  throw new RangeError(`no key exchange of group ${group}`);
}

/** What protects messages after these algorithms were agreed; null where it is something that is not known here. */
export function protectionSuite(algorithms: Algorithms): ProtectionSuite | null {
  const prf = PRFS.get(algorithms.pseudorandomFunction);
  const cipher = cipherOf(algorithms);
  return prf === undefined || cipher === null ? null : { prf, cipher };
}

/** ECP groups, RFC 5903: a point is x and y; the secret is x. */
function onCurve(curve: string): KeyAgreement {
  const ecdh = createECDH(curve);
  return {
    publicValue: ecdh.generateKeys().subarray(1),
    secretWith: (peer) => orNull(() => ecdh.computeSecret(Buffer.concat([UNCOMPRESSED, peer]))),
  };
}

function inModp(name: string): KeyAgreement {
  const dh = getDiffieHellman(name);
  const lengthBytes = dh.getPrime().length;
  return {
    publicValue: padded(dh.generateKeys(), lengthBytes),
    secretWith: (peer) => orNull(() => padded(dh.computeSecret(peer), lengthBytes)),
  };
}

/** RFC 8031. */
function withX25519(): KeyAgreement {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    publicValue: publicKey.export({ format: 'der', type: 'spki' }).subarray(X25519_PREFIX.length),
    secretWith: (peer) =>
      orNull(() => {
        const key = Buffer.concat([X25519_PREFIX, peer]);
        return diffieHellman({
          privateKey,
          publicKey: createPublicKey({ key, format: 'der', type: 'spki' }),
        });
      }),
  };
}

/** What a gateway sends is data: a point beside its curve is no error of ours. */
function orNull(compute: () => Uint8Array): Uint8Array | null {
  try {
    return compute();
  } catch {
    return null;
  }
}

function padded(value: Uint8Array, lengthBytes: number): Uint8Array {
  const whole = new Uint8Array(lengthBytes);
  whole.set(value, lengthBytes - value.length);
  return whole;
}

function cipherOf({ encryption, keyLengthBits, integrity }: Algorithms): Cipher | null {
  switch (encryption) {
    case Encryption.aesCbc:
      return blockCipher(`aes-${keyLengthBits}-cbc`, integrity);
    case Encryption.des3:
      return blockCipher('des-ede3-cbc', integrity);
    case Encryption.aesGcm16:
      return galoisCounterMode(keyLengthBits);
    case null:
    default:
      return null;
  }
}

function blockCipher(name: string, integrityId: number | null): Cipher | null {
  // OpenSSL can be built without some of them, and says so here.
  const info = getCipherInfo(name);
  const integrity = INTEGRITIES.get(integrityId);
  if (info?.blockSize === undefined || integrity === undefined) return null;
  return {
    type: 'block',
    keyBytes: info.keyLength,
    blockBytes: info.blockSize,
    encrypt: (key, iv, plaintext) => {
      const cipher = createCipheriv(name, key, iv).setAutoPadding(false);
      return Buffer.concat([cipher.update(plaintext), cipher.final()]);
    },
    integrity,
  };
}

/** RFC 5282. */
function galoisCounterMode(keyLengthBits: number | null): Cipher | null {
  if (keyLengthBits !== 128 && keyLengthBits !== 192 && keyLengthBits !== 256) return null;
  return {
    type: 'aead',
    keyBytes: keyLengthBits / 8,
    saltBytes: 4,
    ivBytes: 8,
    checksumBytes: 16,
    seal: (key, nonce, associated, plaintext) => {
      const cipher = createCipheriv(`aes-${keyLengthBits}-gcm`, key, nonce).setAAD(associated);
      return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    },
  };
}

function hmac(hash: string): KeyedHash {
  return (key, data) => createHmac(hash, key).update(data).digest();
}

function prfOf(hash: string, outputBytes: number): PseudorandomFunction {
  return { outputBytes, compute: hmac(hash) };
}

type IntegrityAlgorithm = Extract<Cipher, { readonly type: 'block' }>['integrity'];

function integrityOf(hash: string, keyBytes: number, checksumBytes: number): IntegrityAlgorithm {
  return { keyBytes, checksumBytes, compute: hmac(hash) };
}

const PRFS: ReadonlyMap<number | null, PseudorandomFunction> = new Map([
  [Prf.hmacSha1, prfOf('sha1', 20)],
  [Prf.hmacSha2_256, prfOf('sha256', 32)],
  [Prf.hmacSha2_384, prfOf('sha384', 48)],
  [Prf.hmacSha2_512, prfOf('sha512', 64)],
]);

/** RFC 2404, RFC 4868. */
const INTEGRITIES: ReadonlyMap<number | null, IntegrityAlgorithm> = new Map([
  [Integrity.hmacSha1_96, integrityOf('sha1', 20, 12)],
  [Integrity.hmacSha2_256_128, integrityOf('sha256', 32, 16)],
  [Integrity.hmacSha2_384_192, integrityOf('sha384', 48, 24)],
  [Integrity.hmacSha2_512_256, integrityOf('sha512', 64, 32)],
]);

const CURVES: ReadonlyMap<number, string> = new Map([
  [Group.ecp256, 'prime256v1'],
  [Group.ecp384, 'secp384r1'],
  [Group.ecp521, 'secp521r1'],
]);

/** Node's names of them. */
const MODP_GROUPS: ReadonlyMap<number, string> = new Map([
  [Group.modp1024, 'modp2'],
  [Group.modp1536, 'modp5'],
  [Group.modp2048, 'modp14'],
  [Group.modp3072, 'modp15'],
  [Group.modp4096, 'modp16'],
]);

const UNCOMPRESSED = Uint8Array.of(4);
/** The DER of a SubjectPublicKeyInfo up to the 32 bytes of the key (RFC 8410). */
const X25519_PREFIX = Uint8Array.from(Buffer.from('302a300506032b656e032100', 'hex'));
