/** Runs over many targets as Markdown. */
import { CROWD_KINDS } from '../../../test/lab/crowd.ts';
import type { ScaleRun } from './run.ts';

/** @param circumstances one line each: when, where and how it was measured */
export function scaleMarkdown(runs: readonly ScaleRun[], circumstances: readonly string[]): string {
  return [
    '# Many targets',
    '',
    'Written by `npm run bench:scale`. Each program measures the same targets in one process, at the same rate, one ' +
      'program after another. Time is that of the whole command, start-up included. Packets and bytes are what the ' +
      "client's interface sent, bytes of IP packets. CPU is user and system time. The path is client, router, host, " +
      'and each kind of target has a path of its own kind:',
    '',
    ...CROWD_KINDS.map(({ name, perMille, pathMtu }) => {
      const truth = pathMtu === null ? 'nobody answers' : `path MTU ${pathMtu}`;
      return `- ${name}: ${truth}, ${perMille} of 1000 targets`;
    }),
    '',
    ...circumstances.map((line) => `- ${line}`),
    '',
    ...table(runs, COLUMNS),
    '',
    ...runs.flatMap(notRight),
  ].join('\n');
}

/** The lines for the README: the figures that a reader of it looks for. */
export function scaleFigures(runs: readonly ScaleRun[], circumstances: readonly string[]): string[] {
  return [
    `Measured ${circumstances.join('. ')}.`,
    '',
    ...table(
      runs,
      COLUMNS.filter(({ title }) => !IN_FULL_ONLY.has(title)),
    ),
    '',
    ...runs.flatMap(notRight),
  ];
}

interface NumberColumn {
  readonly title: string;
  readonly value: (run: ScaleRun) => string;
}

function table(runs: readonly ScaleRun[], columns: readonly NumberColumn[]): string[] {
  return [
    `| program | question | ${columns.map(({ title }) => title).join(' | ')} |`,
    `|---|---|${columns.map(() => '--:|').join('')}`,
    ...runs.map(
      (run) => `| ${run.program} | ${run.question} | ${columns.map(({ value }) => value(run)).join(' | ')} |`,
    ),
  ];
}

const COLUMNS: readonly NumberColumn[] = [
  { title: 'targets', value: ({ targets }) => String(targets) },
  { title: 'right', value: ({ right }) => String(right) },
  { title: 'wrong', value: ({ wrong }) => String(wrong) },
  { title: 'rate, packets/s', value: ({ rate }) => String(rate) },
  { title: 'time', value: ({ seconds }) => `${seconds.toFixed(1)} s` },
  { title: 'packets per target', value: ({ packets, targets }) => (packets / targets).toFixed(1) },
  { title: 'MB', value: ({ bytes }) => (bytes / 1e6).toFixed(1) },
  { title: 'CPU', value: ({ cpuSeconds }) => `${cpuSeconds.toFixed(1)} s` },
  {
    title: 'CPU per packet',
    value: ({ cpuSeconds, packets }) => `${((cpuSeconds / packets) * 1e6).toFixed(0)} µs`,
  },
  { title: 'peak memory', value: ({ peakMegabytes }) => `${peakMegabytes.toFixed(0)} MB` },
  { title: "the wire's CPU", value: ({ wireCpuSeconds }) => `${wireCpuSeconds.toFixed(1)} s` },
];

/** Of which kind those are that it did not get right. */
function notRight({ program, targets, kinds }: ScaleRun): string[] {
  const lacking = kinds.filter((kind) => kind.right < kind.targets);
  if (lacking.length === 0) return [];
  const words = lacking.map((kind) => `${kind.name} ${kind.targets - kind.right} of ${kind.targets}`);
  return [`Not right of ${targets}, ${program}: ${words.join(', ')}.`, ''];
}

const IN_FULL_ONLY: ReadonlySet<string> = new Set(['MB', 'CPU', "the wire's CPU"]);
