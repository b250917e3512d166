import type { Comparison, ComparisonEntry } from '../results/comparison.ts';

/**
 * A comparison as CSV (RFC 4180): a heading, then a record per gateway in ranking order, in CRLF lines. What is not
 * known is an empty field. Text that a spreadsheet would take for a formula gets an apostrophe in front.
 */
export function comparisonCsv({ entries }: Comparison): string {
  const lines = [
    FIELDS.map(({ name }) => name),
    ...entries.map((entry) => FIELDS.map(({ of }) => field(of(entry)))),
  ];
  return lines.map((fields) => `${fields.join(',')}\r\n`).join('');
}

function field(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const FIELDS: readonly {
  readonly name: string;
  readonly of: (entry: ComparisonEntry) => string | number | boolean | null;
}[] = [
  { name: 'rank', of: ({ rank }) => rank },
  { name: 'gateway', of: ({ result }) => result.target.name ?? result.target.input },
  { name: 'host', of: ({ result }) => result.target.input },
  { name: 'address', of: ({ result }) => result.target.address },
  { name: 'family', of: ({ result }) => result.target.family },
  { name: 'grade', of: ({ grade }) => grade },
  { name: 'status', of: ({ result }) => result.status },
  { name: 'path_mtu', of: ({ result }) => result.pathMtu },
  { name: 'fits', of: ({ result }) => result.bounds.fits },
  { name: 'fails', of: ({ result }) => result.bounds.fails },
  { name: 'black_hole', of: ({ result }) => result.blackHole },
  { name: 'ip_fragments', of: ({ result }) => result.fragments.status },
  { name: 'ike_answers', of: ({ result }) => result.ike?.answers ?? null },
  { name: 'ike_fragmentation', of: ({ result }) => result.ike?.fragmentationSupported ?? null },
  { name: 'ike_auth_size', of: ({ result }) => result.ikeAuth?.size ?? null },
  { name: 'ike_auth_verdict', of: ({ result }) => result.ikeAuth?.verdict ?? null },
  { name: 'rtt_ms', of: ({ rttMs }) => rttMs },
  { name: 'loss_rate', of: ({ lossRate }) => lossRate },
  { name: 'started_at', of: ({ result }) => result.startedAt },
  { name: 'error_code', of: ({ result }) => result.error?.code ?? null },
  { name: 'error_message', of: ({ result }) => result.error?.message ?? null },
];
