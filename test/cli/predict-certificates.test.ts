import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CERTIFICATES, ROOT } from '../ike/certificates.ts';
import { run, type Ran } from './fake-surroundings.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pathmtu-'));
  write('rsa.pem', CERTIFICATES['rsa-3072']);
  write('p256.pem', CERTIFICATES['p-256']);
  write('root.pem', ROOT);
  write('both.pem', CERTIFICATES['rsa-3072'] + ROOT);
  write('empty.pem', '');
  write('text.pem', 'hello\n');
  openssl('x509 -in rsa.pem -outform DER -out rsa.der');
  openssl('genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.key');
  openssl('req -x509 -key p256.key -subj /CN=self -days 30 -out self.pem');
  openssl('pkcs12 -export -inkey p256.key -in self.pem -passout pass:secret -out self.p12');
  openssl('crl2pkcs7 -nocrl -certfile self.pem -out self.p7b');
  openssl('pkcs8 -topk8 -in p256.key -passout pass:secret -out encrypted.key');
  openssl('genpkey -algorithm X25519 -out x25519.key');
  openssl('pkey -in x25519.key -pubout -out x25519.pub');
  openssl('req -new -key p256.key -subj /CN=x -out request.csr');
  openssl('x509 -req -in request.csr -signkey p256.key -force_pubkey x25519.pub -days 30 -out x25519.pem');
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('pathmtu predict --cert', () => {
  test('prints the request payload by payload and packet by packet', async () => {
    const { stdout, exitCode, stderr } = await predict(
      '--cert rsa.pem --chain root.pem --client windows --nat-t --mtu 1400 --gateway rras --cas 20',
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    // IDi 8 + 67, CERT 5 + 804, CERTREQ 5 + 20 * 20, AUTH 8 + 384; 2045 of payloads, then one byte of pad length
    // makes 2046, which 2048 holds: 28 + 4 + 16 + 2048 + 16 = 2112.
    expect(stdout).toContain(`
REQUEST        BYTES  DETAIL
IDi               75  distinguished name, 67 bytes
CERT             809  certificate of 804 bytes
CERTREQ          405  20 CAs, 20 bytes each
AUTH             392  RSA 3072 signature, classic
N(MOBIKE_SUP)      8  no data
CPRQ              36  7 attributes
SA               192  5 ESP proposals
TSi               64  1 IPv4 and 1 IPv6 range(s)
TSr               64  1 IPv4 and 1 IPv6 range(s)
IKE header        28  SPIs, exchange type, length
SK header          4  of the encrypted payload
IV                16  aes-cbc-sha256
Padding            3  to a whole block, with its length byte
ICV               16  integrity check
IKE message     2112  ISAKMP Length in Wireshark
IP packet       2144  if unsplit: + 8 UDP + 20 IPv4 + 4 non-ESP marker

REQUEST, unsplit, IKEv2 fragmentation being off: 2 IP fragments
IP FRAGMENT  IP PACKET
1 of 2            1396
2 of 2             768

REQUEST, were IKEv2 fragmentation on at the gateway: cut by Windows
IKE FRAGMENT  IKE MESSAGE  IP PACKET  ON THIS PATH
1 of 5                580        612  fits
2 of 5                580        612  fits
3 of 5                580        612  fits
4 of 5                580        612  fits
5 of 5                132        164  fits

IKE_SA_INIT, UDP port 500
  Packet    about 660 bytes (message of 632): fits in one packet
`);
    expect(stdout).toContain('\n    Restart-Service RemoteAccess -Force\n');
  });

  test('is the same for DER, and for a chain in one file', async () => {
    // 75 + 809 + 25 + 408 + 156 + 24 + 24 + 16 + 24 = 1561; padded to 1568.
    expect(await sizeOf('--cert rsa.pem --chain root.pem')).toBe(1632);
    expect(await sizeOf('--cert rsa.der --chain root.pem')).toBe(1632);
    expect(await sizeOf('--cert both.pem')).toBe(1632);
    expect(await sizeOf('--cert both.pem --chain root.pem --chain root.pem')).toBe(1632);
  });

  test('says that an ECDSA signature varies', async () => {
    const { stdout } = await predict('--cert p256.pem --client strongswan --cipher aes-gcm-16 --mtu 1400');
    expect(stdout).toContain('AUTH                  93  ECDSA P-256 signature, rfc7427, at least 91\n');
  });

  test('prints the whole prediction with --json, additively', async () => {
    const { stdout, exitCode } = await predict(
      '--cert rsa.pem --client windows --mtu 1400 --ike-fragmentation --gateway-cert rsa.pem --json',
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      mtu: 1400,
      ikeAuth: {
        size: 2784,
        verdict: 'ike-fragmented',
        ipFragments: [1396, 1396, 64],
        ikeFragments: [580, 580, 580, 580, 580, 308],
      },
      client: 'windows',
      ikeFragmentation: true,
      request: { messageBytes: 2784, packetBytes: 2816, payloads: expect.any(Array) },
      response: { verdict: 'ike-fragmented', payloads: expect.any(Array) },
      ikeSaInit: { messageBytes: 632, fits: true, mlKem: null },
      advice: [],
      notes: expect.any(Array),
    });
  });

  test.each([
    { line: '--cert p256.pem --client strongswan --mtu 1400', exitCode: 0 },
    { line: '--cert rsa.pem --client windows --mtu 1400', exitCode: 1 },
    { line: '--cert rsa.pem --client windows --mtu 1400 --ike-fragmentation', exitCode: 0 },
    { line: '--cert rsa.pem --client windows --mtu 1400 --no-ike-fragmentation', exitCode: 1 },
    { line: '--cert rsa.pem --client windows --mtu 1400 --gateway strongswan', exitCode: 0 },
    { line: '--cert rsa.pem --client windows --mtu 1400 --gateway rras', exitCode: 1 },
    { line: '--cert rsa.pem --client windows --mtu 600 --ike-fragmentation', exitCode: 1 },
    { line: '--cert p256.pem --client strongswan --mtu 1400 --ml-kem 1024', exitCode: 1 },
    { line: '--eap --client strongswan --mtu 1120 --gateway-cert rsa.pem', exitCode: 1 },
    { line: '--eap --client strongswan --mtu 1120 --gateway-cert rsa.pem --ike-fragmentation', exitCode: 0 },
  ])('pathmtu predict $line exits $exitCode', async ({ line, exitCode }) => {
    expect((await predict(line)).exitCode).toBe(exitCode);
  });
});

describe('pathmtu predict --client windows', () => {
  test.each([
    { line: '--ike-auth 1536', size: 1536, pieces: [580, 580, 548] },
    { line: '--ike-auth 3200', size: 3200, pieces: [580, 580, 580, 580, 580, 580, 228] },
    { line: '--eap', size: 1520, pieces: [580, 580, 532] },
  ])('$line gives the pieces of its transcript', async ({ line, size, pieces }) => {
    const { stdout, exitCode } = await predict(`${line} --client windows --mtu 1400 --json`);
    expect(JSON.parse(stdout)).toMatchObject({
      ikeAuth: { size, ikeFragments: pieces, verdict: 'ip-fragments-unknown' },
    });
    expect(exitCode).toBe(1);
  });
});

describe('bad input is one line, and exit code 3', () => {
  test.each([
    { line: '--cert none.pem', says: '--cert "none.pem" does not exist: check the path' },
    { line: '--cert .', says: '--cert "." is a directory: give a certificate file' },
    { line: '--cert empty.pem', says: '--cert "empty.pem" is empty: give a certificate in PEM or DER' },
    {
      line: '--cert text.pem',
      says: '--cert "text.pem" is not a certificate, neither PEM nor DER: give a certificate in PEM or DER',
    },
    {
      line: '--cert p256.key',
      says: '--cert "p256.key" holds a private key: give the certificate, no key is needed',
    },
    {
      line: '--cert encrypted.key',
      says: '--cert "encrypted.key" holds an encrypted private key: give the certificate, no key is needed',
    },
    {
      line: '--cert self.p12',
      says: '--cert "self.p12" is a PKCS#12 file (.p12, .pfx): take its certificates out with openssl pkcs12 -in FILE -nokeys -out certs.pem',
    },
    {
      line: '--cert self.p7b',
      says: '--cert "self.p7b" is a PKCS#7 file (.p7b): take its certificates out with openssl pkcs7 -print_certs -in FILE -out certs.pem',
    },
    {
      line: '--cert request.csr',
      says: '--cert "request.csr" holds a certificate request: give the certificate that the CA made of it',
    },
    { line: '--cert /dev/zero', says: '--cert "/dev/zero" is larger than 1 MB: no certificate file is' },
    { line: '--cert rsa.pem --chain none.pem', says: '--chain "none.pem" does not exist: check the path' },
    {
      line: '--cert rsa.pem --gateway-cert none.pem',
      says: '--gateway-cert "none.pem" does not exist: check the path',
    },
    {
      line: '--cert rsa.pem --ike-auth 3200',
      says: '--ike-auth and --cert exclude each other: the certificate gives the size',
    },
    {
      line: '--cert rsa.pem --eap',
      says: "--cert and --eap exclude each other: with EAP the client's certificate is not sent",
    },
    { line: '--ike-auth 3200 --cas 3', says: '--cas needs --cert FILE or --eap' },
    { line: '--ike-auth 3200 --gateway-cert rsa.pem', says: '--gateway-cert needs --cert FILE or --eap' },
    { line: '--cert rsa.pem --gateway-chain root.pem', says: '--gateway-chain needs --gateway-cert FILE' },
    {
      line: '--cert rsa.pem --cas 1001',
      says: '--cas 1001 is out of range: give a whole number of CAs from 0 to 1000',
    },
    { line: '--cert rsa.pem --cert p256.pem', says: '--cert is given more than once: give it once' },
    {
      line: '--cert rsa.pem --client window',
      says: '--client does not know "window": did you mean windows?',
    },
    {
      line: '--cert rsa.pem --cipher rot13',
      says: '--cipher does not know "rot13": give aes-cbc-sha1 or aes-cbc-sha256',
    },
    { line: '--cert rsa.pem --ml-kem 1000', says: '--ml-kem does not know "1000": give 512 or 768 or 1024' },
    {
      line: '--cert rsa.pem --gateway acme',
      says: '--gateway does not know "acme": give rras or strongswan',
    },
    { line: '--cert rsa.pem --identity=', says: '--identity must have 1 to 255 characters' },
    {
      line: '--cert x25519.pem',
      says: '--cert "x25519.pem" has a key of a kind that is not known here (1.3.101.110): give RSA',
    },
  ])('pathmtu predict $line', async ({ line, says }) => {
    const { exitCode, stdout, stderr } = await predict(`${line} --mtu 1400`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr.replaceAll(`${folder}/`, '')).toContain(`pathmtu: ${says}`);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  test('a certificate without an MTU needs one', async () => {
    expect((await predict('--cert rsa.pem')).stderr).toMatch(/^pathmtu: predict needs --mtu: /);
  });
});

describe('pathmtu measure --cert', () => {
  test('asks for a measurement with what the message is made of', async () => {
    const { measured } = await run(inFolder('host --cert rsa.pem --chain root.pem --client windows --cas 7'));
    expect(measured).toEqual([
      {
        input: 'host',
        options: {
          ikeAuth: {
            profile: 'windows',
            authorityCount: 7,
            identity: { type: 'distinguished-name', derBytes: 67 },
            certificateBytes: [804],
            authentication: { type: 'signature', key: { type: 'rsa', modulusBits: 3072 } },
          },
          signal: expect.any(AbortSignal),
        },
      },
    ]);
  });

  test('passes the client and the cipher on beside a mere size', async () => {
    const line = 'host --ike-auth 3200 --client windows --cipher aes-gcm-16';
    expect((await run(line.split(' '))).measured).toMatchObject([
      { options: { ikeAuthBytes: 3200, client: 'windows', cipher: 'aes-gcm-16' } },
    ]);
  });

  test('measures nothing when a file is bad', async () => {
    const { exitCode, measured } = await run(inFolder('host --cert empty.pem'));
    expect({ exitCode, measured }).toEqual({ exitCode: 3, measured: [] });
  });
});

async function sizeOf(files: string): Promise<number> {
  const { stdout } = await predict(`${files} --client strongswan --mtu 1400 --json`);
  return (JSON.parse(stdout) as { ikeAuth: { size: number } }).ikeAuth.size;
}

function predict(line: string): Promise<Ran> {
  return run(['predict', ...inFolder(line)]);
}

/** The words of a command line, files of the folder with their path. */
function inFolder(line: string): string[] {
  return line.split(' ').map((word) => (/^[a-z\d]+\.[a-z\d]+$/.test(word) ? join(folder, word) : word));
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function openssl(line: string): void {
  execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'pipe' });
}
