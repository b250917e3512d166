import type { FlowResult, FlowsResult } from '../results/result.ts';
import { mtuCell } from './words.ts';
import { hang } from './wrap.ts';

/** `Flows differ: 9 of 16 have 1500 bytes, 7 have 1400; count on 1400`. Null where they don't. */
export function flowsSentence({ count, pathMtus, smallestPathMtu }: FlowsResult): string | null {
  if (pathMtus.length < 2) return null;
  const [first = '', ...others] = pathMtus.map(
    ({ pathMtu, flows }) => `${flows === 1 ? '1 has' : `${flows} have`} ${pathMtu}`,
  );
  return `Flows differ: of ${count} flows ${[`${first} bytes`, ...others].join(', ')}; count on ${smallestPathMtu}`;
}

/** A row per path MTU: how many flows have it, and which. The heading comes first. */
export function flowLines({ method, count, flows }: FlowsResult, columns: number): string[] {
  const rows = new Map<string, FlowResult[]>();
  const ordered = flows.toSorted((a, b) => (b.pathMtu ?? 0) - (a.pathMtu ?? 0));
  for (const flow of ordered) {
    const cell = mtuCell(flow);
    rows.set(cell, [...(rows.get(cell) ?? []), flow]);
  }
  return [
    row('FLOWS', 'PATH MTU', method === 'icmp' ? 'ECHO IDENTIFIERS' : 'UDP SOURCE PORTS'),
    ...(flows.length === 0
      ? [row(`${count}`, 'not known', '').trimEnd()]
      : [...rows].flatMap(([cell, same]) =>
          hang(row(`${same.length}`, cell, ''), namesOf(same), row('', '', '').length, columns),
        )),
  ];
}

function namesOf(flows: readonly FlowResult[]): string {
  return flows.map(({ sourcePort, echoIdentifier }) => sourcePort ?? echoIdentifier).join(' ');
}

function row(flows: string, pathMtu: string, names: string): string {
  return `${flows.padStart(5)}  ${pathMtu.padStart(10)}  ${names}`;
}
