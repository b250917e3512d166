import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { toHex } from '../../../src/packet/ike/bytes.ts';
import { NotifyType } from '../../../src/packet/ike/iana.ts';
import { decode } from '../../../src/packet/ike/message.ts';
import { removeNonEspMarker } from '../../../src/packet/ike/non-esp-marker.ts';
import {
  SIZE_PROBE_VARIANTS,
  type SizeProbeOptions,
  reachableSizeProbeBytes,
  sizeProbe,
  smallestSizeProbeBytes,
} from '../../../src/packet/ike/size-probe.ts';
import { NONCE, POINT, SPI, filler } from './samples.ts';

function probe(totalUdpPayloadBytes: number, options: Partial<SizeProbeOptions> = {}) {
  return sizeProbe({
    totalUdpPayloadBytes,
    spi: SPI,
    nonce: NONCE,
    keyExchange: POINT,
    filler,
    onPort4500: false,
    ...options,
  });
}

function bytesOf(totalUdpPayloadBytes: number, options: Partial<SizeProbeOptions> = {}): Uint8Array {
  const made = probe(totalUdpPayloadBytes, options);
  if (made.type === 'refused') throw new Error(made.reason);
  return made.udpPayload;
}

describe('a size probe', () => {
  test('without padding is the 180 bytes of request A', () => {
    expect(toHex(bytesOf(180))).toBe(
      '0102030405060708' + // initiator SPI
        '0000000000000000' + // responder SPI
        '2120220800000000000000b4' + // SA first, version 2.0, IKE_SA_INIT, initiator, message 0, 180 bytes
        '2200002c' + // SA, 44 bytes
        '00000028010100040300000801' + // proposal 1 of IKE, four transforms; encryption …
        '00fde8030000080300000c0300000802000005000000080400001' + // 65000, SHA-256, PRF SHA-256, group …
        '3' +
        '2800004800130000' + // KE, 72 bytes, group 19
        toHex(POINT) +
        '00000024' + // Ni, 36 bytes, the last
        toHex(NONCE),
    );
  });

  test('with the smallest padding has 188 bytes and ends with an empty private notify', () => {
    const bytes = bytesOf(188);
    expect(bytes).toHaveLength(188);
    expect(toHex(bytes.subarray(144, 148))).toBe('29000024');
    expect(toHex(bytes.subarray(180))).toBe('000000080000a027');
  });

  test('carries the filler that it is given', () => {
    expect(toHex(bytesOf(200).subarray(180))).toBe(`000000140000a027${'a5'.repeat(12)}`);
  });

  test.each([181, 182, 183, 184, 185, 186, 187])('of %i bytes cannot be made', (size) => {
    expect(probe(size)).toEqual({
      type: 'refused',
      reason: "sizes between 180 and 188 bytes of UDP payload can't be made",
    });
  });

  test.each([0, 28, 179, 180.5, Number.NaN, -1])('of %p bytes is refused as too small', (size) => {
    expect(probe(size)).toMatchObject({ type: 'refused' });
  });

  test('is refused beyond what a UDP datagram holds', () => {
    expect(bytesOf(65_527)).toHaveLength(65_527);
    expect(probe(65_528)).toMatchObject({ type: 'refused' });
  });

  test('on port 4500 has the marker before it and is 4 bytes larger', () => {
    const bytes = bytesOf(184, { onPort4500: true });
    expect(toHex(bytes.subarray(0, 12))).toBe('000000000102030405060708');
    expect(removeNonEspMarker(bytes)).toEqual(bytesOf(180));
    expect(probe(188, { onPort4500: true })).toMatchObject({ type: 'refused' });
    expect(bytesOf(192, { onPort4500: true })).toHaveLength(192);
  });

  test('of another variant pads with a Vendor ID, or is of version 3', () => {
    expect(toHex(bytesOf(188, { variant: 'vendor-id' }).subarray(180))).toBe('00000008a5a5a5a5');
    expect(bytesOf(188, { variant: 'vendor-id' })[144]).toBe(43);
    const version3 = bytesOf(188, { variant: 'major-version-3' });
    expect(version3[17]).toBe(0x30);
    expect(version3.with(17, 0x20)).toEqual(bytesOf(188));
  });

  test('is of exactly the size asked, for every reachable size and variant', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 65_527 }),
        fc.boolean(),
        fc.constantFrom(...SIZE_PROBE_VARIANTS),
        (size, onPort4500, variant) => {
          const reachable = reachableSizeProbeBytes(size, onPort4500);
          expect(reachable).toBeGreaterThanOrEqual(Math.min(size, reachable));
          const bytes = bytesOf(reachable, { onPort4500, variant });
          expect(bytes).toHaveLength(reachable);
          const message = decode(onPort4500 ? bytes.subarray(4) : bytes);
          expect(message).toMatchObject({ type: 'ike', trailing: new Uint8Array(0), initiatorSpi: SPI });
        },
      ),
      { numRuns: 300 },
    );
  });

  test('knows the nearest size that can be made', () => {
    const sizes = [0, 180, 181, 187, 188, 1472];
    expect(sizes.map((size) => reachableSizeProbeBytes(size, false))).toEqual([
      180, 180, 188, 188, 188, 1472,
    ]);
    expect(reachableSizeProbeBytes(188, true)).toBe(192);
    expect([false, true].map(smallestSizeProbeBytes)).toEqual([180, 184]);
  });

  test('names a cipher that nobody implements, once', () => {
    const message = decode(bytesOf(1400));
    const payloads = message.type === 'ike' ? message.payloads : [];
    expect(payloads.map(({ type }) => type)).toEqual([
      'security-association',
      'key-exchange',
      'nonce',
      'notify',
    ]);
    expect(payloads[3]).toMatchObject({ notifyType: NotifyType.privateFiller });
  });

  test.each([
    [{ spi: new Uint8Array(8) }, "an initiator's SPI is not zero"],
    [{ spi: Uint8Array.of(1) }, 'the SPI has 8 bytes, not 1'],
    [{ nonce: new Uint8Array(16) }, 'the nonce has 32 bytes, not 16'],
    [{ keyExchange: new Uint8Array(65) }, 'the key exchange has 64 bytes, not 65'],
    [{ filler: () => new Uint8Array(1) }, 'the filler has 12 bytes, not 1'],
  ] as const)('throws on %j', (options, message) => {
    expect(() => probe(200, options)).toThrow(message);
  });
});
