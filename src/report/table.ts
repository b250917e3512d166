import type { MethodResult, RangeVerdict, Result, Severity, SizeRange } from '../results/result.ts';
import { columnsOf } from './columns.ts';
import { flowLines, flowsSentence } from './flows.ts';
import { fragmentTestLines } from './fragment-tests.ts';
import { ikeAuthDetails, ikeAuthSentence } from './ike-auth.ts';
import { ikeGatewayDetails } from './ike-gateway.ts';
import { style, textColumns, type Layout, type Paint, type Style } from './style.ts';
import { answerSentence, count, methodName, milliseconds, mtuCell } from './words.ts';
import { hang, wrap } from './wrap.ts';

/**
 * A result for a person. The answer comes first, then what it rests on: details, a row per method, what the gateway
 * said, the tests with IP fragments, the verdict on the IKE_AUTH and what to do about it, findings with advice, and
 * last mtupath's table of size ranges.
 */
export function table(result: Result, layout: Layout): string {
  const columns = textColumns(layout);
  const paint = style(layout.color);
  const sections = [
    summary(result, columns, paint),
    details(result, columns),
    methodSection(result.methods, columns, paint),
    flowSection(result, columns, paint),
    ikeGatewaySection(result, columns, paint),
    fragmentSection(result, columns, paint),
    ikeAuthSection(result, columns, paint),
    findingSection(result, columns, paint),
    rangeSection(result, columns, paint),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function summary(result: Result, columns: number, paint: Style): string[] {
  const difference = result.flows === undefined ? null : flowsSentence(result.flows);
  const mark = result.status === 'exact' ? paint.green : paint.yellow;
  return [
    ...wrap(answerSentence(result), columns).map((line) => paint.bold(mark(line))),
    ...(difference === null ? [] : wrap(difference, columns).map((line) => paint.bold(paint.yellow(line)))),
    ...(result.ikeAuth === null
      ? []
      : wrap(ikeAuthSentence(result.ikeAuth), columns).map((line) =>
          paint.bold(verdictPaint(result, paint)(line)),
        )),
    ...(result.error === null ? [] : wrap(`Ended early: ${result.error.message}`, columns).map(paint.yellow)),
  ];
}

function verdictPaint({ ikeAuth }: Result, { green, yellow, red }: Style): Paint {
  switch (ikeAuth?.verdict) {
    case 'fits':
    case 'ike-fragmented':
      return green;
    case 'ip-fragments-dropped':
      return red;
    case 'ip-fragments-delivered':
    case 'ip-fragments-unknown':
    case undefined:
      return yellow;
  }
}

function details(result: Result, columns: number): string[] {
  const row = (label: string, text: string): string[] => hang(`  ${label}`, text, INDENT, columns);
  // The first one's probes are among those of its method.
  const furtherFlows = result.flows?.flows.slice(1) ?? [];
  const total = (value: (source: Pick<MethodResult, 'probes'>) => number): number =>
    [...result.methods, ...furtherFlows].reduce((sum, source) => sum + value(source), 0);
  const sent = total((method) => method.probes.sent);
  const bytes = total((method) => method.probes.bytes);
  const rounds = Math.max(0, ...result.methods.map((method) => method.rounds));
  return [
    ...row('Black hole', blackHoleWords(result)),
    ...(result.bottleneck === null ? [] : row('Bottleneck', bottleneckWords(result.bottleneck))),
    ...(result.fragments.status === 'untested' ? [] : row('IP fragments', result.fragments.status)),
    ...(result.localMtu === null
      ? []
      : row('Interface MTU', `${result.localMtu} bytes (this machine's own, not the path's)`)),
    ...row(
      'Probes',
      `${count(sent, 'packet')}, ${count(bytes, 'byte')}, ${count(rounds, 'round trip')}, ` +
        `${(result.durationMs / 1000).toFixed(2)} s`,
    ),
    ...row('Measured', `${result.startedAt.slice(0, 19).replace('T', ' ')} UTC`),
  ];
}

function blackHoleWords({ blackHole, pathMtu, localMtu }: Result): string {
  if (blackHole === null) return 'not known';
  if (blackHole) return 'YES: larger packets vanish, and no router says so';
  return pathMtu !== null && pathMtu === localMtu ? 'no' : 'no: the path says when a packet is too big';
}

function bottleneckWords({ hop, address }: NonNullable<Result['bottleneck']>): string {
  if (hop !== null && address !== null) return `${address}, hop ${hop}`;
  if (address !== null) return address;
  return hop === null ? 'not known' : `hop ${hop}, which does not give its address`;
}

function methodSection(all: readonly MethodResult[], columns: number, paint: Style): string[] {
  if (all.length === 0) return [];
  const [heading = '', ...rows] = columnsOf(
    METHOD_COLUMNS,
    all.map((method) => [
      methodName(method),
      method.status,
      mtuCell(method),
      `${method.probes.sent}`,
      `${method.probes.answered}`,
      `${method.probes.lost}`,
      method.rttMs === null ? '-' : milliseconds(method.rttMs.median),
      method.lossRate === null ? '-' : percent(method.lossRate),
    ]),
  );
  return [
    paint.bold(heading),
    ...rows,
    ...all.flatMap((method) =>
      method.reason === null ? [] : hang('', `${methodName(method)}: ${method.reason}`, 2, columns),
    ),
  ];
}

function flowSection({ flows }: Result, columns: number, { bold }: Style): string[] {
  if (flows === undefined) return [];
  const [heading = '', ...rows] = flowLines(flows, columns);
  return [bold(heading), ...rows];
}

function ikeGatewaySection({ ike }: Result, columns: number, { bold }: Style): string[] {
  return ike === null ? [] : [bold('IKE SERVICE OF THE GATEWAY'), ...ikeGatewayDetails(ike, INDENT, columns)];
}

function fragmentSection({ fragments: { tests } }: Result, columns: number, paint: Style): string[] {
  if (tests.length === 0) return [];
  const [heading = '', ...rows] = fragmentTestLines(tests);
  const isThereAndBack = tests.some(({ via }) => via === 'icmp');
  return [
    paint.bold(heading),
    ...rows,
    ...(isThereAndBack
      ? wrap('By echo, whose replies are cut as well: both directions.', columns).map(paint.dim)
      : []),
  ];
}

function ikeAuthSection(result: Result, columns: number, { bold }: Style): string[] {
  if (result.ikeAuth === null) return [];
  return [
    bold(`IKE_AUTH, ${result.ikeAuth.natT ? 'UDP port 4500 (NAT-T)' : 'UDP port 500'}`),
    ...ikeAuthDetails(result.ikeAuth, INDENT, columns),
  ];
}

/** What else was seen, the gravest first. Advice that the IKE_AUTH's own already gives is not repeated. */
export function findingSection(
  { findings: all, ikeAuth }: Pick<Result, 'findings' | 'ikeAuth'>,
  columns: number,
  paint: Style,
): string[] {
  if (all.length === 0) return [];
  const said = ikeAuth?.paragraph ?? '';
  const advice = (text: string): string => (said.includes(text) ? 'see IKE_AUTH above' : text);
  const ordered = SEVERITIES.flatMap((severity) => all.filter((finding) => finding.severity === severity));
  return [
    paint.bold('FINDINGS'),
    ...ordered.flatMap((finding) => [
      ...hang(`  ${finding.severity}`, `${finding.message} [${finding.code}]`, FINDING_INDENT, columns).map(
        severityPaint(finding.severity, paint),
      ),
      ...(finding.advice === null
        ? []
        : hang('', `What to do: ${advice(finding.advice)}`, FINDING_INDENT, columns)),
    ]),
  ];
}

function severityPaint(severity: Severity, { red, yellow }: Style): Paint {
  switch (severity) {
    case 'critical':
      return red;
    case 'warning':
      return yellow;
    case 'info':
      return (line) => line;
  }
}

function rangeSection(result: Result, columns: number, paint: Style): string[] {
  if (result.ranges.length === 0) return [];
  const headerBytes = result.target.family === 4 ? 28 : 48;
  const [heading = '', ...rows] = columnsOf(
    RANGE_COLUMNS,
    result.ranges.map((range) => [
      RANGE_HEADINGS[range.verdict],
      `${range.from}`,
      `${sizesIn(range)}`,
      `${range.to}`,
    ]),
  );
  return [
    paint.bold(heading),
    ...rows,
    ...wrap(
      `MSS: ICMP payload in bytes, packet size - ${headerBytes}. COUNT: sizes in the range.`,
      columns,
    ).map(paint.dim),
  ];
}

function sizesIn({ from, to }: SizeRange): number {
  return to - from + 1;
}

function percent(rate: number): string {
  const value = rate * 100;
  return `${value > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}

/** mtupath's row headings. */
const RANGE_HEADINGS = {
  'in-range': 'MSS IN RANGE',
  timeout: 'SCAN TIMEOUT',
  exceeded: 'MSS EXCEEDED',
  failure: 'SCAN FAILURE',
} as const satisfies Record<RangeVerdict, string>;

const RANGE_COLUMNS = [
  { heading: 'SIZES TRIED', align: 'left' },
  { heading: 'FROM', align: 'right' },
  { heading: 'COUNT', align: 'right' },
  { heading: 'TO', align: 'right' },
] as const;

const METHOD_COLUMNS = [
  { heading: 'METHOD', align: 'left' },
  { heading: 'STATUS', align: 'left' },
  { heading: 'PATH MTU', align: 'right' },
  { heading: 'SENT', align: 'right' },
  { heading: 'ANSWERED', align: 'right' },
  { heading: 'LOST', align: 'right' },
  { heading: 'RTT ms', align: 'right' },
  { heading: 'LOSS', align: 'right' },
] as const;

/** Worst first. */
const SEVERITIES = ['critical', 'warning', 'info'] as const satisfies readonly Severity[];

const INDENT = 17;
const FINDING_INDENT = 12;
