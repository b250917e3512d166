import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  type CipherName,
  IKE_CIPHERS,
  cipherName,
  encryptedMessageBytes,
  largestInnerBytes,
} from '../../src/ike/cipher.ts';
import { type FragmentSender, ikeFragments } from '../../src/ike/ike-fragments.ts';
import { vendor } from '../../src/ike/vendors.ts';

const CIPHER_NAMES = Object.keys(IKE_CIPHERS) as readonly CipherName[];
const SENDERS: readonly FragmentSender[] = ['windows', 'strongswan', 'libreswan', 'openiked', 'generic'];

/** From the message size, as `--ike-auth` gives it. */
function pieces(
  sender: FragmentSender,
  messageBytes: number,
  cipher: CipherName,
  options: { family?: 4 | 6; natT?: boolean; fragmentBytes?: number } = {},
): readonly number[] | null {
  const innerBytes = largestInnerBytes(messageBytes, IKE_CIPHERS[cipher]) ?? Number.NaN;
  const fragments = ikeFragments({ sender, innerBytes, cipher, family: 4, natT: true, ...options });
  return fragments?.messageBytes ?? null;
}

describe('Windows', () => {
  test.each([
    [1536, [580, 580, 548]],
    [1520, [580, 580, 532]],
    [1472, [580, 580, 484]],
    [624, [580, 132]],
    [3200, [580, 580, 580, 580, 580, 580, 228]],
  ])('cuts %i bytes as its transcripts show', (messageBytes, expected) => {
    expect(pieces('windows', messageBytes, 'aes-cbc-sha256')).toEqual(expected);
  });

  test('leaves 576 bytes whole', () => {
    expect(pieces('windows', 576, 'aes-cbc-sha256')).toEqual([576]);
  });

  test('is only observed with AES-CBC and SHA-256 over IPv4', () => {
    expect(windowsCertainty('aes-cbc-sha256', 4)).toBe('observed');
    expect(windowsCertainty('aes-gcm-16', 4)).toBe('assumed');
    expect(windowsCertainty('aes-cbc-sha256', 6)).toBe('assumed');
  });
});

describe('strongSwan', () => {
  // A log names the message; padding hides up to 15 bytes of what is in it, and any of these would have
  // fitted.
  test('cuts 2206 bytes of AES-GCM as logged', () => {
    expect(encryptedMessageBytes(2149, IKE_CIPHERS['aes-gcm-16'])).toBe(2206);
    expect(strongSwanPieces(2149, 'aes-gcm-16')).toEqual([1248, 1023]);
  });

  test.each([5616, 5620, 5627])(
    'cuts 5692 bytes of AES-CBC with SHA-1, %i of them payloads, as logged',
    (inner) => {
      expect(encryptedMessageBytes(inner, IKE_CIPHERS['aes-cbc-sha1'])).toBe(5692);
      expect(strongSwanPieces(inner, 'aes-cbc-sha1')).toEqual([1248, 1248, 1248, 1248, 960]);
    },
  );

  test.each([1476, 1480, 1487])(
    'cuts 1456 bytes into 1444 and 84 as logged, with fragment_size = %i',
    (size) => {
      expect(encryptedMessageBytes(1380, IKE_CIPHERS['aes-cbc-sha256'])).toBe(1456);
      expect(strongSwanPieces(1380, 'aes-cbc-sha256', size)).toEqual([1444, 84]);
    },
  );

  test('leaves whole what fits the packet exactly', () => {
    expect(pieces('strongswan', 1248, 'aes-gcm-16')).toEqual([1248]);
    expect(pieces('strongswan', 1249, 'aes-gcm-16')).toHaveLength(2);
    expect(pieces('strongswan', 1252, 'aes-gcm-16', { natT: false })).toEqual([1252]);
    expect(pieces('strongswan', 1228, 'aes-gcm-16', { family: 6 })).toEqual([1228]);
  });

  test('cannot cut when a packet has no room for content', () => {
    expect(pieces('strongswan', 2000, 'aes-gcm-16', { fragmentBytes: 90 })).toBeNull();
  });

  test('does not make more than 255 pieces', () => {
    expect(pieces('strongswan', 60_000, 'aes-gcm-16', { fragmentBytes: 200 })).toBeNull();
  });
});

describe('libreswan', () => {
  test.each([
    // 4500: (532 - 4 - 36 - 16) rounded down to 464, less 2 = 462 of content in a message of 532.
    ['aes-cbc-sha256', 4, true, [532, 532, 532, 532, 228]],
    // 500: 480 - 2 = 478 of content in 548.
    ['aes-cbc-sha256', 4, false, [548, 548, 548, 548, 164]],
    ['aes-gcm-16', 4, true, [535, 535, 535, 535, 165]],
    ['aes-cbc-sha256', 6, true, [1204, 948]],
  ] as const)('cuts 2000 bytes of payloads, %s over IPv%i, NAT-T %s', (cipher, family, natT, expected) => {
    const fragments = ikeFragments({ sender: 'libreswan', innerBytes: 2000, cipher, family, natT });
    expect(fragments).toEqual({ messageBytes: expected, certainty: 'source' });
  });

  test('cuts at 532 bytes of UDP payload, marker included', () => {
    expect(pieces('libreswan', 527, 'aes-gcm-16')).toEqual([527]);
    // One fragment of one: larger than the message was, by what the fragment header adds.
    expect(pieces('libreswan', 528, 'aes-gcm-16')).toEqual([532]);
    expect(pieces('libreswan', 532, 'aes-gcm-16')).toHaveLength(2);
    expect(pieces('libreswan', 531, 'aes-gcm-16', { natT: false })).toEqual([531]);
  });

  test('does not send more than 32 pieces', () => {
    expect(libreswan(462 * 32)?.messageBytes).toHaveLength(32);
    expect(libreswan(462 * 32 + 1)).toBeNull();
  });
});

describe('OpenIKED', () => {
  test('cuts 2000 bytes of payloads into 472 and a rest with AES-CBC, whatever the port', () => {
    for (const natT of [true, false]) {
      expect(
        ikeFragments({ sender: 'openiked', innerBytes: 2000, cipher: 'aes-cbc-sha256', family: 4, natT }),
      ).toEqual({ messageBytes: [548, 548, 548, 548, 196], certainty: 'source' });
    }
  });

  test('exceeds 576 bytes of packet with AES-GCM', () => {
    const fragments = ikeFragments({
      sender: 'openiked',
      innerBytes: 2000,
      cipher: 'aes-gcm-16',
      family: 4,
      natT: false,
    });
    expect(20 + 8 + (fragments?.messageBytes[0] ?? 0)).toBe(584);
  });

  test('sends an empty last piece when the payloads fill the pieces exactly', () => {
    const fragments = ikeFragments({
      sender: 'openiked',
      innerBytes: 944,
      cipher: 'aes-cbc-sha256',
      family: 4,
      natT: true,
    });
    expect(fragments?.messageBytes).toEqual([548, 548, 84]);
  });
});

describe('a generic sender', () => {
  test.each([
    [4, 576],
    [6, 1280],
  ] as const)('over IPv%i keeps packets within %i bytes', (family, packetBytes) => {
    const fragments = pieces('generic', 3200, 'aes-cbc-sha256', { family });
    const overhead = (family === 4 ? 20 : 40) + 8 + 4;
    expect(Math.max(...(fragments ?? []))).toBeLessThanOrEqual(packetBytes - overhead);
  });

  test('takes the size of its configuration, such as 1200 of FortiGate', () => {
    expect(pieces('generic', 2206, 'aes-gcm-16', { fragmentBytes: 1200 })).toEqual([1168, 1103]);
  });
});

describe('whoever cuts', () => {
  const questions = fc.record({
    sender: fc.constantFrom(...SENDERS),
    innerBytes: fc.integer({ min: 1, max: 12_000 }),
    cipher: fc.constantFrom(...CIPHER_NAMES),
    family: fc.constantFrom(4 as const, 6 as const),
    natT: fc.boolean(),
  });

  test('carries all the payloads: content adds up, and every piece but the last is the same', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const sizes = ikeFragments(question)?.messageBytes ?? [];
        const full = sizes.slice(0, -1);
        expect(new Set(full).size).toBeLessThanOrEqual(1);
        expect(sizes.at(-1) ?? 0).toBeLessThanOrEqual(full[0] ?? Number.POSITIVE_INFINITY);
        const { ivBytes, icvBytes } = IKE_CIPHERS[question.cipher];
        const room = sizes.reduce((sum, size) => sum + size - 28 - 4 - ivBytes - icvBytes - 1, 0);
        expect(sizes.length === 0 || room >= question.innerBytes).toBe(true);
      }),
    );
  });

  /** The vendor table says what the formulas say. */
  test.each([
    ['libreswan', 4, 'ipv4'],
    ['libreswan', 6, 'ipv6'],
    ['openiked', 4, 'ipv4'],
    ['openiked', 6, 'ipv6'],
  ] as const)('%s over IPv%i makes packets as large as the vendor table says', (sender, family, column) => {
    const packets = (['aes-cbc-sha1', 'aes-cbc-sha256', 'aes-gcm-16'] as const).map((cipher) => {
      const fragments = ikeFragments({ sender, innerBytes: 4000, cipher, family, natT: true });
      return (family === 4 ? 20 : 40) + 8 + 4 + (fragments?.messageBytes[0] ?? 0);
    });
    expect(Math.max(...packets)).toBe(vendor(sender).packetBytes[column]);
  });
});

describe('a cipher', () => {
  test.each([
    ['aes-cbc-sha256', 1461, 1536],
    ['aes-cbc-sha256', 1471, 1536],
    ['aes-cbc-sha256', 1472, 1552],
    ['aes-gcm-16', 1505, 1562],
    ['3des-sha1', 7, 60],
    ['aes-cbc-sha1', 1, 76],
  ] as const)('%s makes %i bytes of payloads a message of %i', (name, innerBytes, messageBytes) => {
    expect(encryptedMessageBytes(innerBytes, IKE_CIPHERS[name])).toBe(messageBytes);
  });

  test('gives back the most payloads that a message can hold', () => {
    for (const name of CIPHER_NAMES) {
      for (let innerBytes = 0; innerBytes < 64; innerBytes += 1) {
        const messageBytes = encryptedMessageBytes(innerBytes, IKE_CIPHERS[name]);
        const most = largestInnerBytes(messageBytes, IKE_CIPHERS[name]) ?? -1;
        expect(most).toBeGreaterThanOrEqual(innerBytes);
        expect(encryptedMessageBytes(most, IKE_CIPHERS[name])).toBe(messageBytes);
        expect(encryptedMessageBytes(most + 1, IKE_CIPHERS[name])).toBeGreaterThan(messageBytes);
      }
    }
  });

  test.each([0, 28, 64, 1535])(
    'knows that %i bytes are no message of AES-CBC and SHA-256',
    (messageBytes) => {
      expect(largestInnerBytes(messageBytes, IKE_CIPHERS['aes-cbc-sha256'])).toBeNull();
    },
  );

  test.each([
    [12, 12, 'aes-cbc-sha256'],
    [12, 2, 'aes-cbc-sha1'],
    [12, 13, 'aes-cbc-sha384'],
    [12, 14, 'aes-cbc-sha512'],
    [12, null, null],
    [20, null, 'aes-gcm-16'],
    [18, 0, 'aes-gcm-8'],
    [28, null, 'chacha20-poly1305'],
    [3, 2, '3des-sha1'],
    [3, 1, null],
    [65000, 12, null],
    [null, null, null],
  ] as const)('encryption %s with integrity %s is %s', (encryption, integrity, name) => {
    expect(cipherName(encryption, integrity)).toBe(name);
  });
});

function strongSwanPieces(innerBytes: number, cipher: CipherName, fragmentBytes = 1280) {
  return ikeFragments({ sender: 'strongswan', innerBytes, cipher, family: 4, natT: true, fragmentBytes })
    ?.messageBytes;
}

function windowsCertainty(cipher: CipherName, family: 4 | 6) {
  return ikeFragments({ sender: 'windows', innerBytes: 2000, cipher, family, natT: true })?.certainty;
}

function libreswan(innerBytes: number) {
  return ikeFragments({ sender: 'libreswan', innerBytes, cipher: 'aes-cbc-sha256', family: 4, natT: true });
}
