import { IKE_HEADER_BYTES } from '../packet/ike/header.ts';
import type { Family } from '../results/result.ts';
import {
  type CipherName,
  IKE_CIPHERS,
  type IkeCipher,
  encryptedMessageBytes,
  protectedBytes,
} from './cipher.ts';

/** Whoever sends the message decides how it is cut. */
export type FragmentSender = 'windows' | 'strongswan' | 'libreswan' | 'openiked' | 'generic';

export interface FragmentQuestion {
  readonly sender: FragmentSender;
  /** Payloads inside the message, before encryption. */
  readonly innerBytes: number;
  readonly cipher: CipherName;
  readonly family: Family;
  /** Whether it travels on port 4500, behind the 4-byte non-ESP marker. */
  readonly natT: boolean;
  /**
   * For `strongswan` (charon.fragment_size) and `generic` (Cisco, FortiGate, Huawei …): the largest IP
   * packet, in bytes. Default: 1280 for strongSwan; for `generic` RFC 7383's 576 over IPv4 and 1280 over
   * IPv6. The others have no such setting, and ignore it.
   */
  readonly fragmentBytes?: number;
}

export interface IkeFragments {
  /**
   * IKE message sizes in sending order. One only: the message leaves in one piece, or (libreswan, near its
   * limit) as fragment 1 of 1.
   */
  readonly messageBytes: readonly number[];
  /**
   * `observed`: the formula has reproduced real messages of this cipher and family. `source`: it is the
   * sender's own, read in its source. `assumed`: neither.
   */
  readonly certainty: 'observed' | 'source' | 'assumed';
}

/**
 * The RFC 7383 pieces of a message, as this sender cuts them: every piece is an IKE message of its own with
 * one SKF payload around a part of the payloads. The caller sees to it that both sides support it; this says
 * what happens then.
 *
 * Null when the sender can't cut it: more pieces than it makes, or no room in a piece.
 */
export function ikeFragments(question: FragmentQuestion): IkeFragments | null {
  const { sender, innerBytes } = question;
  const cipher = IKE_CIPHERS[question.cipher];
  const whole = encryptedMessageBytes(innerBytes, cipher);
  const rule = RULES[sender](question, cipher);
  const certainty = rule.certainty;
  if (!rule.isCut(whole)) return { messageBytes: [whole], certainty };
  if (rule.contentBytes < 1) return null;
  const contents = cut(innerBytes, rule.contentBytes, rule.sendsEmptyLast);
  if (contents.length > rule.mostPieces) return null;
  return { messageBytes: contents.map((bytes) => fragmentMessageBytes(bytes, cipher)), certainty };
}

/** The IKE message around one SKF payload with `contentBytes` of plaintext. */
function fragmentMessageBytes(contentBytes: number, cipher: IkeCipher): number {
  return IKE_HEADER_BYTES + SKF_HEADER_BYTES + protectedBytes(contentBytes, cipher);
}

interface Rule {
  /** Whether a message of this size, in one piece, is cut at all. */
  readonly isCut: (messageBytes: number) => boolean;
  /** Plaintext per piece. */
  readonly contentBytes: number;
  readonly mostPieces: number;
  /** OpenIKED counts one piece more than needed when the payloads fill the pieces exactly. */
  readonly sendsEmptyLast: boolean;
  readonly certainty: IkeFragments['certainty'];
}

const RULES: Readonly<Record<FragmentSender, (question: FragmentQuestion, cipher: IkeCipher) => Rule>> = {
  strongswan: ({ fragmentBytes = STRONGSWAN_PACKET_BYTES, ...question }, cipher) => ({
    ...byPacketSize(fragmentBytes, question, cipher),
    certainty: 'observed',
  }),

  /**
   * RFC 7383 section 2.5.1: the smallest packet that every link must carry, unless something larger is known.
   */
  generic: ({ fragmentBytes, ...question }, cipher) => ({
    ...byPacketSize(fragmentBytes ?? SMALLEST_REASSEMBLED_BYTES[question.family], question, cipher),
    certainty: 'assumed',
  }),

  /**
   * Seen with AES-CBC and SHA-256 over IPv4 only: 496 bytes of content in each full piece, whatever the port,
   * in an IKE message of 580. That is 576 less headers, IV and ICV, rounded down to a block; then padding
   * adds a whole block, which the arithmetic of Windows leaves out. A message is cut above 576 bytes (MS-IKEE
   * section 3.15.5.3).
   */
  windows: ({ family, cipher: name }, cipher) => {
    const limit = SMALLEST_REASSEMBLED_BYTES[family];
    const room = limit - IKE_HEADER_BYTES - SKF_HEADER_BYTES - cipher.ivBytes - cipher.icvBytes;
    return {
      isCut: (messageBytes) => messageBytes > limit,
      contentBytes: roundDown(room, cipher.blockBytes),
      mostPieces: MOST_FRAGMENTS,
      sendsEmptyLast: false,
      certainty: name === 'aes-cbc-sha256' && family === 4 ? 'observed' : 'assumed',
    };
  },

  /**
   * programs/pluto/ikev2_message.c: the limit is a UDP payload of 532 or 1192, the IV is not subtracted from
   * it, and two bytes are, for a reason that the source asks itself. More than 32 pieces are not sent.
   */
  libreswan: ({ family, natT }, cipher) => {
    const limit = LIBRESWAN_UDP_PAYLOAD_BYTES[family];
    const marker = natT ? NON_ESP_MARKER_BYTES : 0;
    const room = limit - marker - IKE_HEADER_BYTES - SKF_HEADER_BYTES - cipher.icvBytes;
    return {
      isCut: (messageBytes) => messageBytes + marker >= limit,
      contentBytes: roundDown(room, cipher.blockBytes) - 2,
      mostPieces: LIBRESWAN_MOST_FRAGMENTS,
      sendsEmptyLast: false,
      certainty: 'source',
    };
  },

  /**
   * iked/ikev2_msg.c: headers of the packet and of IKE are subtracted, those of SKF and the marker are not.
   */
  openiked: ({ family, innerBytes }, cipher) => {
    const limit =
      SMALLEST_REASSEMBLED_BYTES[family] - IP_HEADER_BYTES[family] - UDP_HEADER_BYTES - IKE_HEADER_BYTES;
    const overhead = cipher.ivBytes + cipher.blockBytes + cipher.icvBytes;
    return {
      isCut: () => innerBytes + overhead >= limit,
      contentBytes: limit - overhead,
      mostPieces: MOST_FRAGMENTS,
      sendsEmptyLast: true,
      certainty: 'source',
    };
  },
};

/**
 * The arithmetic of strongSwan (message_t.fragment), and of anyone who counts everything: pieces are whole
 * packets.
 */
function byPacketSize(
  packetBytes: number,
  { family, natT }: Pick<FragmentQuestion, 'family' | 'natT'>,
  { ivBytes, blockBytes, icvBytes }: IkeCipher,
): Omit<Rule, 'certainty'> {
  const marker = natT ? NON_ESP_MARKER_BYTES : 0;
  const messageLimit = packetBytes - IP_HEADER_BYTES[family] - UDP_HEADER_BYTES - marker;
  const room = messageLimit - IKE_HEADER_BYTES - SKF_HEADER_BYTES - ivBytes - icvBytes;
  return {
    isCut: (messageBytes) => messageBytes > messageLimit,
    contentBytes: roundDown(room, blockBytes) - 1,
    mostPieces: MOST_FRAGMENTS,
    sendsEmptyLast: false,
  };
}

function cut(innerBytes: number, contentBytes: number, sendsEmptyLast: boolean): readonly number[] {
  const count = sendsEmptyLast
    ? Math.floor(innerBytes / contentBytes) + 1
    : Math.max(1, Math.ceil(innerBytes / contentBytes));
  return Array.from({ length: count }, (_, index) =>
    Math.min(contentBytes, innerBytes - index * contentBytes),
  );
}

function roundDown(value: number, step: number): number {
  return Math.floor(value / step) * step;
}

const SKF_HEADER_BYTES = 8;
const UDP_HEADER_BYTES = 8;
const NON_ESP_MARKER_BYTES = 4;
const IP_HEADER_BYTES = { 4: 20, 6: 40 } as const;
const SMALLEST_REASSEMBLED_BYTES = { 4: 576, 6: 1280 } as const;
/** charon.fragment_size, for both families since 5.5.1. */
const STRONGSWAN_PACKET_BYTES = 1280;
/** ISAKMP_V2_FRAG_MAXLEN_IPv4 and _IPv6, the non-ESP marker included. */
const LIBRESWAN_UDP_PAYLOAD_BYTES = { 4: 532, 6: 1192 } as const;
const LIBRESWAN_MOST_FRAGMENTS = 32;
/** strongSwan reassembles no more than this; the field itself has 16 bits. */
const MOST_FRAGMENTS = 255;
