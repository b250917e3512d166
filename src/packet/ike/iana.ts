/**
 * Numbers of IKEv2 that this program sends or reads, from the IANA registry "Internet Key Exchange Version 2
 * (IKEv2) Parameters". Only those that matter here: a number without a name is still carried, it just has
 * none.
 */

export const PayloadType = {
  none: 0,
  securityAssociation: 33,
  keyExchange: 34,
  identificationInitiator: 35,
  identificationResponder: 36,
  certificate: 37,
  certificateRequest: 38,
  authentication: 39,
  nonce: 40,
  notify: 41,
  vendorId: 43,
  trafficSelectorInitiator: 44,
  trafficSelectorResponder: 45,
  /** SK: everything behind its header is encrypted. */
  encrypted: 46,
  configuration: 47,
  eap: 48,
  /** SKF, RFC 7383. */
  encryptedFragment: 53,
} as const;

export const ExchangeType = {
  ikeSaInit: 34,
  ikeAuth: 35,
  createChildSa: 36,
  informational: 37,
  /** RFC 5723. */
  ikeSessionResume: 38,
  /** RFC 9242: protected, so RFC 7383 applies to it. */
  ikeIntermediate: 43,
  /** RFC 9370. */
  ikeFollowupKe: 44,
} as const;

export const NotifyType = {
  unsupportedCriticalPayload: 1,
  invalidIkeSpi: 4,
  invalidMajorVersion: 5,
  invalidSyntax: 7,
  invalidMessageId: 9,
  noProposalChosen: 14,
  /** Its data is the group wanted instead, two bytes. */
  invalidKePayload: 17,
  authenticationFailed: 24,
  temporaryFailure: 43,
  initialContact: 16384,
  natDetectionSourceIp: 16388,
  natDetectionDestinationIp: 16389,
  cookie: 16390,
  mobikeSupported: 16396,
  multipleAuthSupported: 16404,
  /** RFC 5685: the gateway answers, and says to go elsewhere. */
  redirect: 16407,
  redirectedFrom: 16408,
  childlessIkev2Supported: 16418,
  /** RFC 7383. */
  fragmentationSupported: 16430,
  /** RFC 7427. */
  signatureHashAlgorithms: 16431,
  /**
   * From the private range of status types, 40960..65535: nobody gives it a meaning. Padding of our requests.
   */
  privateFiller: 40999,
} as const;

const NOTIFY_NAMES: ReadonlyMap<number, string> = new Map([
  [NotifyType.unsupportedCriticalPayload, 'UNSUPPORTED_CRITICAL_PAYLOAD'],
  [NotifyType.invalidIkeSpi, 'INVALID_IKE_SPI'],
  [NotifyType.invalidMajorVersion, 'INVALID_MAJOR_VERSION'],
  [NotifyType.invalidSyntax, 'INVALID_SYNTAX'],
  [NotifyType.invalidMessageId, 'INVALID_MESSAGE_ID'],
  [NotifyType.noProposalChosen, 'NO_PROPOSAL_CHOSEN'],
  [NotifyType.invalidKePayload, 'INVALID_KE_PAYLOAD'],
  [NotifyType.authenticationFailed, 'AUTHENTICATION_FAILED'],
  [NotifyType.temporaryFailure, 'TEMPORARY_FAILURE'],
  [NotifyType.initialContact, 'INITIAL_CONTACT'],
  [NotifyType.natDetectionSourceIp, 'NAT_DETECTION_SOURCE_IP'],
  [NotifyType.natDetectionDestinationIp, 'NAT_DETECTION_DESTINATION_IP'],
  [NotifyType.cookie, 'COOKIE'],
  [NotifyType.mobikeSupported, 'MOBIKE_SUPPORTED'],
  [NotifyType.multipleAuthSupported, 'MULTIPLE_AUTH_SUPPORTED'],
  [NotifyType.redirect, 'REDIRECT'],
  [NotifyType.redirectedFrom, 'REDIRECTED_FROM'],
  [NotifyType.childlessIkev2Supported, 'CHILDLESS_IKEV2_SUPPORTED'],
  [NotifyType.fragmentationSupported, 'IKEV2_FRAGMENTATION_SUPPORTED'],
  [NotifyType.signatureHashAlgorithms, 'SIGNATURE_HASH_ALGORITHMS'],
]);

/** The registry's name of a notify type; `NOTIFY_12345` for one without a name here. */
export function notifyName(notifyType: number): string {
  return NOTIFY_NAMES.get(notifyType) ?? `NOTIFY_${notifyType}`;
}

/** Notify types below 16384 are errors, the others status (RFC 7296, section 3.10.1). */
export function isErrorNotify(notifyType: number): boolean {
  return notifyType < 16384;
}

export const ProtocolId = { ike: 1, ah: 2, esp: 3 } as const;

export const TransformType = {
  encryption: 1,
  pseudorandomFunction: 2,
  integrity: 3,
  keyExchange: 4,
  extendedSequenceNumbers: 5,
} as const;

export const Encryption = {
  des3: 3,
  null: 11,
  aesCbc: 12,
  aesCtr: 13,
  aesCcm8: 14,
  aesCcm12: 15,
  aesCcm16: 16,
  aesGcm8: 18,
  aesGcm12: 19,
  aesGcm16: 20,
  camelliaCbc: 23,
  chacha20Poly1305: 28,
  /** Private: nobody implements it, so nobody accepts a proposal with it. */
  privateNobody: 65000,
} as const;

export const Prf = {
  hmacMd5: 1,
  hmacSha1: 2,
  aes128Xcbc: 4,
  hmacSha2_256: 5,
  hmacSha2_384: 6,
  hmacSha2_512: 7,
} as const;

export const Integrity = {
  none: 0,
  hmacMd5_96: 1,
  hmacSha1_96: 2,
  aesXcbc96: 5,
  hmacSha2_256_128: 12,
  hmacSha2_384_192: 13,
  hmacSha2_512_256: 14,
} as const;

/** Key exchange methods (Diffie-Hellman groups, and ML-KEM of draft-ietf-ipsecme-ikev2-mlkem). */
export const Group = {
  modp1024: 2,
  modp1536: 5,
  modp2048: 14,
  modp3072: 15,
  modp4096: 16,
  modp6144: 17,
  modp8192: 18,
  ecp256: 19,
  ecp384: 20,
  ecp521: 21,
  x25519: 31,
  x448: 32,
  mlKem512: 35,
  mlKem768: 36,
  mlKem1024: 37,
} as const;

/**
 * RFC 7427 hash algorithms, as N(SIGNATURE_HASH_ALGORITHMS) lists them. `identity` is RFC 8420's, for EdDSA.
 */
export const HashAlgorithm = { sha1: 1, sha2_256: 2, sha2_384: 3, sha2_512: 4, identity: 5 } as const;

export const CertificateEncoding = { x509Signature: 4, hashAndUrl: 12, ocspContent: 14 } as const;

/** The one attribute of IKEv2 transforms: Key Length, in bits (RFC 7296, section 3.3.5). */
export const KEY_LENGTH_ATTRIBUTE = 14;
