import { setMaxListeners } from 'node:events';
import ipaddr from 'ipaddr.js';
import pLimit from 'p-limit';
import { PathmtuError } from '../errors.ts';
import type { Gateway } from '../gateways/gateway.ts';
import { plainGateway } from '../gateways/plain.ts';
import type { IkeAuthDescription } from '../ike/description.ts';
import { withoutZone } from '../net/address.ts';
import { nowMs, wallClock } from '../net/clock.ts';
import { PacketRate } from '../net/packet-rate.ts';
import type { ProbeEvent } from '../probe/event.ts';
import { failedResult } from '../results/failed.ts';
import type { Result, Target } from '../results/result.ts';
import { toolVersion } from '../version.ts';
import { measure } from './measure.ts';
import {
  checkOptions,
  DEFAULT_CONCURRENCY,
  DEFAULT_PACKETS_PER_SECOND,
  FEW_GATEWAYS,
  FOR_MANY,
  MOST_AT_A_TIME,
  PACKETS_PER_SECOND,
  type MeasureOptions,
} from './options.ts';

/** Both kinds have a result document; that of a failed one says so in `error`, and nothing else. */
export type GatewayOutcome =
  | { readonly type: 'measured'; readonly gateway: Gateway; readonly result: Result }
  | {
      readonly type: 'failed';
      readonly gateway: Gateway;
      readonly result: Result;
      readonly error: { readonly code: string; readonly message: string };
    };

export interface MeasureManyOptions {
  /**
   * Packets per second of all together, {@link PACKETS_PER_SECOND}; null: no cap, each sends as fast as it can.
   * Default: {@link DEFAULT_PACKETS_PER_SECOND}.
   */
  readonly rate?: number | null;
  /**
   * Measurements at a time, 1 or more. Default: as many as the rate leaves room for, at most {@link MOST_AT_A_TIME};
   * without a rate {@link DEFAULT_CONCURRENCY}.
   */
  readonly concurrency?: number;
  /**
   * For all; what a gateway says of itself wins. At a rate and for more than {@link FEW_GATEWAYS} gateways
   * {@link FOR_MANY} stands in for what is not given.
   */
  readonly common?: Omit<MeasureOptions, 'signal' | 'onEvent' | 'rate'>;
  /** What the IKE_AUTH of gateways with certificates is made of, by name. */
  readonly descriptions?: ReadonlyMap<string, IkeAuthDescription>;
  /** Ends all: those under way say what they know, those not yet begun fail with `interrupted`. */
  readonly signal?: AbortSignal;
  readonly onStart?: (gateway: Gateway) => void;
  readonly onEvent?: (gateway: Gateway, event: ProbeEvent) => void;
  /** As each of them is done. */
  readonly onResult?: (gateway: Gateway, outcome: GatewayOutcome) => void;
  /** Default: {@link measure}. */
  readonly measure?: (host: string, options: MeasureOptions) => Promise<Result>;
}

/**
 * Measures gateways side by side, over one set of sockets, at one rate of packets. Outcomes come in the order of the
 * gateways. What is wrong with one of them, a name that does not resolve or no route, is its outcome and does not
 * concern the others.
 *
 * @param targets hosts, or gateways with what a file says of them
 * @throws {PathmtuError} what concerns them all: `not-permitted`, `addon-missing`, `bad-option`
 */
export async function measureMany(
  targets: readonly (string | Gateway)[],
  options: MeasureManyOptions = {},
): Promise<GatewayOutcome[]> {
  const rate = rateOf(options);
  const { concurrency = rate === null ? DEFAULT_CONCURRENCY : MOST_AT_A_TIME } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new PathmtuError('bad-option', `concurrency must be a whole number from 1, not ${concurrency}`);
  }
  const gateways = targets.map((target) => (typeof target === 'string' ? plainGateway(target) : target));
  const common: MeasureManyOptions['common'] = {
    ...(rate !== null && gateways.length > FEW_GATEWAYS ? FOR_MANY : {}),
    ...options.common,
  };
  const optionsOf = (gateway: Gateway): MeasureOptions => ({
    ...optionsFor(gateway, { ...options, common }),
    ...(rate === null ? {} : { rate }),
  });
  for (const gateway of gateways) checkOptions(optionsOf(gateway));

  const failure = new AbortController();
  const signal =
    options.signal === undefined ? failure.signal : AbortSignal.any([options.signal, failure.signal]);
  // One for each that is under way, which Node would warn of as a leak.
  setMaxListeners(0, signal);
  const outcomes: GatewayOutcome[] = [];
  // They take the next one from the list as they become free: one that waits is its entry there, and nothing else.
  const waiting = gateways.entries();
  const oneAfterTheOther = async (): Promise<void> => {
    for (const [place, gateway] of waiting) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- others do the same beside it
        const outcome = await outcomeOf(gateway, optionsOf(gateway), options, signal);
        options.onResult?.(gateway, outcome);
        outcomes[place] = outcome;
      } catch (error) {
        // Nobody waits for the others any more.
        failure.abort();
        throw error;
      }
    }
  };
  const limit = pLimit(concurrency);
  const atOnce = Math.min(concurrency, gateways.length);
  await Promise.all(Array.from({ length: atOnce }, () => limit(oneAfterTheOther)));
  return outcomes;
}

function rateOf({ rate = DEFAULT_PACKETS_PER_SECOND }: MeasureManyOptions): PacketRate | null {
  if (rate === null) return null;
  const { from, to } = PACKETS_PER_SECOND;
  if (!Number.isInteger(rate) || rate < from || rate > to) {
    throw new PathmtuError(
      'bad-option',
      `rate must be a whole number of packets per second from ${from} to ${to}, not ${rate}`,
    );
  }
  return new PacketRate(rate);
}

async function outcomeOf(
  gateway: Gateway,
  wishes: MeasureOptions,
  options: MeasureManyOptions,
  signal: AbortSignal,
): Promise<GatewayOutcome> {
  const startedAt = wallClock();
  const startedAtMs = nowMs();
  const failed = (error: { readonly code: string; readonly message: string }): GatewayOutcome => ({
    type: 'failed',
    gateway,
    error,
    result: failedResult({
      version: toolVersion(),
      target: unmeasuredTarget(gateway),
      startedAt,
      durationMs: nowMs() - startedAtMs,
      error,
    }),
  });
  if (signal.aborted) return failed({ code: 'interrupted', message: 'interrupted before it was measured' });
  options.onStart?.(gateway);
  try {
    const result = await (options.measure ?? measure)(gateway.host, {
      ...wishes,
      signal,
      onEvent: (event) => options.onEvent?.(gateway, event),
    });
    return {
      type: 'measured',
      gateway,
      result: { ...result, target: { ...result.target, name: gateway.name } },
    };
  } catch (error) {
    if (!(error instanceof PathmtuError) || CONCERNS_ALL.has(error.code)) throw error;
    return failed({ code: error.code, message: error.message });
  }
}

/** What a gateway asks of its measurement. */
function optionsFor(
  gateway: Gateway,
  { common = {}, descriptions }: MeasureManyOptions,
): Omit<MeasureOptions, 'signal' | 'onEvent'> {
  const { family, methods, ikeAuth, client, natT, deadlineMs } = gateway;
  const description = descriptions?.get(gateway.name);
  // Size and description exclude each other, so a gateway's own takes both of the common ones away.
  const { ikeAuth: commonDescription, ikeAuthBytes: commonBytes, client: commonClient, ...rest } = common;
  const asked =
    description !== undefined
      ? { ikeAuth: description }
      : ikeAuth?.type === 'size'
        ? { ikeAuthBytes: ikeAuth.bytes }
        : {
            ...(commonDescription === undefined ? {} : { ikeAuth: commonDescription }),
            ...(commonBytes === undefined ? {} : { ikeAuthBytes: commonBytes }),
          };
  const whose = client ?? commonClient;
  return {
    ...rest,
    ...asked,
    ...(whose === undefined || 'ikeAuth' in asked ? {} : { client: whose }),
    ...(family === null ? {} : { family }),
    ...(methods === null ? {} : { methods }),
    ...(natT === null ? {} : { natT }),
    ...(deadlineMs === null ? {} : { deadlineMs }),
  };
}

/** An address that was never looked up is ''; its family is the one asked for, else that of the address, else 4. */
function unmeasuredTarget({ name, host, family }: Gateway): Target {
  const address = withoutZone(host);
  if (!ipaddr.isValid(address)) return { input: host, address: '', family: family ?? 4, name };
  return { input: host, address: host, family: ipaddr.parse(address).kind() === 'ipv4' ? 4 : 6, name };
}

const CONCERNS_ALL: ReadonlySet<string> = new Set(['not-permitted', 'addon-missing', 'bad-option']);
