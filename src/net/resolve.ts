import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { PathmtuError } from '../errors.ts';
import { withoutZone } from './address.ts';
import type { Family } from '../probe/method.ts';

export interface ResolvedTarget {
  /** In text form, with its zone where it has one (`fe80::1%eth0`). */
  readonly address: string;
  readonly family: Family;
}

/** How a name is looked up: as `lookup` of node:dns/promises does. */
type LookUp = (
  name: string,
  options: { readonly family: 0 | Family; readonly order: 'verbatim' },
) => Promise<{ readonly address: string; readonly family: number }>;

/**
 * The address that a name stands for: the system's first answer, of the family asked for.
 *
 * @throws {PathmtuError} `unresolved`, `wrong-family`
 */
export async function resolveTarget(
  input: string,
  family: Family | undefined,
  lookUp: LookUp = lookup,
): Promise<ResolvedTarget> {
  if (input.trim() === '')
    throw new PathmtuError('unresolved', 'no host was given; name the gateway to measure');
  const literal = isIP(input);
  if (literal !== 0) {
    const literalFamily: Family = literal === 4 ? 4 : 6;
    if (family !== undefined && family !== literalFamily) {
      throw new PathmtuError(
        'wrong-family',
        `${input} is an IPv${literalFamily} address, but IPv${family} was asked for; leave out -${family}`,
      );
    }
    refuseUnmeasurable(input);
    return { address: input, family: literalFamily };
  }
  try {
    const found = await lookUp(input, { family: family ?? 0, order: 'verbatim' });
    refuseUnmeasurable(found.address);
    return { address: found.address, family: found.family === 4 ? 4 : 6 };
  } catch (cause) {
    if (cause instanceof PathmtuError) throw cause;
    const kind = family === undefined ? 'address' : `IPv${family} address`;
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new PathmtuError(
      'unresolved',
      `no ${kind} found for "${input}"${code}; check the spelling and the DNS server`,
      { cause },
    );
  }
}

/** One host has one path; a group, everybody, nobody and an address in disguise have none that could be measured. */
function refuseUnmeasurable(address: string): void {
  const range = ipaddr.parse(withoutZone(address)).range();
  const reason = UNMEASURABLE.get(range);
  if (reason !== undefined) throw new PathmtuError('unmeasurable', `${address} ${reason}; name one host`);
}

const UNMEASURABLE: ReadonlyMap<string, string> = new Map([
  ['multicast', 'is a multicast group'],
  ['broadcast', 'is the broadcast address'],
  ['unspecified', 'is the unspecified address'],
  ['ipv4Mapped', 'is an IPv4 address in IPv6 form: write it as IPv4'],
]);
