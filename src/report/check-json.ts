import type { CheckAnswer } from '../health/answer.ts';
import { rangeText, type Range } from '../health/range.ts';
import { changeWords, type Signs } from './changes.ts';
import { headline } from './nagios.ts';

/**
 * The document of a check: `results` as every command has them, in the order of the gateways, and `check` with what
 * came of them, in the same order.
 */
export function checkJson(answer: CheckAnswer, exitCode: number, signs: Signs): string {
  const { status, gateways, state } = answer;
  return `${JSON.stringify(
    {
      schemaVersion: SCHEMA_VERSION,
      results: gateways.map(({ result }) => result),
      check: {
        status,
        exitCode,
        summary: headline(answer, signs),
        gateways: gateways.map(({ identity, limits, verdict, news, figures }) => ({
          ...identity,
          status: verdict.status,
          problems: verdict.problems,
          remarks: verdict.remarks,
          limits: { requireMtu: textOf(limits.critical), warnBelow: textOf(limits.warning) },
          figures: figures.map(({ quantity, value, unit }) => ({ quantity, value, unit })),
          news:
            news === null
              ? null
              : {
                  ...news,
                  changes: news.changes.map((change) => ({ ...change, message: changeWords(change, signs) })),
                },
        })),
        state,
      },
    },
    null,
    2,
  )}\n`;
}

function textOf(range: Range | null): string | null {
  return range === null ? null : rangeText(range);
}

const SCHEMA_VERSION = 1;
