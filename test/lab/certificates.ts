/**
 * A certificate authority for the lab's gateways and clients: everything is made when it is first asked for, and kept
 * for the life of this process in a folder that goes with it.
 *
 * The root (RSA 2048) issued an intermediate CA (P-256), which issued a second one (P-384); so a chain has one to
 * three certificates below the root, with signatures of different sizes. Made with strongSwan's own `pki`.
 */
import { X509Certificate, generateKeyPair, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { must } from './commands.ts';
import { createFolder } from './namespaces.ts';

export type LabKey = 'rsa-2048' | 'rsa-3072' | 'rsa-4096' | 'p256' | 'p384';

/** Certificates that the sender shows, its own included. */
export type ChainLength = 1 | 2 | 3;

/** Files in PEM. */
export interface Credentials {
  readonly certificate: string;
  readonly privateKey: string;
  /** Intermediate CAs, the one that signed the certificate first. */
  readonly intermediates: readonly string[];
  readonly root: string;
}

/** A certificate for this name (subject and DNS name), with a key of its kind that others may have too. */
export async function issueCredentials(
  name: string,
  key: LabKey,
  chainLength: ChainLength,
): Promise<Credentials> {
  const authorities = await authoritiesOnce();
  const issuer = authorities[chainLength - 1];
  const [root] = authorities;
  if (issuer === undefined || root === undefined) throw new RangeError(`no chain of ${chainLength}`);
  const privateKey = await keyOnce(key);
  const certificate = issue(`${name}-${key}-${chainLength}`, [
    ...signedBy(issuer),
    ...subject(name, privateKey),
    '--san',
    name,
  ]);
  return {
    certificate,
    privateKey,
    intermediates: authorities
      .slice(1, chainLength)
      .map((authority) => authority.certificate)
      .toReversed(),
    root: root.certificate,
  };
}

/** What a CERT payload carries. */
export function derOf(certificateFile: string): Uint8Array {
  return new Uint8Array(new X509Certificate(readFileSync(certificateFile)).raw);
}

interface Authority {
  readonly certificate: string;
  readonly privateKey: string;
}

/** From the root down. */
const authoritiesOnce = once(async (): Promise<readonly Authority[]> => {
  const [rootKey, upperKey, lowerKey] = await Promise.all([
    makeKey('root', 'rsa-2048'),
    makeKey('upper', 'p256'),
    makeKey('lower', 'p384'),
  ]);
  const selfSigned = must('pki', ['--self', '--ca', '--type', 'priv', ...subject('Root', rootKey), ...PEM]);
  const root = { privateKey: rootKey, certificate: store('root.crt', selfSigned) };
  const upper = issueAuthority('Upper CA', upperKey, root);
  return [root, upper, issueAuthority('Lower CA', lowerKey, upper)];
});

function issueAuthority(name: string, privateKey: string, issuer: Authority): Authority {
  const certificate = issue(name.replace(' ', '-'), [
    '--ca',
    ...signedBy(issuer),
    ...subject(name, privateKey),
  ]);
  return { privateKey, certificate };
}

const signedBy = ({ certificate, privateKey }: Authority): string[] => [
  '--cacert',
  certificate,
  '--cakey',
  privateKey,
];

function issue(fileName: string, args: readonly string[]): string {
  return store(`${fileName}.crt`, must('pki', ['--issue', '--type', 'priv', ...args, ...PEM]));
}

const keys = new Map<LabKey, Promise<string>>();

function keyOnce(key: LabKey): Promise<string> {
  const file = keys.get(key) ?? makeKey('any', key);
  keys.set(key, file);
  return file;
}

/** In the thread pool, so that several are made at the same time. */
async function makeKey(owner: string, key: LabKey): Promise<string> {
  const { privateKey } = await generate(key);
  return store(`${owner}-${key}.key`, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

function generate(key: LabKey): Promise<{ privateKey: KeyObject }> {
  switch (key) {
    case 'rsa-2048':
    case 'rsa-3072':
    case 'rsa-4096':
      return generatePair('rsa', { modulusLength: Number(key.slice('rsa-'.length)) });
    case 'p256':
    case 'p384':
      return generatePair('ec', { namedCurve: key === 'p256' ? 'P-256' : 'P-384' });
  }
}

function store(name: string, content: string): string {
  const path = join(folderOnce(), name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => (made ??= { value: make() }).value;
}

const subject = (name: string, privateKey: string): string[] => [
  '--in',
  privateKey,
  '--dn',
  `C=CH, O=pathmtu lab, CN=${name}`,
];

const folderOnce = once(createFolder);
const generatePair = promisify(generateKeyPair);
const PEM = ['--outform', 'pem'];
