import type { Narrowing, TracedHop, TraceResult } from '../results/trace-result.ts';
import { columnsOf } from './columns.ts';
import { style, textColumns, type Layout, type Style } from './style.ts';
import { findingSection } from './table.ts';
import { answerSentence, count, methodName, milliseconds, mtuCell } from './words.ts';
import { hang, printable, wrap } from './wrap.ts';

/** A trace for a person: the answer, a row per hop, where the path becomes narrower and how that is known, findings. */
export function traceTable(trace: TraceResult, layout: Layout): string {
  const columns = textColumns(layout);
  const paint = style(layout.color);
  const sections = [
    summary(trace, columns, paint),
    hopSection(trace, columns, paint),
    narrowingSection(trace, columns),
    details(trace, columns).map(paint.dim),
    findingSection({ findings: trace.findings, ikeAuth: null }, columns, paint),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function summary(trace: TraceResult, columns: number, paint: Style): string[] {
  const mark = trace.status === 'exact' ? paint.green : paint.yellow;
  return [
    ...wrap(answerSentence(trace), columns).map((line) => paint.bold(mark(line))),
    ...(trace.error === null ? [] : wrap(`Ended early: ${trace.error.message}`, columns).map(paint.yellow)),
  ];
}

/** Remarks that do not fit beside a row go below it. */
function hopSection(trace: TraceResult, columns: number, paint: Style): string[] {
  if (trace.hops.length === 0) return [];
  const drawn = columnsOf(
    COLUMNS,
    trace.hops.map((hop) => [`${hop.hop}`, hop.address ?? '*', rttCell(hop), hopMtuCell(hop, trace)]),
  );
  const [heading = '', ...rows] = drawn;
  const width = Math.max(...drawn.map((line) => line.length));
  return [
    paint.bold(heading),
    ...rows.flatMap((row, index) => {
      const hop = trace.hops[index];
      const remark = hop === undefined ? '' : remarksOn(hop, trace).join('; ');
      if (remark === '') return [row];
      const isWide = columns - width - 2 >= LEAST_REMARK_COLUMNS;
      return isWide
        ? hang(row.padEnd(width), remark, width + 2, columns)
        : [row, ...hang('', remark, 5, columns)];
    }),
  ];
}

function rttCell({ rttMs }: TracedHop): string {
  return rttMs === null ? '-' : milliseconds(rttMs);
}

/** Nothing larger than the MTU of this host's interface is ever tried, so that is where a hop's bounds end. */
function hopMtuCell({ mtu, bounds }: TracedHop, { localMtu }: TraceResult): string {
  const fails = bounds.fails ?? (localMtu === null ? null : localMtu + 1);
  return mtuCell({ pathMtu: mtu, bounds: { fits: bounds.fits, fails } });
}

function remarksOn({ hop, address, otherAddresses, isTarget }: TracedHop, trace: TraceResult): string[] {
  const { refusal, narrowings } = trace;
  return [
    ...(isTarget ? ['target'] : []),
    ...(address === null ? ['no answer'] : []),
    ...(otherAddresses.length === 0 ? [] : [`also ${otherAddresses.join(', ')}`]),
    ...narrowings
      .filter((narrowing) => narrowing.hop === hop)
      .map((narrowing) => narrowingRemark(narrowing, address === null)),
    ...(refusal !== null && (refusal.address === address || refusal.hop === hop)
      ? [`refuses: ${printable(refusal.reason)}`]
      : []),
  ];
}

function narrowingRemark({ by, hop, address, nextHop, mtu }: Narrowing, isSilent: boolean): string {
  // A router may say that a packet is too big and not that its TTL ended.
  if (by === 'ptb') return `${isSilent ? `${address} ` : ''}says that its next link carries ${mtu}`;
  return nextHop === null || nextHop === hop + 1
    ? `larger than ${mtu} vanish behind it`
    : `larger than ${mtu} vanish between here and hop ${nextHop}`;
}

function narrowingSection(trace: TraceResult, columns: number): string[] {
  const lines = [
    ...trace.narrowings
      .filter(({ hop }) => hop === 0)
      .flatMap(({ mtu, by }) =>
        wrap(
          `Already the way to the first hop that answers carries no more than ${mtu} bytes${by === 'ptb' ? '' : '; larger packets vanish'}.`,
          columns,
        ),
      ),
    ...wrap(bottleneckSentence(trace), columns),
    ...wrap(endSentence(trace), columns),
  ];
  return lines.filter((line) => line !== '');
}

function bottleneckSentence({ pathMtu, localMtu, narrowings, blackHole }: TraceResult): string {
  if (pathMtu === null) return '';
  if (pathMtu === localMtu) return "No link on the way is narrower than this host's own.";
  const narrowest = narrowings.find(({ mtu }) => mtu === pathMtu);
  if (narrowest === undefined) return 'Where the path becomes so narrow could not be told.';
  const { hop, address, nextHop, by } = narrowest;
  const place =
    hop === 0
      ? 'behind this host'
      : nextHop === null || nextHop === hop + 1
        ? `behind hop ${hop}${address === null ? '' : ` (${address})`}`
        : `between hop ${hop}${address === null ? '' : ` (${address})`} and hop ${nextHop}`;
  if (by === 'ptb') return `Bottleneck: ${place}, which says so.`;
  return `Bottleneck: ${place}; larger packets vanish there${blackHole === true ? ' without a word: a black hole' : ''}.`;
}

/** Empty where the last row is the target. */
function endSentence({ targetHop, hops, status, refusal }: TraceResult): string {
  if (targetHop !== null) return '';
  const last = hops.at(-1)?.hop ?? 0;
  const beyond = last === 0 ? 'No hop answers.' : `Nobody answers beyond hop ${last}.`;
  if (refusal !== null) return `${refusal.address} refuses to pass the packets on: ${refusal.reason}.`;
  return status === 'unreachable'
    ? `${beyond} The target answers nothing.`
    : `${beyond} The target answers, but not these packets: how far away it is is not known.`;
}

function details({ hops, hopMethod, methods, durationMs }: TraceResult, columns: number): string[] {
  const toHops = hops.reduce((sum, hop) => sum + hop.probes.sent, 0);
  const toTarget = methods.reduce((sum, method) => sum + method.probes.sent, 0);
  return wrap(
    `MTU: of the path as far as the hop, in bytes. Asked by ${methodName(hopMethod)}: ${count(toHops, 'packet')} to the hops, ` +
      `${toTarget} to measure the target; ${(durationMs / 1000).toFixed(2)} s.`,
    columns,
  );
}

const COLUMNS = [
  { heading: 'HOP', align: 'right' },
  { heading: 'ADDRESS', align: 'left' },
  { heading: 'RTT ms', align: 'right' },
  { heading: 'MTU', align: 'right' },
] as const;

/** Less is not worth a column. */
const LEAST_REMARK_COLUMNS = 24;
