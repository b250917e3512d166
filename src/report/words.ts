import type { Bounds, MethodResult, Result } from '../results/result.ts';

/** The answer of a measurement in one sentence, honest about what is not known. Never the local MTU. */
export function answerSentence(result: Result): string {
  return `Path MTU to ${targetName(result)}: ${answer(result)}`;
}

/** `vpn.example.net (192.0.2.1)`, or the address alone when that is what was asked for. */
function targetName({ target }: Result): string {
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

/** `1 packet`, `3 packets`. */
export function count(quantity: number, noun: string): string {
  return `${quantity} ${noun}${quantity === 1 ? '' : 's'}`;
}

function answer(result: Result): string {
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
