import type { Comparison } from '../results/comparison.ts';
import type { Result, SCHEMA_VERSION } from '../results/result.ts';

/** What `compare --json` prints. */
export interface ComparisonDocument {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  /** In ranking order, the best first. */
  readonly results: readonly Result[];
  readonly comparison: {
    /** An entry per result, in the same order. `rank` is null where nothing answered. */
    readonly ranking: readonly {
      readonly name: string;
      readonly rank: number | null;
      readonly grade: Comparison['entries'][number]['grade'];
    }[];
    readonly recommendation: Comparison['recommendation'];
    readonly differences: readonly string[];
  };
}

/**
 * The document of CONTRACT.md for several targets, indented by two, with a final newline. In pieces, a result each: for
 * 10,000 targets it has 35 MB.
 */
export function* comparisonJson({ entries, recommendation, differences }: Comparison): Generator<string> {
  const envelope: ComparisonDocument = {
    schemaVersion: 1,
    results: [],
    comparison: {
      ranking: entries.map(({ label, rank, grade }) => ({ name: label, rank, grade })),
      recommendation,
      differences,
    },
  };
  const text = `${JSON.stringify(envelope, null, 2)}\n`;
  const inside = text.indexOf(EMPTY_RESULTS) + EMPTY_RESULTS.length - 1;
  yield text.slice(0, inside);
  for (const [index, { result }] of entries.entries()) {
    // No line ends within a string of JSON: each begins a line of the document.
    const lines = JSON.stringify(result, null, 2).replaceAll('\n', '\n    ');
    yield `${index === 0 ? '' : ','}\n    ${lines}`;
  }
  yield `${entries.length === 0 ? '' : '\n  '}${text.slice(inside)}`;
}

const EMPTY_RESULTS = '"results": []';
