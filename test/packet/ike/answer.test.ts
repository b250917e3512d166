import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type Answer, classifyAnswer, isAnswerTo } from '../../../src/packet/ike/answer.ts';
import { EMPTY, fromAscii, fromHex, toHex } from '../../../src/packet/ike/bytes.ts';
import { CertificateEncoding, ExchangeType, NotifyType, notifyName } from '../../../src/packet/ike/iana.ts';
import { type IkeMessage, decode, encode } from '../../../src/packet/ike/message.ts';
import { natDetectionHash, natPositions } from '../../../src/packet/ike/nat-detection.ts';
import { type Payload, notify } from '../../../src/packet/ike/payload.ts';
import { sizeProbe } from '../../../src/packet/ike/size-probe.ts';
import { identifyVendorId } from '../../../src/packet/ike/vendor-id.ts';
import { CAPTURED, NONCE, POINT, SPI, filler } from './samples.ts';

function messageOf(bytes: Uint8Array): IkeMessage {
  const message = decode(bytes);
  if (message.type === 'malformed') throw new Error(message.reason);
  return message;
}

function answerWith(...payloads: readonly Payload[]): Answer {
  return classifyAnswer(messageOf(encode(response(payloads))));
}

function response(payloads: readonly Payload[]): IkeMessage {
  return {
    type: 'ike',
    initiatorSpi: SPI,
    responderSpi: new Uint8Array(8),
    majorVersion: 2,
    minorVersion: 0,
    exchangeType: ExchangeType.ikeSaInit,
    isFromInitiator: false,
    isResponse: true,
    messageId: 0,
    payloads,
    trailing: EMPTY,
  };
}

const vendorId = (data: Uint8Array): Payload => ({ type: 'vendor-id', data, isCritical: false });

describe('an answer', () => {
  test('of strongSwan to a probe is NO_PROPOSAL_CHOSEN, and leaves no state', () => {
    expect(classifyAnswer(messageOf(CAPTURED.noProposalChosen))).toEqual({
      outcome: { type: 'refused', notifyType: 14, name: 'NO_PROPOSAL_CHOSEN' },
      responderSpi: null,
      fragmentationSupported: false,
      natDetection: { source: [], destination: [] },
      certificateRequests: 0,
      certificateAuthorities: 0,
      vendors: [],
      unknownVendorIds: [],
    });
  });

  test('of strongSwan to the wrong group names the one it wants', () => {
    expect(classifyAnswer(messageOf(CAPTURED.invalidKePayload)).outcome).toEqual({
      type: 'group-wanted',
      group: 14,
    });
  });

  test('of strongSwan to a negotiation tells algorithms, fragmentation, NAT hashes and CAs', () => {
    const answer = classifyAnswer(messageOf(CAPTURED.accepted));
    expect(answer).toMatchObject({
      outcome: {
        type: 'accepted',
        algorithms: { encryption: 12, keyLengthBits: 256, pseudorandomFunction: 5, integrity: 12, group: 14 },
      },
      responderSpi: fromHex('34b541589f340905'),
      fragmentationSupported: true,
      certificateRequests: 1,
      certificateAuthorities: 1,
      vendors: [],
    });
    expect(answer.natDetection.source.map(toHex)).toEqual(['7979af57a0c6480eab56fb75fc2e8512e6ad6233']);
  });

  test('that demands a cookie gives it, whatever else it says', () => {
    const cookie = fromHex('aabbcc');
    expect(
      answerWith(notify(NotifyType.invalidSyntax, EMPTY), notify(NotifyType.cookie, cookie)).outcome,
    ).toEqual({
      type: 'cookie-wanted',
      cookie,
    });
  });

  test('with a wanted group of the wrong length does not name one', () => {
    expect(answerWith(notify(NotifyType.invalidKePayload, EMPTY)).outcome).toEqual({
      type: 'group-wanted',
      group: null,
    });
  });

  test('that redirects says where to', () => {
    const gateway = fromHex('010403020100');
    expect(answerWith(notify(NotifyType.redirect, gateway)).outcome).toEqual({ type: 'redirected', gateway });
  });

  test.each([
    [NotifyType.invalidMajorVersion, 'INVALID_MAJOR_VERSION'],
    [NotifyType.invalidSyntax, 'INVALID_SYNTAX'],
    [NotifyType.unsupportedCriticalPayload, 'UNSUPPORTED_CRITICAL_PAYLOAD'],
    [8192, 'NOTIFY_8192'],
  ])('with error %i is a refusal called %s', (notifyType, name) => {
    expect(answerWith(notify(notifyType, EMPTY)).outcome).toEqual({ type: 'refused', notifyType, name });
    expect(notifyName(notifyType)).toBe(name);
  });

  test('without anything known counts all the same', () => {
    expect(answerWith().outcome).toEqual({ type: 'other', reason: 'neither an SA nor an error' });
    const version1 = { ...messageOf(CAPTURED.noProposalChosen), majorVersion: 1 };
    expect(classifyAnswer(messageOf(encode(version1))).outcome).toEqual({
      type: 'other',
      reason: 'an IKEv1 answer',
    });
  });

  test('counts CAs in X.509 certificate requests only', () => {
    const answer = answerWith(
      certificateRequest(CertificateEncoding.x509Signature, 53),
      certificateRequest(CertificateEncoding.ocspContent, 1),
    );
    expect(answer).toMatchObject({ certificateRequests: 2, certificateAuthorities: 53 });
  });

  test('says who made the gateway, and keeps what it does not know', () => {
    const answer = answerWith(
      vendorId(fromHex('1e2b516905991c7d7c96fcbfb587e46100000009')),
      vendorId(fromHex('deadbeef')),
    );
    expect(answer.vendors.map(({ maker, version }) => `${maker} ${version}`)).toEqual(['microsoft 9']);
    expect(answer.unknownVendorIds).toEqual(['deadbeef']);
  });
});

describe('an answer is ours', () => {
  const theirs = response([]);

  test('when it carries our SPI', () => {
    expect(isAnswerTo(theirs, SPI)).toBe(true);
    expect(isAnswerTo({ ...theirs, isResponse: false }, SPI)).toBe(true);
  });

  test('and not with any bit of the SPI changed', () => {
    for (let bit = 0; bit < 64; bit += 1) {
      const other = SPI.with(bit >> 3, (SPI[bit >> 3] ?? 0) ^ (1 << (bit & 7)));
      expect(isAnswerTo(theirs, other)).toBe(false);
    }
  });

  test('and not when it is our own request coming back', () => {
    const probe = sizeProbe({
      totalUdpPayloadBytes: 180,
      spi: SPI,
      nonce: NONCE,
      keyExchange: POINT,
      filler,
      onPort4500: false,
    });
    const reflected = messageOf(probe.type === 'probe' ? probe.udpPayload : EMPTY);
    expect(isAnswerTo(reflected, SPI)).toBe(false);
  });
});

describe('NAT detection', () => {
  const input = {
    initiatorSpi: SPI,
    responderSpi: new Uint8Array(8),
    address: Uint8Array.of(10, 77, 0, 1),
    port: 500,
  };

  test('hashes SPIs, address and port', () => {
    const data = fromHex('01020304050607080000000000000000 0a4d0001 01f4');
    expect(natDetectionHash(sha1, input)).toEqual(sha1(data));
    expect(natDetectionHash(sha1, { ...input, address: new Uint8Array(16) })).not.toEqual(sha1(data));
  });

  test('matches the hash of the captured answer from 10.77.0.2 port 500', () => {
    const answer = classifyAnswer(messageOf(CAPTURED.accepted));
    const spis = { initiatorSpi: fromHex('6b87a31f3a9a6b91'), responderSpi: fromHex('34b541589f340905') };
    const hash = (last: number, port: number) =>
      natDetectionHash(sha1, { ...spis, address: Uint8Array.of(10, 77, 0, last), port });
    const source = hash(2, 500);
    const destination = hash(1, 45_000);
    expect(natPositions(answer.natDetection, { source, destination })).toEqual({
      weAreBehindNat: false,
      gatewayIsBehindNat: false,
    });
    expect(natPositions(answer.natDetection, { source, destination: hash(1, 45_001) })).toEqual({
      weAreBehindNat: true,
      gatewayIsBehindNat: false,
    });
    expect(natPositions(answer.natDetection, { source: hash(3, 500), destination })).toEqual({
      weAreBehindNat: false,
      gatewayIsBehindNat: true,
    });
  });

  test('says nothing without hashes', () => {
    const one = new Uint8Array(20);
    expect(natPositions({ source: [], destination: [one] }, { source: one, destination: one })).toBeNull();
  });
});

describe('a Vendor ID', () => {
  test.each([
    ['1e2b516905991c7d7c96fcbfb587e46100000009', 'microsoft', '9'],
    ['1e2b516905991c7d7c96fcbfb587e46100000008', 'microsoft', '8'],
    ['1e2b516905991c7d7c96fcbfb587e46100000063', 'microsoft', '99'],
    ['1e2b516905991c7d7c96fcbfb587e461', 'microsoft', null],
    ['01528bbbc00696121849ab9a1c5b2a5100000002', 'microsoft', null],
    ['8299031757a36082c6a621de00000000', 'fortinet', null],
    ['8299031757a36082c6a621de0005024d', 'fortinet', '0005024d'],
    ['882fe56d6fd20dbc2251613b2ebe5beb', 'strongswan', null],
    [toHex(fromAscii('CISCO-DELETE-REASON')), 'cisco', null],
    [toHex(fromAscii('CISCO(COPYRIGHT)&Copyright (c) 2009 Cisco Systems, Inc.')), 'cisco', null],
    [toHex(fromAscii('FLEXVPN-SUPPORTED')), 'cisco', null],
    [toHex(fromAscii('OE-Libreswan-4.10')), 'libreswan', '4.10'],
    [toHex(fromAscii('OpenIKED-7.2')), 'openiked', '7.2'],
    ['4048b7d56ebce88525e7de7f00d6c2d3c0000000', null, null],
  ])('%s is of %s, version %s', (hex, maker, version) => {
    expect(identifyVendorId(fromHex(hex))).toMatchObject({ maker, version });
  });

  test.each([
    '',
    '00',
    '1e2b516905991c7d',
    toHex(fromAscii('CISCO-DELETE-REASONS')),
    'ffffffffffffffffffffffffffffffff',
  ])('"%s" is not known, and not guessed', (hex) => {
    expect(identifyVendorId(fromHex(hex))).toBeNull();
  });

  test('of Windows names the product', () => {
    expect(identifyVendorId(fromHex('1e2b516905991c7d7c96fcbfb587e46100000007'))?.description).toBe(
      'Windows 7 (MS NT5 ISAKMPOAKLEY v7)',
    );
  });

  test('with a version that is not text does not put it on the terminal', () => {
    expect(identifyVendorId(Uint8Array.from([...fromAscii('OpenIKED-'), 0x1b, 0x41]))?.version).toBe('?A');
  });
});

function certificateRequest(encoding: number, hashes: number): Payload {
  return { type: 'certificate-request', encoding, data: new Uint8Array(20 * hashes), isCritical: false };
}

function sha1(data: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha1').update(data).digest());
}
