import type { ComparisonEntry } from '../results/comparison.ts';
import type { IkeAuthResult, RangeVerdict, Result } from '../results/result.ts';
import { markup, trusted, type Html } from './markup.ts';
import { count } from './words.ts';

/**
 * Drawings for the comparison's page, as inline SVG. Lengths are in percent of the width there is and letters keep
 * their size, so that a drawing is as readable on a phone as on paper. Colour never stands alone: what timed out is
 * hatched, and every number is written out.
 */

/** The patterns that the drawings are filled with; once per page, before them. */
export const CHART_PATTERNS: Html = trusted(
  '<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>' +
    '<pattern id="timeout" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
    '<rect class="ground" width="8" height="8"/><line class="stripe" x1="0" y1="0" x2="0" y2="8" stroke-width="5"/></pattern></defs></svg>',
);

export function chartLegend(): Html {
  return markup`<ul class="legend">${[
    legendKey('in-range', 'in range: it arrives'),
    legendKey('timeout', 'timeout: not known'),
    legendKey('exceeded', 'exceeded: it does not arrive'),
  ]}</ul>`;
}

function legendKey(verdict: RangeVerdict, text: string): Html {
  return markup`<li><svg viewBox="0 0 16 9" aria-hidden="true"><rect width="16" height="9" ${trusted(fillOf(verdict))}/></svg>${text}</li>`;
}

/** The largest size that the size charts of these gateways show, in bytes: the same for all, to be compared. */
export function chartEnd(entries: readonly ComparisonEntry[]): number {
  const largest = Math.max(
    SMALLEST_END,
    ...entries.map(({ result }) => Math.max(result.localMtu ?? 0, result.bounds.fits ?? 0)),
  );
  return Math.ceil((largest * 1.1) / 100) * 100;
}

/** Which packet sizes arrive: a bar from 0 to `end` bytes, with a scale below it. */
export function sizeChart({ result, label }: ComparisonEntry, end: number): Html {
  const headers = result.target.family === 4 ? 28 : 48;
  const percent = (bytes: number): string => `${((Math.min(bytes, end) / end) * 100).toFixed(2)}%`;
  const bars = result.ranges
    // An MSS is an ICMP payload. What is smaller than any payload has not been tried, and goes with the smallest.
    .map(({ from, to, verdict }) => ({ from: from <= 1 ? 0 : from + headers - 1, to: to + headers, verdict }))
    .filter(({ from, to }) => from < Math.min(to, end))
    .map(
      ({ from, to, verdict }) =>
        markup`<rect x="${percent(from)}" width="${percent(Math.min(to, end) - from)}" y="18" height="22" ${trusted(fillOf(verdict))}><title>${from + 1} to ${to} bytes: ${VERDICT_WORDS[verdict]}</title></rect>`,
    );
  const step = end > 4000 ? 2000 : 500;
  const ticks = Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step).map(
    (bytes) =>
      markup`<line class="rule" x1="${percent(bytes)}" x2="${percent(bytes)}" y1="40" y2="45"/><text class="tick" x="${percent(bytes)}" y="57" text-anchor="${bytes === 0 ? 'start' : 'middle'}">${bytes}</text>`,
  );
  const mark = result.pathMtu ?? result.bounds.fits;
  const line =
    mark === null
      ? markup``
      : markup`<line class="mtu" x1="${percent(mark)}" x2="${percent(mark)}" y1="14" y2="44"/><text x="${percent(mark)}" y="11" text-anchor="${mark > end * 0.8 ? 'end' : 'middle'}">${result.pathMtu === null ? `at least ${mark}` : mark}</text>`;
  return markup`<svg height="60" role="img" aria-label="Packet sizes to ${label}: ${sizesInWords(result)}">${bars}${line}${ticks}</svg>`;
}

/** The packets that the IKE_AUTH becomes, each as long as it is large, with the path MTU across them. */
export function packetChart({ result, label }: ComparisonEntry, ikeAuth: IkeAuthResult, end: number): Html {
  const { packets, fate } = packetsOf(ikeAuth);
  const longest = Math.max(end, ...packets);
  const percent = (bytes: number): string => `${((bytes / longest) * 100).toFixed(2)}%`;
  const rows = packets.slice(0, MOST_PACKETS).map((bytes, index) => {
    const y = 16 + index * 24;
    const isLost = fate === 'lost';
    const fill = isLost ? 'class="over"' : fate === 'arrives' ? 'class="fits"' : 'fill="url(#timeout)"';
    const words = `${bytes} bytes${isLost ? ', lost' : fate === 'unknown' ? ', not known' : ''}`;
    const isWide = bytes / longest > 0.4;
    const text = isWide
      ? markup`<text class="${fate === 'arrives' ? 'inside' : fate === 'lost' ? 'plain' : 'halo'}" x="0" dx="8" y="${y + 14}">${words}</text>`
      : markup`<text x="${percent(bytes)}" dx="6" y="${y + 14}">${words}</text>`;
    return markup`<rect x="0" width="${percent(bytes)}" y="${y}" height="20" ${trusted(fill)}/>${text}`;
  });
  const hidden = packets.length - rows.length;
  const height = 20 + rows.length * 24 + (hidden > 0 ? 18 : 0);
  const mtu = result.pathMtu;
  const line =
    mtu === null
      ? markup``
      : markup`<line class="mtu" x1="${percent(mtu)}" x2="${percent(mtu)}" y1="12" y2="${16 + rows.length * 24}"/><text class="tick" x="${percent(mtu)}" y="9" text-anchor="${mtu > longest * 0.7 ? 'end' : 'middle'}">path MTU ${mtu}</text>`;
  const more =
    hidden > 0
      ? markup`<text class="tick" x="0" y="${height - 4}">and ${count(hidden, 'packet')} more</text>`
      : markup``;
  return markup`<svg height="${height}" role="img" aria-label="${packetsInWords(ikeAuth)}, to ${label}">${rows}${line}${more}</svg>`;
}

/** `3 IKE fragments that arrive`. */
export function packetsInWords(ikeAuth: IkeAuthResult): string {
  const { packets, kind, fate } = packetsOf(ikeAuth);
  return packets.length === 1
    ? `one packet${FATE_WORDS[fate].one}`
    : `${count(packets.length, kind)}${FATE_WORDS[fate].many}`;
}

type Fate = 'arrives' | 'lost' | 'unknown';

/** Whole packets, in bytes, of the way that the message goes. */
function packetsOf(ikeAuth: IkeAuthResult): { packets: readonly number[]; kind: string; fate: Fate } {
  const { verdict, ipFragments, ikeFragments, natT, family, wireSize } = ikeAuth;
  const headers = (family === 4 ? 20 : 40) + 8 + (natT ? 4 : 0);
  const ip = ipFragments.length === 0 ? [wireSize] : ipFragments;
  switch (verdict) {
    case 'fits':
      return { packets: ip, kind: 'packet', fate: 'arrives' };
    case 'ike-fragmented':
      return ikeFragments === null
        ? { packets: ip, kind: 'packet', fate: 'arrives' }
        : { packets: ikeFragments.map((bytes) => bytes + headers), kind: 'IKE fragment', fate: 'arrives' };
    case 'ip-fragments-delivered':
      return { packets: ip, kind: 'IP fragment', fate: 'arrives' };
    case 'ip-fragments-dropped':
      return { packets: ip, kind: 'IP fragment', fate: 'lost' };
    case 'ip-fragments-unknown':
      return { packets: ip, kind: 'IP fragment', fate: 'unknown' };
  }
}

function sizesInWords({ ranges, target }: Result): string {
  const headers = target.family === 4 ? 28 : 48;
  return ranges
    .map(({ from, to, verdict }) => `${from + headers} to ${to + headers} bytes ${VERDICT_WORDS[verdict]}`)
    .join(', ');
}

function fillOf(verdict: RangeVerdict): string {
  switch (verdict) {
    case 'in-range':
      return 'class="fits"';
    case 'exceeded':
      return 'class="over"';
    case 'timeout':
    case 'failure':
      return 'fill="url(#timeout)"';
  }
}

const VERDICT_WORDS = {
  'in-range': 'in range',
  timeout: 'timeout',
  exceeded: 'exceeded',
  failure: 'could not be sent',
} as const satisfies Record<RangeVerdict, string>;

const FATE_WORDS = {
  arrives: { one: ' that arrives', many: ' that arrive' },
  lost: { one: ' that is lost', many: ', of which none arrives' },
  unknown: { one: ', not known whether it arrives', many: ', not known whether they arrive' },
} as const satisfies Record<Fate, { readonly one: string; readonly many: string }>;

/** In bytes: the usual interface, so that charts of small paths show what they lack. */
const SMALLEST_END = 1500;
const MOST_PACKETS = 8;
