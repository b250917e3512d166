import { printable } from '../report/wrap.ts';

/** Markup that is safe to send: only {@link html} makes it. */
export class Html {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** Tag of a template whose literal parts are markup and whose values are text, unless they are markup already. */
  static tag(this: void, literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
    return new Html(
      literals.reduce((text, literal, index) => text + markup(values[index - 1] ?? '') + literal),
    );
  }
}

export type HtmlValue = string | number | Html | readonly Html[];

export const html = Html.tag;

function markup(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  // Text between tags and in quoted attributes; nowhere else does a template put a value.
  return printable(String(value)).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
