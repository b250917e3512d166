/**
 * Lines of at most `columns` characters, broken at spaces; a word longer than a line is cut. Control characters
 * become `?`, so a name that came from elsewhere cannot drive the terminal. At least one line.
 */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text).split(' ')) {
    let rest = word;
    if (line !== '' && line.length + 1 + rest.length <= columns) {
      line = `${line} ${rest}`;
      continue;
    }
    if (line !== '') lines.push(line);
    while (rest.length > columns) {
      lines.push(rest.slice(0, columns));
      rest = rest.slice(columns);
    }
    line = rest;
  }
  lines.push(line);
  return lines;
}

/**
 * `label` and beside it `text`, wrapped so that its further lines begin below its first. `label` is padded to
 * `indent` columns; it may be longer, the first line then starts right after it.
 */
export function hang(label: string, text: string, indent: number, columns: number): string[] {
  const [first = '', ...others] = wrap(text, columns - indent);
  return [label.padEnd(indent) + first, ...others.map((line) => ' '.repeat(indent) + line)];
}

/** The text with every control character replaced by `?`. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '?');
}
