import type { ProbeEvent } from '../probe/event.ts';
import { json } from '../report/json.ts';
import { answerSentence } from '../report/words.ts';
import { verboseLine } from '../report/verbose.ts';
import { printable } from '../report/wrap.ts';
import type { Result } from '../results/result.ts';

/** What `&debug=true` shows in place of the metrics. */
export interface Explanation {
  readonly gateway: string;
  readonly host: string;
  readonly module: string;
  readonly isInFile: boolean;
  readonly deadlineMs: number;
  readonly events: readonly ProbeEvent[];
  readonly result: Result;
  readonly metrics: string;
}

/** A text in four parts: what was asked for, every probe, the result document, and the metrics. */
export function explanation(parts: Explanation): string {
  const { gateway, host, module, isInFile, deadlineMs, events, result, metrics } = parts;
  const lines = events.flatMap((event) => verboseLine(event) ?? []);
  const answer = result.error === null ? answerSentence(result) : `Not measured: ${result.error.message}`;
  return [
    printable(answer),
    '',
    '== Target',
    printable(`name      ${gateway}`),
    printable(`host      ${host} (${isInFile ? 'in the gateways file' : 'in a range of --allow-target'})`),
    printable(`address   ${result.target.address === '' ? '-' : result.target.address}`),
    `module    ${module}`,
    `deadline  ${(deadlineMs / 1000).toFixed(1)} s`,
    '',
    '== Probes',
    ...(lines.length === 0 ? ['none'] : lines),
    '',
    '== Result',
    json(result),
    '== Metrics',
    metrics,
  ].join('\n');
}
