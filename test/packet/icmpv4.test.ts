import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Echo } from '../../src/packet/icmp.ts';
import * as icmpv4 from '../../src/packet/icmpv4.ts';
import { counting, hex, joined, smallPayload, uint16, uint8, withByte } from './bytes.ts';
import { brokenLaws } from './laws.ts';

/** The ping of Windows: 32 letters. */
const WINDOWS_PING = hex(
  '0800 4d5a 0001 0001 6162 6364 6566 6768 696a 6b6c 6d6e 6f70 7172 7374 7576 7761 6263 6465 6667 6869',
);

/** Linux's answer to a datagram for a closed port. */
const QUOTED = hex('4500 0023 da19 4000 4011 62ad 7f00 0001 7f00 0002 9c40 01f4 000f fe23 7061 7468 6d74 75');
const CAPTURED_PORT_UNREACHABLE = joined(hex('0303 9956 0000 0000'), QUOTED);

const echo = fc.record({ identifier: uint16, sequence: uint16, data: smallPayload });

describe('ICMPv4', () => {
  test('encodes the ping of Windows, to the byte', () => {
    const data = new TextEncoder().encode('abcdefghijklmnopqrstuvwabcdefghi');
    expect(icmpv4.encodeEchoRequest({ identifier: 1, sequence: 1, data })).toEqual(WINDOWS_PING);
  });

  test('decodes the ping of Windows', () => {
    expect(icmpv4.decode(WINDOWS_PING)).toEqual({
      type: 'echo-request',
      identifier: 1,
      sequence: 1,
      data: WINDOWS_PING.subarray(8),
    });
  });

  test('encodes the port unreachable that Linux sent, to the byte', () => {
    expect(icmpv4.portUnreachable(QUOTED)).toEqual(CAPTURED_PORT_UNREACHABLE);
    expect(icmpv4.encodeError({ type: 'port-unreachable', quoted: QUOTED })).toEqual(
      CAPTURED_PORT_UNREACHABLE,
    );
  });

  test('decodes the port unreachable that Linux sent', () => {
    expect(icmpv4.decode(CAPTURED_PORT_UNREACHABLE)).toEqual({ type: 'port-unreachable', quoted: QUOTED });
  });

  test.each([
    ['echo-request', icmpv4.encodeEchoRequest],
    ['echo-reply', icmpv4.encodeEchoReply],
  ])('keeps the laws of a codec in %s', (type, encode) => {
    const codec = {
      encode,
      decode: icmpv4.decode,
      decoded: (value: Echo) => ({ type, ...value }),
      encodedBytes: ({ data }: Echo) => 8 + data.length,
      refusedBelowBytes: () => 8,
    };
    fc.assert(fc.property(echo, (value) => expect(brokenLaws(codec, value)).toEqual([])));
  });

  test('keeps the laws of a codec in packet too big', () => {
    interface Value {
      readonly mtu: number;
      readonly quoted: Uint8Array;
    }
    const codec = {
      encode: ({ mtu, quoted }: Value) => icmpv4.packetTooBig(mtu, quoted),
      decode: icmpv4.decode,
      decoded: (value: Value) => ({ type: 'packet-too-big', ...value }),
      encodedBytes: ({ quoted }: Value) => 8 + quoted.length,
      refusedBelowBytes: () => 8,
    };
    const value = fc.record({ mtu: uint16, quoted: smallPayload });
    fc.assert(fc.property(value, (one) => expect(brokenLaws(codec, one)).toEqual([])));
  });

  test('puts the next-hop MTU where RFC 1191 has it', () => {
    expect(icmpv4.packetTooBig(1400, new Uint8Array())).toEqual(hex('0304 f783 0000 0578'));
  });

  test('gives every message a valid checksum', () => {
    fc.assert(
      fc.property(echo, uint8, ({ data, ...rest }, code) => {
        const messages = [
          icmpv4.encodeEchoRequest({ ...rest, data }),
          icmpv4.encodeEchoReply({ ...rest, data }),
          icmpv4.packetTooBig(rest.sequence, data),
          icmpv4.portUnreachable(data),
          icmpv4.unreachable(code, data),
          icmpv4.timeExceeded(data),
        ];
        expect(messages.map(icmpv4.hasValidChecksum)).toEqual(messages.map(() => true));
      }),
    );
  });

  test('decodes without verifying the checksum, and tells whether it is valid', () => {
    const corrupted = withByte(WINDOWS_PING, 20, 0);
    expect(icmpv4.decode(corrupted)).toMatchObject({ type: 'echo-request' });
    expect(icmpv4.hasValidChecksum(corrupted)).toBe(false);
    expect(icmpv4.hasValidChecksum(new Uint8Array())).toBe(false);
  });

  test.each([
    [0, 'network'],
    [1, 'host'],
    [2, 'protocol'],
    [5, 'source-route'],
    [6, 'network'],
    [7, 'host'],
    [8, 'other'],
    [9, 'prohibited'],
    [10, 'prohibited'],
    [11, 'network'],
    [12, 'host'],
    [13, 'prohibited'],
    [14, 'other'],
    [255, 'other'],
  ])('reads unreachable code %i as %s', (code, reason) => {
    expect(icmpv4.decode(icmpv4.unreachable(code, QUOTED))).toEqual({
      type: 'unreachable',
      code,
      reason,
      quoted: QUOTED,
    });
  });

  test('decodes time exceeded, parameter problem, and knows no others', () => {
    expect(icmpv4.decode(icmpv4.timeExceeded(QUOTED))).toEqual({
      type: 'time-exceeded',
      code: 0,
      quoted: QUOTED,
    });
    expect(icmpv4.decode(joined(hex('0c00 0000 1400 0000'), QUOTED))).toEqual({
      type: 'parameter-problem',
      code: 0,
      pointer: 20,
      quoted: QUOTED,
    });
    expect(icmpv4.decode(hex('0d00 0000 0000 0000'))).toEqual({ type: 'other', icmpType: 13, code: 0 });
  });

  test('refuses less than a header', () => {
    expect(icmpv4.decode(WINDOWS_PING.subarray(0, 7))).toEqual({
      type: 'malformed',
      reason: 'ICMP header needs 8 bytes, and there are 7',
    });
  });

  test('throws RangeError for a field out of range', () => {
    const data = new Uint8Array();
    expect(() => icmpv4.encodeEchoRequest({ identifier: 0x10000, sequence: 0, data })).toThrow(RangeError);
    expect(() => icmpv4.encodeEchoReply({ identifier: 0, sequence: -1, data })).toThrow(RangeError);
    expect(() => icmpv4.packetTooBig(0x10000, data)).toThrow(RangeError);
    expect(() => icmpv4.unreachable(256, data)).toThrow(RangeError);
  });
});

describe('RFC 4884 extensions in ICMPv4', () => {
  const EXTENSIONS = hex('2000 0000 0008 0101 1234 5678');
  const PADDED = joined(QUOTED, new Uint8Array(128 - QUOTED.length));

  test.each([
    ['unreachable', '0301 0000 0020 0000'],
    ['packet too big', '0304 0000 0020 0578'],
    ['time exceeded', '0b00 0000 0020 0000'],
    ['parameter problem', '0c00 0000 0020 0000'],
  ])('are left out of the datagram that %s quotes', (_what, header) => {
    expect(icmpv4.decode(joined(hex(header), PADDED, EXTENSIONS))).toMatchObject({ quoted: PADDED });
  });

  test('do not hide the next-hop MTU', () => {
    expect(icmpv4.decode(joined(hex('0304 0000 0020 0578'), PADDED, EXTENSIONS))).toMatchObject({
      mtu: 1400,
    });
  });

  test('are not looked for where the length is 0', () => {
    const rest = joined(PADDED, EXTENSIONS);
    expect(icmpv4.decode(joined(hex('0b00 0000 0000 0000'), rest))).toMatchObject({ quoted: rest });
  });

  test.each([
    ['more than there is', 0xff],
    ['less than a header and 8 bytes', 6],
  ])('are not believed in where the length claims %s', (_what, length) => {
    const message = withByte(joined(hex('0b00 0000 0000 0000'), counting(128)), 5, length);
    expect(icmpv4.decode(message)).toMatchObject({ quoted: counting(128) });
  });
});
