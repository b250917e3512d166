import type { ProbeEvent } from '../probe/event.ts';
import { methodName } from './words.ts';
import { printable } from './wrap.ts';

/**
 * One line for the outcome of one probe: time since the start, method, packet size, what happened, and who
 * answered. Null for events that settle nothing (`sent`, `estimate`). No line ending.
 *
 * @param hop of a trace, that the probe was for; default: it was for the target
 */
export function verboseLine(event: ProbeEvent, hop: number | null = null): string | null {
  switch (event.type) {
    case 'sent':
    case 'estimate':
      return null;
    case 'answered': {
      const late = event.late ? ', after it was given up' : '';
      return line(event, hop, `answered in ${event.rttMs.toFixed(1)} ms${late}`, event.from);
    }
    case 'too-big':
      return line(event, hop, `too big, next hop takes ${event.mtu}`, event.from);
    case 'refused':
      return line(event, hop, `refused: ${event.reason}`, event.from);
    case 'lost':
      return line(event, hop, 'no answer', null);
    case 'failed':
      return line(event, hop, `not sent: ${event.reason}`, null);
    case 'ignored':
      return cells(event.atMs, inFlow(event, event.method), '-', '', `ignored: ${event.reason}`, event.from);
  }
}

type SettledEvent = Extract<ProbeEvent, { readonly sizeBytes: number }>;

function line(event: SettledEvent, hop: number | null, outcome: string, from: string | null): string {
  return cells(
    event.atMs,
    inFlow(event, methodName(event)),
    `${event.sizeBytes}`,
    hop === null ? (event.isControl ? 'control' : '') : `hop ${hop}`,
    outcome,
    from,
  );
}

function inFlow({ flow }: ProbeEvent, method: string): string {
  return flow === undefined ? method : `${method} flow ${flow}`;
}

function cells(
  atMs: number,
  method: string,
  size: string,
  kind: string,
  outcome: string,
  from: string | null,
): string {
  const time = `${atMs.toFixed(1)} ms`.padStart(11);
  const who = from === null ? '' : `  ${from}`;
  return printable(
    `${time}  ${method.padEnd(9)}  ${size.padStart(5)}  ${kind.padEnd(7)}  ${outcome.padEnd(28)}${who}`,
  ).trimEnd();
}
