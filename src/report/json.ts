import type { Prediction } from './prediction.ts';
import type { Result } from '../results/result.ts';

/** The document of CONTRACT.md, indented by two, with a final newline. */
export function json(document: Result | Prediction): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
