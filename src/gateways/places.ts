import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
} from 'yaml';

/** A YAML text (or JSON, which is a subset) as values, and where in the text each of them stands. */
export interface YamlText {
  readonly value: unknown;
  /** Line of a key, or of an item of a list; of the nearest thing around it where there is none. From 1. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
  /** Paths of keys with nothing behind them, which YAML reads as null. */
  readonly emptyKeys: readonly (readonly PropertyKey[])[];
}

/** Why a text is no YAML. */
export interface YamlFault {
  readonly line: number;
  readonly reason: string;
}

export function readYaml(text: string): YamlText | { readonly fault: YamlFault } {
  const lines = new LineCounter();
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    return { fault: { line: lineAt(error.pos[0]), reason: OUR_WORDS.get(error.code) ?? error.message } };
  }
  try {
    return {
      value: document.toJS(),
      lineOf: (path) => lineAt(offsetOf(document, path)),
      emptyKeys: [...emptyKeysIn(document.contents, [])],
    };
  } catch (cause) {
    // An alias without its anchor, or so many that they would fill the memory.
    return { fault: { line: 1, reason: cause instanceof Error ? cause.message : String(cause) } };
  }
}

/** For what the library says to programmers. */
const OUR_WORDS: ReadonlyMap<string, string> = new Map([
  ['MULTIPLE_DOCS', 'there is a second document (---): a gateways file is one'],
  ['DUPLICATE_KEY', 'this key stands here twice'],
  ['TAB_AS_INDENT', 'there is a tab in the indentation: use spaces'],
]);

function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    const pair = isMap(node) ? node.items.find(({ key }) => keyOf(key) === step) : undefined;
    const item = pair === undefined ? (isSeq(node) ? node.items[Number(step)] : undefined) : pair.key;
    if (!isNode(item)) break;
    offset = item.range?.[0] ?? offset;
    node = pair === undefined ? item : pair.value;
  }
  return offset;
}

function* emptyKeysIn(node: Node | null, path: readonly PropertyKey[]): Generator<readonly PropertyKey[]> {
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      const inside = [...path, keyOf(key)];
      if (value === null || (isScalar(value) && value.value === null && value.source === '')) yield inside;
      else if (isNode(value)) yield* emptyKeysIn(value, inside);
    }
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      if (isNode(item)) yield* emptyKeysIn(item, [...path, index]);
    }
  }
}

function keyOf(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}
