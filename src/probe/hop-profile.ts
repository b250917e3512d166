/** How it is known that packets of a size do not get as far as a hop. */
type BorderProof =
  /** The router before it said so, and what it named was tried. */
  | 'ptb'
  /** Silence, against controls (confidence.ts). */
  | 'silence'
  /** The measurement of the target proved it. */
  | 'target';

/** Packets of `sizeBytes` do not get as far as `hop`, and smaller ones do. */
export interface Border {
  readonly hop: number;
  readonly sizeBytes: number;
  readonly proof: BorderProof;
}

/** `fits`: the largest packet known to get to a hop. `fails`: the smallest known not to. Null: not known. */
export interface HopBounds {
  readonly fits: number | null;
  readonly fails: number | null;
}

/**
 * The MTU of the path as far as each hop. It never rises with distance, so that what reaches a hop fits all hops
 * before it too, and what does not reach it reaches none beyond:
 *
 * ```
 *   bytes
 *   1500 ----------+                  an answer at (hop, size) makes known all to its lower left,
 *   1450           +-----+            a border at (hop, size) all to its upper right
 *   1380                 +--------
 *          hop 1   2   3   4   5
 * ```
 *
 * An answer is a fact. A border that an answer refutes no longer counts.
 */
export class HopProfile {
  #localMtu: number;
  readonly #reached: { readonly hop: number; readonly sizeBytes: number }[] = [];
  readonly #borders: Border[] = [];

  /** @param localMtu of the outgoing interface: nothing larger leaves this host */
  constructor(localMtu: number) {
    this.#localMtu = localMtu;
  }

  get localMtu(): number {
    return this.#localMtu;
  }

  /** A send that failed has shown that the interface takes less. */
  limitLocalMtu(mtu: number): void {
    this.#localMtu = Math.min(this.#localMtu, mtu);
  }

  /** A packet of this size got as far as `hop`. */
  addReached(hop: number, sizeBytes: number): void {
    if (this.fitsAt(hop) < sizeBytes) this.#reached.push({ hop, sizeBytes });
  }

  addBorder(border: Border): void {
    if (this.failsAt(border.hop) > border.sizeBytes) this.#borders.push(border);
  }

  /** Largest size that got as far as `hop`; 0: none. Hop 0 is this host. */
  fitsAt(hop: number): number {
    if (hop === 0) return this.#localMtu;
    return Math.max(
      0,
      ...this.#reached.filter((other) => other.hop >= hop).map(({ sizeBytes }) => sizeBytes),
    );
  }

  /** Smallest size that does not; Infinity: not known. */
  failsAt(hop: number): number {
    const borders = this.borders.filter((border) => border.hop <= hop);
    return Math.min(Infinity, ...borders.map(({ sizeBytes }) => sizeBytes));
  }

  /** Null unless it is exactly known. */
  mtuAt(hop: number): number | null {
    const fits = this.fitsAt(hop);
    return fits >= this.#localMtu || this.failsAt(hop) === fits + 1 ? fits : null;
  }

  boundsAt(hop: number): HopBounds {
    const fits = this.fitsAt(hop);
    const fails = this.failsAt(hop);
    return { fits: fits === 0 ? null : fits, fails: fails === Infinity ? null : fails };
  }

  /** Those that no answer refutes. */
  get borders(): readonly Border[] {
    return this.#borders.filter(({ hop, sizeBytes }) => this.fitsAt(hop) < sizeBytes);
  }
}
