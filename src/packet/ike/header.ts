import { viewOf } from './bytes.ts';
import { type Malformed, malformed } from '../malformed.ts';

/**
 * The header of every IKE message, RFC 7296 section 3.1:
 *
 * ```
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                       IKE SA Initiator's SPI                  |
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                       IKE SA Responder's SPI                  |
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Next Payload | MjVer | MnVer | Exchange Type |     Flags     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                          Message ID                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                            Length                             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 */
export interface IkeHeader {
  /** 8 bytes, never zero in a message of ours. An answer carries it back: that is how it is matched. */
  readonly initiatorSpi: Uint8Array;
  /** 8 bytes; zero in a first request and in answers that made no state. */
  readonly responderSpi: Uint8Array;
  /** Type of the first payload, 0 for none. */
  readonly nextPayload: number;
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly exchangeType: number;
  /** I: sent by whoever started this IKE SA. */
  readonly isFromInitiator: boolean;
  /** R: an answer to the request of the same message ID. */
  readonly isResponse: boolean;
  readonly messageId: number;
  /** The whole message in bytes, this header included. */
  readonly lengthBytes: number;
}

export const IKE_HEADER_BYTES = 28;
export const SPI_BYTES = 8;

/** Throws RangeError when an SPI is not 8 bytes long: that is the caller's error. */
export function encodeHeader(header: IkeHeader): Uint8Array {
  const { initiatorSpi, responderSpi } = header;
  if (initiatorSpi.length !== SPI_BYTES || responderSpi.length !== SPI_BYTES) {
    throw new RangeError('an IKE SPI is 8 bytes long');
  }
  const bytes = new Uint8Array(IKE_HEADER_BYTES);
  bytes.set(initiatorSpi, 0);
  bytes.set(responderSpi, RESPONDER_SPI_OFFSET);
  bytes[NEXT_PAYLOAD_OFFSET] = header.nextPayload;
  bytes[VERSION_OFFSET] = (header.majorVersion << 4) | header.minorVersion;
  bytes[EXCHANGE_TYPE_OFFSET] = header.exchangeType;
  bytes[FLAGS_OFFSET] =
    (header.isFromInitiator ? INITIATOR_FLAG : 0) | (header.isResponse ? RESPONSE_FLAG : 0);
  const view = viewOf(bytes);
  view.setUint32(MESSAGE_ID_OFFSET, header.messageId);
  view.setUint32(LENGTH_OFFSET, header.lengthBytes);
  return bytes;
}

/**
 * Reads the header alone. It is enough to match an answer to a request, also when the payloads behind it are
 * in a format that this program does not know.
 */
export function decodeHeader(bytes: Uint8Array): IkeHeader | Malformed {
  if (bytes.length < IKE_HEADER_BYTES) return malformed('shorter than an IKE header');
  const view = viewOf(bytes);
  const version = view.getUint8(VERSION_OFFSET);
  const flags = view.getUint8(FLAGS_OFFSET);
  return {
    initiatorSpi: bytes.slice(0, SPI_BYTES),
    responderSpi: bytes.slice(RESPONDER_SPI_OFFSET, RESPONDER_SPI_OFFSET + SPI_BYTES),
    nextPayload: view.getUint8(NEXT_PAYLOAD_OFFSET),
    majorVersion: version >> 4,
    minorVersion: version & 0x0f,
    exchangeType: view.getUint8(EXCHANGE_TYPE_OFFSET),
    isFromInitiator: (flags & INITIATOR_FLAG) !== 0,
    isResponse: (flags & RESPONSE_FLAG) !== 0,
    messageId: view.getUint32(MESSAGE_ID_OFFSET),
    lengthBytes: view.getUint32(LENGTH_OFFSET),
  };
}

const RESPONDER_SPI_OFFSET = 8;
const NEXT_PAYLOAD_OFFSET = 16;
const VERSION_OFFSET = 17;
const EXCHANGE_TYPE_OFFSET = 18;
const FLAGS_OFFSET = 19;
const MESSAGE_ID_OFFSET = 20;
const LENGTH_OFFSET = 24;
const INITIATOR_FLAG = 0x08;
const RESPONSE_FLAG = 0x20;
