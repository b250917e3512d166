import type { ProbeEvent } from '../probe/event.ts';
import type { Family, MethodName } from '../results/result.ts';

/** `parallel`: many sizes per flight. `binary`: one size per flight, beside a control probe. */
export type Strategy = 'parallel' | 'binary';

export const DEFAULT_DEADLINE_MS = 10_000;

/** Options of a measurement. Everything is optional. */
export interface MeasureOptions {
  /** Address family to use for a name that has both. Default: the system's first answer. */
  readonly family?: Family;
  /** Methods to run side by side. Default: all there are. */
  readonly methods?: readonly MethodName[];
  /** IKE_AUTH message size in bytes to give a verdict on, 28..65535. Default: none. */
  readonly ikeAuthBytes?: number;
  /** Whether that IKE_AUTH travels on port 4500 (4 bytes more). Default: true, as RFC 7296 clients behind NAT do. */
  readonly natT?: boolean;
  /** Largest packet to try, in bytes, 68..65535. Default: the MTU of the outgoing interface. */
  readonly maxBytes?: number;
  /** Smallest packet to try, in bytes, 68..65535. Default: 68. */
  readonly minBytes?: number;
  /** Default: `parallel`. */
  readonly strategy?: Strategy;
  /** When to stop and say what is known, in ms from the start. Default: {@link DEFAULT_DEADLINE_MS}. */
  readonly deadlineMs?: number;
  /** Ends the measurement early; the result then says what is known so far. */
  readonly signal?: AbortSignal;
  /** Called for every event, synchronously. */
  readonly onEvent?: (event: ProbeEvent) => void;
}
