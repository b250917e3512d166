import { printable } from '../report/wrap.ts';

/** Text that is markup already. Only {@link markup} and {@link trusted} make it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type HtmlValue = string | number | Html | readonly Html[];

/**
 * Tag of a template: its literal parts are markup, its values are text, unless they are markup already. A value may
 * stand between tags and in quoted attributes, and nowhere else.
 */
export function markup(literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    literals.reduce((text, literal, index) => text + markupOf(values[index - 1] ?? '') + literal),
  );
}

/** Markup that is a constant of ours, such as a style sheet; never what came from elsewhere. */
export function trusted(text: string): Html {
  return new Html(text);
}

function markupOf(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return printable(String(value)).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
