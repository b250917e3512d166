import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  type KeyType,
  authenticationDataBytes,
  keyTypeName,
  publicKeyInfoBytes,
} from '../../src/ike/key-type.ts';

const rsa = (modulusBits: number): KeyType => ({ type: 'rsa', modulusBits });
const ecdsa = (curve: 'p256' | 'p384' | 'p521'): KeyType => ({ type: 'ecdsa', curve });
const mlDsa = (level: 44 | 65 | 87): KeyType => ({ type: 'ml-dsa', level });

describe('authentication data', () => {
  test.each([
    [rsa(2048), 'classic', 256, 256],
    [rsa(3072), 'classic', 384, 384],
    [rsa(2048), 'rfc7427', 272, 272],
    [rsa(4096), 'rfc7427-pss', 580, 580],
    [ecdsa('p256'), 'classic', 64, 64],
    [ecdsa('p384'), 'classic', 96, 96],
    [ecdsa('p521'), 'classic', 132, 132],
    [ecdsa('p256'), 'rfc7427', 83, 85],
    [ecdsa('p384'), 'rfc7427-pss', 115, 117],
    [ecdsa('p521'), 'rfc7427', 150, 152],
    [{ type: 'ed25519' }, 'classic', 72, 72],
    [{ type: 'ed448' }, 'rfc7427', 122, 122],
    [mlDsa(44), 'rfc7427', 2434, 2434],
    [mlDsa(65), 'rfc7427', 3323, 3323],
    [mlDsa(87), 'rfc7427', 4641, 4641],
  ] as const)('of %j, %s, has %i to %i bytes', (key, format, leastBytes, mostBytes) => {
    expect(authenticationDataBytes(key, format)).toEqual({ leastBytes, mostBytes });
  });

  test.each([
    ['prime256v1', 'p256'],
    ['secp384r1', 'p384'],
    ['secp521r1', 'p521'],
  ] as const)('the longest signature of %s is never exceeded', (namedCurve, curve) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve });
    const { mostBytes } = authenticationDataBytes(ecdsa(curve), 'rfc7427');
    const lengths = Array.from({ length: 300 }, (_, index) => {
      return 13 + sign('sha256', Buffer.from([index & 0xff, index >> 8]), privateKey).length;
    });
    expect(Math.max(...lengths)).toBe(mostBytes);
  });
});

describe('a public key', () => {
  test.each([
    [rsa(2048), 294],
    [rsa(3072), 422],
    [rsa(4096), 550],
    [ecdsa('p256'), 91],
    [ecdsa('p384'), 120],
    [ecdsa('p521'), 158],
    [{ type: 'ed25519' }, 44],
    [{ type: 'ed448' }, 69],
    [mlDsa(65), 1974],
  ] as const)('of %j has %i bytes in a certificate', (key, bytes) => {
    expect(publicKeyInfoBytes(key)).toBe(bytes);
  });

  test.each([
    [rsa(3072), 'RSA 3072'],
    [ecdsa('p384'), 'ECDSA P-384'],
    [{ type: 'ed25519' }, 'Ed25519'],
    [{ type: 'ed448' }, 'Ed448'],
    [mlDsa(87), 'ML-DSA-87'],
  ] as const)('%j is called %s', (key, name) => {
    expect(keyTypeName(key)).toBe(name);
  });
});
