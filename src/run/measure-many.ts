import ipaddr from 'ipaddr.js';
import pLimit from 'p-limit';
import { PathmtuError } from '../errors.ts';
import type { Gateway } from '../gateways/gateway.ts';
import type { IkeAuthDescription } from '../ike/description.ts';
import { withoutZone } from '../net/address.ts';
import { nowMs, wallClock } from '../net/clock.ts';
import type { ProbeEvent } from '../probe/event.ts';
import { failedResult } from '../results/failed.ts';
import type { Result, Target } from '../results/result.ts';
import { toolVersion } from '../version.ts';
import { measure } from './measure.ts';
import { checkOptions, type MeasureOptions } from './options.ts';

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
  /** Measurements at a time, 1 or more. Default: {@link DEFAULT_CONCURRENCY}. */
  readonly concurrency?: number;
  /** For all; what a gateway says of itself wins. */
  readonly common?: Omit<MeasureOptions, 'signal' | 'onEvent'>;
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

const DEFAULT_CONCURRENCY = 8;

/**
 * Measures gateways side by side, over one set of sockets. Outcomes come in the order of the gateways. What is wrong
 * with one of them, a name that does not resolve or no route, is its outcome and does not concern the others.
 *
 * @throws {PathmtuError} what concerns them all: `not-permitted`, `addon-missing`, `bad-option`
 */
export async function measureMany(
  gateways: readonly Gateway[],
  options: MeasureManyOptions = {},
): Promise<GatewayOutcome[]> {
  const { concurrency = DEFAULT_CONCURRENCY } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new PathmtuError('bad-option', `concurrency must be a whole number from 1, not ${concurrency}`);
  }
  for (const gateway of gateways) checkOptions(optionsFor(gateway, options));

  const failure = new AbortController();
  const signal =
    options.signal === undefined ? failure.signal : AbortSignal.any([options.signal, failure.signal]);
  const limit = pLimit(concurrency);
  return Promise.all(
    gateways.map((gateway) =>
      limit(async () => {
        try {
          const outcome = await outcomeOf(gateway, options, signal);
          options.onResult?.(gateway, outcome);
          return outcome;
        } catch (error) {
          // Nobody waits for the others any more.
          failure.abort();
          throw error;
        }
      }),
    ),
  );
}

async function outcomeOf(
  gateway: Gateway,
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
      ...optionsFor(gateway, options),
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
