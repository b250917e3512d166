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

/** The document of CONTRACT.md for several targets, indented by two, with a final newline. */
export function comparisonJson({ entries, recommendation, differences }: Comparison): string {
  const document: ComparisonDocument = {
    schemaVersion: 1,
    results: entries.map(({ result }) => result),
    comparison: {
      ranking: entries.map(({ label, rank, grade }) => ({ name: label, rank, grade })),
      recommendation,
      differences,
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
