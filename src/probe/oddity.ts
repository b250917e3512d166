/** Something the network did that deserves no belief, or contradicts itself: it becomes a finding. */
export interface Oddity {
  readonly kind:
    /** A PTB with MTU 0: RFC 792, before RFC 1191 gave the field a meaning. */
    | 'ptb-mtu-zero'
    /** A PTB that names less than the protocol's minimum (68, 1280). */
    | 'ptb-below-minimum'
    /** A PTB that names a size not smaller than the packet it quotes. */
    | 'ptb-not-smaller'
    /** A PTB for a size, or naming one, that an answered probe shows to be wrong. */
    | 'ptb-contradicted'
    /** A PTB that does not quote a probe in flight. */
    | 'ptb-not-ours'
    /** Another ICMP error than PTB quoted a probe. */
    | 'refused'
    /** The target stopped answering part of a flight, in a pattern that chance does not make. */
    | 'rate-limited'
    /** An answer that came after its probe had been given up. */
    | 'late-answer';
  /** Address of who sent it. */
  readonly from: string;
  /** What was claimed or said. */
  readonly detail: string;
}

/** Keeps each different oddity once, with a count; bounded, since strangers can send as much as they like. */
export class Oddities {
  readonly #counts = new Map<string, { readonly oddity: Oddity; count: number }>();

  note(oddity: Oddity): void {
    const key = `${oddity.kind} ${oddity.from} ${oddity.detail}`;
    const known = this.#counts.get(key);
    if (known !== undefined) known.count++;
    else if (this.#counts.size < MAX_DIFFERENT) this.#counts.set(key, { oddity, count: 1 });
  }

  get all(): readonly (Oddity & { readonly count: number })[] {
    return [...this.#counts.values()].map(({ oddity, count }) => ({ ...oddity, count }));
  }
}

const MAX_DIFFERENT = 64;
