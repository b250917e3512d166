import { PathmtuError } from '../errors.ts';
import type { Gateway } from '../gateways/gateway.ts';
import { plainGateway } from '../gateways/plain.ts';
import type { ResolvedTarget } from '../net/resolve.ts';
import type { Family } from '../probe/method.ts';
import { isInRanges, type AddressRange } from './address-range.ts';

export type Resolve = (host: string, family: Family | undefined) => Promise<ResolvedTarget>;

/** A target that may be measured, at the address that was looked at, and at no other. */
export interface AllowedTarget {
  readonly gateway: Gateway;
  readonly isInFile: boolean;
  readonly address: string;
  readonly family: Family;
}

export type Admission =
  | ({ readonly type: 'allowed' } & AllowedTarget)
  | { readonly type: 'forbidden'; readonly reason: string }
  /** A gateway of the file, whose name has no address now. */
  | { readonly type: 'unresolved'; readonly gateway: Gateway; readonly error: PathmtuError };

export interface TargetRules {
  readonly gateways: readonly Gateway[];
  /** Where hosts may be that are not in the file. */
  readonly allowed: readonly AddressRange[];
  readonly resolve: Resolve;
}

/**
 * Decides whether a target may be measured:
 *
 * 1. The name or the host of a gateway in the file may, wherever it resolves to.
 * 2. Anything else may if its address is in one of the ranges. The name is resolved once, here: whoever measures takes
 *    that address, so a name server that answers differently the next time gains nothing.
 * 3. Without ranges no name from a request is ever looked up.
 */
export async function admit(target: string, { gateways, allowed, resolve }: TargetRules): Promise<Admission> {
  const gateway = gatewayNamed(target, gateways);
  if (gateway !== null) {
    try {
      const resolved = await resolve(gateway.host, gateway.family ?? undefined);
      return { type: 'allowed', gateway, isInFile: true, ...resolved };
    } catch (error) {
      if (!(error instanceof PathmtuError)) throw error;
      return { type: 'unresolved', gateway, error };
    }
  }
  if (allowed.length === 0) return forbidden('is not in the gateways file');
  // A name server is not asked about what cannot be a name.
  if (!HOST.test(target)) return forbidden('is neither in the gateways file nor a host name or address');
  try {
    const resolved = await resolve(target, undefined);
    if (!isInRanges(resolved.address, allowed)) {
      return forbidden('is neither in the gateways file nor in a range of --allow-target');
    }
    return { type: 'allowed', gateway: plainGateway(target), isInFile: false, ...resolved };
  } catch (error) {
    if (!(error instanceof PathmtuError)) throw error;
    return forbidden('is not in the gateways file, and has no address that could be in --allow-target');
  }
}

/** By name first, then by host; host names know no case. */
function gatewayNamed(target: string, gateways: readonly Gateway[]): Gateway | null {
  const host = target.toLowerCase();
  return (
    gateways.find(({ name }) => name === target) ??
    gateways.find((gateway) => gateway.host.toLowerCase() === host) ??
    null
  );
}

function forbidden(reason: string): Admission {
  return { type: 'forbidden', reason: `this target ${reason}` };
}

const HOST = /^[A-Za-z0-9_.:%-]+$/;
