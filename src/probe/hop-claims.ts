import type { HopLog } from './hop-log.ts';
import type { HopProfile } from './hop-profile.ts';

/** A PTB worth believing if what it names gets through: the link behind router `hop` takes `mtu`. */
export interface HopClaim {
  readonly mtu: number;
  readonly from: string;
  readonly hop: number;
}

interface Ptb {
  readonly mtu: number;
  readonly from: string;
  /** By the TTL that it quotes; null: that says nothing. */
  readonly quotedHop: number | null;
  /** Of the packets that it quoted: the largest, and the smallest. */
  largestBytes: number;
  smallestBytes: number;
}

/** The PTBs of a trace and of the measurement beside it, and from how far away they came. */
export class HopClaims {
  readonly #ptbs = new Map<string, Ptb>();

  /** @param quotedHop distance by the quoted TTL; null: not known */
  add(mtu: number, from: string, quotedHop: number | null, sizeBytes: number): void {
    const key = `${from} ${mtu}`;
    const known = this.#ptbs.get(key);
    if (known === undefined) {
      this.#ptbs.set(key, { mtu, from, quotedHop, largestBytes: sizeBytes, smallestBytes: sizeBytes });
      return;
    }
    known.largestBytes = Math.max(known.largestBytes, sizeBytes);
    known.smallestBytes = Math.min(known.smallestBytes, sizeBytes);
  }

  /** Those that no answer refutes, the nearest first. */
  standing(log: HopLog, profile: HopProfile): readonly (HopClaim & { readonly smallestBytes: number })[] {
    return [...this.#ptbs.values()]
      .flatMap(({ mtu, from, quotedHop, smallestBytes }) => {
        // Some routers quote the TTL counted down already. Where the sender is known as a hop, that is surer.
        const hop = log.hopOf(from) ?? quotedHop;
        return hop === null || profile.fitsAt(hop + 1) > mtu ? [] : [{ mtu, from, hop, smallestBytes }];
      })
      .toSorted((a, b) => a.hop - b.hop);
  }

  /** Who says that a packet is too big has got it: as good as "time exceeded". */
  reached(log: HopLog): readonly { readonly hop: number; readonly sizeBytes: number }[] {
    return [...this.#ptbs.values()].flatMap(({ from, largestBytes }) => {
      const hop = log.hopOf(from);
      return hop === null ? [] : [{ hop, sizeBytes: largestBytes }];
    });
  }
}
