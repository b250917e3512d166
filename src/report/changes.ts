import type { MtuBounds } from '../health/facts.ts';
import type { Change, Standing } from '../health/memory.ts';

/** Characters that a terminal or a mail may not have. */
export interface Signs {
  readonly arrow: string;
  /** Eight steps from low to high. */
  readonly blocks: string;
}

export const UNICODE_SIGNS: Signs = { arrow: '→', blocks: '▁▂▃▄▅▆▇█' };
export const ASCII_SIGNS: Signs = { arrow: '->', blocks: '_.:-=+*#' };

/** A change in a few words: `MTU 1500 → 1400`. */
export function changeWords({ fact, from, to }: Change, { arrow }: Signs): string {
  switch (fact) {
    case 'answers':
      return to === true ? 'answers again' : 'no longer answers';
    case 'mtu':
      return `MTU ${valueWords(from)} ${arrow} ${valueWords(to)}`;
    case 'blackHole':
      return to === true ? 'black hole appeared' : 'black hole gone';
    case 'fragments':
      return to === 'dropped' ? 'IP fragments now dropped' : 'IP fragments arrive again';
    case 'ikeAnswers':
      return to === true ? 'IKE service answers again' : 'IKE service stopped answering';
    case 'ikeFragmentation':
      return to === true
        ? 'gateway now offers IKE fragmentation'
        : 'gateway stopped offering IKE fragmentation';
  }
}

/** The same of one that was reported before: `MTU 1500 → 1400 since 2026-03-01 02:17 UTC`. */
export function standingWords(standing: Standing, signs: Signs): string {
  return `${stateWords(standing, signs)} since ${minuteOf(standing.since)} UTC`;
}

/** `2026-03-01 02:17`, of an ISO 8601 time in UTC. */
export function minuteOf(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

/** `1400`, `1392..1411`, `>= 1392`, `< 1412`. */
export function mtuBoundsText({ from, to }: MtuBounds): string {
  if (from === to) return `${from}`;
  if (to === null) return `>= ${from}`;
  return from === 0 ? `< ${to + 1}` : `${from}..${to}`;
}

function stateWords(change: Change, signs: Signs): string {
  const { fact, to } = change;
  switch (fact) {
    case 'answers':
      return to === true ? 'answers' : 'no answer';
    case 'mtu':
      return changeWords(change, signs);
    case 'blackHole':
      return to === true ? 'black hole' : 'no black hole';
    case 'fragments':
      return to === 'dropped' ? 'IP fragments dropped' : 'IP fragments arrive';
    case 'ikeAnswers':
      return to === true ? 'IKE service answers' : 'no answer from the IKE service';
    case 'ikeFragmentation':
      return to === true ? 'IKE fragmentation offered' : 'no IKE fragmentation offered';
  }
}

function valueWords(value: Change['to']): string {
  return typeof value === 'object' ? mtuBoundsText(value) : `${value}`;
}
