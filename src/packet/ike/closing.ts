import { EMPTY } from './bytes.ts';
import { ExchangeType } from './iana.ts';
import type { IkeMessage } from './message.ts';
import { addNonEspMarker } from './non-esp-marker.ts';
import { type ProtectionSuite, deriveKeys, ivBytes, protect } from './protection.ts';

/** Our half of a key exchange. */
export interface KeyAgreement {
  /** As it stands in a KE payload. */
  readonly publicValue: Uint8Array;
  /** The shared secret, as long as RFC 7296 section 2.14 wants it; null for a public value that is none. */
  readonly secretWith: (peerPublicValue: Uint8Array) => Uint8Array | null;
}

export interface ClosingOptions {
  /** The accepting answer to a `negotiation`. */
  readonly accepted: IkeMessage;
  /** Nonce and key of that negotiation. */
  readonly nonce: Uint8Array;
  readonly keyAgreement: KeyAgreement;
  /** What the accepted algorithms are. */
  readonly suite: ProtectionSuite;
  /** Gives that many random bytes. */
  readonly random: (lengthBytes: number) => Uint8Array;
  readonly onPort4500: boolean;
}

/**
 * The message after an accepted negotiation that makes the gateway forget the half-open SA at once: an IKE_AUTH with
 * nothing in it. Null when the answer has no key or nonce to go on from.
 *
 * What three daemons at their default log level did with each candidate, as request 1 in an SK payload:
 *
 * | request                        | strongSwan 5.9.8        | libreswan 4.10         | OpenIKED 7.2            |
 * |--------------------------------|-------------------------|------------------------|-------------------------|
 * | IKE_AUTH: nothing              | gone, silent            | gone, INVALID_SYNTAX   | gone, AUTH_FAILED       |
 * | IKE_AUTH: D or a private N     | gone, silent            | gone, INVALID_SYNTAX   | gone, AUTH_FAILED       |
 * | IKE_AUTH: N(AUTH_FAILED)       | gone, silent            | gone, INVALID_SYNTAX   | stays, silent           |
 * | IKE_AUTH: IDi                  | gone, AUTH_FAILED       | gone, AUTH_FAILED      | gone, AUTH_FAILED       |
 * | IKE_AUTH: a critical unknown   | stays, N(CRIT)          | gone, N(CRIT)          | gone, AUTH_FAILED       |
 * | INFORMATIONAL: D, N, nothing   | stays, empty answer     | stays, silent          | stays, silent           |
 * | CREATE_CHILD_SA: D             | gone, INVALID_SYNTAX    | stays, silent          | stays, silent           |
 *
 * Nothing at all leaves least in the log: "parsed IKE_AUTH request 1 [ ]" and "IDi payload missing" on strongSwan, no
 * dump, no identity, and no failed authentication except on OpenIKED, which calls everything so.
 */
export function closing(options: ClosingOptions): Uint8Array | null {
  const { accepted, suite, keyAgreement } = options;
  const { initiatorSpi, responderSpi } = accepted;
  const key = accepted.payloads.find((payload) => payload.type === 'key-exchange');
  const nonce = accepted.payloads.find((payload) => payload.type === 'nonce');
  const sharedSecret = key === undefined ? null : keyAgreement.secretWith(key.data);
  if (sharedSecret === null || nonce === undefined) return null;
  const keys = deriveKeys(suite, {
    sharedSecret,
    initiatorNonce: options.nonce,
    responderNonce: nonce.data,
    initiatorSpi,
    responderSpi,
  });
  const request: IkeMessage = {
    type: 'ike',
    initiatorSpi,
    responderSpi,
    majorVersion: 2,
    minorVersion: 0,
    exchangeType: ExchangeType.ikeAuth,
    isFromInitiator: true,
    isResponse: false,
    messageId: 1,
    payloads: [],
    trailing: EMPTY,
  };
  const message = protect(request, keys, suite.cipher, options.random(ivBytes(suite.cipher)));
  return options.onPort4500 ? addNonEspMarker(message) : message;
}
