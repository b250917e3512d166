import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { finish, pseudoHeaderSum, sum } from '../../src/packet/checksum.ts';
import type { Echo } from '../../src/packet/icmp.ts';
import * as icmpv6 from '../../src/packet/icmpv6.ts';
import { addressV6, counting, hex, joined, smallPayload, uint16, uint32, withByte } from './bytes.ts';
import { brokenLaws } from './laws.ts';

const NEAR = hex('fd000000000000000000000000000001');
const FAR = hex('fd000000000000000000000000000002');
const THERE = { source: NEAR, destination: FAR };
const BACK = { source: FAR, destination: NEAR };

/** As Linux sent them between fd00::1 and fd00::2. */
const CAPTURED_REQUEST = hex('8000 ac37 1234 0007 7061 7468 6d74 75');
const CAPTURED_REPLY = hex('8100 ab37 1234 0007 7061 7468 6d74 75');
const QUOTED = joined(hex('6009 f3c9 000f 1140'), NEAR, FAR, hex('9c40 01f4 000f fa24 7061 7468 6d74 75'));
const CAPTURED_PORT_UNREACHABLE = joined(hex('0104 45af 0000 0000'), QUOTED);

const ECHO = { identifier: 0x1234, sequence: 7, data: hex('7061 7468 6d74 75') };

const addresses = fc.record({ source: addressV6, destination: addressV6 });

describe('ICMPv6', () => {
  test('encodes the messages that Linux sent, to the byte', () => {
    expect(icmpv6.encodeEchoRequest({ ...ECHO, ...THERE })).toEqual(CAPTURED_REQUEST);
    expect(icmpv6.encodeEchoReply({ ...ECHO, ...BACK })).toEqual(CAPTURED_REPLY);
    expect(icmpv6.portUnreachable(QUOTED, BACK)).toEqual(CAPTURED_PORT_UNREACHABLE);
    expect(icmpv6.encodeError({ type: 'port-unreachable', quoted: QUOTED }, BACK)).toEqual(
      CAPTURED_PORT_UNREACHABLE,
    );
  });

  test('decodes the messages that Linux sent', () => {
    expect(icmpv6.decode(CAPTURED_REQUEST)).toEqual({ type: 'echo-request', ...ECHO });
    expect(icmpv6.decode(CAPTURED_REPLY)).toEqual({ type: 'echo-reply', ...ECHO });
    expect(icmpv6.decode(CAPTURED_PORT_UNREACHABLE)).toEqual({ type: 'port-unreachable', quoted: QUOTED });
  });

  test.each([
    ['echo-request', icmpv6.encodeEchoRequest],
    ['echo-reply', icmpv6.encodeEchoReply],
  ])('keeps the laws of a codec in %s', (type, encode) => {
    const codec = {
      encode,
      decode: icmpv6.decode,
      decoded: ({ identifier, sequence, data }: Echo) => ({ type, identifier, sequence, data }),
      encodedBytes: ({ data }: Echo) => 8 + data.length,
      refusedBelowBytes: () => 8,
    };
    const echo = fc.record({ identifier: uint16, sequence: uint16, data: smallPayload });
    fc.assert(
      fc.property(echo, addresses, (value, between) => {
        expect(brokenLaws(codec, { ...value, ...between })).toEqual([]);
      }),
    );
  });

  test('keeps the laws of a codec in packet too big, with an MTU of 32 bits', () => {
    interface Value {
      readonly mtu: number;
      readonly quoted: Uint8Array;
    }
    const codec = {
      encode: ({ mtu, quoted }: Value) => icmpv6.packetTooBig(mtu, quoted, BACK),
      decode: icmpv6.decode,
      decoded: (value: Value) => ({ type: 'packet-too-big', ...value }),
      encodedBytes: ({ quoted }: Value) => 8 + quoted.length,
      refusedBelowBytes: () => 8,
    };
    const value = fc.record({ mtu: uint32, quoted: smallPayload });
    fc.assert(fc.property(value, (one) => expect(brokenLaws(codec, one)).toEqual([])));
  });

  test('gives every message a valid checksum', () => {
    fc.assert(
      fc.property(smallPayload, uint16, addresses, (data, number, between) => {
        const messages = [
          icmpv6.encodeEchoRequest({ identifier: number, sequence: number, data, ...between }),
          icmpv6.encodeEchoReply({ identifier: number, sequence: number, data, ...between }),
          icmpv6.packetTooBig(number, data, between),
          icmpv6.portUnreachable(data, between),
          icmpv6.unreachable(1, data, between),
          icmpv6.timeExceeded(data, between),
        ];
        const sums = messages.map((bytes) =>
          finish(sum(bytes, pseudoHeaderSum(between.source, between.destination, 58, bytes.length))),
        );
        expect(sums).toEqual([0, 0, 0, 0, 0, 0]);
      }),
    );
  });

  test.each([
    [0, 'no-route'],
    [1, 'prohibited'],
    [2, 'beyond-scope'],
    [3, 'host'],
    [5, 'policy'],
    [6, 'reject-route'],
    [7, 'source-route'],
    [8, 'other'],
  ])('reads unreachable code %i as %s', (code, reason) => {
    expect(icmpv6.decode(icmpv6.unreachable(code, QUOTED, BACK))).toEqual({
      type: 'unreachable',
      code,
      reason,
      quoted: QUOTED,
    });
  });

  test('decodes time exceeded, parameter problem, and knows no others', () => {
    expect(icmpv6.decode(icmpv6.timeExceeded(QUOTED, BACK))).toEqual({
      type: 'time-exceeded',
      code: 0,
      quoted: QUOTED,
    });
    expect(icmpv6.decode(joined(hex('0401 0000 8000 0006'), QUOTED))).toEqual({
      type: 'parameter-problem',
      code: 1,
      pointer: 0x80000006,
      quoted: QUOTED,
    });
    expect(icmpv6.decode(hex('8700 0000 0000 0000'))).toEqual({ type: 'other', icmpType: 135, code: 0 });
  });

  test('takes packet too big with any code, as RFC 4443 has it', () => {
    expect(icmpv6.decode(joined(hex('0207 0000 0000 0500'), QUOTED))).toEqual({
      type: 'packet-too-big',
      mtu: 1280,
      quoted: QUOTED,
    });
  });

  test('leaves RFC 4884 extensions out of the quoted datagram, counted in eights', () => {
    const padded = joined(QUOTED, new Uint8Array(128 - QUOTED.length));
    const extensions = hex('2000 0000 0008 0101 1234 5678');
    expect(icmpv6.decode(joined(hex('0300 0000 1000 0000'), padded, extensions))).toMatchObject({
      quoted: padded,
    });
    expect(icmpv6.decode(joined(hex('0100 0000 1000 0000'), padded, extensions))).toMatchObject({
      quoted: padded,
    });
  });

  test.each([
    ['more than there is', 0xff],
    ['less than a header and 8 bytes', 5],
  ])('does not believe an RFC 4884 length of %s', (_what, length) => {
    const message = withByte(joined(hex('0300 0000 0000 0000'), counting(128)), 4, length);
    expect(icmpv6.decode(message)).toMatchObject({ quoted: counting(128) });
  });

  test('refuses less than a header', () => {
    expect(icmpv6.decode(CAPTURED_REPLY.subarray(0, 7))).toEqual({
      type: 'malformed',
      reason: 'ICMPv6 header needs 8 bytes, and there are 7',
    });
  });

  test('throws RangeError for a field out of range', () => {
    expect(() => icmpv6.encodeEchoRequest({ ...ECHO, ...THERE, identifier: -1 })).toThrow(RangeError);
    expect(() => icmpv6.encodeEchoReply({ ...ECHO, ...THERE, source: new Uint8Array(4) })).toThrow(
      RangeError,
    );
    expect(() => icmpv6.packetTooBig(2 ** 32, QUOTED, BACK)).toThrow(RangeError);
    expect(() => icmpv6.unreachable(-1, QUOTED, BACK)).toThrow(RangeError);
  });
});
