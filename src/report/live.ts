import type { ProbeEvent } from '../probe/event.ts';
import type { MethodName } from '../results/result.ts';
import { printable } from './wrap.ts';

/** What the live line knows. Change it only through {@link advance}. */
export interface Live {
  readonly target: string;
  readonly estimates: Readonly<Partial<Record<MethodName, Estimate>>>;
  /** One mark per probe in the order of sending; only the last {@link MARKS_KEPT} of them. */
  readonly marks: readonly Mark[];
}

interface Estimate {
  readonly fits: number | null;
  readonly fails: number | null;
}

interface Mark {
  /** Which probe: flow, method and its number. */
  readonly probe: string;
  readonly character: string;
}

/** A measurement of `target` (as the user wrote it) of which nothing has happened yet. */
export function start(target: string): Live {
  return { target, estimates: {}, marks: [] };
}

/**
 * What is known after `event`. A probe's character appears when it is sent, in mtupath's letters: `P` large ICMP,
 * `p` small ICMP (control), `U` `u` the same for UDP, `I` `i` for IKE; it turns into `*` when no answer came in
 * time and `?` when this host could not send it. A late answer gives it its letter back.
 */
export function advance(live: Live, event: ProbeEvent): Live {
  switch (event.type) {
    case 'sent':
    case 'answered':
    case 'too-big':
    case 'refused':
      return withMark(live, event, letter(event));
    case 'lost':
      return withMark(live, event, '*');
    case 'failed':
      return withMark(live, event, '?');
    case 'ignored':
      return live;
    case 'estimate':
      // The line has one estimate, and it is the first flow's.
      if (event.flow !== undefined) return live;
      return {
        ...live,
        estimates: { ...live.estimates, [event.method]: { fits: event.fits, fails: event.fails } },
      };
  }
}

/**
 * The line: target, estimate, marks. Never longer than `columns`: the oldest marks go first (a `<` says so), then
 * the end of the name. No line ending.
 */
export function render(live: Live, columns: number): string {
  const estimate = `path MTU ${estimateText(live).padEnd(ESTIMATE_COLUMNS)}`;
  const name = printable(live.target).slice(0, Math.max(0, columns - estimate.length - MARKS_AT_LEAST - 2));
  const head = `${name}  ${estimate} `.slice(0, columns);
  const room = columns - head.length;
  const marks = live.marks.map((mark) => mark.character).join('');
  const shown = marks.length <= room ? marks : `<${marks.slice(marks.length - room + 1)}`;
  return room === 0 ? head : (head + shown).trimEnd();
}

type AboutProbe = Extract<ProbeEvent, { readonly sizeBytes: number }>;

function withMark(live: Live, event: AboutProbe, character: string): Live {
  const probe = `${event.flow ?? 1} ${event.method} ${event.number}`;
  const index = live.marks.findLastIndex((mark) => mark.probe === probe);
  if (index !== -1) return { ...live, marks: live.marks.with(index, { probe, character }) };
  // A probe that could not be sent was never announced; any other that is not listed has been dropped.
  if (event.type !== 'sent' && event.type !== 'failed') return live;
  return { ...live, marks: [...live.marks, { probe, character }].slice(-MARKS_KEPT) };
}

function letter({ method, isControl }: AboutProbe): string {
  const large = LETTERS[method];
  return isControl ? large.toLowerCase() : large;
}

/** Of the methods that know a size that fits, the one nearest to IKE speaks. */
function estimateText({ estimates }: Live): string {
  const known = NEAREST_TO_IKE.map((method) => estimates[method]).filter(
    (estimate) => estimate !== undefined,
  );
  const estimate = known.find(({ fits }) => fits !== null);
  if (estimate === undefined || estimate.fits === null) return '?';
  const { fits, fails } = estimate;
  if (fails === null) return `>= ${fits}`;
  return fails === fits + 1 ? `${fits}` : `${fits}..${fails - 1}`;
}

const LETTERS = { icmp: 'P', udp: 'U', ike: 'I' } as const satisfies Record<MethodName, string>;
const NEAREST_TO_IKE = ['ike', 'udp', 'icmp'] as const satisfies readonly MethodName[];

/** `65534..65535`, so that the marks do not move while the estimate is refined. */
const ESTIMATE_COLUMNS = 12;
/** Room that a long name leaves for the marks. */
const MARKS_AT_LEAST = 16;
/** More than any terminal shows. */
const MARKS_KEPT = 512;
