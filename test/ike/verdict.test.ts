import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { IKE_CIPHERS, type CipherName } from '../../src/ike/cipher.ts';
import { CLIENT_PROFILES, type ClientProfileName } from '../../src/ike/client-profile.ts';
import { MAX_IKE_MESSAGE_BYTES } from '../../src/ike/ike-auth.ts';
import { type FragmentNote, judgeIkeAuth, type VerdictQuestion } from '../../src/ike/verdict.ts';

/** An IKE_AUTH of 3200 bytes of Windows on a path of 1400, nothing known of gateway and fragments. */
const asked: VerdictQuestion = {
  sizeBytes: 3200,
  innerBytes: null,
  natT: true,
  family: 4,
  mtuBytes: 1400,
  bounds: { fits: 1400, fails: 1401 },
  localMtuBytes: 1500,
  client: 'windows',
  cipher: 'aes-cbc-sha256',
  fragments: { status: 'untested' },
  gateway: null,
};

const offering = { answers: true, fragmentationSupported: true, vendor: null };
const notOffering = { ...offering, fragmentationSupported: false };
const delivered = { status: 'delivered' } as const;
const dropped = { status: 'dropped' } as const;
const undetermined = { status: 'undetermined' } as const;

describe('the verdict', () => {
  test.each<{ name: string; change: Partial<VerdictQuestion>; verdict: string; findings: string[] }>([
    { name: 'fits in one packet', change: { sizeBytes: 1360 }, verdict: 'fits', findings: [] },
    {
      name: 'fits, the gateway does not fragment',
      change: { sizeBytes: 1360, gateway: notOffering },
      verdict: 'fits',
      findings: ['info ike-fragmentation-not-offered'],
    },
    { name: 'goes in IKE fragments', change: { gateway: offering }, verdict: 'ike-fragmented', findings: [] },
    {
      name: 'goes in IKE fragments though IP fragments are dropped',
      change: { gateway: offering, fragments: dropped },
      verdict: 'ike-fragmented',
      findings: [],
    },
    {
      name: 'not offered, fragments arrive',
      change: { gateway: notOffering, fragments: delivered },
      verdict: 'ip-fragments-delivered',
      findings: ['warning ike-auth-needs-fragments', 'warning ike-fragmentation-not-offered'],
    },
    {
      name: 'not offered, fragments are dropped',
      change: { gateway: notOffering, fragments: dropped },
      verdict: 'ip-fragments-dropped',
      findings: ['critical ike-auth-lost', 'warning ike-fragmentation-not-offered'],
    },
    {
      name: 'not offered, fragments could not be told',
      change: { gateway: notOffering, fragments: undetermined },
      verdict: 'ip-fragments-unknown',
      findings: ['warning ike-auth-needs-fragments', 'warning ike-fragmentation-not-offered'],
    },
    {
      name: 'not known whether offered, fragments are dropped',
      change: { fragments: dropped },
      verdict: 'ip-fragments-dropped',
      findings: ['critical ike-auth-lost'],
    },
    {
      name: 'offered, but even the pieces are too large, and fragments are dropped',
      change: { gateway: offering, fragments: dropped, mtuBytes: 600, client: 'windows' },
      verdict: 'ip-fragments-dropped',
      findings: ['critical ike-auth-lost', 'warning ike-fragments-too-large'],
    },
    {
      name: 'offered, but even the pieces are too large, and fragments arrive',
      change: { gateway: offering, fragments: delivered, mtuBytes: 1200, client: 'strongswan' },
      verdict: 'ip-fragments-delivered',
      findings: ['warning ike-auth-needs-fragments', 'warning ike-fragments-too-large'],
    },
    {
      name: 'MTU not known, packets as large as the pieces arrive',
      change: { gateway: offering, mtuBytes: null, bounds: { fits: 700, fails: null } },
      verdict: 'ike-fragmented',
      findings: [],
    },
    {
      name: 'MTU not known, the pieces may or may not fit',
      change: { gateway: offering, mtuBytes: null, bounds: { fits: 500, fails: 900 } },
      verdict: 'ip-fragments-unknown',
      findings: [],
    },
    {
      name: 'MTU not known, it may or may not fit, fragments arrive',
      change: { sizeBytes: 1400, mtuBytes: null, bounds: { fits: 1400, fails: 1500 }, fragments: delivered },
      verdict: 'ip-fragments-delivered',
      findings: [],
    },
    {
      name: 'MTU not known, it may or may not fit, fragments are dropped',
      change: { sizeBytes: 1400, mtuBytes: null, bounds: { fits: 1400, fails: 1500 }, fragments: dropped },
      verdict: 'ip-fragments-unknown',
      findings: [],
    },
    {
      name: 'MTU not known, larger than the interface, fragments are dropped',
      change: { mtuBytes: null, bounds: { fits: null, fails: null }, fragments: dropped },
      verdict: 'ip-fragments-dropped',
      findings: ['critical ike-auth-lost'],
    },
  ])('$name: $verdict', ({ change, verdict, findings }) => {
    const judgement = judgeIkeAuth({ ...asked, ...change });
    expect(judgement.ikeAuth.verdict).toBe(verdict);
    expect(judgement.findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(findings);
  });

  test('takes what a gateway answers as it is when the client is not named: RFC 7383, 576 bytes', () => {
    const { ikeAuth, paragraph } = judgeIkeAuth({ ...asked, client: null, gateway: offering });
    expect(ikeAuth).toMatchObject({
      verdict: 'ike-fragmented',
      ikeFragments: [532, 532, 532, 532, 532, 532, 436],
    });
    expect(paragraph).toContain('counted as RFC 7383 recommends');
  });

  test.each([
    { client: 'windows', pieces: [580, 580, 580, 580, 580, 580, 228] },
    { client: 'strongswan', pieces: [1236, 1236, 884] },
  ] as const)('lists the pieces as $client cuts them', ({ client, pieces }) => {
    expect(judgeIkeAuth({ ...asked, client, gateway: offering }).ikeAuth.ikeFragments).toEqual(pieces);
  });

  test('lists no pieces where the gateway does not take them, or nobody says who cuts', () => {
    expect(judgeIkeAuth({ ...asked, gateway: notOffering }).ikeAuth.ikeFragments).toBeNull();
    expect(judgeIkeAuth({ ...asked, client: null }).ikeAuth.ikeFragments).toBeNull();
  });

  test('a message that the client leaves whole, though it does not fit, goes in IP fragments', () => {
    // strongSwan cuts above 1280 bytes of packet; this makes 1272.
    const { ikeAuth, paragraph, advice } = judgeIkeAuth({
      ...asked,
      sizeBytes: 1240,
      cipher: 'aes-gcm-16',
      mtuBytes: 1200,
      client: 'strongswan',
      gateway: offering,
    });
    expect(ikeAuth).toMatchObject({ verdict: 'ip-fragments-unknown', ikeFragments: null });
    expect(paragraph).toContain('strongSwan leaves a message of this size whole');
    expect(advice.map(({ id }) => id)).toContain('set-client-fragment-size');
  });

  test('a size that the cipher does not make counts as the next that it makes', () => {
    const { ikeAuth } = judgeIkeAuth({ ...asked, sizeBytes: 1530, gateway: offering });
    expect(ikeAuth).toMatchObject({ size: 1530, ikeFragments: [580, 580, 548] });
  });
});

describe('the paragraph', () => {
  test('says what will happen, why, and what to do for this gateway', () => {
    const vendor = { id: 'microsoft', name: 'Windows' };
    const { paragraph } = judgeIkeAuth({
      ...asked,
      gateway: { ...notOffering, vendor },
      fragments: dropped,
    });
    expect(paragraph).toBe(
      [
        'The IKE_AUTH of 3200 bytes makes a packet of 3232 bytes, and the path carries 1400. The gateway does not offer IKEv2 fragmentation (RFC 7383), so the client does not cut it itself. It leaves as 3 IP fragments: 1396 + 1396 + 480 bytes. Fragments were tested on this path and are dropped. The gateway never gets the message and does not answer it. Windows shows error 809, "the remote server is not responding".',
        'What to do:',
        '- Turn on IKEv2 fragmentation (RFC 7383) on the gateway (Windows Server RRAS, version 1803 or 2019 and later), where it is off by default. Then Windows sends 7 IKE fragments in packets of at most 612 bytes, and all of them fit. Server 2016 and 2012 R2 do not have it.',
        '    New-ItemProperty -Path "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\RemoteAccess\\Parameters\\Ikev2\\" -Name EnableServerFragmentation -PropertyType DWORD -Value 1 -Force',
        '    Restart-Service RemoteAccess -Force',
        '- Let IP fragments pass on every firewall and router between here and the gateway. These are 3: 1396 + 1396 + 480 bytes. Only the first carries the UDP ports, so a rule for ports 500 and 4500 does not match the others. Look for "block fragmented packets" and for virtual reassembly.',
        '- Make the message smaller: one of at most 1368 bytes fits in one packet, 1832 fewer. An ECDSA P-256 certificate of the client saves 395 in place of RSA 2048, 651 in place of RSA 3072, 907 in place of RSA 4096. Every CA that the client trusts less saves 20 in CERTREQ. An intermediate certificate that is not sent saves its own size and 5.',
      ].join('\n'),
    );
  });

  test('of what works says that nothing needs to be done', () => {
    const { paragraph } = judgeIkeAuth({ ...asked, gateway: offering, fragments: dropped });
    expect(paragraph).toBe(
      'The IKE_AUTH of 3200 bytes makes a packet of 3232 bytes, and the path carries 1400. The gateway has IKEv2 fragmentation on (RFC 7383), so Windows sends 7 IKE fragments (6 x 580 + 228 bytes of IKE message) in packets of at most 612 bytes, and every packet fits. IP fragments are dropped on this path, so keep it on at both ends. Nothing needs to be done.',
    );
  });

  test('of what fits says how much room is left', () => {
    expect(judgeIkeAuth({ ...asked, sizeBytes: 1360 }).paragraph).toBe(
      'The IKE_AUTH of 1360 bytes fits in one packet of 1392 bytes. 8 bytes of room are left.',
    );
  });

  test.each([
    { client: 'windows', says: 'Windows shows error 809' },
    { client: null, says: 'A Windows client shows error 809' },
  ] as const)('names error 809 where the client is $client', ({ client, says }) => {
    expect(judgeIkeAuth({ ...asked, client, fragments: dropped }).paragraph).toContain(says);
  });

  test('does not name error 809 where the client is another', () => {
    const { paragraph, findings } = judgeIkeAuth({ ...asked, client: 'strongswan', fragments: dropped });
    expect(paragraph + JSON.stringify(findings)).not.toContain('809');
  });

  test.each([
    ['strongswan', '    connections.<name>.fragmentation = yes'],
    ['cisco', '    crypto ikev2 fragmentation'],
    ['fortinet', '    set fragmentation enable'],
    ['openiked', '    set fragmentation'],
    ['libreswan', '    fragmentation=yes'],
    ['microsoft', '    New-ItemProperty -Path "HKLM:'],
    ['juniper', '    delete security ike gateway <name> fragmentation disable'],
    ['huawei-usg', '    ikev2 fragmentation'],
  ])('of a gateway by %s has its line: %s', (id, line) => {
    const gateway = { ...notOffering, vendor: { id, name: id } };
    expect(judgeIkeAuth({ ...asked, gateway }).paragraph).toContain(line);
  });

  test('names both products of a maker that has two', () => {
    const gateway = { ...notOffering, vendor: { id: 'cisco', name: 'Cisco' } };
    expect(judgeIkeAuth({ ...asked, gateway }).paragraph).toContain(
      'on the gateway (Cisco IOS and IOS XE, or Cisco ASA and FTD)',
    );
  });

  test('of a maker that is not in the table lists the common gateways', () => {
    const gateway = { ...notOffering, vendor: { id: 'zyxel', name: 'ZyXEL' } };
    expect(judgeIkeAuth({ ...asked, gateway }).paragraph).toContain('    # strongSwan 5.5.1 or later');
  });

  test('sets fragment_size to the path MTU at both ends where the pieces are too large', () => {
    const gateway = { ...offering, vendor: { id: 'strongswan', name: 'strongSwan' } };
    const { advice } = judgeIkeAuth({ ...asked, client: 'strongswan', mtuBytes: 1200, gateway });
    const lines = ['charon.fragment_size = 1200', 'swanctl --reload-settings'];
    expect(advice.slice(0, 2)).toMatchObject([
      { id: 'set-client-fragment-size', lines, effect: { packets: [1188, 1188, 1076], fit: 'fits' } },
      { id: 'set-gateway-fragment-size', lines, effect: null },
    ]);
  });

  test.each<[FragmentNote, string]>([
    ['only-when-last-first', 'hosts send them in order'],
    ['only-in-order', 'They arrive only in order'],
    ['only-small-datagrams', 'not fragments as such'],
    ['no-small-fragments', 'tiny fragments'],
    ['only-few', 'how many fragments'],
    ['both-directions', 'the way back'],
  ])('tells of %s', (note, says) => {
    const { paragraph } = judgeIkeAuth({ ...asked, fragments: { status: 'dropped', notes: [note] } });
    expect(paragraph).toContain(says);
  });

  test('does not doubt the way back where fragments arrive', () => {
    const fragments = { status: 'delivered', notes: ['both-directions'] } as const;
    expect(judgeIkeAuth({ ...asked, fragments }).paragraph).not.toContain('the way back');
  });

  test('says that OpenIKED as a client needs it on as well', () => {
    expect(judgeIkeAuth({ ...asked, client: 'openiked', gateway: offering }).paragraph).toContain(
      'It must be on at the client too',
    );
  });
});

describe('whatever is asked', () => {
  const questions: fc.Arbitrary<VerdictQuestion> = fc.record({
    sizeBytes: fc.integer({ min: 28, max: MAX_IKE_MESSAGE_BYTES }),
    innerBytes: fc.constant(null),
    natT: fc.boolean(),
    family: fc.constantFrom(4 as const, 6 as const),
    mtuBytes: fc.option(fc.integer({ min: 68, max: 9000 })),
    bounds: fc.record({
      fits: fc.option(fc.integer({ min: 68, max: 9000 })),
      fails: fc.option(fc.integer({ min: 69, max: 9001 })),
    }),
    localMtuBytes: fc.option(fc.integer({ min: 1280, max: 9000 })),
    client: fc.option(fc.constantFrom(...(Object.keys(CLIENT_PROFILES) as ClientProfileName[]))),
    cipher: fc.option(fc.constantFrom(...(Object.keys(IKE_CIPHERS) as CipherName[]))),
    fragments: fc.record({ status: fc.constantFrom('delivered', 'dropped', 'undetermined', 'untested') }),
    gateway: fc.option(
      fc.record({
        answers: fc.boolean(),
        fragmentationSupported: fc.option(fc.boolean()),
        vendor: fc.option(
          fc.constantFrom('microsoft', 'cisco', 'strongswan', 'rras', 'acme').map((id) => ({ id, name: id })),
        ),
      }),
    ),
  });

  test('the verdict never claims more than is known', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const { ikeAuth, paragraph, findings } = judgeIkeAuth(question);
        const offered = question.gateway?.fragmentationSupported === true;
        expect(ikeAuth.verdict === 'ike-fragmented' && !offered).toBe(false);
        expect(
          ikeAuth.verdict === 'ip-fragments-delivered' && question.fragments.status !== 'delivered',
        ).toBe(false);
        expect(ikeAuth.verdict === 'ip-fragments-dropped' && question.fragments.status !== 'dropped').toBe(
          false,
        );
        const proven = question.mtuBytes ?? question.bounds.fits ?? 0;
        expect(ikeAuth.verdict === 'fits' && ikeAuth.wireSize > proven).toBe(false);
        expect(findings.some(({ code }) => code === 'ike-auth-lost')).toBe(
          ikeAuth.verdict === 'ip-fragments-dropped',
        );
        expect(paragraph).not.toMatch(/undefined|NaN|null|Infinity| {2}\S.*\. {2}/);
        expect(ikeAuth.reason).not.toMatch(/undefined|NaN|null|Infinity/);
      }),
      { numRuns: 2000 },
    );
  });
});
