import type { CipherName } from '../ike/cipher.ts';
import type { ClientProfileName } from '../ike/client-profile.ts';
import type { IkeAuthDescription } from '../ike/description.ts';
import type { ProbeEvent } from '../probe/event.ts';
import { PathmtuError } from '../errors.ts';
import type { PacketRate } from '../net/packet-rate.ts';
import type { Family, MethodName } from '../probe/method.ts';
import type { Strategy } from '../probe/search.ts';

export const DEFAULT_DEADLINE_MS = 10_000;

export const DEFAULT_METHODS: readonly MethodName[] = ['icmp', 'udp', 'ike'];

/** A side of two links is missed by 64 flows once in 2^63 times, one of 16 links still once in 60. */
export const MOST_FLOWS = 64;
/** Packets per second that many measurements may send together. Less would not measure one gateway in ten seconds. */
export const PACKETS_PER_SECOND = { from: 10, to: 100_000 } as const;

/**
 * At most 6 Mbit/s of 1500-byte packets: half of what the upstream of a VDSL or mobile line carries, which others use
 * too.
 */
export const DEFAULT_PACKETS_PER_SECOND = 500;

/** Under way at the default rate are a few dozen; more where many do not answer, and each of those takes 3 seconds. */
export const MOST_AT_A_TIME = 256;

/** Without a rate. */
export const DEFAULT_CONCURRENCY = 8;

/** The opening flights of so many, 55 packets each, take the default rate about as long as a binary search takes. */
export const FEW_GATEWAYS = 16;

/**
 * Of many the rate decides how long they all take: packets count then, not rounds. A black hole takes some thirty rounds
 * this way, and what does not answer is done in three seconds anyway.
 */
export const FOR_MANY = { strategy: 'binary', deadlineMs: 30_000 } as const;

/** Options of a measurement. Everything is optional. */
export interface MeasureOptions {
  /** Address family to use for a name that has both. Default: the system's first answer. */
  readonly family?: Family;
  /** Methods to run side by side. Default: all there are. */
  readonly methods?: readonly MethodName[];
  /** IKE_AUTH message size in bytes to give a verdict on, 28..65503. Default: none. */
  readonly ikeAuthBytes?: number;
  /** Whether that IKE_AUTH travels on port 4500 (4 bytes more). Default: true, as RFC 7296 clients behind NAT do. */
  readonly natT?: boolean;
  /** What that IKE_AUTH is made of, in place of `ikeAuthBytes`: its size then follows from what is found. */
  readonly ikeAuth?: IkeAuthDescription;
  /** Whose way of cutting counts for `ikeAuthBytes`; `ikeAuth` has its own. Default: not known, generic counts. */
  readonly client?: ClientProfileName;
  /** Cipher of the IKE SA, for `ikeAuthBytes`; `ikeAuth` has its own. Default: what the gateway chooses. */
  readonly cipher?: CipherName;
  /** Largest packet to try, in bytes, 68..65535. Default: the MTU of the outgoing interface. */
  readonly maxBytes?: number;
  /** Smallest packet to try, in bytes, 68..65535. Default: 68. */
  readonly minBytes?: number;
  /**
   * How many flows to measure, 1..64: UDP source ports, or echo identifiers where UDP is not answered. Default: one
   * flow, and no `flows` in the result.
   */
  readonly flows?: number;
  /** Default: `parallel`. */
  readonly strategy?: Strategy;
  /** Most IKE probes to one gateway, 5..200. More make a gateway that answers nothing else exact. Default: 25. */
  readonly ikeProbes?: number;
  /** Whether to ask the gateway once what it offers, and close at once what it accepts. Default: true. */
  readonly negotiate?: boolean;
  /** Whether to test if IP fragments arrive. Default: true, where IKE is answered or an IKE_AUTH is asked about. */
  readonly fragmentTests?: boolean;
  /** Whether to look for the hop where a black hole begins. Default: true. */
  readonly locate?: boolean;
  /**
   * A cap on packets that this measurement shares with others: it begins when they leave room for it. The time that it
   * waits for them counts for nothing, neither for the deadline nor as a round trip. Default: none.
   */
  readonly rate?: PacketRate;
  /** When to stop and say what is known, in ms from the start. Default: {@link DEFAULT_DEADLINE_MS}. */
  readonly deadlineMs?: number;
  /** Ends the measurement early; the result then says what is known so far. */
  readonly signal?: AbortSignal;
  /** Called for every event, synchronously. */
  readonly onEvent?: (event: ProbeEvent) => void;
}

/**
 * Refuses options that no measurement can honour.
 *
 * @throws {PathmtuError} `bad-option`
 */
export function checkOptions(options: MeasureOptions): void {
  const {
    methods = DEFAULT_METHODS,
    minBytes,
    maxBytes,
    deadlineMs,
    ikeAuthBytes,
    ikeProbes,
    flows,
  } = options;
  const unknown = methods.filter((name) => !DEFAULT_METHODS.includes(name));
  if (unknown.length > 0 || methods.length === 0) {
    throw badOption(
      `methods must be some of ${DEFAULT_METHODS.join(', ')}, not ${unknown.join(', ') || 'none'}`,
    );
  }
  const { strategy = 'parallel', family } = options;
  if (!STRATEGIES.includes(strategy))
    throw badOption(`strategy must be ${STRATEGIES.join(' or ')}, not ${strategy}`);
  if (family !== undefined && !FAMILIES.includes(family))
    throw badOption(`family must be 4 or 6, not ${String(family)}`);
  checkWhole('minBytes', minBytes, 68, 65_535);
  checkWhole('maxBytes', maxBytes, 68, 65_535);
  checkWhole('ikeProbes', ikeProbes, 5, 200);
  checkWhole('flows', flows, 1, MOST_FLOWS);
  checkWhole('ikeAuthBytes', ikeAuthBytes, 28, 65_503);
  if (ikeAuthBytes !== undefined && options.ikeAuth !== undefined) {
    throw badOption('ikeAuthBytes and ikeAuth exclude each other');
  }
  if (minBytes !== undefined && maxBytes !== undefined && minBytes > maxBytes) {
    throw badOption(`minBytes (${minBytes}) is larger than maxBytes (${maxBytes})`);
  }
  if (deadlineMs !== undefined && !(deadlineMs > 0 && deadlineMs <= LONGEST_DEADLINE_MS)) {
    throw badOption(
      `deadlineMs must be more than 0 and at most ${LONGEST_DEADLINE_MS} (a day), not ${deadlineMs}`,
    );
  }
}

const LONGEST_DEADLINE_MS = 86_400_000;
const STRATEGIES: readonly Strategy[] = ['parallel', 'binary'];
const FAMILIES: readonly Family[] = [4, 6];

function checkWhole(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw badOption(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
}

function badOption(message: string): PathmtuError {
  return new PathmtuError('bad-option', message);
}
