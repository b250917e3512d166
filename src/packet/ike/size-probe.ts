import { EMPTY, isZero } from './bytes.ts';
import { IKE_HEADER_BYTES, SPI_BYTES } from './header.ts';
import {
  Encryption,
  ExchangeType,
  Group,
  Integrity,
  NotifyType,
  Prf,
  ProtocolId,
  TransformType,
} from './iana.ts';
import { type IkeMessage, encode } from './message.ts';
import { NON_ESP_MARKER_BYTES, addNonEspMarker } from './non-esp-marker.ts';
import { PAYLOAD_HEADER_BYTES, type Payload, notify } from './payload.ts';
import { transform } from './security-association.ts';

/**
 * How a probe is padded, in the order to try them when a small one stays unanswered:
 *
 * - `private-notify`: request A. strongSwan, libreswan and OpenIKED answer it at every size they can receive.
 * - `vendor-id`: the padding is a Vendor ID. Not first, because strongSwan logs an unknown one in hex.
 * - `major-version-3`: as the first, but of IKE version 3: whoever knows RFC 7296 section 2.5 answers
 *   INVALID_MAJOR_VERSION before looking at anything else, strongSwan even while it blocks an address.
 */
export type SizeProbeVariant = 'private-notify' | 'vendor-id' | 'major-version-3';

export const SIZE_PROBE_VARIANTS: readonly SizeProbeVariant[] = [
  'private-notify',
  'vendor-id',
  'major-version-3',
];

export interface SizeProbeOptions {
  /** The UDP payload wanted, non-ESP marker included. See {@link sizeProbe} for the sizes there are. */
  readonly totalUdpPayloadBytes: number;
  /** Initiator SPI, 8 bytes, not zero; fresh for every transmission (OpenIKED answers no repetition). */
  readonly spi: Uint8Array;
  /** 32 bytes, fresh for every transmission. */
  readonly nonce: Uint8Array;
  /** A point of P-256 without its leading 04: 64 bytes. A real one, since some responders check it. */
  readonly keyExchange: Uint8Array;
  /** Gives that many bytes of padding. Random-looking, because a link that compresses would shrink zeros. */
  readonly filler: (lengthBytes: number) => Uint8Array;
  /** Port 4500 puts a non-ESP marker before the message. */
  readonly onPort4500: boolean;
  /** Default: `private-notify`. */
  readonly variant?: SizeProbeVariant;
}

export type SizeProbe =
  | { readonly type: 'probe'; readonly udpPayload: Uint8Array }
  /** There is no probe of this size. */
  | { readonly type: 'refused'; readonly reason: string };

/**
 * An IKE_SA_INIT that every gateway answers and none accepts, of exactly the UDP payload size asked for: its
 * one proposal names a private cipher, so that the answer is NO_PROPOSAL_CHOSEN and no half-open SA remains.
 *
 * Reachable sizes on port 500: 180 (no padding), and every size from 188 to 65527. On port 4500, 4 more: 184,
 * and 192 to 65527. The seven sizes between cannot be had, because the smallest padding payload has 8 bytes.
 * 65527 is what a UDP datagram over IPv6 can carry (65507 over IPv4); each daemon has its own limit below
 * (OpenIKED 8192, strongSwan 10000, libreswan 65536).
 *
 * Throws RangeError when SPI, nonce, key exchange or filler have the wrong length: those are the caller's
 * errors.
 */
export function sizeProbe(options: SizeProbeOptions): SizeProbe {
  const { totalUdpPayloadBytes: total, onPort4500, variant = 'private-notify' } = options;
  const base = smallestSizeProbeBytes(onPort4500);
  const paddingBytes = total - base;
  if (!Number.isInteger(total) || paddingBytes < 0) {
    return { type: 'refused', reason: `the smallest probe has ${base} bytes of UDP payload` };
  }
  if (paddingBytes > 0 && paddingBytes < SMALLEST_PADDING_BYTES) {
    const next = base + SMALLEST_PADDING_BYTES;
    return {
      type: 'refused',
      reason: `sizes between ${base} and ${next} bytes of UDP payload can't be made`,
    };
  }
  if (total > LARGEST_UDP_PAYLOAD_BYTES) {
    return { type: 'refused', reason: `a UDP payload has at most ${LARGEST_UDP_PAYLOAD_BYTES} bytes` };
  }
  const padding = paddingBytes === 0 ? [] : [paddingPayload(paddingBytes, variant, options.filler)];
  const message = encode({
    ...firstRequest(options.spi),
    majorVersion: variant === 'major-version-3' ? 3 : 2,
    payloads: [
      { type: 'security-association', proposals: [PROPOSAL_NOBODY_ACCEPTS], isCritical: false },
      {
        type: 'key-exchange',
        group: Group.ecp256,
        data: exactly(options.keyExchange, P256_BYTES, 'key exchange'),
        isCritical: false,
      },
      { type: 'nonce', data: exactly(options.nonce, NONCE_BYTES, 'nonce'), isCritical: false },
      ...padding,
    ],
  });
  return { type: 'probe', udpPayload: onPort4500 ? addNonEspMarker(message) : message };
}

/** UDP payload of the probe without padding: 180, or 184 on port 4500. */
export function smallestSizeProbeBytes(onPort4500: boolean): number {
  return UNPADDED_MESSAGE_BYTES + (onPort4500 ? NON_ESP_MARKER_BYTES : 0);
}

/** The smallest size that can be made and is not below `totalUdpPayloadBytes`. */
export function reachableSizeProbeBytes(totalUdpPayloadBytes: number, onPort4500: boolean): number {
  const base = smallestSizeProbeBytes(onPort4500);
  if (totalUdpPayloadBytes <= base) return base;
  return Math.max(totalUdpPayloadBytes, base + SMALLEST_PADDING_BYTES);
}

/** The header fields of the first request of an exchange, without payloads. */
export function firstRequest(spi: Uint8Array): IkeMessage {
  if (isZero(spi)) throw new RangeError("an initiator's SPI is not zero");
  return {
    type: 'ike',
    initiatorSpi: exactly(spi, SPI_BYTES, 'SPI'),
    responderSpi: new Uint8Array(SPI_BYTES),
    majorVersion: 2,
    minorVersion: 0,
    exchangeType: ExchangeType.ikeSaInit,
    isFromInitiator: true,
    isResponse: false,
    messageId: 0,
    payloads: [],
    trailing: EMPTY,
  };
}

/** `lengthBytes` counts the payload's own header. At least {@link SMALLEST_PADDING_BYTES}. */
export function paddingPayload(
  lengthBytes: number,
  variant: SizeProbeVariant,
  filler: (lengthBytes: number) => Uint8Array,
): Payload {
  const headerBytes = variant === 'vendor-id' ? PAYLOAD_HEADER_BYTES : NOTIFY_HEADER_BYTES;
  const data = exactly(filler(lengthBytes - headerBytes), lengthBytes - headerBytes, 'filler');
  return variant === 'vendor-id'
    ? { type: 'vendor-id', data, isCritical: false }
    : notify(NotifyType.privateFiller, data);
}

function exactly(bytes: Uint8Array, lengthBytes: number, what: string): Uint8Array {
  if (bytes.length !== lengthBytes)
    throw new RangeError(`the ${what} has ${lengthBytes} bytes, not ${bytes.length}`);
  return bytes;
}

const NOTIFY_HEADER_BYTES = PAYLOAD_HEADER_BYTES + 4;
/**
 * An empty notify. A Vendor ID could be four bytes smaller; one set of sizes for all variants is worth more.
 */
export const SMALLEST_PADDING_BYTES = NOTIFY_HEADER_BYTES;
const P256_BYTES = 64;
const NONCE_BYTES = 32;
const SA_BYTES = 44;
const UNPADDED_MESSAGE_BYTES =
  IKE_HEADER_BYTES +
  SA_BYTES +
  (PAYLOAD_HEADER_BYTES + 4 + P256_BYTES) +
  (PAYLOAD_HEADER_BYTES + NONCE_BYTES);
const LARGEST_UDP_PAYLOAD_BYTES = 65535 - 8;

/**
 * Everything in it is ordinary but the cipher: a group that a responder doesn't know is answered otherwise.
 */
const PROPOSAL_NOBODY_ACCEPTS = {
  number: 1,
  protocolId: ProtocolId.ike,
  spi: EMPTY,
  transforms: [
    transform(TransformType.encryption, Encryption.privateNobody),
    transform(TransformType.integrity, Integrity.hmacSha2_256_128),
    transform(TransformType.pseudorandomFunction, Prf.hmacSha2_256),
    transform(TransformType.keyExchange, Group.ecp256),
  ],
} as const;
