import { fragmentSizes } from '../packet/fragment.ts';
import type { Bounds } from '../results/result.ts';
import { type CipherName, largestInnerBytes, IKE_CIPHERS } from './cipher.ts';
import { wireBytes } from './ike-auth.ts';
import {
  type FragmentQuestion,
  type FragmentSender,
  type IkeFragments,
  ikeFragments,
} from './ike-fragments.ts';

/** What is known of the path. */
export interface PathKnowledge {
  /** The path MTU, or null when it is not exactly known. */
  readonly mtuBytes: number | null;
  /** What is proven when it is not. */
  readonly bounds: Bounds;
  /** MTU of the outgoing interface; null: not known. */
  readonly localMtuBytes: number | null;
}

export type Fit = 'fits' | 'too-large' | 'unknown';

/** Whether a packet of this size crosses the path in one piece. */
export function fitOf(packetBytes: number, { mtuBytes, bounds, localMtuBytes }: PathKnowledge): Fit {
  if (mtuBytes !== null) return packetBytes <= mtuBytes ? 'fits' : 'too-large';
  if (bounds.fits !== null && packetBytes <= bounds.fits) return 'fits';
  if (bounds.fails !== null && packetBytes >= bounds.fails) return 'too-large';
  return localMtuBytes !== null && packetBytes > localMtuBytes ? 'too-large' : 'unknown';
}

/** The worst of several: too large before unknown before fits. */
export function worstFit(packets: readonly number[], path: PathKnowledge): Fit {
  const fits = packets.map((packet) => fitOf(packet, path));
  if (fits.includes('too-large')) return 'too-large';
  return fits.includes('unknown') ? 'unknown' : 'fits';
}

/** A message that is cut by RFC 7383, and what becomes of each piece. */
interface IkePiece {
  readonly messageBytes: number;
  /** The whole IP packet around it. */
  readonly packetBytes: number;
  /** The IP packets that it travels as: itself, or its fragments. Empty when the path MTU is not known. */
  readonly ipPackets: readonly number[];
}

export interface IkeCut {
  readonly sender: FragmentSender;
  readonly certainty: IkeFragments['certainty'];
  readonly pieces: readonly IkePiece[];
}

export interface CutQuestion extends FragmentQuestion {
  /** Null: not known. */
  readonly mtuBytes: number | null;
}

/** The pieces as this sender cuts them, as packets on this path. Null when it can't cut the message. */
export function cutForPath(question: CutQuestion): IkeCut | null {
  const { sender, natT, family, mtuBytes } = question;
  const fragments = ikeFragments(question);
  if (fragments === null) return null;
  const pieces = fragments.messageBytes.map((messageBytes) => {
    const packetBytes = wireBytes({ sizeBytes: messageBytes, natT, family });
    const ipPackets = mtuBytes === null ? [] : fragmentSizes(packetBytes, mtuBytes, family);
    return { messageBytes, packetBytes, ipPackets };
  });
  return { sender, certainty: fragments.certainty, pieces };
}

/**
 * The most payload bytes in a message of which only the size is known; where this cipher makes no message of
 * that size, of the next larger one that it makes. Null for a message too small to be one.
 */
export function innerBytesOfSize(messageBytes: number, cipher: CipherName): number | null {
  const sizes = IKE_CIPHERS[cipher];
  for (let more = 0; more < sizes.blockBytes; more += 1) {
    const innerBytes = largestInnerBytes(messageBytes + more, sizes);
    if (innerBytes !== null) return innerBytes;
  }
  return null;
}
