import { requireInteger } from './argument.ts';
import { readUint16 } from './big-endian.ts';
import { assemble, type Echo, HEADER_BYTES } from './icmp.ts';

/**
 * Echo request and reply, the same in ICMPv4 (RFC 792) and ICMPv6 (RFC 4443 section 4.1) but for type and checksum.
 *
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |     Type      |   Code = 0    |          Checksum             |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |           Identifier          |        Sequence Number        |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |     Data ...
 */
export function encode(type: number, echo: Echo): Uint8Array {
  requireInteger('identifier', echo.identifier, 0, 0xffff);
  requireInteger('sequence', echo.sequence, 0, 0xffff);
  return assemble(type, 0, ((echo.identifier << 16) | echo.sequence) >>> 0, echo.data);
}

/** The caller has checked that the header is there. */
export function decode(bytes: Uint8Array): Echo {
  return {
    identifier: readUint16(bytes, IDENTIFIER_OFFSET),
    sequence: readUint16(bytes, SEQUENCE_OFFSET),
    data: bytes.subarray(HEADER_BYTES),
  };
}

const IDENTIFIER_OFFSET = 4;
const SEQUENCE_OFFSET = 6;
