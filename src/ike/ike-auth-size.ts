import type { Family } from '../results/result.ts';
import { type CipherName, IKE_CIPHERS, encryptedMessageBytes } from './cipher.ts';
import {
  CLIENT_PROFILES,
  type ClientProfile,
  type ClientProfileName,
  type RequestField,
} from './client-profile.ts';
import type { KeyType, SignatureFormat } from './key-type.ts';
import {
  ADDRESS_BYTES,
  type Authentication,
  type EspProposal,
  type Identity,
  type PayloadRow,
  type SelectorCount,
  authenticationRows,
  certificateRequestRow,
  certificateRows,
  configurationRow,
  eapRow,
  identityRow,
  notifyRow,
  securityAssociationRow,
  trafficSelectorRow,
} from './payload-sizes.ts';

/**
 * Everything that decides the size of a client's first IKE_AUTH request. What is left out is the profile's
 * default.
 */
export interface IkeAuthRequest {
  readonly profile: ClientProfileName;
  readonly cipher: CipherName;
  /** Of the traffic selectors, and of the addresses that MOBIKE does not list. */
  readonly family: Family;
  readonly identity: Identity;
  /** IDr. Default: none. */
  readonly remoteIdentity?: Identity;
  /** DER length of each certificate sent, the end entity's first. Not sent with EAP. Default: none. */
  readonly certificateBytes?: readonly number[];
  /**
   * CAs in the CERTREQ; null for no CERTREQ. strongSwan counts every CA certificate it has loaded,
   * intermediates too.
   */
  readonly authorityCount: number | null;
  readonly authentication: RequestAuthentication;
  readonly sendsInitialContact?: boolean;
  readonly mobike?: ClientProfile['mobike'];
  /** Addresses of this host besides the one in use: strongSwan lists each in a notify. Default: none. */
  readonly additionalAddresses?: SelectorCount;
  /** Bytes of each configuration attribute's value; an empty list for no configuration payload. */
  readonly configuration?: readonly number[];
  /** Null for a childless IKE SA (RFC 6023): no SA, TSi, TSr. */
  readonly child?: ChildSa | null;
}

type RequestAuthentication =
  /** `format` defaults to the profile's. */
  | { readonly type: 'signature'; readonly key: KeyType; readonly format?: SignatureFormat }
  | Exclude<Authentication, { readonly type: 'signature' }>;

interface ChildSa {
  readonly espProposals?: readonly EspProposal[];
  readonly initiatorSelectors?: SelectorCount;
  readonly responderSelectors?: SelectorCount;
}

export interface IkeAuthSize {
  /** The payloads inside the encrypted one, in their order. */
  readonly rows: readonly PayloadRow[];
  /** Sum of the rows. */
  readonly innerBytes: number;
  readonly leastInnerBytes: number;
  readonly cipher: CipherName;
  /** The IKE message in one piece, header and encryption included: what `--ike-auth` takes. */
  readonly messageBytes: number;
  /** The same with the shortest signature; equal to `messageBytes` unless the signature is ECDSA. */
  readonly leastMessageBytes: number;
  /** How far the figure is proven. */
  readonly basis: string;
}

/**
 * The size of a client's first IKE_AUTH request, payload by payload.
 *
 * Not included: what a few setups add (OCSP requests, PPK, IPComp, transport mode, a second authentication
 * round).
 */
export function ikeAuthRequestSize(request: IkeAuthRequest): IkeAuthSize {
  const profile = CLIENT_PROFILES[request.profile];
  const rows = profile.order.flatMap((field) => requestRows(field, request, profile));
  return sumUp(rows, request.cipher, profile.basis);
}

function requestRows(
  field: RequestField,
  request: IkeAuthRequest,
  profile: ClientProfile,
): readonly PayloadRow[] {
  const { authentication, child, remoteIdentity } = request;
  switch (field) {
    case 'identity':
      return [identityRow('IDi', request.identity)];
    case 'certificates':
      return authentication.type === 'signature' ? certificateRows(request.certificateBytes ?? []) : [];
    case 'initial-contact':
      return (request.sendsInitialContact ?? remoteIdentity !== undefined) ? [notifyRow('INIT_CONTACT')] : [];
    case 'certificate-request':
      return request.authorityCount === null ? [] : [certificateRequestRow(request.authorityCount)];
    case 'remote-identity':
      return remoteIdentity === undefined ? [] : [identityRow('IDr', remoteIdentity)];
    case 'authentication':
      return authenticationRows(withFormat(authentication, profile.signatureFormat));
    case 'mobike':
      return mobikeRows(request.mobike ?? profile.mobike, request.additionalAddresses ?? NO_ADDRESSES);
    case 'configuration': {
      const configuration = request.configuration ?? profile.configuration;
      return configuration.length === 0 ? [] : [configurationRow('CPRQ', configuration)];
    }
    case 'security-association':
      return child === null ? [] : [securityAssociationRow(child?.espProposals ?? profile.espProposals)];
    case 'selectors': {
      const usual = profile.selectors(request.family);
      return child === null
        ? []
        : [
            trafficSelectorRow('TSi', child?.initiatorSelectors ?? usual),
            trafficSelectorRow('TSr', child?.responderSelectors ?? usual),
          ];
    }
    case 'notifies':
      return profile.notifies.map((name) => notifyRow(name));
  }
}

/**
 * What a gateway answers to it: to a signature with its own, to EAP with its own and the first EAP request.
 */
export interface IkeAuthResponse {
  readonly cipher: CipherName;
  readonly family: Family;
  readonly identity: Identity;
  readonly certificateBytes: readonly number[];
  readonly authentication: Authentication;
  /** Bytes of the EAP packet in it; null when the client authenticates with a signature. */
  readonly eapPacketBytes: number | null;
  /** Bytes of each value of the configuration reply; empty for none. Not sent together with EAP. */
  readonly configuration?: readonly number[];
  /** What was chosen: one proposal. Null for none (childless, or refused). Not sent together with EAP. */
  readonly child?: ChildSa | null;
  /** Notifies by name and data length, such as AUTH_LFT with 4. Default: none. */
  readonly notifies?: readonly { readonly name: string; readonly dataBytes: number }[];
  readonly mobike?: ClientProfile['mobike'];
  readonly additionalAddresses?: SelectorCount;
}

/** The size of the gateway's first IKE_AUTH response, in the order that strongSwan sends it. */
export function ikeAuthResponseSize(response: IkeAuthResponse): IkeAuthSize {
  const { eapPacketBytes, configuration = [], child = {}, family, notifies = [] } = response;
  const start = [
    identityRow('IDr', response.identity),
    ...certificateRows(response.certificateBytes),
    ...authenticationRows(response.authentication),
  ];
  if (eapPacketBytes !== null)
    return sumUp([...start, eapRow(eapPacketBytes)], response.cipher, RESPONSE_BASIS);
  const usual = { ipv4: family === 4 ? 1 : 0, ipv6: family === 6 ? 1 : 0 };
  const rows = [
    ...start,
    ...(configuration.length === 0 ? [] : [configurationRow('CPRP', configuration)]),
    ...(child === null
      ? []
      : [
          securityAssociationRow(child.espProposals ?? [{ withKeyLength: 1, withoutKeyLength: 2 }]),
          trafficSelectorRow('TSi', child.initiatorSelectors ?? usual),
          trafficSelectorRow('TSr', child.responderSelectors ?? usual),
        ]),
    ...mobikeRows(response.mobike ?? 'none', response.additionalAddresses ?? NO_ADDRESSES),
    ...notifies.map(({ name, dataBytes }) => notifyRow(name, dataBytes)),
  ];
  return sumUp(rows, response.cipher, RESPONSE_BASIS);
}

/** One ADDITIONAL notify per further address, or one that says there is none (RFC 4555, section 3.4). */
function mobikeRows(mobike: ClientProfile['mobike'], { ipv4, ipv6 }: SelectorCount): readonly PayloadRow[] {
  if (mobike === 'none') return [];
  const supported = notifyRow('MOBIKE_SUP');
  if (mobike === 'plain') return [supported];
  const additional = [
    ...Array.from({ length: ipv4 }, () => notifyRow('ADD_4_ADDR', ADDRESS_BYTES[4])),
    ...Array.from({ length: ipv6 }, () => notifyRow('ADD_6_ADDR', ADDRESS_BYTES[6])),
  ];
  return [supported, ...(additional.length === 0 ? [notifyRow('NO_ADD_ADDR')] : additional)];
}

function withFormat(authentication: RequestAuthentication, usual: SignatureFormat): Authentication {
  return authentication.type === 'signature'
    ? { ...authentication, format: authentication.format ?? usual }
    : authentication;
}

function sumUp(rows: readonly PayloadRow[], cipher: CipherName, basis: string): IkeAuthSize {
  const innerBytes = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  const leastInnerBytes = rows.reduce((sum, { leastBytes }) => sum + leastBytes, 0);
  return {
    rows,
    innerBytes,
    leastInnerBytes,
    cipher,
    messageBytes: encryptedMessageBytes(innerBytes, IKE_CIPHERS[cipher]),
    leastMessageBytes: encryptedMessageBytes(leastInnerBytes, IKE_CIPHERS[cipher]),
    basis,
  };
}

const NO_ADDRESSES: SelectorCount = { ipv4: 0, ipv6: 0 };
const RESPONSE_BASIS = 'the order of strongSwan, measured against 5.9.8';
