import type { Comparison, ComparisonEntry, Grade } from '../results/comparison.ts';
import {
  CHART_PATTERNS,
  chartEnd,
  chartLegend,
  packetChart,
  packetsInWords,
  sizeChart,
} from './comparison-chart.ts';
import { comparisonCells, ikeAuthSize } from './comparison-cells.ts';
import { COMPARISON_STYLE } from './comparison-style.ts';
import { ikeAuthSentence } from './ike-auth.ts';
import { markup, trusted, type Html } from './markup.ts';
import { answerSentence } from './words.ts';

/**
 * A comparison as one page to mail to a colleague: which gateway to use, the table, charts of sizes and of the packets
 * that the IKE_AUTH becomes, and what to do about each. It asks the network for nothing, and has a policy that would
 * not let it; it has no script.
 */
export function comparisonHtml(comparison: Comparison): string {
  const { entries, recommendation, differences } = comparison;
  const title = `Path MTU to ${entries.length} ${entries.length === 1 ? 'gateway' : 'gateways'}`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${trusted(COMPARISON_STYLE)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="soft">${measuredWords(entries)}</p>
</header>
<main>
<p class="verdict ${recommendation.use === null ? 'none' : 'use'}">${recommendation.sentence}</p>
${tableOf(entries)}
${differencesSection(differences)}
${sizesSection(entries)}
${packetsSection(entries)}
${detailsSection(entries)}
</main>
<footer>Sizes are whole IP packets in bytes, headers included. A black hole: larger packets vanish, and no router says so. IKE fragmentation: RFC 7383. Measured by pathmtu ${entries[0]?.result.tool.version ?? ''}.</footer>
</body>
</html>
`;
  return page.text;
}

function measuredWords(entries: readonly ComparisonEntry[]): string {
  const starts = entries.map(({ result }) => result.startedAt).toSorted();
  const first = starts[0];
  return first === undefined ? '' : `Measured ${first.slice(0, 19).replace('T', ' ')} UTC`;
}

function tableOf(entries: readonly ComparisonEntry[]): Html {
  const size = ikeAuthSize(entries);
  const hasIkeAuth = entries.some(({ result }) => result.ikeAuth !== null);
  const ikeAuthHeading = size === null ? 'IKE_AUTH' : `IKE_AUTH ${size}`;
  const rows = entries.map((entry) => {
    const cells = comparisonCells(entry);
    const where = [cells.address, cells.failure ?? ''].filter((text) => text !== '');
    return markup`<tr>
<td class="number rank" data-label="Rank">${cells.rank}</td>
<td class="name" data-label="Gateway">${cells.gateway} <span class="badge ${entry.grade}">${GRADE_WORDS[entry.grade]}</span>${where.map((text) => markup`<span class="where">${text}</span>`)}</td>
${number('Path MTU', cells.pathMtu)}
${cell('Black hole', cells.blackHole)}
${cell('IP fragments arrive', cells.ipFragments)}
${cell('IKE fragmentation', cells.ikeFragmentation)}
${hasIkeAuth ? cell(ikeAuthHeading, IKE_AUTH_WORDS[cells.ikeAuth] ?? cells.ikeAuth) : markup``}
${number('Round trip', cells.rttMs === UNKNOWN ? UNKNOWN : `${cells.rttMs} ms`)}
${number('Loss', cells.loss)}
</tr>`;
  });
  return markup`<table>
<thead><tr><th class="number">#</th><th>Gateway</th><th class="number">Path MTU</th><th>Black hole</th><th>IP fragments arrive</th><th>IKE fragmen&shy;tation</th>${
    hasIkeAuth ? markup`<th>${ikeAuthHeading}</th>` : markup``
  }<th class="number">Round trip</th><th class="number">Loss</th></tr></thead>
<tbody>${rows}</tbody>
</table>`;
}

function cell(label: string, text: string): Html {
  return markup`<td class="${text === UNKNOWN ? 'nothing' : 'text'}" data-label="${label}">${text}</td>`;
}

function number(label: string, text: string): Html {
  return markup`<td class="number ${text === UNKNOWN ? 'nothing' : 'text'}" data-label="${label}">${text}</td>`;
}

function differencesSection(sentences: readonly string[]): Html {
  if (sentences.length === 0) return markup``;
  return markup`<h2>What sets them apart</h2>
<ul>${sentences.map((sentence) => markup`<li>${sentence}</li>`)}</ul>`;
}

function sizesSection(entries: readonly ComparisonEntry[]): Html {
  const measured = entries.filter(({ result }) => result.ranges.length > 0);
  if (measured.length === 0) return markup``;
  const end = chartEnd(measured);
  return markup`<h2>Which packet sizes arrive</h2>
${CHART_PATTERNS}${chartLegend()}
${measured.map((entry) => markup`<figure><figcaption><h3>${entry.label}</h3><span>${localMtuWords(entry)}</span></figcaption>${sizeChart(entry, end)}</figure>`)}`;
}

function localMtuWords({ result: { localMtu } }: ComparisonEntry): string {
  return localMtu === null ? '' : `this host's interface: ${localMtu} bytes`;
}

function packetsSection(entries: readonly ComparisonEntry[]): Html {
  const figures = entries.flatMap((entry) => {
    const { ikeAuth } = entry.result;
    return ikeAuth === null || entry.rank === null ? [] : [{ entry, ikeAuth }];
  });
  if (figures.length === 0) return markup``;
  const end = chartEnd(figures.map(({ entry }) => entry));
  const size = ikeAuthSize(entries);
  return markup`<h2>The packets that an IKE_AUTH${size === null ? '' : ` of ${size} bytes`} becomes</h2>
${figures.map(
  ({ entry, ikeAuth }) =>
    markup`<figure><figcaption><h3>${entry.label}</h3><span>${packetsInWords(ikeAuth)}</span></figcaption>${packetChart(entry, ikeAuth, end)}</figure>`,
)}`;
}

function detailsSection(entries: readonly ComparisonEntry[]): Html {
  return markup`<h2>Gateway by gateway</h2>
${entries.map(detailsOf)}`;
}

function detailsOf({ result, label, grade }: ComparisonEntry): Html {
  const { ikeAuth, error, findings } = result;
  const isMeasured = grade !== 'unmeasured';
  return markup`<section class="gateway">
<h3>${label} <span class="badge ${grade}">${GRADE_WORDS[grade]}</span></h3>
${isMeasured ? markup`<p>${answerSentence(result)}</p>` : markup``}
${error === null ? markup`` : markup`<p class="fails">${isMeasured ? 'Ended early' : 'Not measured'}: ${error.message}</p>`}
${ikeAuth === null ? markup`` : markup`<p><strong>${ikeAuthSentence(ikeAuth)}</strong></p>${paragraphs(ikeAuth.paragraph ?? ikeAuth.reason)}`}
${
  findings.length === 0
    ? markup``
    : markup`<ul>${findings.map(
        ({ message, advice, severity }) =>
          markup`<li><span class="${severity === 'critical' ? 'fails' : severity === 'warning' ? 'at-risk' : 'soft'}">${severity}</span> ${message}${advice === null || (ikeAuth?.paragraph ?? '').includes(advice) ? '' : ` What to do: ${advice}`}</li>`,
      )}</ul>`
}
</section>`;
}

/** The verdict's paragraph (`ikeAuth.paragraph`): sentences, points behind `-`, and lines to enter as they are. */
function paragraphs(text: string): Html[] {
  const blocks: { kind: 'text' | 'point' | 'command'; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const kind = line.startsWith(COMMAND_INDENT) ? 'command' : line.startsWith('- ') ? 'point' : 'text';
    const last = blocks.at(-1);
    if (kind === 'command' && last?.kind === kind) last.lines.push(line);
    else blocks.push({ kind, lines: [line] });
  }
  return blocks.map(({ kind, lines }) => {
    switch (kind) {
      case 'text':
        return markup`<p>${lines.join(' ')}</p>`;
      case 'point':
        return markup`<p class="point">${lines.join(' ')}</p>`;
      case 'command':
        return markup`<pre>${lines.map(
          (line) => markup`${line.slice(COMMAND_INDENT.length)}
`,
        )}</pre>`;
    }
  });
}

const COMMAND_INDENT = '    ';

/** A cell in which there is nothing to say. */
const UNKNOWN = '-';

const GRADE_WORDS = {
  works: 'works',
  'at-risk': 'at risk',
  unknown: 'not known',
  fails: 'fails',
  silent: 'no answer',
  unmeasured: 'not measured',
} as const satisfies Record<Grade, string>;

/** The table's short words, where there is room for longer ones. */
const IKE_AUTH_WORDS: Readonly<Record<string, string>> = {
  'IKE frag': 'in IKE fragments',
  'IP frag': 'in IP fragments',
  LOST: 'will be lost',
  '?': 'not known',
};
