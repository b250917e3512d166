/** What a program said, and what that is worth beside the truth. */
import type { Result } from '../../src/results/result.ts';
import type { Case } from './cases.ts';

export interface Answer {
  /** The path MTU, if it names one. */
  readonly mtu: number | null;
  /** Instead of one: these bytes fit, those do not. */
  readonly bounds?: { readonly fits: number; readonly fails: number };
  readonly fragments?: 'delivered' | 'dropped';
  /** The node before the narrow link: its address, or a `*` for one that does not answer. */
  readonly bottleneck?: string;
  /** Instead of a statement about sizes, in its own words. */
  readonly remark?: string;
  /** For pathmtu, what it says of itself. */
  readonly own?: { readonly durationMs: number; readonly rounds: Readonly<Record<string, number>> };
}

/**
 * - `right`: the path MTU, and in a case with fragments what happens to them.
 * - `partly`: the path MTU only, where fragments were asked for too; or the fragments only.
 * - `bounded`: a range around the truth.
 * - `none`: no statement.
 * - `wrong`: a statement that is not true.
 */
export type Worth = 'right' | 'partly' | 'bounded' | 'none' | 'wrong';

export function worthOf({ mtu, bounds, fragments }: Answer, { pathMtu, fragments: truth }: Case): Worth {
  if (mtu !== null && mtu !== pathMtu) return 'wrong';
  if (bounds !== undefined && !(bounds.fits <= pathMtu && pathMtu < bounds.fails)) return 'wrong';
  if (truth !== null && fragments !== undefined && fragments !== truth) return 'wrong';
  const knowsFragments = truth === null || fragments === truth;
  if (mtu !== null) return knowsFragments ? 'right' : 'partly';
  if (bounds !== undefined) return 'bounded';
  return truth !== null && knowsFragments ? 'partly' : 'none';
}

export function shown({ mtu, bounds, fragments, remark }: Answer): string {
  const size = mtu ?? (bounds === undefined ? null : `${bounds.fits} to ${bounds.fails - 1}`);
  const parts = [size, fragments === undefined ? null : `fragments ${fragments}`, remark ?? null];
  const said = parts.filter((part) => part !== null);
  return said.length === 0 ? 'nothing' : said.join(', ');
}

/** `pathmtu --json`. */
export function readPathmtu(stdout: string, asksForFragments: boolean): Answer {
  if (stdout === '') return { mtu: null };
  const { status, pathMtu, bounds, bottleneck, fragments, durationMs, methods } = JSON.parse(
    stdout,
  ) as Result;
  const { fits, fails } = bounds;
  return {
    mtu: pathMtu,
    ...(status === 'bounded' && fits !== null && fails !== null ? { bounds: { fits, fails } } : {}),
    ...(asksForFragments && (fragments.status === 'dropped' || fragments.status === 'delivered')
      ? { fragments: fragments.status }
      : {}),
    ...(bottleneck === null ? {} : { bottleneck: bottleneck.address ?? '*' }),
    ...(pathMtu === null ? { remark: status } : {}),
    own: { durationMs, rounds: Object.fromEntries(methods.map(({ method, rounds }) => [method, rounds])) },
  };
}

/** `Resume: pmtu 1400 hops 3 back 3`, and the same words without `hops` when the host was not reached. */
export function readTracepath(stdout: string): Answer {
  const found = /Resume: pmtu (\d+)/.exec(stdout);
  const sender = /:\s+(\S+)\s.*pmtu \d+\s*$/gm;
  const changes = [...stdout.matchAll(sender)]
    .map((match) => match[1])
    .filter((who) => who !== '[LOCALHOST]');
  return { mtu: found === null ? null : Number(found[1]), ...named(changes.at(-1)) };
}

/** `F=1400` at the first hop that it reached with that size; it holds for the path if the target is in the list. */
export function readTraceroute(stdout: string, target: string): Answer {
  const hops = hopLines(stdout);
  if (!hops.some(({ who }) => who === target)) return { mtu: null };
  const sizes = hops.flatMap(({ text }, index) => {
    const found = /F=(\d+)/.exec(text);
    return found === null ? [] : [{ mtu: Number(found[1]), before: hops[index - 1]?.who }];
  });
  const last = sizes.at(-1);
  return { mtu: last?.mtu ?? null, ...named(last?.before) };
}

/** `[mtu: 1400]`, or `[*mtu: 1400]` where nobody said so, behind every hop up to which it holds. */
export function readScamper(stdout: string, target: string): Answer {
  const hops = hopLines(stdout);
  const sizes = hops.map(({ text }) => Number(/\[\*?mtu: (\d+)\]/.exec(text)?.[1] ?? Number.NaN));
  const mtu = sizes.at(-1);
  if (mtu === undefined || Number.isNaN(mtu) || hops.at(-1)?.who !== target) return { mtu: null };
  const first = sizes.indexOf(mtu);
  return { mtu, ...named(hops[first - 1]?.who) };
}

/** `PMTU == 1400`, or `1006 <= PMTU < 1492`. */
export function readNmap(stdout: string): Answer {
  const exact = /PMTU == (\d+)/.exec(stdout);
  if (exact !== null) return { mtu: Number(exact[1]) };
  const range = /(\d+) <= PMTU < (\d+)/.exec(stdout);
  if (range !== null) return { mtu: null, bounds: { fits: Number(range[1]), fails: Number(range[2]) } };
  return { mtu: null };
}

/** The last line of ping-bisection.sh. */
export function readPingBisection(stdout: string): Answer {
  const found = /^MTU (\d+)$/m.exec(stdout);
  return found === null ? { mtu: null, remark: stdout.trim() } : { mtu: Number(found[1]) };
}

/** What ike-scan-fragments.sh prints. That a small message was answered beside it tells dropped fragments from silence. */
export function readIkeScan(stdout: string): Answer {
  if (!stdout.includes('small: answered')) return { mtu: null, remark: 'no IKE' };
  const areDelivered = stdout.includes('fragmented: answered');
  return { mtu: null, remark: 'answers IKE', fragments: areDelivered ? 'delivered' : 'dropped' };
}

/** Lines ` 2  10.0.2.2  40.3 ms …`; who is `*` where nobody answered. */
function hopLines(stdout: string): { readonly who: string; readonly text: string }[] {
  return [...stdout.matchAll(/^\s*\d+\s+(\S+)(.*)$/gm)].map((match) => ({
    who: match[1] ?? '*',
    text: match[2] ?? '',
  }));
}

function named(who: string | undefined): { readonly bottleneck?: string } {
  return who === undefined ? {} : { bottleneck: who };
}
