import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { toHex } from '../../../src/packet/ike/bytes.ts';
import { NotifyType } from '../../../src/packet/ike/iana.ts';
import { decode, encode } from '../../../src/packet/ike/message.ts';
import { notify } from '../../../src/packet/ike/payload.ts';
import {
  type Cipher,
  type ProtectionSuite,
  deriveKeys,
  ivBytes,
  protect,
} from '../../../src/packet/ike/protection.ts';
import { CBC_EXCHANGE, emptyIkeAuth } from './strongswan-keys.ts';

const sha256 = (key: Uint8Array, data: Uint8Array): Uint8Array =>
  createHmac('sha256', key).update(data).digest();
const cipher: Extract<Cipher, { type: 'block' }> = {
  type: 'block',
  keyBytes: 32,
  blockBytes: 16,
  encrypt: (key, iv, plaintext) =>
    createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false).update(plaintext),
  integrity: { keyBytes: 32, checksumBytes: 16, compute: sha256 },
};
const suite: ProtectionSuite = { prf: { outputBytes: 32, compute: sha256 }, cipher };
const { input, keys, iv, message } = CBC_EXCHANGE;

test('the keys of an exchange are those that strongSwan derives', () => {
  expect(deriveKeys(suite, input)).toEqual(keys);
});

describe('a protected message', () => {
  test('is, byte for byte, the one that strongSwan took', () => {
    expect(toHex(protect(emptyIkeAuth(input), keys, cipher, iv))).toBe(toHex(message));
  });

  test('has whole blocks, the padding that its last byte counts, and the payloads before it', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 3 }), (contents) => {
        const payloads = contents.map((data) => notify(NotifyType.privateFiller, data));
        const request = { ...emptyIkeAuth(input), payloads };
        const bytes = protect(request, keys, cipher, iv);
        const decoded = decode(bytes);
        expect(decoded).toMatchObject({
          payloads: [{ type: 'encrypted', firstPayload: payloads.length === 0 ? 0 : 41 }],
        });

        const covered = bytes.subarray(0, -16);
        expect(bytes.subarray(-16)).toEqual(
          Uint8Array.from(sha256(keys.integrity.initiator, covered).subarray(0, 16)),
        );
        const plaintext = createDecipheriv('aes-256-cbc', keys.encryption.initiator, iv)
          .setAutoPadding(false)
          .update(covered.subarray(28 + 4 + 16));
        const paddingBytes = plaintext.at(-1) ?? Number.NaN;
        expect(paddingBytes).toBeLessThan(16);
        expect(toHex(plaintext.subarray(0, -1 - paddingBytes))).toBe(toHex(encode(request).subarray(28)));
      }),
    );
  });

  test('is refused an IV of another length', () => {
    expect(ivBytes(cipher)).toBe(16);
    expect(() => protect(emptyIkeAuth(input), keys, cipher, new Uint8Array(8))).toThrow(RangeError);
  });
});
