import { EMPTY, concat, uint16 } from './bytes.ts';
import {
  Encryption,
  Group,
  HashAlgorithm,
  Integrity,
  NotifyType,
  Prf,
  ProtocolId,
  TransformType,
} from './iana.ts';
import { encode } from './message.ts';
import { addNonEspMarker } from './non-esp-marker.ts';
import { type Payload, notify } from './payload.ts';
import { type Proposal, type Transform, transform } from './security-association.ts';
import { SMALLEST_PADDING_BYTES, firstRequest, paddingPayload } from './size-probe.ts';

export interface NegotiationOptions {
  /** Initiator SPI, 8 bytes, not zero. The same again, with the same nonce, when a cookie is returned. */
  readonly spi: Uint8Array;
  /** 16 to 256 bytes, of even length (OpenIKED insists on it). */
  readonly nonce: Uint8Array;
  /**
   * Key exchange method of `keyExchange`: one of {@link NEGOTIABLE_GROUPS}. After INVALID_KE_PAYLOAD, the one
   * wanted.
   */
  readonly group: number;
  /** The public value, as long as {@link keyExchangeBytes} says. */
  readonly keyExchange: Uint8Array;
  /** Hashes of our own address and of the gateway's, 20 bytes each: see `natDetectionHash`. */
  readonly natDetection: { readonly source: Uint8Array; readonly destination: Uint8Array };
  /**
   * What the gateway's COOKIE answer carried; it then comes first in the same message (RFC 7296, section
   * 2.6).
   */
  readonly cookie?: Uint8Array;
  readonly onPort4500: boolean;
  /**
   * Makes an accepted request of a chosen size, the last resort for measuring: bytes of one more payload, at
   * least 8.
   */
  readonly padding?: { readonly lengthBytes: number; readonly filler: (lengthBytes: number) => Uint8Array };
}

/**
 * An IKE_SA_INIT meant to be accepted, as a real client's is: request B. The answer tells what the gateway
 * chooses, whether it fragments (strongSwan and OpenIKED say so only to who says so first), who is behind a
 * NAT, and who made it.
 *
 * To be sent once per run: an accepted one leaves a half-open SA (30 s on strongSwan, 200 s on libreswan),
 * and five of them from one address make strongSwan block that address, for everybody behind the same NAT. So a
 * `closing` follows it.
 *
 * Throws RangeError on a nonce, group or public value of the wrong kind.
 */
export function negotiation(options: NegotiationOptions): Uint8Array {
  const { nonce, group, keyExchange, cookie, padding } = options;
  const expectedBytes = keyExchangeBytes(group);
  if (expectedBytes === null) throw new RangeError(`group ${group} is not one this program offers`);
  if (keyExchange.length !== expectedBytes) {
    throw new RangeError(`a public value of group ${group} has ${expectedBytes} bytes`);
  }
  if (nonce.length < 16 || nonce.length > 256 || nonce.length % 2 !== 0) {
    throw new RangeError('a nonce has 16 to 256 bytes, an even number');
  }
  const payloads: Payload[] = [
    ...(cookie === undefined ? [] : [notify(NotifyType.cookie, cookie)]),
    { type: 'security-association', proposals: proposals(group), isCritical: false },
    { type: 'key-exchange', group, data: keyExchange, isCritical: false },
    { type: 'nonce', data: nonce, isCritical: false },
    notify(NotifyType.fragmentationSupported, EMPTY),
    notify(NotifyType.natDetectionSourceIp, options.natDetection.source),
    notify(NotifyType.natDetectionDestinationIp, options.natDetection.destination),
    notify(NotifyType.signatureHashAlgorithms, concat(HASHES.map(uint16))),
  ];
  if (padding !== undefined) {
    if (padding.lengthBytes < SMALLEST_PADDING_BYTES) {
      throw new RangeError(`padding has at least ${SMALLEST_PADDING_BYTES} bytes`);
    }
    payloads.push(paddingPayload(padding.lengthBytes, 'private-notify', padding.filler));
  }
  const message = encode({ ...firstRequest(options.spi), payloads });
  return options.onPort4500 ? addNonEspMarker(message) : message;
}

/**
 * Bytes of a public value as an initiator sends it; null for a group that {@link negotiation} does not offer.
 */
export function keyExchangeBytes(group: number): number | null {
  return PUBLIC_VALUE_BYTES.get(group) ?? null;
}

/**
 * RFC 5903 (ECP, without the leading 04), RFC 8031, RFC 3526 and RFC 2409. Strongest that are common come
 * first.
 */
const PUBLIC_VALUE_BYTES: ReadonlyMap<number, number> = new Map([
  [Group.ecp256, 64],
  [Group.modp2048, 256],
  [Group.ecp384, 96],
  [Group.x25519, 32],
  [Group.ecp521, 132],
  [Group.modp3072, 384],
  [Group.modp4096, 512],
  [Group.modp1536, 192],
  [Group.modp1024, 128],
]);

export const NEGOTIABLE_GROUPS: readonly number[] = [...PUBLIC_VALUE_BYTES.keys()];

/**
 * Three offers that between them meet the defaults of all gateways known here: CBC, AEAD, and for an RRAS
 * server that nobody has configured, 3DES with MODP-1024. What is chosen protects one empty message.
 */
function proposals(firstGroup: number): readonly Proposal[] {
  const groups = [firstGroup, ...NEGOTIABLE_GROUPS.filter((group) => group !== firstGroup)].map((group) =>
    transform(TransformType.keyExchange, group),
  );
  return [
    proposal(1, [...cipher(Encryption.aesCbc, [256, 192, 128]), ...PRFS, ...INTEGRITIES, ...groups]),
    proposal(2, [...cipher(Encryption.aesGcm16, [256, 128]), ...PRFS, ...groups]),
    proposal(3, [
      transform(TransformType.encryption, Encryption.des3),
      transform(TransformType.pseudorandomFunction, Prf.hmacSha1),
      transform(TransformType.integrity, Integrity.hmacSha1_96),
      transform(TransformType.keyExchange, Group.modp1024),
    ]),
  ];
}

function proposal(number: number, transforms: readonly Transform[]): Proposal {
  return { number, protocolId: ProtocolId.ike, spi: EMPTY, transforms };
}

function cipher(id: number, keyLengths: readonly number[]): readonly Transform[] {
  return keyLengths.map((bits) => transform(TransformType.encryption, id, bits));
}

const PRFS = [Prf.hmacSha2_256, Prf.hmacSha2_384, Prf.hmacSha2_512, Prf.hmacSha1].map((id) =>
  transform(TransformType.pseudorandomFunction, id),
);
const INTEGRITIES = [
  Integrity.hmacSha2_256_128,
  Integrity.hmacSha2_384_192,
  Integrity.hmacSha2_512_256,
  Integrity.hmacSha1_96,
].map((id) => transform(TransformType.integrity, id));
const HASHES = [
  HashAlgorithm.sha2_256,
  HashAlgorithm.sha2_384,
  HashAlgorithm.sha2_512,
  HashAlgorithm.identity,
];
