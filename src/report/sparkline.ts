/** How several values become one character. */
export type Reduce = (values: readonly number[]) => number;

/**
 * A row of blocks, one per value, or per several where there are more values than columns. Null is a gap. Without a
 * difference between the values it is a flat line at the bottom.
 *
 * @param blocks from low to high
 * @param floor what the lowest block means; null: the smallest value
 */
export function sparkline(
  values: readonly (number | null)[],
  columns: number,
  reduce: Reduce,
  blocks: string,
  floor: number | null = null,
): string {
  const points = reduced(values, columns, reduce);
  const known = points.filter((point) => point !== null);
  const low = floor ?? Math.min(...known);
  const high = Math.max(...known);
  const steps = blocks.split('');
  return points
    .map((point) => {
      if (point === null) return ' ';
      const part = high > low ? (point - low) / (high - low) : 0;
      return steps[Math.min(Math.floor(part * steps.length), steps.length - 1)] ?? ' ';
    })
    .join('');
}

/** At most `columns` points, each of as many neighbours as any other, give or take one. */
function reduced(values: readonly (number | null)[], columns: number, reduce: Reduce): (number | null)[] {
  const count = Math.min(values.length, Math.max(1, columns));
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * values.length) / count);
    const to = Math.floor(((index + 1) * values.length) / count);
    const known = values.slice(from, to).filter((value) => value !== null);
    return known.length === 0 ? null : reduce(known);
  });
}
