import type { CertificateFacts } from '../ike/certificate.ts';
import type { CipherName } from '../ike/cipher.ts';
import type { ClientProfileName } from '../ike/client-profile.ts';
import type { IkeAuthDescription } from '../ike/description.ts';
import type { NamedFile } from '../net/certificate-files.ts';
import {
  badOption,
  choiceOption,
  flagOption,
  numberOption,
  quoted,
  textOption,
  textsOption,
  type ParsedArguments,
} from './option-values.ts';
import { AUTHORITY_COUNT, CIPHERS, CLIENTS, IKE_AUTH_BYTES } from './options.ts';
import type { Surroundings } from './surroundings.ts';

/** What the options say of an IKE_AUTH: its size, or what it is made of, or nothing. */
export interface IkeAuthInput {
  readonly client: ClientProfileName | undefined;
  readonly cipher: CipherName | undefined;
  readonly sizeBytes: number | undefined;
  readonly description: IkeAuthDescription | undefined;
  /** The client's, its own first, and what `--chain` adds. */
  readonly certificates: readonly CertificateFacts[];
}

/** Reads `--ike-auth` or the certificate files. @throws PathmtuError in one line for whatever is wrong with them. */
export async function ikeAuthInput(
  parsed: ParsedArguments,
  surroundings: Surroundings,
): Promise<IkeAuthInput> {
  const client = choiceOption(parsed, 'client', CLIENTS);
  const cipher = choiceOption(parsed, 'cipher', CIPHERS);
  const sizeBytes = numberOption(parsed, 'ike-auth', IKE_AUTH_BYTES);
  const authorityCount = numberOption(parsed, 'cas', AUTHORITY_COUNT);
  const cert = textOption(parsed, 'cert');
  const chain = textsOption(parsed, 'chain');
  const isEap = flagOption(parsed, 'eap') === true;
  const identity = identityOption(parsed, 'identity');
  const remoteIdentity = identityOption(parsed, 'remote-identity');

  if (sizeBytes !== undefined && cert !== undefined) {
    throw badOption('--ike-auth and --cert exclude each other: the certificate gives the size');
  }
  if (sizeBytes !== undefined && isEap) {
    throw badOption('--ike-auth and --eap exclude each other: --eap computes the size');
  }
  if (cert !== undefined && isEap) {
    throw badOption("--cert and --eap exclude each other: with EAP the client's certificate is not sent");
  }
  if (cert === undefined && !isEap) {
    const dependent = ['chain', 'cas', 'identity', 'remote-identity'].find(
      (name) => parsed[name] !== undefined,
    );
    if (dependent !== undefined) throw badOption(`--${dependent} needs --cert FILE or --eap`);
    return { client, cipher, sizeBytes, description: undefined, certificates: [] };
  }

  const certificates = await certificateFacts(
    [
      ...(cert === undefined ? [] : [{ option: '--cert', path: cert }]),
      ...chain.map((path) => ({ option: '--chain', path })),
    ],
    surroundings,
  );
  const { describeIkeAuth } = await import('../ike/description.ts');
  const description = describeIkeAuth(certificates, {
    client: client ?? 'generic',
    isEap,
    ...(authorityCount === undefined ? {} : { authorityCount }),
    ...(cipher === undefined ? {} : { cipher }),
    ...(identity === undefined ? {} : { identity }),
    ...(remoteIdentity === undefined ? {} : { remoteIdentity }),
  });
  if (description === null) throw unknownKey('--cert', cert ?? '', certificates);
  const { ikeAuthRequestSize } = await import('../ike/ike-auth-size.ts');
  const { messageBytes } = ikeAuthRequestSize({ ...description, cipher: LARGEST_CIPHER, family: 6 });
  if (messageBytes > IKE_AUTH_BYTES.to) {
    throw badOption(
      `these certificates make an IKE_AUTH of some ${messageBytes} bytes, and no UDP packet holds more than ` +
        `${IKE_AUTH_BYTES.to}: give fewer`,
    );
  }
  return { client, cipher, sizeBytes: undefined, description, certificates };
}

/** What certificate files hold, each certificate once. */
export async function certificateFacts(
  files: readonly NamedFile[],
  surroundings: Surroundings,
): Promise<CertificateFacts[]> {
  const { certificateFacts: factsOf } = await import('../run/certificates.ts');
  return factsOf(files, (file) => {
    if (file.path === '') throw badOption(`${file.option} is empty: give a certificate file`);
    return surroundings.readFile(file);
  });
}

/** An error for a certificate whose key has signatures of unknown size. */
export function unknownKey(option: string, path: string, [own]: readonly CertificateFacts[]): Error {
  return badOption(
    `${option} ${quoted(path)} has a key of a kind that is not known here (${own?.keyAlgorithm ?? 'none'}): ` +
      'give RSA, ECDSA P-256, P-384 or P-521, Ed25519, Ed448 or ML-DSA, or the size with --ike-auth',
  );
}

function identityOption(parsed: ParsedArguments, name: string): string | undefined {
  const text = textOption(parsed, name)?.trim();
  if (text === '' || (text !== undefined && text.length > LONGEST_IDENTITY)) {
    throw badOption(`--${name} must have 1 to ${LONGEST_IDENTITY} characters`);
  }
  return text;
}

/** A name in the DNS has no more. */
const LONGEST_IDENTITY = 255;
const LARGEST_CIPHER = 'aes-cbc-sha512';
