import type { Family } from '../results/result.ts';
import type { CertificateFacts } from './certificate.ts';
import type { CipherName } from './cipher.ts';
import { CLIENT_PROFILES, type ClientProfileName } from './client-profile.ts';
import { type IkeAuthRequest, type IkeAuthSize, ikeAuthRequestSize } from './ike-auth-size.ts';
import type { Identity } from './payload-sizes.ts';

/**
 * An IKE_AUTH request of which the cipher and the address family are not settled yet: a measurement finds the
 * family, and the cipher when the gateway chooses one. A plain value, without files and sockets.
 */
export interface IkeAuthDescription extends Omit<IkeAuthRequest, 'cipher' | 'family'> {
  /** Default: what the gateway chooses; where that is not known, the profile's usual one. */
  readonly cipher?: CipherName;
}

/** What a user says of a client. */
export interface ClientChoices {
  readonly client: ClientProfileName;
  /** Authenticates with EAP, so that no certificate of the client is sent. */
  readonly isEap: boolean;
  /** CAs in the CERTREQ, 0 for no CERTREQ. Default: the profile's. */
  readonly authorityCount?: number;
  readonly cipher?: CipherName;
  /** IDi as text: a name, an e-mail address or an IP address. Default: see {@link describeIkeAuth}. */
  readonly identity?: string;
  /** IDr as text. Default: none is sent. */
  readonly remoteIdentity?: string;
}

/** Which of the certificates are sent, and why the others are not. */
export interface SentCertificates {
  /** The end entity's first. */
  readonly sent: readonly CertificateFacts[];
  readonly leftOut: readonly CertificateFacts[];
}

/** A chain without its roots: a receiver has those, or does not trust them; no client here sends them. */
export function sentCertificates(certificates: readonly CertificateFacts[]): SentCertificates {
  return {
    sent: certificates.filter(isSent),
    leftOut: certificates.filter((facts, index) => !isSent(facts, index)),
  };
}

function isSent({ isSelfIssued }: CertificateFacts, index: number): boolean {
  return index === 0 || !isSelfIssued;
}

/**
 * The request of a client with these certificates, the client's own first. The identity is the certificate's
 * subject, as these clients have it where nothing else is configured; with EAP it is the IPv4 address, as
 * Windows does.
 *
 * Null when the first certificate's key is of a kind whose signatures have no known size, or there is no
 * certificate and no EAP.
 */
export function describeIkeAuth(
  certificates: readonly CertificateFacts[],
  choices: ClientChoices,
): IkeAuthDescription | null {
  const { client, isEap, cipher, identity, remoteIdentity } = choices;
  const [own, ...others] = certificates;
  const profile = CLIENT_PROFILES[client];
  const loaded = isEap ? certificates.length : others.length;
  const count = choices.authorityCount ?? profile.authorities.usualCount ?? Math.max(1, loaded);
  const shared = {
    profile: client,
    authorityCount: count === 0 ? null : count,
    ...(cipher === undefined ? {} : { cipher }),
    ...(remoteIdentity === undefined ? {} : { remoteIdentity: identityOf(remoteIdentity) }),
  };
  if (isEap) {
    return {
      ...shared,
      identity: identity === undefined ? { type: 'address', family: 4 } : identityOf(identity),
      authentication: { type: 'eap' },
    };
  }
  if (own === undefined || own.key === null) return null;
  return {
    ...shared,
    identity:
      identity === undefined
        ? { type: 'distinguished-name', derBytes: own.subjectBytes }
        : identityOf(identity),
    certificateBytes: sentCertificates(certificates).sent.map(({ derBytes }) => derBytes),
    authentication: { type: 'signature', key: own.key },
  };
}

/** An address by its look, an e-mail address by its `@`, any other text is a name. */
export function identityOf(text: string): Identity {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return { type: 'address', family: 4 };
  if (/^[\da-f:]*:[\da-f:.]*$/i.test(text)) return { type: 'address', family: 6 };
  const lengthBytes = new TextEncoder().encode(text).length;
  return { type: text.includes('@') ? 'email' : 'fqdn', lengthBytes };
}

/** What a measurement has found out by the time it sizes the message. */
export interface MeasuredCircumstances {
  /** What the gateway chose; null: not known. */
  readonly cipher: CipherName | null;
  readonly family: Family;
}

export interface SizedIkeAuth {
  /** IKE message size in bytes, the most that it can have: what `ikeAuth.size` is. */
  readonly sizeBytes: number;
  /** Less by a few where the signature is ECDSA, the same otherwise. */
  readonly leastSizeBytes: number;
  readonly innerBytes: number;
  readonly cipher: CipherName;
  /** Whether the cipher was given or chosen by the gateway, and not assumed. */
  readonly isCipherKnown: boolean;
  readonly client: ClientProfileName;
  /** Payload by payload. */
  readonly size: IkeAuthSize;
  readonly request: IkeAuthRequest;
}

/**
 * The IKE_AUTH that a description comes to with the cipher and the family that were found. A cipher in the
 * description wins: the user knows the client. The non-ESP marker is no part of the message, so NAT-T does
 * not matter here.
 */
export function sizeForMeasurement(
  description: IkeAuthDescription,
  { cipher: found, family }: MeasuredCircumstances,
): SizedIkeAuth {
  const known = description.cipher ?? found;
  const cipher = known ?? CLIENT_PROFILES[description.profile].cipher;
  const request: IkeAuthRequest = { ...description, cipher, family };
  const size = ikeAuthRequestSize(request);
  return {
    sizeBytes: size.messageBytes,
    leastSizeBytes: size.leastMessageBytes,
    innerBytes: size.innerBytes,
    cipher,
    isCipherKnown: known !== null,
    client: description.profile,
    size,
    request,
  };
}
