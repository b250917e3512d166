import type { Bounds, Family, RangeVerdict, SizeRange } from './result.ts';

/** mtupath tests MSS values from 1 to this; its closing table ends here. */
const LARGEST_MSS = 16_384;

/** IP and ICMP header: an MSS is an ICMP payload. */
export function headersOfMss(family: Family): number {
  return family === 4 ? 28 : 48;
}

/**
 * mtupath's closing table: what is known of every size, as MSS.
 *
 * - `in-range`: it arrives.
 * - `timeout`: not known; what was sent there went unanswered, or nothing was sent.
 * - `exceeded`: it does not arrive. Above the MTU of the outgoing interface it cannot even leave.
 * - `failure`: this host failed to send.
 *
 * @param localMtu  of the outgoing interface; null: not known
 * @param isBlocked this host could not send anything
 */
export function rangesOf(
  bounds: Bounds,
  localMtu: number | null,
  family: Family,
  isBlocked: boolean,
): SizeRange[] {
  const headers = headersOfMss(family);
  const last = Math.max(LARGEST_MSS, (localMtu ?? 0) - headers);
  const fits = Math.max(0, (bounds.fits ?? 0) - headers);
  const firstExceeded = Math.min(bounds.fails ?? Infinity, (localMtu ?? Infinity) + 1) - headers;

  const rows: SizeRange[] = [];
  const add = (from: number, to: number, verdict: RangeVerdict): void => {
    if (to >= from) rows.push({ from, to, verdict, unit: 'mss' });
  };
  add(1, fits, 'in-range');
  add(fits + 1, Math.min(last, firstExceeded - 1), isBlocked ? 'failure' : 'timeout');
  add(Math.max(fits + 1, firstExceeded), last, 'exceeded');
  return rows;
}
