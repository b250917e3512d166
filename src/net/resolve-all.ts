import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Family } from '../probe/method.ts';

/**
 * Every address of a name, A and AAAA records, in the system's order; an address is its own. Empty when there is
 * none: the measurement of the name then says why.
 */
export async function resolveAll(host: string, family: Family | null): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    const found = await lookup(host, { all: true, family: family ?? 0, order: 'verbatim' });
    return [...new Set(found.map(({ address }) => address))];
  } catch {
    return [];
  }
}
