import type { HistoryRecord } from '../health/record.ts';
import { changeWords, minuteOf, mtuBoundsText, type Signs } from './changes.ts';
import { sparkline, type Reduce } from './sparkline.ts';
import { style, textColumns, type Layout, type Style } from './style.ts';
import { count } from './words.ts';
import { hang, printable } from './wrap.ts';

/** The history of one path: records of one gateway, host and family, the oldest first; at least one. */
export type PathHistory = readonly [HistoryRecord, ...HistoryRecord[]];

/** Records of the same gateway, host and family together, in the order in which they first appear. */
export function byPath(records: readonly HistoryRecord[]): PathHistory[] {
  const paths = new Map<string, [HistoryRecord, ...HistoryRecord[]]>();
  for (const record of records) {
    const key = JSON.stringify([record.gateway, record.host, record.family]);
    const path = paths.get(key);
    if (path === undefined) paths.set(key, [record]);
    else path.push(record);
  }
  return [...paths.values()];
}

/** What a person wants to know of the past: how it was, as a curve, and what changed when. */
export function history(paths: readonly PathHistory[], layout: Layout, signs: Signs): string {
  const columns = textColumns(layout);
  const paint = style(layout.color);
  return `${paths.map((path) => pathLines(path, columns, paint, signs).join('\n')).join('\n\n')}\n`;
}

function pathLines(path: PathHistory, columns: number, paint: Style, signs: Signs): string[] {
  const [first] = path;
  const { gateway, host, family } = first;
  const last = path.at(-1) ?? first;
  const place = host === gateway ? '' : `${host}, `;
  return [
    paint.bold(printable(`${gateway} (${place}IPv${family})`)),
    ...hang(
      '',
      `${count(path.length, 'check')} from ${minuteOf(first.at)} to ${minuteOf(last.at)} UTC: ${statusWords(path)}`,
      INDENT,
      columns,
    ),
    ...curveLines(path, columns, signs),
    ...changeLines(path, columns, signs),
  ];
}

function statusWords(path: PathHistory): string {
  return STATUSES.flatMap((status) => {
    const { length } = path.filter((record) => record.status === status);
    return length === 0 ? [] : [`${length} ${status}`];
  }).join(', ');
}

function curveLines(path: PathHistory, columns: number, signs: Signs): string[] {
  return CURVES.map(({ label, valueOf, reduce, floor, text }) => {
    const values = path.map(valueOf);
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `  ${label.padEnd(LABEL_COLUMNS)}not known`;
    const low = Math.min(...known);
    const high = Math.max(...known);
    const range = low === high ? text(low) : `${text(low)} to ${text(high)}`;
    const latest = values.at(-1) ?? null;
    const words = `${range}, last ${latest === null ? 'not known' : text(latest)}`;
    const room = Math.max(MOST_NARROW, columns - INDENT - LABEL_COLUMNS - 2 - words.length);
    const curve = sparkline(values, room, reduce, signs.blocks, floor);
    return `  ${label.padEnd(LABEL_COLUMNS)}${curve}  ${words}`;
  });
}

function changeLines(path: PathHistory, columns: number, signs: Signs): string[] {
  const changed = path.filter(({ changes }) => changes.length > 0);
  if (changed.length === 0) return ['  No changes.'];
  const shown = changed.slice(-MOST_CHANGES);
  const left = changed.length - shown.length;
  return [
    ...(left === 0 ? [] : [`  (${count(left, 'earlier change')}: see --json)`]),
    ...shown.flatMap(({ at, changes }) =>
      hang(
        `  ${minuteOf(at)}  `,
        changes.map((change) => changeWords(change, signs)).join(', '),
        INDENT + TIME_COLUMNS,
        columns,
      ),
    ),
  ];
}

interface Curve {
  readonly label: string;
  readonly valueOf: (record: HistoryRecord) => number | null;
  /** Of several checks in one column the one that matters is shown. */
  readonly reduce: Reduce;
  readonly floor: number | null;
  readonly text: (value: number) => string;
}

const CURVES: readonly Curve[] = [
  {
    label: 'MTU',
    valueOf: ({ mtu }) => (mtu !== null && mtu.from === mtu.to ? mtu.from : null),
    reduce: (values) => Math.min(...values),
    floor: null,
    text: (value) => mtuBoundsText({ from: value, to: value }),
  },
  {
    label: 'Loss',
    valueOf: ({ lossRate }) => lossRate,
    reduce: (values) => Math.max(...values),
    floor: 0,
    text: (value) => `${Number((value * 100).toFixed(1))} %`,
  },
  {
    label: 'RTT',
    valueOf: ({ rttMs }) => rttMs,
    reduce: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
    floor: null,
    text: (value) => `${Number(value.toFixed(1))} ms`,
  },
];

const STATUSES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;
const INDENT = 2;
const LABEL_COLUMNS = 6;
/** Of `2026-03-01 02:17` and the gap behind it. */
const TIME_COLUMNS = 18;
const MOST_NARROW = 8;
const MOST_CHANGES = 50;
