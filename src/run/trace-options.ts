import { PathmtuError } from '../errors.ts';
import type { ProbeEvent } from '../probe/event.ts';
import { checkOptions, type MeasureOptions } from './options.ts';

/** What hops can be asked by. IKE packets to a gateway's own port are for the gateway. */
export const HOP_METHODS = ['icmp', 'udp'] as const;

/** The TTL that packets usually have: nothing gets further. */
export const MOST_HOPS = 64;
/** As traceroute and tracepath have it. */
export const DEFAULT_MAX_HOPS = 30;

/** Options of a trace. Everything is optional; `family`, `deadlineMs`, `signal` and `onEvent` as of a measurement. */
export interface TraceOptions extends Pick<MeasureOptions, 'family' | 'deadlineMs' | 'signal' | 'onEvent'> {
  /** To ask the hops and the target with. Default: the target with all there are, the hops with what it answers. */
  readonly method?: (typeof HOP_METHODS)[number];
  /** Hops to ask, at most, 1..64. Default: 30. */
  readonly maxHops?: number;
  /** The same as `onEvent`, for the probes of limited TTL: `hop` is that. */
  readonly onHopEvent?: (event: ProbeEvent, hop: number) => void;
}

/**
 * Refuses options that no trace can honour.
 *
 * @throws {PathmtuError} `bad-option`
 */
export function checkTraceOptions({ method, maxHops, ...options }: TraceOptions): void {
  checkOptions({ ...options, ...(method === undefined ? {} : { methods: [method] }) });
  if (method !== undefined && !HOP_METHODS.includes(method)) {
    throw new PathmtuError('bad-option', `method must be ${HOP_METHODS.join(' or ')}, not ${method}`);
  }
  if (maxHops !== undefined && !(Number.isInteger(maxHops) && maxHops >= 1 && maxHops <= MOST_HOPS)) {
    throw new PathmtuError(
      'bad-option',
      `maxHops must be a whole number from 1 to ${MOST_HOPS}, not ${maxHops}`,
    );
  }
}
