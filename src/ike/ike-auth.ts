import { fragmentSizes } from '../packet/fragment.ts';
import type { Bounds, Family, IkeAuthResult } from '../results/result.ts';

export interface IkeAuthQuestion {
  /** IKE message size in bytes, from the first byte of the IKE header, 28..{@link MAX_IKE_MESSAGE_BYTES}. */
  readonly sizeBytes: number;
  /** Whether it travels on port 4500, behind the 4-byte non-ESP marker. */
  readonly natT: boolean;
  readonly family: Family;
  /** The path MTU, or null when it is not exactly known. */
  readonly mtuBytes: number | null;
  /** What is proven of the path MTU when it is not exactly known. Default: nothing. */
  readonly bounds?: Bounds;
  /** MTU of the outgoing interface, which the path cannot exceed. Default: not known. */
  readonly localMtuBytes?: number | null;
}

/** An IKE header and nothing else: RFC 7296 section 3.1. */
export const MIN_IKE_MESSAGE_BYTES = 28;

/** What one IPv4 packet of 65535 bytes holds behind its IP and UDP headers and the non-ESP marker. */
export const MAX_IKE_MESSAGE_BYTES = 65_535 - 20 - 8 - 4;

/**
 * Whether an IKE_AUTH message of this size gets through unsplit, and if not, the IP fragments that it becomes on
 * a path of this MTU. Does not include whether fragments are delivered, nor RFC 7383: nothing is known of either
 * here, so a message that does not fit is `ip-fragments-unknown`. Throws RangeError for a size beyond the maximum,
 * or an MTU that has no room for a fragment.
 */
export function predictIkeAuth(question: IkeAuthQuestion): IkeAuthResult {
  const { sizeBytes: size, natT, family } = question;
  const wireSize = wireBytes(question);
  const { verdict, ipFragments, reason } = judge(question, wireSize);
  return { size, natT, family, wireSize, verdict, ipFragments, ikeFragments: null, reason };
}

/** The whole IP packet around an IKE message, in bytes. No IP options or extension headers are assumed. */
export function wireBytes({
  sizeBytes,
  natT,
  family,
}: Pick<IkeAuthQuestion, 'sizeBytes' | 'natT' | 'family'>): number {
  return IP_HEADER_BYTES[family] + UDP_HEADER_BYTES + (natT ? NON_ESP_MARKER_BYTES : 0) + sizeBytes;
}

function judge(
  { family, mtuBytes, bounds, localMtuBytes = null }: IkeAuthQuestion,
  wireSize: number,
): Pick<IkeAuthResult, 'verdict' | 'ipFragments' | 'reason'> {
  const { fits, fails } = bounds ?? NOTHING_PROVEN;
  const packet = `The packet of ${wireSize} bytes`;

  if (mtuBytes !== null) {
    const ipFragments = fragmentSizes(wireSize, mtuBytes, family);
    if (ipFragments.length === 1) {
      const reason = `${packet} is not larger than the path MTU of ${mtuBytes} bytes.`;
      return { verdict: 'fits', ipFragments, reason };
    }
    const reason =
      `${packet} is larger than the path MTU of ${mtuBytes} bytes, so it travels as ${ipFragments.length} ` +
      'IP fragments; whether this path delivers fragments has not been tested.';
    return { verdict: 'ip-fragments-unknown', ipFragments, reason };
  }

  if (fits !== null && wireSize <= fits) {
    const reason = `${packet} is not larger than packets of ${fits} bytes, which arrive.`;
    return { verdict: 'fits', ipFragments: [wireSize], reason };
  }
  return {
    verdict: 'ip-fragments-unknown',
    ipFragments: [],
    reason: `${packet} ${withoutMtu(wireSize, fits, fails, localMtuBytes)}`,
  };
}

/** What can be said of a packet that is not known to fit, when the path MTU is not exactly known. */
function withoutMtu(
  wireSize: number,
  fits: number | null,
  fails: number | null,
  localMtuBytes: number | null,
): string {
  const rest = 'how it would be split depends on the path MTU, which is not exactly known.';
  if (localMtuBytes !== null && wireSize > localMtuBytes) {
    return `does not fit, the outgoing interface carries ${localMtuBytes} at most; ${rest}`;
  }
  if (fails !== null && wireSize >= fails) {
    return `does not fit, packets of ${fails} bytes already fail; ${rest}`;
  }
  return `may or may not fit: the path MTU is not known${fits === null ? '' : ` beyond ${fits} bytes`}.`;
}

const IP_HEADER_BYTES = { 4: 20, 6: 40 } as const;
const UDP_HEADER_BYTES = 8;
/** Tells IKE from ESP on port 4500: RFC 3948 section 2.2. */
const NON_ESP_MARKER_BYTES = 4;

const NOTHING_PROVEN: Bounds = { fits: null, fails: null };
