import { Group } from '../packet/ike/iana.ts';
import { IKE_HEADER_BYTES } from '../packet/ike/header.ts';
import { PAYLOAD_HEADER_BYTES } from '../packet/ike/payload.ts';
import type { ClientProfileName } from './client-profile.ts';
import { type PayloadRow, notifyRow, row } from './payload-sizes.ts';

/**
 * IKE_SA_INIT is not encrypted, so RFC 7383 can't cut it: if it is larger than the path MTU, only IP
 * fragments are left. That happens with ML-KEM-1024 in it, and is why RFC 9370 puts large key exchanges into
 * IKE_INTERMEDIATE.
 */
export interface IkeSaInitRequest {
  readonly group: number;
  /**
   * Bytes of all proposals and transforms: 44 for one of each kind, several hundred for a client's default.
   */
  readonly proposalBytes: number;
  readonly nonceBytes: number;
  /** Bytes of each Vendor ID. */
  readonly vendorIdBytes: readonly number[];
  /** Bytes of a COOKIE that the gateway demanded; null for none. */
  readonly cookieBytes: number | null;
  /** RFC 7427 hash algorithms offered; 0 for no notify. */
  readonly hashAlgorithms: number;
  /** Further notifies without data, such as strongSwan's REDIRECT_SUPPORTED. */
  readonly emptyNotifies: number;
}

export interface IkeSaInitSize {
  readonly rows: readonly PayloadRow[];
  readonly messageBytes: number;
}

/** The request; null for a group whose public value has no known size. */
export function ikeSaInitSize(request: IkeSaInitRequest): IkeSaInitSize | null {
  const publicValue = INITIATOR_VALUE_BYTES.get(request.group);
  if (publicValue === undefined) return null;
  const rows = [
    ...(request.cookieBytes === null ? [] : [notifyRow('COOKIE', request.cookieBytes)]),
    row('SA', PAYLOAD_HEADER_BYTES + request.proposalBytes, 'proposals'),
    row('KE', PAYLOAD_HEADER_BYTES + 4 + publicValue, `group ${request.group}, ${publicValue} bytes`),
    row('Ni', PAYLOAD_HEADER_BYTES + request.nonceBytes, 'nonce'),
    notifyRow('FRAG_SUP'),
    notifyRow('NATD_S_IP', SHA1_BYTES),
    notifyRow('NATD_D_IP', SHA1_BYTES),
    ...(request.hashAlgorithms === 0 ? [] : [notifyRow('HASH_ALG', request.hashAlgorithms * 2)]),
    ...Array.from({ length: request.emptyNotifies }, () => notifyRow('other')),
    ...request.vendorIdBytes.map((bytes) =>
      row('V', PAYLOAD_HEADER_BYTES + bytes, `Vendor ID of ${bytes} bytes`),
    ),
  ];
  return { rows, messageBytes: rows.reduce((sum, { bytes }) => sum + bytes, IKE_HEADER_BYTES) };
}

/** What a client's first message is made of by default, and how far that is proven. */
export interface IkeSaInitProfile extends Omit<IkeSaInitRequest, 'cookieBytes'> {
  readonly basis: string;
}

export const IKE_SA_INIT_PROFILES: Readonly<Record<ClientProfileName, IkeSaInitProfile>> = {
  /**
   * strongSwan documentation, interop/windowsMachineServerStatus: "SA KE No N(FRAG_SUP) N(NATD_S_IP) N(NATD_D_IP)
   * V V V V", 632 bytes, MODP-2048; with EAP one Vendor ID fewer, 612. Three proposals of one transform each and a
   * nonce of 48 bytes make that sum.
   */
  windows: {
    group: Group.modp2048,
    proposalBytes: 3 * 44,
    nonceBytes: 48,
    vendorIdBytes: [20, 16, 16, 20],
    hashAlgorithms: 0,
    emptyNotifies: 0,
    basis: 'a logged transcript of a Windows client, 632 bytes',
  },
  /** 1080 bytes is what public logs of 5.8 and 5.9 with default proposals show; they vary from 746 to 1268. */
  strongswan: {
    group: Group.x25519,
    proposalBytes: 884,
    nonceBytes: 32,
    vendorIdBytes: [],
    hashAlgorithms: 4,
    emptyNotifies: 1,
    basis: 'public logs of strongSwan with its default proposals: 746 to 1268 bytes',
  },
  libreswan: assumed(Group.modp2048),
  openiked: assumed(Group.x25519),
  generic: assumed(Group.ecp256),
};

function assumed(group: number): IkeSaInitProfile {
  return {
    group,
    proposalBytes: 400,
    nonceBytes: 32,
    vendorIdBytes: [],
    hashAlgorithms: 4,
    emptyNotifies: 0,
    basis: 'an assumption: some 400 bytes of proposals',
  };
}

/** ML-KEM parameter sets (FIPS 203) as key exchange methods. */
export const ML_KEM_GROUPS = { 512: Group.mlKem512, 768: Group.mlKem768, 1024: Group.mlKem1024 } as const;

export type MlKem = keyof typeof ML_KEM_GROUPS;

/** The payload that carries an ML-KEM key to the gateway, and the ciphertext back: KE header and value. */
export function mlKemPayloadBytes(mlKem: MlKem): { readonly request: number; readonly response: number } {
  const header = PAYLOAD_HEADER_BYTES + 4;
  const key = INITIATOR_VALUE_BYTES.get(ML_KEM_GROUPS[mlKem]) ?? 0;
  return { request: header + key, response: header + ML_KEM_CIPHERTEXT_BYTES[mlKem] };
}

const ML_KEM_CIPHERTEXT_BYTES = { 512: 768, 768: 1088, 1024: 1568 } as const;

/** What the initiator sends. ML-KEM: the encapsulation key of FIPS 203 (draft-ietf-ipsecme-ikev2-mlkem). */
const INITIATOR_VALUE_BYTES: ReadonlyMap<number, number> = new Map([
  [Group.modp1024, 128],
  [Group.modp1536, 192],
  [Group.modp2048, 256],
  [Group.modp3072, 384],
  [Group.modp4096, 512],
  [Group.modp6144, 768],
  [Group.modp8192, 1024],
  [Group.ecp256, 64],
  [Group.ecp384, 96],
  [Group.ecp521, 132],
  [Group.x25519, 32],
  [Group.x448, 56],
  [Group.mlKem512, 800],
  [Group.mlKem768, 1184],
  [Group.mlKem1024, 1568],
]);

const SHA1_BYTES = 20;
