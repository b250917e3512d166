import { describe, expect, test } from '@jest/globals';
import { judgeIkeAuth } from '../../src/ike/verdict.ts';
import { ikeGatewayDetails } from '../../src/report/ike-gateway.ts';
import { table } from '../../src/report/table.ts';
import type { IkeGateway, Result } from '../../src/results/result.ts';
import { silent } from './results.ts';

const rras: IkeGateway = {
  answers: true,
  port: 500,
  natT: true,
  nat: { client: true, gateway: false },
  responder: { vendor: 'microsoft', version: '9', unknownVendorIds: ['00'] },
  fragmentationSupported: false,
  negotiation: 'accepted',
  refusal: null,
  cookieRequired: true,
  algorithms: {
    encryption: 'aesCbc',
    keyLengthBits: 256,
    integrity: 'hmacSha2_256_128',
    pseudorandomFunction: 'hmacSha2_256',
    group: 'modp2048',
  },
  certificateAuthorities: 53,
};

describe('what a gateway said', () => {
  test('is a line for each thing', () => {
    expect(ikeGatewayDetails(rras, 17, 80).join('\n')).toBe(`\
  Answers        on UDP port 500
  Made by        microsoft (9); 1 Vendor ID not known here
  IKE fragments  NOT offered (RFC 7383)
  NAT            on this side: IKE_AUTH goes to UDP port 4500, 4 bytes larger
  Chose          aesCbc 256, hmacSha2_256_128, hmacSha2_256, modp2048
  CERTREQ        names 53 CAs, 1060 bytes of its answer
  Cookie         demanded first: it is under load, or always asks`);
  });

  test('is one line when it does not answer', () => {
    const ike = { ...rras, answers: false, port: null, nat: null, natT: null, fragmentationSupported: null };
    const lines = ikeGatewayDetails(
      { ...ike, responder: null, cookieRequired: false, algorithms: null, certificateAuthorities: null },
      17,
      80,
    );
    expect(lines).toEqual(['  Answers        no, neither on UDP port 500 nor on 4500']);
  });

  test.each([
    { change: { fragmentationSupported: true }, says: 'offered (RFC 7383)' },
    { change: { negotiation: null }, says: 'not known: it was not asked' },
    {
      change: { negotiation: 'refused', refusal: 'NO_PROPOSAL_CHOSEN' },
      says: 'not known: it refused our proposals (NO_PROPOSAL_CHOSEN)',
    },
    { change: { negotiation: 'redirected' }, says: 'not known: it redirects to another gateway' },
    { change: { negotiation: 'unanswered' }, says: 'not known: it answers probes, but not this question' },
  ] as const)('says of IKE fragments: $says', ({ change, says }) => {
    const lines = ikeGatewayDetails({ ...rras, fragmentationSupported: null, ...change }, 17, 80);
    expect(lines).toContain(`  IKE fragments  ${says}`);
  });

  test.each([
    {
      nat: { client: true, gateway: true },
      natT: true,
      says: "on this side and on the gateway's side: IKE_AUTH",
    },
    { nat: { client: false, gateway: false }, natT: false, says: 'none seen' },
    { nat: null, natT: true, says: 'yes: IKE_AUTH' },
  ])('says of NAT: $says', ({ nat, natT, says }) => {
    const lines = ikeGatewayDetails({ ...rras, nat, natT }, 17, 100);
    expect(lines.find((line) => line.startsWith('  NAT '))).toContain(says);
  });

  test('does not guess who made it', () => {
    const responder = { vendor: null, version: null, unknownVendorIds: [] };
    expect(ikeGatewayDetails({ ...rras, responder }, 17, 80)).toContain(
      '  Made by        not known: its Vendor IDs do not tell',
    );
  });
});

describe('the table of a gateway that drops fragments', () => {
  const judgement = judgeIkeAuth({
    sizeBytes: 3200,
    innerBytes: null,
    natT: true,
    family: 4,
    mtuBytes: 1400,
    bounds: { fits: 1400, fails: 1401 },
    localMtuBytes: 1500,
    client: 'windows',
    cipher: null,
    fragments: { status: 'dropped' },
    gateway: { answers: true, fragmentationSupported: false, vendor: { id: 'microsoft', name: 'Windows' } },
  });
  const made = { size: 3232, pieces: 3, order: 'in-order', via: 'ike' } as const;
  const result: Result = {
    ...silent,
    ike: rras,
    fragments: {
      status: 'dropped',
      tests: [
        { ...made, name: 'in-order', delivered: false },
        { ...made, name: 'last-first', order: 'last-first', delivered: null },
        { ...made, name: 'small-datagram', size: 400, pieces: 2, delivered: true },
      ],
    },
    ikeAuth: judgement.ikeAuth,
    findings: judgement.findings,
  };

  test('shows the gateway, the tests, the verdict and what to do, each once', () => {
    const text = table(result, { columns: null, color: false });
    const from = text.indexOf('IKE SERVICE OF THE GATEWAY');
    expect(text.slice(from, text.indexOf('SIZES TRIED'))).toBe(`\
IKE SERVICE OF THE GATEWAY
  Answers        on UDP port 500
  Made by        microsoft (9); 1 Vendor ID not known here
  IKE fragments  NOT offered (RFC 7383)
  NAT            on this side: IKE_AUTH goes to UDP port 4500, 4 bytes larger
  Chose          aesCbc 256, hmacSha2_256_128, hmacSha2_256, modp2048
  CERTREQ        names 53 CAs, 1060 bytes of its answer
  Cookie         demanded first: it is under load, or always asks

IP FRAGMENTS    SIZE  PIECES  ORDER       VIA  ARRIVE
in-order        3232       3  in-order    ike  NO
last-first      3232       3  last-first  ike  not known
small-datagram   400       2  in-order    ike  yes

IKE_AUTH, UDP port 4500 (NAT-T)
  As one packet  3232 bytes (3200 IKE_AUTH + 4 non-ESP marker + 8 UDP + 20 IPv4)
  IP fragments   1396 + 1396 + 480 (whole packets, in bytes)
  Verdict        The IKE_AUTH of 3200 bytes makes a packet of 3232 bytes, and
                 the path carries 1400. The gateway does not offer IKEv2
                 fragmentation (RFC 7383), so the client does not cut it itself.
                 It leaves as 3 IP fragments: 1396 + 1396 + 480 bytes. Fragments
                 were tested on this path and are dropped. The gateway never
                 gets the message and does not answer it. Windows shows error
                 809, "the remote server is not responding".
  What to do
  - Turn on IKEv2 fragmentation (RFC 7383) on the gateway (Windows Server RRAS,
    version 1803 or 2019 and later), where it is off by default. Then Windows
    sends 7 IKE fragments in packets of at most 612 bytes, and all of them fit.
    Server 2016 and 2012 R2 do not have it.
      New-ItemProperty -Path "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\RemoteAccess\\Parameters\\Ikev2\\" -Name EnableServerFragmentation -PropertyType DWORD -Value 1 -Force
      Restart-Service RemoteAccess -Force
  - Let IP fragments pass on every firewall and router between here and the
    gateway. These are 3: 1396 + 1396 + 480 bytes. Only the first carries the
    UDP ports, so a rule for ports 500 and 4500 does not match the others. Look
    for "block fragmented packets" and for virtual reassembly.
  - Make the message smaller: one of at most 1368 bytes fits in one packet, 1832
    fewer. An ECDSA P-256 certificate of the client saves 395 in place of RSA
    2048, 651 in place of RSA 3072, 907 in place of RSA 4096. Every CA that the
    client trusts less saves 20 in CERTREQ. An intermediate certificate that is
    not sent saves its own size and 5.

FINDINGS
  critical  An IKE_AUTH of 3200 bytes will be lost: it leaves as 3 IP fragments,
            and fragments do not arrive; Windows shows error 809.
            [ike-auth-lost]
            What to do: see IKE_AUTH above
  warning   The gateway does not offer IKEv2 fragmentation (RFC 7383).
            [ike-fragmentation-not-offered]
            What to do: see IKE_AUTH above

`);
  });

  test('by echo says that both directions were tested', () => {
    const tests = result.fragments.tests.map((each) => ({ ...each, via: 'icmp' as const }));
    const text = table(
      { ...result, fragments: { status: 'dropped', tests } },
      { columns: null, color: false },
    );
    expect(text).toContain('By echo, whose replies are cut as well: both directions.\n');
  });
});
