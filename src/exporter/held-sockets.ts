import { PathmtuError } from '../errors.ts';
import { withTransport } from '../net/raw-transport.ts';
import type { Family } from '../probe/method.ts';

/** Sockets that stay open although nobody measures, so that a process may give up the right to open others. */
export interface HeldSockets {
  /** Families that this host has. */
  readonly families: readonly Family[];
  release(): Promise<void>;
}

/**
 * Opens the sockets of both families, or of the one that this host has.
 *
 * @throws {PathmtuError} `not-permitted`, `addon-missing`: there are none of either
 */
export async function holdSockets(): Promise<HeldSockets> {
  const held = await Promise.allSettled(FAMILIES.map(hold));
  const open = held.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  if (open.length === 0) {
    const [first] = held.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    throw first instanceof PathmtuError ? first : new Error('no socket could be opened', { cause: first });
  }
  return {
    families: open.map(({ family }) => family),
    release: async () => {
      await Promise.all(open.map(({ release }) => release()));
    },
  };
}

/** Rejects as {@link withTransport} does. */
function hold(family: Family): Promise<Held> {
  return new Promise((resolve, reject) => {
    const closed = withTransport(
      family,
      () =>
        new Promise<void>((letGo) => {
          resolve({
            family,
            release: () => {
              letGo();
              return closed;
            },
          });
        }),
    );
    closed.catch(reject);
  });
}

interface Held {
  readonly family: Family;
  readonly release: () => Promise<void>;
}

const FAMILIES: readonly Family[] = [4, 6];
