import { equal, isZero, toHex, viewOf } from './bytes.ts';
import type { IkeHeader } from './header.ts';
import { NotifyType, TransformType, isErrorNotify, notifyName } from './iana.ts';
import type { IkeMessage } from './message.ts';
import type { NatDetectionHashes } from './nat-detection.ts';
import { type Payload, authorityCount } from './payload.ts';
import { type Proposal, keyLengthBits } from './security-association.ts';
import { type VendorIdentity, identifyVendorId } from './vendor-id.ts';

/** What a gateway's answer says. Every one of them proves that the request arrived. */
type Outcome =
  /** A full response: the gateway accepts one of our offers, and holds a half-open SA now. */
  | { readonly type: 'accepted'; readonly algorithms: Algorithms }
  /** Ask again with this in front (RFC 7296, section 2.6): the gateway is under load, or careful. */
  | { readonly type: 'cookie-wanted'; readonly cookie: Uint8Array }
  /** Ask again with this group; null when the answer does not say which. */
  | { readonly type: 'group-wanted'; readonly group: number | null }
  /** RFC 5685: use another gateway. `gateway` is the data of the notify, uninterpreted. */
  | { readonly type: 'redirected'; readonly gateway: Uint8Array }
  /** Any other error notify, the first of them. */
  | { readonly type: 'refused'; readonly notifyType: number; readonly name: string }
  /** None of these: an empty message, an IKEv1 answer, a protected one. */
  | { readonly type: 'other'; readonly reason: string };

/** IDs of the registry; null where the answer names none, such as integrity beside an AEAD cipher. */
export interface Algorithms {
  readonly encryption: number | null;
  readonly keyLengthBits: number | null;
  readonly pseudorandomFunction: number | null;
  readonly integrity: number | null;
  readonly group: number | null;
}

export interface Answer {
  readonly outcome: Outcome;
  /** Null when it is zero: the gateway keeps no state for this exchange. */
  readonly responderSpi: Uint8Array | null;
  /** N(IKEV2_FRAGMENTATION_SUPPORTED), RFC 7383. Only an accepting answer can tell. */
  readonly fragmentationSupported: boolean;
  readonly natDetection: NatDetectionHashes;
  /** CERTREQ payloads, and the CA hashes in them: each costs 20 bytes. */
  readonly certificateRequests: number;
  readonly certificateAuthorities: number;
  /** Vendor IDs that are known here. */
  readonly vendors: readonly VendorIdentity[];
  /** Those that are not, in hexadecimal. */
  readonly unknownVendorIds: readonly string[];
}

/**
 * Whether a message answers the request that carried this SPI. The SPI is 64 random bits that only someone
 * who has seen the request knows. Our own request coming back (a reflecting host) is no answer: it has the
 * initiator's flag and not the response flag. A response flag alone is not asked for, since a rejection
 * outside of any SA may lack it.
 */
export function isAnswerTo(
  header: Pick<IkeHeader, 'initiatorSpi' | 'isFromInitiator' | 'isResponse'>,
  initiatorSpi: Uint8Array,
): boolean {
  return equal(header.initiatorSpi, initiatorSpi) && (header.isResponse || !header.isFromInitiator);
}

export function classifyAnswer(message: IkeMessage): Answer {
  const notifies = message.payloads.filter((payload) => payload.type === 'notify');
  const requests = message.payloads.filter((payload) => payload.type === 'certificate-request');
  const vendorIds = message.payloads.filter((payload) => payload.type === 'vendor-id');
  const hashes = (notifyType: number): readonly Uint8Array[] =>
    notifies.filter((each) => each.notifyType === notifyType).map((each) => each.data);
  return {
    outcome: outcomeOf(message, notifies),
    responderSpi: isZero(message.responderSpi) ? null : message.responderSpi,
    fragmentationSupported: hashes(NotifyType.fragmentationSupported).length > 0,
    natDetection: {
      source: hashes(NotifyType.natDetectionSourceIp),
      destination: hashes(NotifyType.natDetectionDestinationIp),
    },
    certificateRequests: requests.length,
    certificateAuthorities: requests.reduce(
      (sum, { encoding, data }) => sum + authorityCount(encoding, data),
      0,
    ),
    vendors: vendorIds.flatMap(({ data }) => identifyVendorId(data) ?? []),
    unknownVendorIds: vendorIds
      .filter(({ data }) => identifyVendorId(data) === null)
      .map(({ data }) => toHex(data)),
  };
}

type Notify = Extract<Payload, { type: 'notify' }>;

/** The two notifies that ask for a second try come before errors: a gateway may add others to them. */
function outcomeOf(message: IkeMessage, notifies: readonly Notify[]): Outcome {
  for (const { notifyType, data } of notifies) {
    if (notifyType === NotifyType.cookie) return { type: 'cookie-wanted', cookie: data };
    if (notifyType === NotifyType.invalidKePayload) {
      return { type: 'group-wanted', group: data.length === 2 ? viewOf(data).getUint16(0) : null };
    }
    if (notifyType === NotifyType.redirect) return { type: 'redirected', gateway: data };
  }
  const error = notifies.find(({ notifyType }) => isErrorNotify(notifyType));
  if (error !== undefined) {
    return { type: 'refused', notifyType: error.notifyType, name: notifyName(error.notifyType) };
  }
  for (const payload of message.payloads) {
    const chosen = payload.type === 'security-association' ? payload.proposals[0] : undefined;
    if (chosen !== undefined) return { type: 'accepted', algorithms: algorithmsOf(chosen) };
  }
  return {
    type: 'other',
    reason: message.majorVersion === 1 ? 'an IKEv1 answer' : 'neither an SA nor an error',
  };
}

function algorithmsOf({ transforms }: Proposal): Algorithms {
  const chosen = (transformType: number) => transforms.find((each) => each.transformType === transformType);
  const encryption = chosen(TransformType.encryption);
  return {
    encryption: encryption?.id ?? null,
    keyLengthBits: encryption === undefined ? null : keyLengthBits(encryption),
    pseudorandomFunction: chosen(TransformType.pseudorandomFunction)?.id ?? null,
    integrity: chosen(TransformType.integrity)?.id ?? null,
    group: chosen(TransformType.keyExchange)?.id ?? null,
  };
}
