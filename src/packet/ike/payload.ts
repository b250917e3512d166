import { concat, uint8, uint16, viewOf } from './bytes.ts';
import { CertificateEncoding, PayloadType } from './iana.ts';
import { type Proposal, decodeProposals, encodeProposals } from './security-association.ts';
import { type Malformed, malformed } from '../malformed.ts';

/**
 * One payload of an IKE message: what is behind its generic header (RFC 7296, section 3.2).
 *
 * ```
 * | Next Payload |C| RESERVED | Payload Length | body …
 * ```
 *
 * `isCritical` is the C bit: whoever does not know the payload type must then refuse the message.
 */
export type Payload = PayloadBody & { readonly isCritical: boolean };

type PayloadBody =
  /** SA, section 3.3. */
  | { readonly type: 'security-association'; readonly proposals: readonly Proposal[] }
  /** KE, section 3.4. */
  | { readonly type: 'key-exchange'; readonly group: number; readonly data: Uint8Array }
  /** Section 3.9. A reader takes any length; 16..256 is what a sender must keep to. */
  | { readonly type: 'nonce'; readonly data: Uint8Array }
  /** N, section 3.10. */
  | {
      readonly type: 'notify';
      readonly protocolId: number;
      readonly spi: Uint8Array;
      readonly notifyType: number;
      readonly data: Uint8Array;
    }
  /** V, section 3.12. */
  | { readonly type: 'vendor-id'; readonly data: Uint8Array }
  /** CERTREQ, section 3.7. For X.509 `data` is a row of 20-byte SHA-1 hashes, one per trusted CA. */
  | { readonly type: 'certificate-request'; readonly encoding: number; readonly data: Uint8Array }
  /**
   * SK, section 3.14. `firstPayload` is the type of the first payload inside; `body` is IV, ciphertext and
   * ICV.
   */
  | { readonly type: 'encrypted'; readonly firstPayload: number; readonly body: Uint8Array }
  /** SKF, RFC 7383 section 2.5. Numbers count from 1; `firstPayload` is 0 in all but the first fragment. */
  | {
      readonly type: 'encrypted-fragment';
      readonly firstPayload: number;
      readonly fragmentNumber: number;
      readonly totalFragments: number;
      readonly body: Uint8Array;
    }
  /** Any other type, kept as it came. */
  | { readonly type: 'opaque'; readonly payloadType: number; readonly data: Uint8Array };

export const PAYLOAD_HEADER_BYTES = 4;
/** One SHA-1 of a CA's public key in a CERTREQ. */
export const AUTHORITY_HASH_BYTES = 20;

export function notify(notifyType: number, data: Uint8Array): Payload {
  return { type: 'notify', protocolId: 0, spi: new Uint8Array(0), notifyType, data, isCritical: false };
}

/** How many CAs an X.509 CERTREQ names; 0 for other encodings, which list something else. */
export function authorityCount(encoding: number, data: Uint8Array): number {
  return encoding === CertificateEncoding.x509Signature ? Math.floor(data.length / AUTHORITY_HASH_BYTES) : 0;
}

export function payloadType(payload: Payload): number {
  return payload.type === 'opaque' ? payload.payloadType : TYPE_NUMBERS[payload.type];
}

export function encodePayload(payload: Payload, nextPayload: number): Uint8Array {
  const body = encodeBody(payload);
  return concat([
    uint8(nextPayload),
    uint8(payload.isCritical ? CRITICAL_BIT : 0),
    uint16(PAYLOAD_HEADER_BYTES + body.length),
    body,
  ]);
}

function encodeBody(payload: Payload): Uint8Array {
  switch (payload.type) {
    case 'security-association':
      return encodeProposals(payload.proposals);
    case 'key-exchange':
      return concat([uint16(payload.group), uint16(0), payload.data]);
    case 'notify':
      return concat([
        uint8(payload.protocolId),
        uint8(payload.spi.length),
        uint16(payload.notifyType),
        payload.spi,
        payload.data,
      ]);
    case 'certificate-request':
      return concat([uint8(payload.encoding), payload.data]);
    case 'encrypted':
      return payload.body;
    case 'encrypted-fragment':
      return concat([uint16(payload.fragmentNumber), uint16(payload.totalFragments), payload.body]);
    case 'nonce':
    case 'vendor-id':
    case 'opaque':
      return payload.data;
  }
}

/** `nextPayload` is what the generic header says: for SK and SKF, the type of the first payload inside. */
export function decodePayload(
  type: number,
  body: Uint8Array,
  nextPayload: number,
  isCritical: boolean,
): Payload | Malformed {
  const decoded = decodeBody(type, body, nextPayload);
  return decoded.type === 'malformed' ? decoded : { ...decoded, isCritical };
}

function decodeBody(type: number, body: Uint8Array, nextPayload: number): PayloadBody | Malformed {
  const view = viewOf(body);
  switch (type) {
    case PayloadType.securityAssociation: {
      const proposals = decodeProposals(body);
      return 'type' in proposals ? proposals : { type: 'security-association', proposals };
    }
    case PayloadType.keyExchange:
      if (body.length < 4) return malformed('a key exchange payload is cut short');
      return { type: 'key-exchange', group: view.getUint16(0), data: body.slice(4) };
    case PayloadType.nonce:
      return { type: 'nonce', data: body.slice() };
    case PayloadType.notify: {
      if (body.length < 4) return malformed('a notify payload is cut short');
      const spiEnd = 4 + view.getUint8(1);
      if (spiEnd > body.length) return malformed('the SPI of a notify payload is longer than the payload');
      return {
        type: 'notify',
        protocolId: view.getUint8(0),
        spi: body.slice(4, spiEnd),
        notifyType: view.getUint16(2),
        data: body.slice(spiEnd),
      };
    }
    case PayloadType.vendorId:
      return { type: 'vendor-id', data: body.slice() };
    case PayloadType.certificateRequest:
      if (body.length < 1) return malformed('a certificate request is cut short');
      return { type: 'certificate-request', encoding: view.getUint8(0), data: body.slice(1) };
    case PayloadType.encrypted:
      return { type: 'encrypted', firstPayload: nextPayload, body: body.slice() };
    case PayloadType.encryptedFragment: {
      if (body.length < 4) return malformed('an encrypted fragment is cut short');
      const fragmentNumber = view.getUint16(0);
      const totalFragments = view.getUint16(2);
      if (fragmentNumber < 1 || fragmentNumber > totalFragments) {
        return malformed('an encrypted fragment has an impossible number');
      }
      return {
        type: 'encrypted-fragment',
        firstPayload: nextPayload,
        fragmentNumber,
        totalFragments,
        body: body.slice(4),
      };
    }
    default:
      return { type: 'opaque', payloadType: type, data: body.slice() };
  }
}

const TYPE_NUMBERS = {
  'security-association': PayloadType.securityAssociation,
  'key-exchange': PayloadType.keyExchange,
  nonce: PayloadType.nonce,
  notify: PayloadType.notify,
  'vendor-id': PayloadType.vendorId,
  'certificate-request': PayloadType.certificateRequest,
  encrypted: PayloadType.encrypted,
  'encrypted-fragment': PayloadType.encryptedFragment,
} as const satisfies Record<Exclude<Payload['type'], 'opaque'>, number>;

export const CRITICAL_BIT = 0x80;
