import { type CipherName, IKE_CIPHERS } from '../../src/ike/cipher.ts';
import type { KeyType } from '../../src/ike/key-type.ts';
import type { EspProposal } from '../../src/ike/payload-sizes.ts';
import type { Family } from '../../src/results/result.ts';

/** One IKE_AUTH request of a real strongSwan: what it was made of, and what its log said of it. */
export interface Measured {
  readonly line: string;
  readonly key: KeyType;
  /** DER lengths of the chain, end entity first. */
  readonly certificateBytes: readonly number[];
  readonly cipher: CipherName;
  readonly natT: boolean;
  readonly family: Family;
  /** The client's identity: its subject in DER, or a name. */
  readonly identity: { readonly isName: boolean; readonly bytes: number };
  /** CA certificates loaded: intermediates count. */
  readonly authorityCount: number;
  /** Null: a childless IKE SA. */
  readonly espProposals: readonly EspProposal[] | null;
  /** Each payload in its order, header included. */
  readonly payloads: readonly { readonly name: string; readonly bytes: number }[];
  readonly messageBytes: number;
  readonly sentBytes: readonly number[];
}

export function measurements(): readonly Measured[] {
  return TABLE.trim().split('\n').map(parse);
}

function parse(line: string): Measured {
  const [inputs = '', payloads = '', sizes = ''] = line.split(' | ');
  const [key = '', chain = '', cipher = '', , port, family, identity = '', cas = '', esp = ''] =
    inputs.split(' ');
  const [message = '', sent = ''] = sizes.split(' = ');
  const [identityType, identityBytes] = identity.split('-');
  if (!(cipher in IKE_CIPHERS)) throw new Error(`no such cipher: ${line}`);
  return {
    line: inputs,
    key: keyOf(key),
    certificateBytes: chain.split('+').map(Number),
    cipher: cipher as CipherName,
    natT: port === '4500',
    family: family === 'v4' ? 4 : 6,
    identity: { isName: identityType === 'fqdn', bytes: Number(identityBytes) },
    authorityCount: Number(cas.slice('cas-'.length)),
    espProposals: ESP[esp] ?? null,
    payloads: payloads.split(', ').map((each) => {
      const [name = '', bytes] = each.split(' ');
      return { name, bytes: Number(bytes) };
    }),
    messageBytes: Number(message),
    sentBytes: sent.split(' + ').map(Number),
  };
}

function keyOf(name: string): KeyType {
  if (name === 'ed25519') return { type: 'ed25519' };
  if (name === 'p256' || name === 'p384' || name === 'p521') return { type: 'ecdsa', curve: name };
  return { type: 'rsa', modulusBits: Number(name.slice('rsa-'.length)) };
}

const ESP: Readonly<Record<string, readonly EspProposal[]>> = {
  default: [
    { withKeyLength: 3, withoutKeyLength: 1 },
    { withKeyLength: 3, withoutKeyLength: 6 },
  ],
  'aes-sha2': [{ withKeyLength: 1, withoutKeyLength: 2 }],
  'aes-gcm': [{ withKeyLength: 1, withoutKeyLength: 1 }],
};

/**
 * strongSwan 5.9.8 of Debian 12 as client and gateway, in two network namespaces. Payload sizes are those of
 * its log at enc = 3, the message is "splitting IKE message (N bytes)", the sum is what "sending packet"
 * said; the log leaves the non-ESP marker out. The client had one address of each family, so MOBIKE lists the
 * other one; the gateway had announced MULTIPLE_AUTH_SUPPORTED; its identity was the name gw.example.
 */
const TABLE = `
rsa-2048 834 aes-cbc-sha256 port 4500 v4 dn-67 cas-1 default | IDi 75, CERT 839, N(INIT_CONTACT) 8, CERTREQ 25, IDr 18, AUTH 280, SA 156, TSi 24, TSr 24, N(MOBIKE_SUP) 8, N(ADD_6_ADDR) 24, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 1584 = 1236 + 420
rsa-2048 837+848 aes-gcm-16 port 4500 v4 fqdn-25 cas-2 aes-sha2 | IDi 33, CERT 842, CERT 853, N(INIT_CONTACT) 8, CERTREQ 45, IDr 18, AUTH 280, SA 44, TSi 24, TSr 24, N(MOBIKE_SUP) 8, N(ADD_6_ADDR) 24, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2284 = 1248 + 1101
rsa-2048 676+677+848 aes-cbc-sha256 port 4500 v6 dn-67 cas-3 aes-gcm | IDi 75, CERT 681, CERT 682, CERT 853, N(INIT_CONTACT) 8, CERTREQ 65, IDr 18, AUTH 280, SA 36, TSi 48, TSr 24, N(MOBIKE_SUP) 8, N(ADD_4_ADDR) 12, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2880 = 1220 + 1220 + 596
rsa-3072 962 aes-gcm-16 port 4500 v6 fqdn-25 cas-1 default | IDi 33, CERT 967, N(INIT_CONTACT) 8, CERTREQ 25, IDr 18, AUTH 408, SA 156, TSi 48, TSr 24, N(MOBIKE_SUP) 8, N(ADD_4_ADDR) 12, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 1788 = 1228 + 625
rsa-3072 965+848 aes-cbc-sha256 port 4500 v4 dn-67 cas-2 aes-sha2 | IDi 75, CERT 970, CERT 853, N(INIT_CONTACT) 8, CERTREQ 45, IDr 18, AUTH 408, SA 44, TSi 24, TSr 24, N(MOBIKE_SUP) 8, N(ADD_6_ADDR) 24, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2592 = 1236 + 1236 + 260
rsa-3072 804+677+848 aes-gcm-16 port 4500 v4 fqdn-25 cas-3 aes-gcm | IDi 33, CERT 809, CERT 682, CERT 853, N(INIT_CONTACT) 8, CERTREQ 65, IDr 18, AUTH 408, SA 36, TSi 24, TSr 24, N(MOBIKE_SUP) 8, N(ADD_6_ADDR) 24, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 3073 = 1248 + 1248 + 703
rsa-4096 1090 aes-cbc-sha256 port 4500 v6 dn-67 cas-1 default | IDi 75, CERT 1095, N(INIT_CONTACT) 8, CERTREQ 25, IDr 18, AUTH 536, SA 156, TSi 48, TSr 24, N(MOBIKE_SUP) 8, N(ADD_4_ADDR) 12, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2096 = 1220 + 948
rsa-4096 1093+848 aes-gcm-16 port 4500 v6 fqdn-25 cas-2 aes-sha2 | IDi 33, CERT 1098, CERT 853, N(INIT_CONTACT) 8, CERTREQ 45, IDr 18, AUTH 536, SA 44, TSi 48, TSr 24, N(MOBIKE_SUP) 8, N(ADD_4_ADDR) 12, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2808 = 1228 + 1228 + 478
rsa-4096 933+677+848 aes-cbc-sha256 port 4500 v4 dn-67 cas-3 aes-gcm | IDi 75, CERT 938, CERT 682, CERT 853, N(INIT_CONTACT) 8, CERTREQ 65, IDr 18, AUTH 536, SA 36, TSi 24, TSr 24, N(MOBIKE_SUP) 8, N(ADD_6_ADDR) 24, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 3392 = 1236 + 1236 + 1060
p256 633 aes-gcm-16 port 4500 v4 fqdn-26 cas-1 default | IDi 34, CERT 638, N(INIT_CONTACT) 8, CERTREQ 25, IDr 18, AUTH 91, SA 156, TSi 24, TSr 24, N(MOBIKE_SUP) 8, N(ADD_6_ADDR) 24, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 1131 = 1131
p256 636+848 aes-cbc-sha256 port 4500 v6 dn-68 cas-2 aes-sha2 | IDi 76, CERT 641, CERT 853, N(INIT_CONTACT) 8, CERTREQ 45, IDr 18, AUTH 91, SA 44, TSi 48, TSr 24, N(MOBIKE_SUP) 8, N(ADD_4_ADDR) 12, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 1968 = 1220 + 820
p256 474+677+848 aes-gcm-16 port 4500 v6 fqdn-26 cas-3 aes-gcm | IDi 34, CERT 479, CERT 682, CERT 853, N(INIT_CONTACT) 8, CERTREQ 65, IDr 18, AUTH 92, SA 36, TSi 48, TSr 24, N(MOBIKE_SUP) 8, N(ADD_4_ADDR) 12, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2440 = 1228 + 1228 + 110
p384 662 aes-cbc-sha256 port 4500 v4 dn-68 cas-1 default | IDi 76, CERT 667, N(INIT_CONTACT) 8, CERTREQ 25, IDr 18, AUTH 124, SA 156, TSi 24, TSr 24, N(MOBIKE_SUP) 8, N(ADD_6_ADDR) 24, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 1248 = 1248
p384 665+848 aes-gcm-16 port 4500 v4 fqdn-26 cas-2 aes-sha2 | IDi 34, CERT 670, CERT 853, N(INIT_CONTACT) 8, CERTREQ 45, IDr 18, AUTH 125, SA 44, TSi 24, TSr 24, N(MOBIKE_SUP) 8, N(ADD_6_ADDR) 24, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 1958 = 1248 + 775
p384 504+677+848 aes-cbc-sha256 port 4500 v6 dn-68 cas-3 aes-gcm | IDi 76, CERT 509, CERT 682, CERT 853, N(INIT_CONTACT) 8, CERTREQ 65, IDr 18, AUTH 123, SA 36, TSi 48, TSr 24, N(MOBIKE_SUP) 8, N(ADD_4_ADDR) 12, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2560 = 1220 + 1220 + 260
p521 700 aes-gcm-16 port 4500 v6 fqdn-26 cas-1 default | IDi 34, CERT 705, N(INIT_CONTACT) 8, CERTREQ 25, IDr 18, AUTH 160, SA 156, TSi 48, TSr 24, N(MOBIKE_SUP) 8, N(ADD_4_ADDR) 12, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 1279 = 1228 + 116
p521 703+848 aes-cbc-sha256 port 4500 v4 dn-68 cas-2 aes-sha2 | IDi 76, CERT 708, CERT 853, N(INIT_CONTACT) 8, CERTREQ 45, IDr 18, AUTH 160, SA 44, TSi 24, TSr 24, N(MOBIKE_SUP) 8, N(ADD_6_ADDR) 24, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2096 = 1236 + 932
p521 541+677+848 aes-gcm-16 port 4500 v4 fqdn-26 cas-3 aes-gcm | IDi 34, CERT 546, CERT 682, CERT 853, N(INIT_CONTACT) 8, CERTREQ 65, IDr 18, AUTH 160, SA 36, TSi 24, TSr 24, N(MOBIKE_SUP) 8, N(ADD_6_ADDR) 24, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2563 = 1248 + 1248 + 193
ed25519 586 aes-cbc-sha256 port 4500 v6 dn-68 cas-1 default | IDi 76, CERT 591, N(INIT_CONTACT) 8, CERTREQ 25, IDr 18, AUTH 80, SA 156, TSi 48, TSr 24, N(MOBIKE_SUP) 8, N(ADD_4_ADDR) 12, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 1136 = 1136
ed25519 589+848 aes-gcm-16 port 4500 v6 fqdn-26 cas-2 aes-sha2 | IDi 34, CERT 594, CERT 853, N(INIT_CONTACT) 8, CERTREQ 45, IDr 18, AUTH 80, SA 44, TSi 48, TSr 24, N(MOBIKE_SUP) 8, N(ADD_4_ADDR) 12, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 1849 = 1228 + 686
ed25519 428+677+848 aes-cbc-sha256 port 4500 v4 dn-68 cas-3 aes-gcm | IDi 76, CERT 433, CERT 682, CERT 853, N(INIT_CONTACT) 8, CERTREQ 65, IDr 18, AUTH 80, SA 36, TSi 24, TSr 24, N(MOBIKE_SUP) 8, N(ADD_6_ADDR) 24, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2432 = 1236 + 1236 + 100
rsa-2048 834 aes-gcm-16 port 4500 v4 dn-67 cas-1 default | IDi 75, CERT 839, N(INIT_CONTACT) 8, CERTREQ 25, IDr 18, AUTH 280, CPRQ 12, SA 156, TSi 24, TSr 24, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 1542 = 1248 + 359
p256 474+677+848 aes-cbc-sha256 port 4500 v6 dn-68 cas-3 default | IDi 76, CERT 479, CERT 682, CERT 853, CERTREQ 65, IDr 18, AUTH 93, CPRQ 12, SA 156, TSi 48, TSr 24, N(MOBIKE_SUP) 8, N(ADD_4_ADDR) 12, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2624 = 1220 + 1220 + 324
rsa-4096 933+677+848 aes-gcm-16 port 4500 v6 dn-67 cas-3 default | IDi 75, CERT 938, CERT 682, CERT 853, CERTREQ 65, IDr 18, AUTH 536, CPRQ 12, SA 156, TSi 48, TSr 24, N(MOBIKE_SUP) 8, N(ADD_4_ADDR) 12, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 3508 = 1228 + 1228 + 1178
rsa-3072 965+848 aes-cbc-sha256 port 4500 v4 dn-67 cas-2 default | IDi 75, CERT 970, CERT 853, N(INIT_CONTACT) 8, CERTREQ 45, IDr 18, AUTH 408, CPRQ 12, SA 156, TSi 24, TSr 24, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2688 = 1236 + 1236 + 356
rsa-2048 834 aes-cbc-sha256 port 500 v4 dn-67 cas-1 childless | IDi 75, CERT 839, N(INIT_CONTACT) 8, CERTREQ 25, IDr 18, AUTH 280, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 1344 = 1252 + 164
rsa-2048 834 aes-gcm-16 port 500 v6 dn-67 cas-1 childless | IDi 75, CERT 839, N(INIT_CONTACT) 8, CERTREQ 25, IDr 18, AUTH 280, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 1326 = 1232 + 159
rsa-2048 676+677+848 aes-cbc-sha256 port 4500 v4 dn-67 cas-3 childless | IDi 75, CERT 681, CERT 682, CERT 853, N(INIT_CONTACT) 8, CERTREQ 65, IDr 18, AUTH 280, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2752 = 1236 + 1236 + 436
rsa-2048 676+677+848 aes-gcm-16 port 500 v6 dn-67 cas-3 childless | IDi 75, CERT 681, CERT 682, CERT 853, N(INIT_CONTACT) 8, CERTREQ 65, IDr 18, AUTH 280, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2743 = 1232 + 1232 + 405
rsa-4096 1090 aes-gcm-16 port 4500 v4 dn-67 cas-1 childless | IDi 75, CERT 1095, N(INIT_CONTACT) 8, CERTREQ 25, IDr 18, AUTH 536, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 1838 = 1248 + 655
rsa-4096 1090 aes-cbc-sha256 port 500 v6 dn-67 cas-1 childless | IDi 75, CERT 1095, N(INIT_CONTACT) 8, CERTREQ 25, IDr 18, AUTH 536, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 1856 = 1220 + 708
rsa-4096 933+677+848 aes-gcm-16 port 500 v4 dn-67 cas-3 childless | IDi 75, CERT 938, CERT 682, CERT 853, N(INIT_CONTACT) 8, CERTREQ 65, IDr 18, AUTH 536, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 3256 = 1252 + 1252 + 878
rsa-4096 933+677+848 aes-gcm-16 port 500 v6 dn-67 cas-3 childless | IDi 75, CERT 938, CERT 682, CERT 853, N(INIT_CONTACT) 8, CERTREQ 65, IDr 18, AUTH 536, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 3256 = 1232 + 1232 + 918
p256 633 aes-cbc-sha256 port 500 v4 dn-68 cas-1 childless | IDi 76, CERT 638, N(INIT_CONTACT) 8, CERTREQ 25, IDr 18, AUTH 91, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 960 = 960
p256 633 aes-gcm-16 port 4500 v6 dn-68 cas-1 childless | IDi 76, CERT 638, N(INIT_CONTACT) 8, CERTREQ 25, IDr 18, AUTH 92, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 938 = 938
p256 474+677+848 aes-gcm-16 port 500 v4 dn-68 cas-3 childless | IDi 76, CERT 479, CERT 682, CERT 853, N(INIT_CONTACT) 8, CERTREQ 65, IDr 18, AUTH 92, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2354 = 1252 + 1167
p256 474+677+848 aes-cbc-sha256 port 500 v6 dn-68 cas-3 childless | IDi 76, CERT 479, CERT 682, CERT 853, N(INIT_CONTACT) 8, CERTREQ 65, IDr 18, AUTH 92, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2368 = 1220 + 1220
p384 662 aes-gcm-16 port 500 v4 dn-68 cas-1 childless | IDi 76, CERT 667, N(INIT_CONTACT) 8, CERTREQ 25, IDr 18, AUTH 125, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 1000 = 1000
p384 662 aes-gcm-16 port 500 v6 dn-68 cas-1 childless | IDi 76, CERT 667, N(INIT_CONTACT) 8, CERTREQ 25, IDr 18, AUTH 123, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 998 = 998
p384 504+677+848 aes-cbc-sha256 port 500 v4 dn-68 cas-3 childless | IDi 76, CERT 509, CERT 682, CERT 853, N(INIT_CONTACT) 8, CERTREQ 65, IDr 18, AUTH 124, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2432 = 1252 + 1252
p384 504+677+848 aes-gcm-16 port 500 v6 dn-68 cas-3 childless | IDi 76, CERT 509, CERT 682, CERT 853, N(INIT_CONTACT) 8, CERTREQ 65, IDr 18, AUTH 125, N(MULT_AUTH) 8, N(EAP_ONLY) 8, N(MSG_ID_SYN_SUP) 8 | 2417 = 1232 + 1232 + 79
`;
