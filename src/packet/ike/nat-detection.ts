import { concat, equal, uint16 } from './bytes.ts';

/** SHA-1, 20 bytes. An argument, because this folder imports nothing that computes it. */
export type Sha1 = (data: Uint8Array) => Uint8Array;

export interface NatDetectionInput {
  /**
   * SPIs as they are in the header of the message that carries the hash: a first request has zeros for the
   * second.
   */
  readonly initiatorSpi: Uint8Array;
  readonly responderSpi: Uint8Array;
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly port: number;
}

/** The data of a NAT_DETECTION_*_IP notify: SHA-1 over SPIs, address and port (RFC 7296, section 2.23). */
export function natDetectionHash(sha1: Sha1, input: NatDetectionInput): Uint8Array {
  return sha1(concat([input.initiatorSpi, input.responderSpi, input.address, uint16(input.port)]));
}

export interface NatDetectionHashes {
  readonly source: readonly Uint8Array[];
  readonly destination: readonly Uint8Array[];
}

/**
 * Which side is behind a NAT, from the hashes of an answer and those that we compute over the same SPIs:
 * `source` from the gateway's address and port as we see them, `destination` from our own. Null when the
 * gateway sent none.
 *
 * The gateway may list several source hashes, one per address it could be sending from; one match is enough.
 */
export function natPositions(
  received: NatDetectionHashes,
  computed: { readonly source: Uint8Array; readonly destination: Uint8Array },
): { readonly weAreBehindNat: boolean; readonly gatewayIsBehindNat: boolean } | null {
  if (received.source.length === 0 || received.destination.length === 0) return null;
  return {
    weAreBehindNat: !received.destination.some((hash) => equal(hash, computed.destination)),
    gatewayIsBehindNat: !received.source.some((hash) => equal(hash, computed.source)),
  };
}
