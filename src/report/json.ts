import type { Prediction } from './prediction.ts';
import type { Result } from '../results/result.ts';
import type { TraceResult } from '../results/trace-result.ts';

/** The document of CONTRACT.md, indented by two, with a final newline. */
export function json(document: Result | TraceResult | Prediction): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
