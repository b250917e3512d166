import { markup, type Html } from '../report/markup.ts';
import type { HistoryPoint } from './history.ts';

/**
 * The path MTU over time as a step line, with a mark at the bottom for each measurement that gave no exact one. Text
 * stands outside the drawing, which is stretched to whatever width there is. With fewer than two points: nothing.
 */
export function chart(points: readonly HistoryPoint[], title: string): Html {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return markup``;
  const known = points.flatMap(({ pathMtu }) => pathMtu ?? []);
  const highest = Math.max(...known);
  const lowest = Math.min(...known);
  const spanMs = Math.max(1, last.atMs - first.atMs);
  const x = ({ atMs }: HistoryPoint): number => round(((atMs - first.atMs) / spanMs) * WIDTH);
  // One level lies in the middle.
  const y = (pathMtu: number): number =>
    round(
      highest === lowest
        ? HEIGHT / 2
        : MARGIN + ((highest - pathMtu) / (highest - lowest)) * (HEIGHT - 2 * MARGIN),
    );

  const lines = stretches(points).map((stretch) => {
    const path = stretch.map((point, index) =>
      index === 0 ? `M${x(point)} ${y(point.pathMtu)}` : `H${x(point)}V${y(point.pathMtu)}`,
    );
    // A single point would have no length; the round end of the line makes it a dot.
    return markup`<path class="line" d="${path.join('')}h0.01" />`;
  });
  const marks = points
    .filter(({ pathMtu }) => pathMtu === null)
    .map((point) => markup`<path class="gap" d="M${x(point)} ${HEIGHT}v-8" />`);
  const range =
    known.length === 0 ? 'never exact' : highest === lowest ? `${highest}` : `${highest} to ${lowest} bytes`;
  const scale =
    known.length === 0
      ? markup`<span>no exact result</span>`
      : highest === lowest
        ? markup`<span>${highest}</span>`
        : markup`<span>${highest}</span><span>${lowest}</span>`;
  return markup`<figure>
<div class="plot"><div class="scale">${scale}</div><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="Path MTU of ${title}: ${points.length} measurements, ${range}">${lines}${marks}</svg></div>
<figcaption><span>${clock(first.atMs)}</span><span>${points.length} results</span><span>${clock(last.atMs)}</span></figcaption>
</figure>`;
}

type KnownPoint = HistoryPoint & { readonly pathMtu: number };

/** Runs of points with a known path MTU. */
function stretches(points: readonly HistoryPoint[]): KnownPoint[][] {
  const runs: KnownPoint[][] = [];
  let isOpen = false;
  for (const point of points) {
    const { pathMtu } = point;
    if (pathMtu !== null) {
      if (!isOpen) runs.push([]);
      runs.at(-1)?.push({ ...point, pathMtu });
    }
    isOpen = pathMtu !== null;
  }
  return runs;
}

/** `11-24 07:59`, UTC as all times here. */
function clock(atMs: number): string {
  return new Date(atMs).toISOString().slice(5, 16).replace('T', ' ');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const WIDTH = 600;
const HEIGHT = 80;
const MARGIN = 8;
