/**
 * A document with these lines in place of what stands between `<!-- NAME:start -->` and `<!-- NAME:end -->`.
 *
 * @throws when a marker is missing
 */
export function betweenMarkers(text: string, name: string, lines: readonly string[]): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const [before, rest] = cut(text, start);
  const [, after] = cut(rest, end);
  return `${before}${start}\n\n${lines.join('\n')}\n\n${end}${after}`;
}

function cut(text: string, marker: string): readonly [string, string] {
  const at = text.indexOf(marker);
  if (at === -1) throw new Error(`README.md has no ${marker}`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}
