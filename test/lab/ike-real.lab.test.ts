/**
 * Predicted = real: strongSwan as client and as gateway do a whole IKE_SA_INIT and IKE_AUTH, and what src/ike predicts
 * from the client's certificate files is what the client's log says it sent, to the byte.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readCertificate, type CertificateFacts } from '../../src/ike/certificate.ts';
import { encryptedMessageBytes, IKE_CIPHERS, type CipherName } from '../../src/ike/cipher.ts';
import { ikeAuthRequestSize, type IkeAuthSize } from '../../src/ike/ike-auth-size.ts';
import { ikeFragments } from '../../src/ike/ike-fragments.ts';
import type { Family } from '../../src/results/result.ts';
import { derOf, issueCredentials, type ChainLength, type Credentials, type LabKey } from './certificates.ts';
import { GATEWAY_NAME, GATEWAY_SUBNET, startGateway } from './gateway.ts';
import { bringUp, type Network } from './network.ts';
import { describeWithGateway } from './requirements.ts';
import { startStrongswan, type Strongswan } from './strongswan.ts';
import type { DaemonPlan } from './strongswan-configuration.ts';
import { lastIkeAuthRequest, type LoggedIkeAuth } from './strongswan-log.ts';

const PROPOSALS = {
  'aes-cbc-sha256': 'aes256-sha256-ecp256',
  'aes-gcm-16': 'aes256gcm16-prfsha256-ecp256',
} as const satisfies Partial<Record<CipherName, string>>;

interface Case {
  readonly key: LabKey;
  readonly chain: ChainLength;
  readonly cipher: keyof typeof PROPOSALS;
  readonly family: Family;
  readonly port: 500 | 4500;
}

/** kernel-libipsec has ESP in UDP only, so that a CHILD SA is always on port 4500. */
const WITH_CHILD = [
  { key: 'rsa-2048', chain: 1, cipher: 'aes-cbc-sha256', family: 4, port: 4500 },
  { key: 'rsa-2048', chain: 3, cipher: 'aes-gcm-16', family: 6, port: 4500 },
  { key: 'rsa-3072', chain: 2, cipher: 'aes-cbc-sha256', family: 6, port: 4500 },
  { key: 'rsa-3072', chain: 3, cipher: 'aes-gcm-16', family: 4, port: 4500 },
  { key: 'rsa-4096', chain: 1, cipher: 'aes-gcm-16', family: 4, port: 4500 },
  { key: 'rsa-4096', chain: 3, cipher: 'aes-cbc-sha256', family: 6, port: 4500 },
  { key: 'p256', chain: 1, cipher: 'aes-cbc-sha256', family: 6, port: 4500 },
  { key: 'p256', chain: 2, cipher: 'aes-gcm-16', family: 4, port: 4500 },
  { key: 'p384', chain: 2, cipher: 'aes-cbc-sha256', family: 4, port: 4500 },
  { key: 'p384', chain: 3, cipher: 'aes-gcm-16', family: 6, port: 4500 },
] as const;

const CHILDLESS = [
  { key: 'rsa-2048', chain: 1, cipher: 'aes-gcm-16', family: 4, port: 500 },
  { key: 'rsa-2048', chain: 2, cipher: 'aes-cbc-sha256', family: 6, port: 4500 },
  { key: 'rsa-3072', chain: 1, cipher: 'aes-cbc-sha256', family: 4, port: 500 },
  { key: 'rsa-3072', chain: 2, cipher: 'aes-gcm-16', family: 6, port: 500 },
  { key: 'rsa-4096', chain: 2, cipher: 'aes-cbc-sha256', family: 4, port: 500 },
  { key: 'rsa-4096', chain: 3, cipher: 'aes-gcm-16', family: 6, port: 500 },
  { key: 'p256', chain: 3, cipher: 'aes-cbc-sha256', family: 6, port: 500 },
  { key: 'p256', chain: 3, cipher: 'aes-gcm-16', family: 4, port: 4500 },
  { key: 'p384', chain: 1, cipher: 'aes-cbc-sha256', family: 6, port: 500 },
  { key: 'p384', chain: 3, cipher: 'aes-gcm-16', family: 4, port: 500 },
] as const;

/** The first of a kind has its key made, which takes seconds for 4096 bits on a busy machine. */
const LIMIT_MS = 60_000;

describeWithGateway('an IKE_AUTH request of strongSwan is as predicted', () => {
  describe('with a CHILD SA', () => {
    const daemons = whileDaemonsUp({ hasEsp: true });

    test.each<Case>(WITH_CHILD)(
      '$key, chain of $chain, $cipher, IPv$family, port $port',
      async (each) => {
        const { real, predicted } = await exchange(daemons(), each, { remoteSubnet: GATEWAY_SUBNET });
        expect(real).toEqual(predicted);
      },
      LIMIT_MS,
    );
  });

  describe('without one (RFC 6023)', () => {
    const daemons = whileDaemonsUp({ hasEsp: false });

    test.each<Case>(CHILDLESS)(
      '$key, chain of $chain, $cipher, IPv$family, port $port',
      async (each) => {
        const { real, predicted } = await exchange(daemons(), each, 'none');
        expect(real).toEqual(predicted);
      },
      LIMIT_MS,
    );
  });

  describe.each([576, 1400])('with fragment_size = %i', (fragmentSize) => {
    const daemons = whileDaemonsUp({ hasEsp: false, fragmentSize });

    test.each<Case>([CHILDLESS[1], CHILDLESS[4]])(
      '$key, chain of $chain, $cipher, IPv$family, port $port',
      async (each) => {
        const { real, predicted } = await exchange(daemons(), each, 'none', fragmentSize);
        expect(real).toEqual(predicted);
      },
      LIMIT_MS,
    );
  });
});

interface Daemons {
  readonly network: Network;
  readonly client: Strongswan;
  readonly gateway: Strongswan;
}

function whileDaemonsUp(plan: DaemonPlan): () => Daemons {
  let daemons: Daemons | null = null;
  beforeAll(async () => {
    const network = bringUp({ links: [1500] });
    const [client, gateway] = await Promise.all([
      startStrongswan(network, 'client', { ...plan, logsSizes: true }),
      startGateway(network, plan),
    ]);
    daemons = { network, client, gateway };
  }, LIMIT_MS);
  afterAll(async () => {
    await Promise.all([daemons?.client.stop(), daemons?.gateway.stop()]);
    daemons?.network.close();
  });
  return () => {
    if (daemons === null) throw new Error('the daemons are not up: this is for the inside of a test');
    return daemons;
  };
}

/** What the client logged of its IKE_AUTH, and what is predicted of it. */
async function exchange(
  { network, client }: Daemons,
  each: Case,
  child: 'none' | { readonly remoteSubnet: string },
  fragmentBytes?: number,
): Promise<{ readonly real: LoggedIkeAuth; readonly predicted: LoggedIkeAuth }> {
  const { key, chain, cipher, family, port } = each;
  const credentials = await issueCredentials('client.example', key, chain);
  client.configure(credentials, {
    local: [network.addressOf('client', family)],
    remote: network.target(family),
    remoteIdentity: GATEWAY_NAME,
    proposals: PROPOSALS[cipher],
    encap: port === 4500,
    // It would go to port 4500 whether there is a NAT or not.
    mobike: child !== 'none',
    child,
  });
  await client.initiate();
  client.terminate();
  const real = lastIkeAuthRequest(client.sizesLog());
  const size = requestSize(credentials, cipher, family, child);
  return { real, predicted: predictedLog(size, each, real.authenticationBytes, fragmentBytes) };
}

/** From the files alone, and what was configured. */
function requestSize(
  { certificate, intermediates }: Credentials,
  cipher: CipherName,
  family: Family,
  child: 'none' | object,
): IkeAuthSize {
  const own = factsOf(certificate);
  if (own.key === null) throw new Error(`the key of ${certificate} is not known`);
  const otherFamily = family === 4 ? { ipv4: 0, ipv6: 1 } : { ipv4: 1, ipv6: 0 };
  return ikeAuthRequestSize({
    profile: 'strongswan',
    cipher,
    family,
    identity: { type: 'distinguished-name', derBytes: own.subjectBytes },
    remoteIdentity: { type: 'fqdn', lengthBytes: GATEWAY_NAME.length },
    certificateBytes: [certificate, ...intermediates].map((file) => factsOf(file).derBytes),
    authorityCount: intermediates.length + 1,
    authentication: { type: 'signature', key: own.key },
    ...(child === 'none'
      ? { mobike: 'none', child: null }
      : {
          additionalAddresses: otherFamily,
          child: { responderSelectors: { ipv4: 1, ipv6: 0 } },
        }),
  });
}

/**
 * An ECDSA signature has the length that it happens to have, in a span of three bytes, so the real one's is taken if it
 * lies in that span; an RSA signature has no choice. All else is predicted.
 */
function predictedLog(
  size: IkeAuthSize,
  { cipher, family, port }: Case,
  realAuthenticationBytes: number,
  fragmentBytes?: number,
): LoggedIkeAuth {
  const { bytes, leastBytes } = size.rows.find(({ name }) => name === 'AUTH') ?? { bytes: 0, leastBytes: 0 };
  const authenticationBytes = Math.max(leastBytes, Math.min(bytes, realAuthenticationBytes));
  const innerBytes = size.innerBytes - bytes + authenticationBytes;
  const fragments = ikeFragments({
    sender: 'strongswan',
    innerBytes,
    cipher,
    family,
    natT: port === 4500,
    ...(fragmentBytes === undefined ? {} : { fragmentBytes }),
  });
  return {
    payloads: size.rows.map(({ name }) => name),
    authenticationBytes,
    messageBytes: encryptedMessageBytes(innerBytes, IKE_CIPHERS[cipher]),
    sentBytes: fragments?.messageBytes ?? [],
    port,
  };
}

function factsOf(file: string): CertificateFacts {
  const facts = readCertificate(derOf(file));
  if (facts.type === 'malformed') throw new Error(`${file}: ${facts.reason}`);
  return facts;
}
