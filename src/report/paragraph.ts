import { hang, printable, wrap } from './wrap.ts';

/**
 * The verdict's paragraph (`ikeAuth.paragraph`) as lines: sentences wrapped, points behind `-` hanging, and lines to
 * enter left whole however long they are, since a broken command cannot be copied.
 */
export function paragraphLines(paragraph: string, indent: number, columns: number): string[] {
  const margin = ' '.repeat(indent);
  return paragraph.split('\n').flatMap((line) => {
    if (line.startsWith(COMMAND_INDENT)) return [margin + printable(line)];
    if (line.startsWith('- ')) return hang(`${margin}- `, line.slice(2), indent + 2, columns);
    return wrap(line, columns - indent).map((text) => margin + text);
  });
}

/** What will happen and why, and what to do, apart. */
export function splitParagraph(paragraph: string): { readonly story: string; readonly toDo: string | null } {
  const at = paragraph.indexOf(TO_DO);
  return at === -1
    ? { story: paragraph, toDo: null }
    : { story: paragraph.slice(0, at), toDo: paragraph.slice(at + TO_DO.length) };
}

const COMMAND_INDENT = '    ';
const TO_DO = '\nWhat to do:\n';
