import type { Bounds, MethodResult, Result } from '../results/result.ts';

type Answer = Pick<Result, 'target' | 'status' | 'pathMtu' | 'bounds'>;

/** The answer of a measurement in one sentence, honest about what is not known. Never the local MTU. */
export function answerSentence(result: Answer): string {
  return `Path MTU to ${targetName(result)}: ${answer(result)}`;
}

/** `vpn.example.net (192.0.2.1)`, or the address alone when that is what was asked for. */
function targetName({ target }: Answer): string {
  const name = target.name ?? target.input;
  return name === target.address ? name : `${name} (${target.address})`;
}

/** `icmp`, `udp 33434`. */
export function methodName({ method, port }: Pick<MethodResult, 'method' | 'port'>): string {
  return port === null ? method : `${method} ${port}`;
}

/** `1400` when exact, `1392..1411`, `>= 1392`, `< 1412`, or `-`. */
export function mtuCell({ pathMtu, bounds }: Pick<MethodResult, 'pathMtu' | 'bounds'>): string {
  if (pathMtu !== null) return `${pathMtu}`;
  if (bounds.fits !== null && bounds.fails !== null) return `${bounds.fits}..${bounds.fails - 1}`;
  if (bounds.fits !== null) return `>= ${bounds.fits}`;
  if (bounds.fails !== null) return `< ${bounds.fails}`;
  return '-';
}

/** Three digits that count: `0.42`, `40.1`, `812`. */
export function milliseconds(value: number): string {
  if (value < 10) return value.toFixed(2);
  return value.toFixed(value < 100 ? 1 : 0);
}

/** `1 packet`, `3 packets`. */
export function count(quantity: number, noun: string): string {
  return `${quantity} ${noun}${quantity === 1 ? '' : 's'}`;
}

function answer(result: Answer): string {
  switch (result.status) {
    case 'exact':
      return result.pathMtu === null ? 'not determined' : `${result.pathMtu} bytes, exact`;
    case 'bounded':
      return boundedAnswer(result.bounds);
    case 'undetermined':
      return 'not determined. The host answers, but where the limit lies could not be told';
    case 'unreachable':
      return 'not known: nothing answered';
  }
}

function boundedAnswer({ fits, fails }: Bounds): string {
  if (fits !== null && fails !== null) return `between ${fits} and ${fails - 1} bytes, not exact`;
  if (fits !== null) return `at least ${fits} bytes; how much more is not known`;
  if (fails !== null) return `less than ${fails} bytes; how much less is not known`;
  return 'not determined';
}
