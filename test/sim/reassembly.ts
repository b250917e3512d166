import { reassemble } from '../../src/packet/fragment.ts';
import * as ipv4 from '../../src/packet/ipv4.ts';
import * as ipv6 from '../../src/packet/ipv6.ts';

/** What a host keeps of datagrams that arrive in pieces. */
export class Reassembly {
  /** By datagram, the oldest first. */
  readonly #pending = new Map<string, { readonly pieces: Uint8Array[]; lastAtMs: number }>();

  /** The whole packet, and when it was whole; null: pieces are missing. A packet that is no fragment is whole. */
  add(packet: Uint8Array, atMs: number): { readonly packet: Uint8Array; readonly atMs: number } | null {
    const datagram = datagramOf(packet);
    if (datagram === null) return { packet, atMs };
    const pending = this.#pending.get(datagram) ?? { pieces: [], lastAtMs: atMs };
    pending.pieces.push(packet);
    pending.lastAtMs = Math.max(pending.lastAtMs, atMs);
    this.#pending.set(datagram, pending);
    const whole = reassemble(pending.pieces);
    if (whole instanceof Uint8Array) {
      this.#pending.delete(datagram);
      return { packet: whole, atMs: pending.lastAtMs };
    }
    // As kernels do, it gives up the oldest where there are many.
    const [oldest] = this.#pending.keys();
    if (oldest !== undefined && this.#pending.size > MOST_PENDING) this.#pending.delete(oldest);
    return null;
  }
}

export function isFragment(packet: Uint8Array): boolean {
  return datagramOf(packet) !== null;
}

/** What the pieces of a datagram have in common; null: the packet is no fragment. */
function datagramOf(packet: Uint8Array): string | null {
  const four = ipv4.decode(packet);
  if (four.type !== 'malformed') {
    return four.moreFragments || four.fragmentOffsetBytes > 0
      ? `${four.protocol} ${four.identification}`
      : null;
  }
  const six = ipv6.decode(packet);
  return six.type === 'malformed' || six.fragment === null ? null : `${six.fragment.identification}`;
}

const MOST_PENDING = 64;
