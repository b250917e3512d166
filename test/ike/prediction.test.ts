import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { describeIkeAuth } from '../../src/ike/description.ts';
import {
  fragmentationOf,
  gatewayOf,
  type PredictedMessage,
  type PredictionInputs,
  predictWhole,
} from '../../src/ike/prediction.ts';
import { predictionNotes } from '../../src/ike/prediction-notes.ts';
import { CERTIFICATES, ROOT } from './certificates.ts';
import { anyCipher, anyClient, anyDescription, factsOf, madeUp, RSA_2048 } from './descriptions.ts';

const eap = describeIkeAuth([], { client: 'windows', isEap: true });
const rsa3072 = describeIkeAuth([factsOf(CERTIFICATES['rsa-3072'])], { client: 'windows', isEap: false });

const base: PredictionInputs = {
  client: 'windows',
  message: { type: 'size', sizeBytes: 3200, cipher: null },
  natT: true,
  family: 4,
  mtuBytes: 1400,
  ikeFragmentation: null,
  gateway: null,
  gatewayCertificates: [],
  mlKem: null,
};

describe('a whole prediction', () => {
  test.each([
    [1536, [580, 580, 548]],
    [3200, [580, 580, 580, 580, 580, 580, 228]],
  ])('of %i bytes of Windows has the pieces of its transcripts', (sizeBytes, pieces) => {
    const { request } = predictWhole({ ...base, message: { type: 'size', sizeBytes, cipher: null } });
    expect(request.ikeFragmentation?.pieces.map(({ messageBytes }) => messageBytes)).toEqual(pieces);
    expect(request.payloads).toBeNull();
  });

  test('of Windows with EAP has the 1520 bytes of its transcript', () => {
    const { request } = predictWhole(describing(eap));
    expect(request.messageBytes).toBe(1520);
    expect(request.ikeFragmentation?.pieces).toEqual([
      { messageBytes: 580, packetBytes: 612, ipPackets: [612] },
      { messageBytes: 580, packetBytes: 612, ipPackets: [612] },
      { messageBytes: 532, packetBytes: 564, ipPackets: [564] },
    ]);
  });

  test.each([
    { given: null, gateway: null, isOn: null, verdict: 'ip-fragments-unknown' },
    { given: true, gateway: null, isOn: true, verdict: 'ike-fragmented' },
    { given: false, gateway: null, isOn: false, verdict: 'ip-fragments-unknown' },
    { given: null, gateway: 'rras', isOn: false, verdict: 'ip-fragments-unknown' },
    { given: true, gateway: 'rras', isOn: true, verdict: 'ike-fragmented' },
    { given: null, gateway: 'strongswan', isOn: true, verdict: 'ike-fragmented' },
    { given: null, gateway: 'mikrotik', isOn: null, verdict: 'ip-fragments-unknown' },
  ])('with fragmentation $given and gateway $gateway is $verdict', ({ given, gateway, isOn, verdict }) => {
    const found = gatewayOf(gateway);
    expect(fragmentationOf(given, found)).toBe(isOn);
    const whole = predictWhole({ ...base, ikeFragmentation: given, gateway: found });
    expect(whole).toMatchObject({ ikeFragmentation: isOn, ikeAuth: { verdict } });
  });

  test('of the answer is made of the certificates of the gateway', () => {
    const gatewayCertificates = [madeUp(RSA_2048, 1560), madeUp(RSA_2048, 1031), factsOf(ROOT)];
    const { response } = predictWhole({
      ...describing(rsa3072),
      gatewayCertificates,
      gateway: gatewayOf('rras'),
    });
    expect(response?.payloads?.map(({ name, bytes }) => `${name} ${bytes}`)).toEqual([
      'IDr 75',
      'CERT 1565',
      'CERT 1036',
      'AUTH 264',
      'CPRP 24',
      'SA 44',
      'TSi 24',
      'TSr 24',
      'N(MOBIKE_SUP) 8',
    ]);
    // 3064 of payloads, 8 of padding.
    expect(response).toMatchObject({
      messageBytes: 3136,
      packetBytes: 3168,
      verdict: 'ip-fragments-unknown',
    });
  });

  test('of the answer to EAP carries the certificates and no CHILD_SA', () => {
    const { response, ikeAuth, findings } = predictWhole({
      ...describing(eap),
      mtuBytes: 1560,
      gatewayCertificates: [madeUp(RSA_2048, 1560)],
    });
    expect(response?.payloads?.map(({ name }) => name)).toEqual(['IDr', 'CERT', 'AUTH', 'EAP']);
    expect(ikeAuth.verdict).toBe('fits');
    expect(findings.map(({ code }) => code)).toEqual(['ike-auth-response-needs-fragments']);
  });

  test('of the answer takes the size of IKE fragments that the gateway is shipped with', () => {
    const { response } = predictWhole({
      ...describing(rsa3072),
      gateway: gatewayOf('fortigate'),
      gatewayCertificates: [madeUp(RSA_2048, 1560)],
    });
    const packets = response?.ikeFragmentation?.pieces.map(({ packetBytes }) => packetBytes) ?? [];
    expect(Math.max(...packets)).toBeLessThanOrEqual(1200);
    expect(response?.verdict).toBe('ike-fragmented');
  });
});

describe('IKE_SA_INIT', () => {
  test('of Windows has the 632 bytes of its transcript', () => {
    expect(predictWhole(base).ikeSaInit).toMatchObject({ messageBytes: 632, packetBytes: 660, fits: true });
  });

  test('with ML-KEM-1024 needs IP fragments, and IKE_INTERMEDIATE does not', () => {
    const { ikeSaInit, findings } = predictWhole({ ...base, client: 'strongswan', mlKem: 1024 });
    expect(ikeSaInit.fits).toBe(false);
    expect(ikeSaInit.ipPackets.length).toBeGreaterThan(1);
    expect(findings.map(({ code }) => code)).toContain('ike-sa-init-needs-fragments');
    // KE of 8 and 1568 bytes, padded to 1584 with AES-CBC: 28 + 4 + 16 + 1584 + 16.
    expect(ikeSaInit.intermediate?.request).toMatchObject({ messageBytes: 1648, ipPackets: [1396, 304] });
    expect(ikeSaInit.intermediate?.saInitPacketBytes).toBe(1108);
  });

  test.each([
    [512, 'request', 808],
    [512, 'response', 776],
    [768, 'request', 1192],
    [768, 'response', 1096],
    [1024, 'request', 1576],
    [1024, 'response', 1576],
  ] as const)('ML-KEM-%i in an IKE_INTERMEDIATE %s: %i bytes of payload', (mlKem, side, payload) => {
    const cipher = 'aes-gcm-16' as const;
    const message = { type: 'size', sizeBytes: 1000, cipher } as const;
    const { intermediate } = predictWhole({ ...base, mlKem, message }).ikeSaInit;
    expect(intermediate?.[side].messageBytes).toBe(28 + 4 + 8 + payload + 1 + 16);
  });
});

describe('whatever is predicted', () => {
  const inputs: fc.Arbitrary<PredictionInputs> = fc.record({
    client: anyClient,
    message: fc.oneof(
      anyDescription.map((description) => ({ type: 'description' as const, description })),
      fc.record({
        type: fc.constant('size' as const),
        sizeBytes: fc.integer({ min: 28, max: 20_000 }),
        cipher: fc.option(anyCipher),
      }),
    ),
    natT: fc.boolean(),
    family: fc.constantFrom(4 as const, 6 as const),
    mtuBytes: fc.integer({ min: 68, max: 9000 }),
    ikeFragmentation: fc.option(fc.boolean()),
    gateway: fc.constantFrom(null, 'rras', 'strongswan', 'fortigate', 'nokia-7750').map(gatewayOf),
    gatewayCertificates: fc.constantFrom([], [madeUp(RSA_2048, 1560)]),
    mlKem: fc.constantFrom(null, 512, 768, 1024),
  });

  test('the rows add up to the message, the packets to what they carry', () => {
    fc.assert(
      fc.property(inputs, (each) => {
        const { request, response, ikeSaInit } = predictWhole(each);
        const { intermediate } = ikeSaInit;
        const messages = [request, response, intermediate?.request, intermediate?.response].filter(
          (message) => message !== null && message !== undefined,
        );
        for (const message of messages) {
          expect([message.messageBytes, null]).toContain(rowsOf(message));
          expect(carried(message.ipPackets, each.family)).toBe(carried([message.packetBytes], each.family));
          for (const piece of message.ikeFragmentation?.pieces ?? []) {
            expect(carried(piece.ipPackets, each.family)).toBe(carried([piece.packetBytes], each.family));
            expect(Math.max(...piece.ipPackets)).toBeLessThanOrEqual(each.mtuBytes);
          }
          expect(Math.max(...message.ipPackets)).toBeLessThanOrEqual(each.mtuBytes);
        }
        const payloads = ikeSaInit.payloads.reduce((sum, { bytes }) => sum + bytes, 28);
        expect(payloads).toBe(ikeSaInit.messageBytes);
      }),
      { numRuns: 1000 },
    );
  });
});

test('the notes say what was assumed, and which option changes it', () => {
  const certificates = [factsOf(CERTIFICATES['rsa-3072']), factsOf(ROOT)];
  const notes = predictionNotes({
    ...predictWhole(describing(rsa3072)),
    certificates,
    description: rsa3072,
    isCipherGiven: false,
    isCountGiven: false,
    isFragmentationGiven: false,
    gateway: null,
  });
  expect(notes).toEqual([
    'The payloads of Windows: three logged transcripts of Windows 10/11 clients.',
    'The cipher is aes-cbc-sha256; another one changes the size a little (--cipher).',
    'CERTREQ names 53 CAs. Windows names every root that the computer trusts: 53 in the logged transcripts. Count yours with (Get-ChildItem Cert:\\LocalMachine\\Root).Count and give --cas.',
    'A root certificate of 812 bytes is not sent: the gateway has it, or does not trust it.',
    'Whether the gateway has IKEv2 fragmentation on is not known: both outcomes are shown (--ike-fragmentation, --no-ike-fragmentation, --gateway).',
    'The answer is not predicted; give --gateway-cert for that.',
  ]);
});

function describing(description: typeof eap): PredictionInputs {
  if (description === null) throw new Error('nothing was described');
  return { ...base, message: { type: 'description', description } };
}

/** Null: only the size was given. */
function rowsOf({ payloads, envelope }: PredictedMessage): number | null {
  if (payloads === null || envelope === null) return null;
  return [...payloads, ...envelope].reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Bytes behind the IP headers, and in IPv6 the Fragment headers. */
function carried(packets: readonly number[], family: 4 | 6): number {
  const headers = family === 4 ? 20 : packets.length === 1 ? 40 : 48;
  return packets.reduce((sum, packet) => sum + packet - headers, 0);
}
