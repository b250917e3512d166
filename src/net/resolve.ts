import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { PathmtuError } from '../errors.ts';
import type { Family } from '../probe/method.ts';

export interface ResolvedTarget {
  /** In text form, with its zone where it has one (`fe80::1%eth0`). */
  readonly address: string;
  readonly family: Family;
}

/**
 * The address that a name stands for: the system's first answer, of the family asked for.
 *
 * @throws {PathmtuError} `unresolved`, `wrong-family`
 */
export async function resolveTarget(input: string, family: Family | undefined): Promise<ResolvedTarget> {
  const literal = isIP(input);
  if (literal !== 0) {
    const literalFamily: Family = literal === 4 ? 4 : 6;
    if (family !== undefined && family !== literalFamily) {
      throw new PathmtuError(
        'wrong-family',
        `${input} is an IPv${literalFamily} address, but IPv${family} was asked for; leave out -${family}`,
      );
    }
    return { address: input, family: literalFamily };
  }
  try {
    const found = await lookup(input, { family: family ?? 0, order: 'verbatim' });
    return { address: found.address, family: found.family === 4 ? 4 : 6 };
  } catch (cause) {
    const kind = family === undefined ? 'address' : `IPv${family} address`;
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new PathmtuError(
      'unresolved',
      `no ${kind} found for "${input}"${code}; check the spelling and the DNS server`,
      { cause },
    );
  }
}
