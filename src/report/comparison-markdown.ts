import type { Comparison } from '../results/comparison.ts';
import { comparisonCells, ikeAuthSize, type ComparisonCells } from './comparison-cells.ts';
import { printable } from './wrap.ts';

/** A comparison for a ticket or a wiki: a table (GitHub's Markdown), which to use and why, and the differences. */
export function comparisonMarkdown({ entries, recommendation, differences }: Comparison): string {
  const size = ikeAuthSize(entries);
  const shown = COLUMNS.filter(
    ({ key }) => key !== 'ikeAuth' || entries.some(({ result }) => result.ikeAuth !== null),
  );
  const heading = (key: keyof ComparisonCells, text: string): string =>
    key === 'ikeAuth' && size !== null ? `${text} (${size} bytes)` : text;
  const failures = entries.flatMap((entry) => {
    const { failure } = comparisonCells(entry);
    return failure === null ? [] : [`- **${escaped(entry.label)}**: ${escaped(failure)}`];
  });
  const sections = [
    [
      row(shown.map(({ key, heading: text }) => heading(key, text))),
      row(shown.map(({ align }) => (align === 'right' ? '---:' : '---'))),
      ...entries.map((entry) => {
        const cells = comparisonCells(entry);
        return row(shown.map(({ key }) => escaped(cells[key])));
      }),
    ],
    [`**${escaped(recommendation.sentence)}**`],
    differences.map((sentence) => `- ${escaped(sentence)}`),
    failures,
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** All punctuation that Markdown gives a meaning, and what HTML does; control characters become `?`. */
function escaped(text: string): string {
  return printable(text)
    .replaceAll(/[\\`*_[\]|~#]/g, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;');
}

const COLUMNS = [
  { key: 'rank', heading: '#', align: 'right' },
  { key: 'gateway', heading: 'Gateway', align: 'left' },
  { key: 'address', heading: 'Address', align: 'left' },
  { key: 'pathMtu', heading: 'Path MTU', align: 'right' },
  { key: 'blackHole', heading: 'Black hole', align: 'left' },
  { key: 'ipFragments', heading: 'IP fragments arrive', align: 'left' },
  { key: 'ikeFragmentation', heading: 'IKE fragmentation', align: 'left' },
  { key: 'ikeAuth', heading: 'IKE_AUTH', align: 'left' },
  { key: 'rttMs', heading: 'RTT ms', align: 'right' },
  { key: 'loss', heading: 'Loss', align: 'right' },
] as const satisfies readonly {
  readonly key: Exclude<keyof ComparisonCells, 'failure'>;
  readonly heading: string;
  readonly align: 'left' | 'right';
}[];
