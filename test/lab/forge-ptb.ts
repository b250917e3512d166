/**
 * A program for a router's namespace: watches the probes of a measurement and answers each with a forged packet too
 * big. Started by forger.ts: `forge-ptb.ts FAMILY CLIENT HOST DEVICE FORGERY MTU`. Prints `forging` when it is
 * ready, and goes on until it is killed.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import type { Forgery } from './forger.ts';

/** What this program uses of raw-socket. */
interface RawSocketModule {
  readonly AddressFamily: { readonly IPv4: number; readonly IPv6: number };
  readonly createSocket: (options: { protocol: number; addressFamily: number }) => {
    send(
      buffer: Buffer,
      offset: number,
      length: number,
      address: string,
      callback: (error: Error | null) => void,
    ): void;
  };
}

const [familyText, client, host, device, forgeryText, mtuText] = process.argv.slice(2);
if (client === undefined || host === undefined || device === undefined) throw new Error('arguments missing');
const family = Number(familyText) === 6 ? 6 : 4;
const forgery = forgeryText as Forgery;
const mtu = Number(mtuText);

const raw = createRequire(import.meta.url)('raw-socket') as RawSocketModule;
const socket = raw.createSocket({
  protocol: family === 4 ? 1 : 58,
  addressFamily: family === 4 ? raw.AddressFamily.IPv4 : raw.AddressFamily.IPv6,
});

const filter = `src host ${client} and dst host ${host}`;
const capture = spawn('tcpdump', ['-n', '-U', '--immediate-mode', '-w', '-', '-i', device, filter], {
  stdio: ['ignore', 'pipe', 'pipe'],
});
capture.stderr.setEncoding('utf8').on('data', (text: string) => {
  if (text.includes('listening on')) process.stdout.write('forging\n');
});
let pending: Buffer = Buffer.alloc(0);
let isPastFileHeader = false;
capture.stdout.on('data', (chunk: Buffer) => {
  pending = Buffer.concat([pending, chunk]);
  for (let packet = nextPacket(); packet !== null; packet = nextPacket()) {
    const ptb = packetTooBig(quote(packet));
    socket.send(ptb, 0, ptb.length, client, () => {});
  }
});

/** The next whole IP packet of the capture (pcap, little-endian, Ethernet); null until there is one. */
function nextPacket(): Buffer | null {
  if (!isPastFileHeader && pending.length >= PCAP_FILE_HEADER) {
    pending = pending.subarray(PCAP_FILE_HEADER);
    isPastFileHeader = true;
  }
  if (!isPastFileHeader || pending.length < PCAP_RECORD_HEADER) return null;
  const end = PCAP_RECORD_HEADER + pending.readUInt32LE(8);
  if (pending.length < end) return null;
  const packet = pending.subarray(PCAP_RECORD_HEADER + ETHERNET_HEADER, end);
  pending = pending.subarray(end);
  return packet;
}

/** The part of a probe that the forged message quotes, altered as the forgery wants. */
function quote(packet: Buffer): Buffer {
  const quoted = Buffer.from(packet.subarray(0, family === 4 ? QUOTED_BYTES_4 : QUOTED_BYTES_6));
  const headerLength = family === 4 ? (quoted.readUInt8(0) & 0x0f) * 4 : 40;
  switch (forgery) {
    case 'right-quote':
      break;
    case 'unknown-quote': {
      // Another destination: the last byte of the address.
      const last = family === 4 ? 19 : 39;
      quoted.writeUInt8(quoted.readUInt8(last) ^ 0x40, last);
      break;
    }
    case 'wrong-id': {
      // The identifier of an echo request, the source port of UDP.
      const isUdp = quoted.readUInt8(family === 4 ? 9 : 6) === 17;
      const at = headerLength + (isUdp ? 0 : 4);
      quoted.writeUInt16BE(quoted.readUInt16BE(at) ^ 0x0155, at);
      break;
    }
    default:
      throw new Error(`no such forgery: ${String(forgery satisfies never)}`);
  }
  if (family === 4) {
    quoted.writeUInt16BE(0, 10);
    quoted.writeUInt16BE(checksum(quoted.subarray(0, headerLength)), 10);
  }
  return quoted;
}

/** ICMPv4 type 3 code 4 (RFC 1191 section 4), or ICMPv6 type 2, whose checksum the kernel fills in. */
function packetTooBig(quoted: Buffer): Buffer {
  const header = Buffer.alloc(8);
  if (family === 6) {
    header.writeUInt8(2, 0);
    header.writeUInt32BE(mtu, 4);
    return Buffer.concat([header, quoted]);
  }
  header.writeUInt8(3, 0);
  header.writeUInt8(4, 1);
  header.writeUInt16BE(mtu, 6);
  const message = Buffer.concat([header, quoted]);
  message.writeUInt16BE(checksum(message), 2);
  return message;
}

function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    sum += (bytes.readUInt8(at) << 8) | (at + 1 < bytes.length ? bytes.readUInt8(at + 1) : 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

const PCAP_FILE_HEADER = 24;
const PCAP_RECORD_HEADER = 16;
const ETHERNET_HEADER = 14;
/** As much as Linux quotes: 576 bytes less two headers, and 1280 bytes less two headers. */
const QUOTED_BYTES_4 = 548;
const QUOTED_BYTES_6 = 1232;
