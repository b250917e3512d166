import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import * as ipv4 from '../../src/packet/ipv4.ts';
import * as ipv6 from '../../src/packet/ipv6.ts';
import { PROTOCOL } from '../../src/packet/protocol.ts';
import * as udp from '../../src/packet/udp.ts';
import { CLIENT, HOST, routerAddress } from '../sim/path.ts';
import {
  checksumVerdict,
  DESTINATION_PORT,
  errorAbout,
  FAMILIES,
  headerBytesOf,
  icmpProtocol,
  SIZES,
  SOURCE_PORT,
  transportOf,
  udpRun,
} from './methods.ts';

const HOST_TEXT = { 4: '198.51.100.7', 6: '2001:db8:7::7' } as const;
const ROUTER_TEXT = { 4: '203.0.113.1', 6: '2001:db8:9::1' } as const;

/** Offset of the token in a datagram, behind the UDP header. */
const TOKEN_OFFSET = 8;

describe.each(FAMILIES)('a UDP probe over IPv%i', (family) => {
  const method = udpRun(family);
  const header = (packet: Uint8Array) => udp.decodeHeader(transportOf(packet, family));

  const checksumOf = (number: number, size: number): number =>
    ({ checksum: 0, ...header(method.encode(number, size)) }).checksum;

  test('is exactly as large as it was asked to be, at every size', () => {
    expect(SIZES.map((size) => method.encode(1, size).length)).toEqual(SIZES);
  });

  test('says the same size in its headers, and has valid checksums', () => {
    const broken = SIZES.filter((size, index) => {
      const packet = method.encode(index + 1, size);
      const ip = family === 4 ? ipv4.decode(packet) : ipv6.decode(packet);
      const said = ip.type === 'ipv4' ? ip.totalLength : ip.type === 'ipv6' ? ip.payloadLength + 40 : 0;
      const { length } = { length: 0, ...header(packet) };
      const isHeaderRight = family === 6 || ipv4.hasValidChecksum(packet);
      return (
        said !== size ||
        length !== size - headerBytesOf(family) ||
        !isHeaderRight ||
        checksumVerdict(packet, family) !== 0
      );
    });
    expect(broken).toEqual([]);
  });

  test('is one flow for the whole run: the same ports', () => {
    const ports = new Set(
      SIZES.map((size, index) => {
        const { sourcePort, destinationPort } = {
          sourcePort: 0,
          destinationPort: 0,
          ...header(method.encode(index + 1, size)),
        };
        return `${sourcePort} ${destinationPort}`;
      }),
    );
    expect([...ports]).toEqual([`${SOURCE_PORT} ${DESTINATION_PORT}`]);
  });

  test('has a checksum of its own, never 0: it says which probe it is, whatever its size', () => {
    const checksums = Array.from({ length: 2000 }, (_, index) => checksumOf(index + 1, 68));
    expect(new Set(checksums).size).toBe(2000);
    expect(checksums).not.toContain(0);
    expect(checksums).not.toContain(0xffff);
    expect(checksumOf(77, 1500)).toBe(checksumOf(77, 68));
  });
});

test('a UDP probe over IPv4 forbids fragmentation', () => {
  const method = udpRun(4);
  const allowed = SIZES.filter((size) => {
    const packet = ipv4.decode(method.encode(7, size));
    return packet.type !== 'ipv4' || !packet.dontFragment || packet.moreFragments;
  });
  expect(allowed).toEqual([]);
});

describe.each(FAMILIES)('what comes back to a UDP probe over IPv%i', (family) => {
  const method = udpRun(family);
  const packet = method.encode(41, 1400);
  const from = HOST_TEXT[family];
  const router = ROUTER_TEXT[family];

  test.each([8, 64, 528])(
    'port unreachable from the target with a quote of %i bytes is the answer',
    (bytes) => {
      const error = errorAbout(
        packet,
        family,
        { type: 'port-unreachable' },
        { from: HOST[family], quotedTransportBytes: bytes },
      );
      expect(method.decode(error)).toMatchObject({ type: 'answer', number: 41, from });
    },
  );

  test('every probe of a long run is told apart, by 8 quoted bytes and by more', () => {
    const numbers = [1, 2, 255, 256, 1999, 2000, 30_000];
    const told = numbers.flatMap((number) =>
      [8, 28].map((quotedTransportBytes) =>
        method.decode(
          errorAbout(
            method.encode(number, 68),
            family,
            { type: 'port-unreachable' },
            { from: HOST[family], quotedTransportBytes },
          ),
        ),
      ),
    );
    expect(told).toMatchObject(
      numbers.flatMap((number) => [0, 1].map(() => ({ type: 'answer', number, from }))),
    );
  });

  test('port unreachable from a router is a refusal: the probe did not reach the target', () => {
    expect(method.decode(errorAbout(packet, family, { type: 'port-unreachable' }))).toMatchObject({
      type: 'refused',
      number: 41,
      from: router,
    });
  });

  test.each([8, 16, 64, 528])(
    'a PTB that quotes %i bytes of the probe is recognised',
    (quotedTransportBytes) => {
      const ptb = errorAbout(
        packet,
        family,
        { type: 'packet-too-big', mtu: 1380 },
        { quotedTransportBytes, quotedTtl: 62 },
      );
      expect(method.decode(ptb)).toEqual({ type: 'too-big', number: 41, from: router, mtu: 1380, hop: 3 });
    },
  );

  test.each([0, 4, 7])('a PTB that quotes only %i bytes is not believed', (quotedTransportBytes) => {
    const ptb = errorAbout(packet, family, { type: 'packet-too-big', mtu: 1380 }, { quotedTransportBytes });
    expect(method.decode(ptb)).toMatchObject({ type: 'ignored', isPtb: true, from: router });
  });

  test('a NAT that rewrites the quoted checksum does no harm where the token is quoted too', () => {
    const tamper = (quote: Uint8Array): void => {
      quote.fill(0xab, headerBytesOf(family) + 6, headerBytesOf(family) + 8);
    };
    const ptb = errorAbout(packet, family, { type: 'packet-too-big', mtu: 1380 }, { tamper });
    expect(method.decode(ptb)).toMatchObject({ type: 'too-big', number: 41 });
  });

  const header = headerBytesOf(family);
  const addresses = family === 4 ? { source: 15, destination: 19 } : { source: 23, destination: 39 };
  test.each([
    ['the source port', header + 1],
    ['the destination port', header + 3],
    ['the token', header + TOKEN_OFFSET],
    ['the source address', addresses.source],
    ['the destination address', addresses.destination],
    ['the protocol', family === 4 ? 9 : 6],
    ['the IP version', 0],
  ])('an error whose quote differs in %s is not believed', (_, offset) => {
    const tamper = (quote: Uint8Array): void => {
      quote[offset] = (quote[offset] ?? 0) ^ 0x10;
    };
    const told = [
      errorAbout(packet, family, { type: 'packet-too-big', mtu: 1380 }, { tamper }),
      errorAbout(packet, family, { type: 'port-unreachable' }, { from: HOST[family], tamper }),
    ].map((error) => method.decode(error));
    expect(told).toMatchObject([
      { type: 'ignored', isPtb: true },
      { type: 'ignored', isPtb: false },
    ]);
  });

  test('data from the port we probe is not an answer to a size: the port is open', () => {
    const message = udp.encode({
      source: HOST[family],
      destination: CLIENT[family],
      sourcePort: DESTINATION_PORT,
      destinationPort: SOURCE_PORT,
      payload: Uint8Array.of(1, 2, 3),
    });
    expect(method.decode({ source: HOST[family], protocol: PROTOCOL.udp, message })).toMatchObject({
      type: 'ignored',
      isPtb: false,
    });
    expect(method.decode({ source: routerAddress(family, 1), protocol: PROTOCOL.udp, message })).toEqual({
      type: 'unrelated',
    });
  });

  test('random bytes never throw and are never taken for an answer', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 120 }),
        fc.constantFrom(PROTOCOL.udp, icmpProtocol(family), 6),
        (message, protocol) => {
          const { type } = method.decode({ source: HOST[family], protocol, message });
          expect(['unrelated', 'ignored']).toContain(type);
        },
      ),
      { numRuns: 10_000 },
    );
  });

  test('damaged errors never throw', () => {
    const ptb = errorAbout(
      packet,
      family,
      { type: 'packet-too-big', mtu: 1380 },
      { quotedTransportBytes: 64 },
    );
    const closed = errorAbout(packet, family, { type: 'port-unreachable' }, { quotedTransportBytes: 64 });
    fc.assert(
      fc.property(
        fc.constantFrom(ptb, closed),
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
