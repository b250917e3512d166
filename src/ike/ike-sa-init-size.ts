import { Group } from '../packet/ike/iana.ts';
import { IKE_HEADER_BYTES } from '../packet/ike/header.ts';
import { PAYLOAD_HEADER_BYTES } from '../packet/ike/payload.ts';
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
