/**
 * A program for the client's namespace: sends IKE requests to port 500 in IP fragments of its own making, and prints
 * for each whether it was answered, as JSON. Started by fragments.ts: `ask-in-fragments.ts FAMILY SOURCE HOST CUTS`.
 */
import { createECDH, randomBytes, randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import ipaddr from 'ipaddr.js';
import { RawTransport } from '../../src/net/raw-transport.ts';
import { fragmentIpv4, fragmentIpv6 } from '../../src/packet/fragment.ts';
import { sizeProbe } from '../../src/packet/ike/size-probe.ts';
import * as ipv4 from '../../src/packet/ipv4.ts';
import * as ipv6 from '../../src/packet/ipv6.ts';
import { PROTOCOL } from '../../src/packet/protocol.ts';
import * as udp from '../../src/packet/udp.ts';
import type { CutRequest } from './fragments.ts';

/** An answer takes a few milliseconds here; strongSwan's threads may have to wait for a busy machine. */
const PATIENCE_MS = 500;
const PAUSE_MS = 5;
const IPV4_HEADER = {
  protocol: PROTOCOL.udp,
  timeToLive: 64,
  fragmentOffsetBytes: 0,
  typeOfService: 0,
  dontFragment: false,
  moreFragments: false,
};
const IPV6_HEADER = { nextHeader: PROTOCOL.udp, hopLimit: 64, trafficClass: 0, flowLabel: 0 };

const [familyText, sourceText = '', hostText = '', cutsText = '[]'] = process.argv.slice(2);
const family = Number(familyText) === 6 ? 6 : 4;
const source = Uint8Array.from(ipaddr.parse(sourceText).toByteArray());
const host = Uint8Array.from(ipaddr.parse(hostText).toByteArray());
const keyExchange = new Uint8Array(createECDH('prime256v1').generateKeys().subarray(1));

const transport = await RawTransport.open(family);
const answered = new Set<string>();
transport.listen(host, ({ protocol, message }) => {
  const datagram = udp.decode(message);
  // The initiator's SPI comes first in the answer too.
  if (protocol === PROTOCOL.udp && datagram.type === 'udp')
    answered.add(hex(datagram.payload.subarray(0, 8)));
});

const cuts = JSON.parse(cutsText) as CutRequest[];
const spis = cuts.map(() => new Uint8Array(randomBytes(8)));
for (const [index, cut] of cuts.entries()) {
  const pieces = cutUp(request(spis[index] ?? new Uint8Array(8), cut.packetBytes), cut);
  for (const piece of cut.order === 'last-first' ? pieces.toReversed() : pieces) {
    transport.send(piece, hostText, {
      onSent: () => {},
      onFailed: (_failure, reason) => {
        throw new Error(reason);
      },
    });
  }
  await delay(PAUSE_MS);
}
const deadline = performance.now() + PATIENCE_MS;
const isAnswered = (spi: Uint8Array): boolean => answered.has(hex(spi));
while (!spis.every(isAnswered) && performance.now() < deadline) await delay(PAUSE_MS);
process.stdout.write(JSON.stringify(spis.map(isAnswered)));
transport.close();

function request(spi: Uint8Array, packetBytes: number): Uint8Array {
  const headers = (family === 4 ? ipv4.HEADER_BYTES : ipv6.HEADER_BYTES) + udp.HEADER_BYTES;
  const probe = sizeProbe({
    totalUdpPayloadBytes: packetBytes - headers,
    spi,
    nonce: new Uint8Array(randomBytes(32)),
    keyExchange,
    filler: (bytes) => new Uint8Array(randomBytes(bytes)),
    onPort4500: false,
  });
  if (probe.type === 'refused') throw new RangeError(probe.reason);
  const ports = { sourcePort: transport.udpSourcePort, destinationPort: 500 };
  const datagram = udp.encode({ source, destination: host, ...ports, payload: probe.udpPayload });
  return family === 4
    ? ipv4.encode({ ...IPV4_HEADER, source, destination: host, identification: randomInt(65_536) }, datagram)
    : ipv6.encode({ ...IPV6_HEADER, source, destination: host }, datagram);
}

function cutUp(packet: Uint8Array, { pieceBytes }: CutRequest): readonly Uint8Array[] {
  return family === 4
    ? fragmentIpv4(packet, { maxBytes: pieceBytes })
    : fragmentIpv6(packet, { maxBytes: pieceBytes, identification: randomInt(2 ** 32) });
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
