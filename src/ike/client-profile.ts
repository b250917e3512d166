import type { Family } from '../results/result.ts';
import type { CipherName } from './cipher.ts';
import type { SignatureFormat } from './key-type.ts';
import type { EspProposal, SelectorCount } from './payload-sizes.ts';

/** Whose IKE_AUTH request is predicted: what it contains besides what the user's certificates decide. */
export type ClientProfileName = 'windows' | 'strongswan' | 'libreswan' | 'openiked' | 'generic';

export interface ClientProfile {
  /** Payloads in the order in which the request has them. */
  readonly order: readonly RequestField[];
  /** ESP proposals of the default configuration. */
  readonly espProposals: readonly EspProposal[];
  /** Bytes of each attribute's value; empty: no configuration payload. */
  readonly configuration: readonly number[];
  /** Names of notifies without data, sent whatever the configuration, at the place `notifies` of `order`. */
  readonly notifies: readonly string[];
  readonly signatureFormat: SignatureFormat;
  /** Selectors per side, where nothing is configured. */
  readonly selectors: (family: Family) => SelectorCount;
  /** Whether N(MOBIKE_SUPPORTED) goes out by default; strongSwan adds one notify per further address. */
  readonly mobike: 'none' | 'plain' | 'with-addresses';
  /** What an IKE SA is most often protected with, where nothing is configured. */
  readonly cipher: CipherName;
  /** What it puts into its CERTREQ. */
  readonly authorities: {
    /** CAs named where the user gives no number; null: as many as the CA certificates that were given. */
    readonly usualCount: number | null;
    /** A sentence: which these are, and how to count them. */
    readonly explanation: string;
  };
  /** Whether it offers RFC 7383 without being configured to. */
  readonly offersFragmentation: boolean;
  /** Its name for people. */
  readonly product: string;
  /** How far this profile is proven. */
  readonly basis: string;
}

export type RequestField =
  | 'identity'
  | 'certificates'
  | 'initial-contact'
  | 'certificate-request'
  | 'remote-identity'
  | 'authentication'
  | 'mobike'
  | 'configuration'
  | 'security-association'
  | 'selectors'
  | 'notifies';

const oneOfFamily = (family: Family): SelectorCount => ({
  ipv4: family === 4 ? 1 : 0,
  ipv6: family === 6 ? 1 : 0,
});

export const CLIENT_PROFILES: Readonly<Record<ClientProfileName, ClientProfile>> = {
  /**
   * From three transcripts of Windows 10/11 in strongSwan's documentation (interop/windows*ServerStatus),
   * which this reproduces: "IDi CERT CERTREQ AUTH N(MOBIKE_SUP) CPRQ(ADDR DNS NBNS SRV ADDR6 DNS6 SRV6) SA
   * TSi TSr". Its IKE_SA_INIT carries no N(SIGNATURE_HASH_ALGORITHMS), hence the classic signature. It asks
   * for EAP by leaving CERT and AUTH out, and identifies itself by its IPv4 address then. On a reconnect
   * ADDR6 carries the address of before, 17 bytes. The proposals are AES-256, AES-128, 3DES, DES and NULL,
   * each with SHA-1.
   */
  windows: {
    order: [
      'identity',
      'certificates',
      'certificate-request',
      'authentication',
      'mobike',
      'configuration',
      'security-association',
      'selectors',
    ],
    espProposals: [
      { withKeyLength: 1, withoutKeyLength: 2 },
      { withKeyLength: 1, withoutKeyLength: 2 },
      { withKeyLength: 0, withoutKeyLength: 3 },
      { withKeyLength: 0, withoutKeyLength: 3 },
      { withKeyLength: 0, withoutKeyLength: 3 },
    ],
    configuration: [0, 0, 0, 0, 0, 0, 0],
    notifies: [],
    signatureFormat: 'classic',
    selectors: () => ({ ipv4: 1, ipv6: 1 }),
    mobike: 'plain',
    cipher: 'aes-cbc-sha256',
    authorities: {
      usualCount: 53,
      explanation:
        'Windows names every root that the computer trusts: 53 in the logged transcripts. Count yours with ' +
        '(Get-ChildItem Cert:\\LocalMachine\\Root).Count and give --cas.',
    },
    offersFragmentation: true,
    product: 'Windows',
    basis: 'three logged transcripts of Windows 10/11 clients',
  },
  /**
   * Measured: 41 combinations of key, chain, cipher, port and family against strongSwan 5.9.8, equal to the
   * byte. The order is that of `ike_auth_i_order` in src/libcharon/encoding/message.c.
   * MULTIPLE_AUTH_SUPPORTED is repeated because the responder announced it, which strongSwan does by default.
   * INITIAL_CONTACT goes out only with a remote identity and not with `unique = never`. Default ESP
   * proposals: AES-GCM-16 of three key lengths, and AES-CBC of three with SHA-256, 384, 512, SHA-1 and XCBC;
   * each with NO_EXT_SEQ.
   */
  strongswan: {
    order: [
      'identity',
      'certificates',
      'initial-contact',
      'certificate-request',
      'remote-identity',
      'authentication',
      'configuration',
      'security-association',
      'selectors',
      'mobike',
      'notifies',
    ],
    espProposals: [
      { withKeyLength: 3, withoutKeyLength: 1 },
      { withKeyLength: 3, withoutKeyLength: 6 },
    ],
    configuration: [],
    notifies: ['MULT_AUTH', 'EAP_ONLY', 'MSG_ID_SYN_SUP'],
    signatureFormat: 'rfc7427',
    selectors: oneOfFamily,
    mobike: 'with-addresses',
    cipher: 'aes-cbc-sha256',
    authorities: {
      usualCount: null,
      explanation: 'strongSwan names every CA certificate that it has loaded, intermediates too.',
    },
    offersFragmentation: true,
    product: 'strongSwan',
    basis: 'measured against strongSwan 5.9.8, equal to the byte',
  },
  /**
   * From initiate_v2_IKE_AUTH_request_signature_continue() and the default proposals of
   * lib/libswan/esp_info.c in libreswan 5: AES-GCM-256, AES-GCM-128, ChaCha20-Poly1305, AES-CBC-256 and
   * AES-CBC-128 with SHA-512 and SHA-256, each with both ESN transforms. CERTREQ goes out when the remote CA
   * is configured. `mobike` is off by default.
   */
  libreswan: {
    order: [
      'identity',
      'certificates',
      'certificate-request',
      'remote-identity',
      'initial-contact',
      'authentication',
      'mobike',
      'security-association',
      'configuration',
      'selectors',
    ],
    espProposals: [
      { withKeyLength: 1, withoutKeyLength: 2 },
      { withKeyLength: 1, withoutKeyLength: 2 },
      { withKeyLength: 0, withoutKeyLength: 3 },
      { withKeyLength: 1, withoutKeyLength: 4 },
      { withKeyLength: 1, withoutKeyLength: 4 },
    ],
    configuration: [],
    notifies: [],
    signatureFormat: 'rfc7427-pss',
    selectors: oneOfFamily,
    mobike: 'none',
    cipher: 'aes-gcm-16',
    authorities: {
      usualCount: 1,
      explanation: 'libreswan names the CA that is configured for the gateway.',
    },
    offersFragmentation: true,
    product: 'libreswan',
    basis: 'read in the source of libreswan 5, not measured',
  },
  /** From ikev2_init_ike_auth() and the default transforms of iked/parse.y: no notifies at all. */
  openiked: {
    order: [
      'identity',
      'remote-identity',
      'certificates',
      'certificate-request',
      'authentication',
      'configuration',
      'security-association',
      'selectors',
    ],
    espProposals: [
      { withKeyLength: 2, withoutKeyLength: 2 },
      { withKeyLength: 3, withoutKeyLength: 6 },
    ],
    configuration: [],
    notifies: [],
    signatureFormat: 'rfc7427',
    selectors: oneOfFamily,
    mobike: 'none',
    cipher: 'aes-gcm-16',
    authorities: {
      usualCount: null,
      explanation: 'OpenIKED names every CA certificate in /etc/iked/ca.',
    },
    offersFragmentation: false,
    product: 'OpenIKED',
    basis: 'read in the source of OpenIKED 7.4, not measured',
  },
  /**
   * An ordinary remote-access client: the payloads of RFC 7296 section 1.2, a few addresses asked for, two
   * proposals.
   */
  generic: {
    order: [
      'identity',
      'certificates',
      'initial-contact',
      'certificate-request',
      'remote-identity',
      'authentication',
      'configuration',
      'security-association',
      'selectors',
      'mobike',
      'notifies',
    ],
    espProposals: [
      { withKeyLength: 2, withoutKeyLength: 1 },
      { withKeyLength: 2, withoutKeyLength: 3 },
    ],
    configuration: [0, 0, 0],
    notifies: [],
    signatureFormat: 'rfc7427',
    selectors: oneOfFamily,
    mobike: 'plain',
    cipher: 'aes-cbc-sha256',
    authorities: {
      usualCount: null,
      explanation: 'An assumption: the CA certificates that were given.',
    },
    offersFragmentation: true,
    product: 'a generic client',
    basis: 'an assumption: the payloads of RFC 7296 section 1.2',
  },
};
