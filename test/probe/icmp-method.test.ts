import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import * as ipv4 from '../../src/packet/ipv4.ts';
import * as ipv6 from '../../src/packet/ipv6.ts';
import { HOST, routerAddress } from '../sim/path.ts';
import {
  checksumVerdict,
  echoReplyTo,
  errorAbout,
  FAMILIES,
  headerBytesOf,
  hexOf,
  icmpProtocol,
  icmpRun,
  SIZES,
  transportOf,
} from './methods.ts';

const HOST_TEXT = { 4: '198.51.100.7', 6: '2001:db8:7::7' } as const;
const ROUTER_TEXT = { 4: '203.0.113.1', 6: '2001:db8:9::1' } as const;

/** Offset of the token in an echo message: behind type, code, checksum, identifier and sequence. */
const TOKEN_OFFSET = 8;

describe.each(FAMILIES)('an echo probe over IPv%i', (family) => {
  const method = icmpRun(family);

  test('is exactly as large as it was asked to be, at every size', () => {
    expect(SIZES.map((size) => method.encode(1, size).length)).toEqual(SIZES);
  });

  test('says the same size in its IP header, and has valid checksums', () => {
    const broken = SIZES.filter((size, index) => {
      const packet = method.encode(index + 1, size);
      const header = family === 4 ? ipv4.decode(packet) : ipv6.decode(packet);
      const said =
        header.type === 'ipv4' ? header.totalLength : header.type === 'ipv6' ? header.payloadLength + 40 : 0;
      const isHeaderRight = family === 6 || ipv4.hasValidChecksum(packet);
      return said !== size || !isHeaderRight || checksumVerdict(packet, family) !== 0;
    });
    expect(broken).toEqual([]);
  });

  test('has one checksum, identifier and flow for the whole run, so that equal links carry it alike', () => {
    // Type, code, checksum and identifier: what routers look at that spread load by the first bytes.
    const heads = new Set(
      SIZES.map((size, index) => hexOf(transportOf(method.encode(index + 1, size), family).subarray(0, 6))),
    );
    expect(heads.size).toBe(1);
  });

  test('carries noise that does not compress to nothing', () => {
    const payload = transportOf(method.encode(1, 1500), family).subarray(TOKEN_OFFSET);
    expect(new Set(payload).size).toBeGreaterThan(200);
  });

  test('differs from run to run in token and sequence', () => {
    const other = icmpRun(family, 2);
    const partOf = (packet: Uint8Array): string =>
      hexOf(transportOf(packet, family).subarray(6, TOKEN_OFFSET + 8));
    expect(partOf(method.encode(1, 100))).not.toBe(partOf(other.encode(1, 100)));
  });
});

test('an echo probe over IPv4 forbids fragmentation', () => {
  const method = icmpRun(4);
  const allowed = SIZES.filter((size) => {
    const packet = ipv4.decode(method.encode(7, size));
    return packet.type !== 'ipv4' || !packet.dontFragment || packet.moreFragments;
  });
  expect(allowed).toEqual([]);
});

test('an echo probe over IPv6 has no fragment header, and one flow label for the whole run', () => {
  const method = icmpRun(6);
  const packets = SIZES.map((size, index) => ipv6.decode(method.encode(index + 1, size)));
  expect(new Set(packets.map((packet) => packet.type === 'ipv6' && packet.flowLabel)).size).toBe(1);
  expect(packets.every((packet) => packet.type === 'ipv6' && packet.fragment === null)).toBe(true);
});

describe.each(FAMILIES)('what comes back to an echo probe over IPv%i', (family) => {
  const method = icmpRun(family);
  const packet = method.encode(41, 1400);
  const from = HOST_TEXT[family];
  const router = ROUTER_TEXT[family];

  test('an echo reply is the answer to the probe whose sequence it has', () => {
    expect(method.decode(echoReplyTo(packet, family))).toEqual({ type: 'answer', number: 41, from });
  });

  test('every probe of a long run is told apart, also where the sequence wraps', () => {
    const numbers = [1, 2, 255, 256, 1999, 2000, 30_000, 65_535];
    const told = numbers.map((number) => method.decode(echoReplyTo(method.encode(number, 68), family)));
    expect(told).toEqual(numbers.map((number) => ({ type: 'answer', number, from })));
  });

  test.each([8, 12, 16])('an echo reply cut to %i bytes still is the answer', (bytes) => {
    const reply = echoReplyTo(packet, family);
    expect(method.decode({ ...reply, message: reply.message.subarray(0, bytes) })).toEqual({
      type: 'answer',
      number: 41,
      from,
    });
  });

  test("an echo reply with another identifier is another program's", () => {
    const reply = echoReplyTo(packet, family);
    reply.message[5] = (reply.message[5] ?? 0) ^ 1;
    expect(method.decode(reply)).toEqual({ type: 'unrelated' });
  });

  test('an echo reply without our token is not believed', () => {
    const reply = echoReplyTo(packet, family);
    reply.message[TOKEN_OFFSET + 3] = (reply.message[TOKEN_OFFSET + 3] ?? 0) ^ 1;
    expect(method.decode(reply)).toMatchObject({ type: 'ignored', isPtb: false });
  });

  test('an echo reply from another address is not believed', () => {
    expect(method.decode(echoReplyTo(packet, family, routerAddress(family, 3)))).toMatchObject({
      type: 'ignored',
      isPtb: false,
    });
  });

  test('our own echo request, as it passes by on loopback, is nothing', () => {
    const message = transportOf(packet, family);
    expect(method.decode({ source: HOST[family], protocol: icmpProtocol(family), message })).toEqual({
      type: 'unrelated',
    });
  });

  test.each([8, 16, 64, 528])(
    'a PTB that quotes %i bytes of the probe is recognised',
    (quotedTransportBytes) => {
      const ptb = errorAbout(packet, family, { type: 'packet-too-big', mtu: 1380 }, { quotedTransportBytes });
      expect(method.decode(ptb)).toEqual({ type: 'too-big', number: 41, from: router, mtu: 1380, hop: 1 });
    },
  );

  test.each([0, 4, 7])('a PTB that quotes only %i bytes is not believed', (quotedTransportBytes) => {
    const ptb = errorAbout(packet, family, { type: 'packet-too-big', mtu: 1380 }, { quotedTransportBytes });
    expect(method.decode(ptb)).toMatchObject({ type: 'ignored', isPtb: true, from: router });
  });

  test.each([
    [64, 1],
    [63, 2],
    [57, 8],
    [1, 64],
    [0, null],
    [65, null],
    [255, null],
  ])('a quoted TTL of %i means hop %p', (quotedTtl, hop) => {
    const ptb = errorAbout(packet, family, { type: 'packet-too-big', mtu: 1380 }, { quotedTtl });
    expect(method.decode(ptb)).toMatchObject({ type: 'too-big', hop });
  });

  test.each([0, 67, 1400, 65_535])(
    'a PTB that names %i is passed on as it stands: others judge it',
    (mtu) => {
      expect(method.decode(errorAbout(packet, family, { type: 'packet-too-big', mtu }))).toMatchObject({
        mtu,
      });
    },
  );

  const header = headerBytesOf(family);
  const addresses = family === 4 ? { source: 15, destination: 19 } : { source: 23, destination: 39 };
  test.each([
    ['the identifier', header + 5],
    ['the token', header + TOKEN_OFFSET],
    ['the source address', addresses.source],
    ['the destination address', addresses.destination],
    ['the message type', header],
    ['the protocol', family === 4 ? 9 : 6],
    ['the IP version', 0],
  ])('a PTB whose quote differs in %s is not believed', (_, offset) => {
    const tamper = (quote: Uint8Array): void => {
      quote[offset] = (quote[offset] ?? 0) ^ 0x10;
    };
    const ptb = errorAbout(packet, family, { type: 'packet-too-big', mtu: 1380 }, { tamper });
    expect(method.decode(ptb)).toMatchObject({ type: 'ignored', isPtb: true, from: router });
  });

  test('a firewall that prohibits refuses the probe, which says nothing about its size', () => {
    const code = family === 4 ? 13 : 1;
    expect(method.decode(errorAbout(packet, family, { type: 'unreachable', code }))).toEqual({
      type: 'refused',
      number: 41,
      from: router,
      reason: 'administratively prohibited',
    });
  });

  test('a TTL that ran out tells which probe, and at which router', () => {
    expect(method.decode(errorAbout(packet, family, { type: 'time-exceeded' }))).toMatchObject({
      type: 'expired',
      number: 41,
    });
  });

  test('ICMP of the other family, and other protocols, have nothing to do with it', () => {
    const reply = echoReplyTo(packet, family);
    const others = [icmpProtocol(family === 4 ? 6 : 4), 6, 17, 50];
    expect(others.map((protocol) => method.decode({ ...reply, protocol }).type)).toEqual(
      others.map(() => 'unrelated'),
    );
  });

  test('random bytes never throw and are never taken for an answer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (message, isFromHost) => {
        const source = isFromHost ? HOST[family] : routerAddress(family, 2);
        const { type } = method.decode({ source, protocol: icmpProtocol(family), message });
        expect(['unrelated', 'ignored']).toContain(type);
      }),
      { numRuns: 10_000 },
    );
  });

  test('damaged replies and errors never throw, and never name a probe that was not meant', () => {
    const ptb = errorAbout(
      packet,
      family,
      { type: 'packet-too-big', mtu: 1380 },
      { quotedTransportBytes: 64 },
    );
    const reply = echoReplyTo(method.encode(41, 128), family);
    fc.assert(
      fc.property(
        fc.constantFrom(ptb, reply),
        fc.nat({ max: 200 }),
        fc.integer({ min: 1, max: 255 }),
        fc.nat({ max: 200 }),
        (inbound, offset, change, length) => {
          const message = inbound.message.slice(0, Math.max(1, length));
          const at = offset % message.length;
          message[at] = (message[at] ?? 0) ^ change;
          const { type } = method.decode({ ...inbound, message });
          expect(['unrelated', 'ignored', 'answer', 'too-big', 'expired', 'refused']).toContain(type);
        },
      ),
      { numRuns: 10_000 },
    );
  });
});
