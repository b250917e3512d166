import { AUTHORITY_HASH_BYTES, PAYLOAD_HEADER_BYTES } from '../packet/ike/payload.ts';
import type { Family } from '../results/result.ts';
import { type KeyType, type SignatureFormat, authenticationDataBytes, keyTypeName } from './key-type.ts';

/** One payload of a message as it will be, its own header included. */
export interface PayloadRow {
  /** The field's short name: "IDi", "CERT", "N(MOBIKE_SUP)". */
  readonly name: string;
  /** The most that it can have; see `leastBytes`. */
  readonly bytes: number;
  /**
   * The least, where it varies from one message to the next (an ECDSA signature); else the same as `bytes`.
   */
  readonly leastBytes: number;
  /** For people: what it is made of. */
  readonly detail: string;
}

/** What an ID payload says (RFC 7296, section 3.5). */
export type Identity =
  | { readonly type: 'address'; readonly family: Family }
  /** Bytes of the name as text. */
  | { readonly type: 'fqdn' | 'email' | 'key-id'; readonly lengthBytes: number }
  /** ID_DER_ASN1_DN: bytes of the subject in DER, which {@link readCertificate} finds. */
  | { readonly type: 'distinguished-name'; readonly derBytes: number };

export type Authentication =
  | { readonly type: 'signature'; readonly key: KeyType; readonly format: SignatureFormat }
  /** A pre-shared key: the output of the PRF. */
  | { readonly type: 'shared-key'; readonly prfBytes: number }
  /** A client that leaves AUTH out asks for EAP (RFC 7296, section 2.16). */
  | { readonly type: 'eap' };

export function row(name: string, bytes: number, detail: string, leastBytes: number = bytes): PayloadRow {
  return { name, bytes, leastBytes, detail };
}

export function identityRow(name: 'IDi' | 'IDr', identity: Identity): PayloadRow {
  const { bytes, what } = identityData(identity);
  return row(name, PAYLOAD_HEADER_BYTES + 4 + bytes, `${what}, ${bytes} bytes`);
}

function identityData(identity: Identity): { readonly bytes: number; readonly what: string } {
  switch (identity.type) {
    case 'address':
      return { bytes: ADDRESS_BYTES[identity.family], what: `IPv${identity.family} address` };
    case 'fqdn':
    case 'email':
    case 'key-id':
      return { bytes: identity.lengthBytes, what: identity.type };
    case 'distinguished-name':
      return { bytes: identity.derBytes, what: 'distinguished name' };
  }
}

/** Certificates by their DER length, the end entity's first. */
export function certificateRows(derBytes: readonly number[]): readonly PayloadRow[] {
  return derBytes.map((bytes, index) =>
    row(
      'CERT',
      PAYLOAD_HEADER_BYTES + 1 + bytes,
      `${index === 0 ? 'certificate' : 'issuer'} of ${bytes} bytes`,
    ),
  );
}

export function certificateRequestRow(authorityCount: number): PayloadRow {
  const hashes = `${authorityCount} ${authorityCount === 1 ? 'CA' : 'CAs'}, ${AUTHORITY_HASH_BYTES} bytes each`;
  return row('CERTREQ', PAYLOAD_HEADER_BYTES + 1 + authorityCount * AUTHORITY_HASH_BYTES, hashes);
}

export function authenticationRows(authentication: Authentication): readonly PayloadRow[] {
  switch (authentication.type) {
    case 'signature': {
      const { key, format } = authentication;
      const { leastBytes, mostBytes } = authenticationDataBytes(key, format);
      const header = PAYLOAD_HEADER_BYTES + 4;
      const detail = `${keyTypeName(key)} signature, ${format}`;
      return [row('AUTH', header + mostBytes, detail, header + leastBytes)];
    }
    case 'shared-key':
      return [row('AUTH', PAYLOAD_HEADER_BYTES + 4 + authentication.prfBytes, 'pre-shared key')];
    case 'eap':
      return [];
  }
}

export function notifyRow(name: string, dataBytes = 0): PayloadRow {
  return row(
    `N(${name})`,
    PAYLOAD_HEADER_BYTES + 4 + dataBytes,
    dataBytes === 0 ? 'no data' : `${dataBytes} bytes`,
  );
}

/** `valueBytes` of each attribute: 0 where it only asks. */
export function configurationRow(name: 'CPRQ' | 'CPRP', valueBytes: readonly number[]): PayloadRow {
  const attributes = valueBytes.reduce((sum, bytes) => sum + 4 + bytes, 0);
  const detail = `${valueBytes.length} attribute${valueBytes.length === 1 ? '' : 's'}`;
  return row(name, PAYLOAD_HEADER_BYTES + 4 + attributes, detail);
}

export function eapRow(packetBytes: number): PayloadRow {
  return row('EAP', PAYLOAD_HEADER_BYTES + packetBytes, `EAP packet of ${packetBytes} bytes`);
}

/** How many transforms an ESP proposal has, with and without a key length attribute (12 and 8 bytes). */
export interface EspProposal {
  readonly withKeyLength: number;
  readonly withoutKeyLength: number;
}

export function securityAssociationRow(proposals: readonly EspProposal[]): PayloadRow {
  const bytes = proposals.reduce(
    (sum, each) => sum + 8 + ESP_SPI_BYTES + each.withKeyLength * 12 + each.withoutKeyLength * 8,
    PAYLOAD_HEADER_BYTES,
  );
  return row('SA', bytes, `${proposals.length} ESP proposal${proposals.length === 1 ? '' : 's'}`);
}

export interface SelectorCount {
  readonly ipv4: number;
  readonly ipv6: number;
}

export function trafficSelectorRow(name: 'TSi' | 'TSr', { ipv4, ipv6 }: SelectorCount): PayloadRow {
  const ranges = [ipv4 > 0 ? `${ipv4} IPv4` : '', ipv6 > 0 ? `${ipv6} IPv6` : ''].filter(
    (text) => text !== '',
  );
  return row(name, PAYLOAD_HEADER_BYTES + 4 + ipv4 * 16 + ipv6 * 40, `${ranges.join(' and ')} range(s)`);
}

export const ADDRESS_BYTES = { 4: 4, 6: 16 } as const;
const ESP_SPI_BYTES = 4;
