/** `1396 + 1396 + 480`; equal neighbours are counted when the list is long: `46 x 1396 + 480`. */
export function sizeList(sizes: readonly number[]): string {
  if (sizes.length <= LONGEST_LIST) return sizes.join(' + ');
  const runs: { size: number; length: number }[] = [];
  for (const size of sizes) {
    const last = runs.at(-1);
    if (last?.size === size) last.length += 1;
    else runs.push({ size, length: 1 });
  }
  return runs.map(({ size, length }) => (length === 1 ? `${size}` : `${length} x ${size}`)).join(' + ');
}

const LONGEST_LIST = 4;
