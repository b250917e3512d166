import type { MethodName, MethodResult, Result } from '../results/result.ts';
import type { Range } from './range.ts';
import type { Limits } from './verdict.ts';

/** One figure for a graph, as monitoring plugins give it; how it is written is the report's affair. */
export interface Figure {
  readonly quantity: 'mtu' | 'rtt' | 'loss';
  /** In `unit`; null: it was not to be had this time. */
  readonly value: number | null;
  readonly unit: 'B' | 's' | '%';
  readonly warning: Range | null;
  readonly critical: Range | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** Path MTU, round-trip time and loss, always all three, so that a graph has gaps and not missing lines. */
export function figuresOf(
  { pathMtu, methods }: Pick<Result, 'pathMtu' | 'methods'>,
  limits: Limits,
): Figure[] {
  const { rttMs, lossRate } = roundTripOf(methods);
  const none = { warning: null, critical: null };
  return [
    { quantity: 'mtu', value: pathMtu, unit: 'B', ...limits, min: 0, max: LARGEST_PACKET_BYTES },
    { quantity: 'rtt', value: scaled(rttMs, 1 / 1000, 6), unit: 's', ...none, min: 0, max: null },
    { quantity: 'loss', value: scaled(lossRate, 100, 1), unit: '%', ...none, min: 0, max: 100 },
  ];
}

/** Round-trip time and loss that stand for the path: of the method nearest to IKE that was answered. */
export function roundTripOf(methods: readonly MethodResult[]): {
  readonly rttMs: number | null;
  readonly lossRate: number | null;
} {
  const answered = methods.filter(({ rttMs }) => rttMs !== null);
  const [nearest] = NEAREST_TO_IKE.flatMap((name) => answered.filter(({ method }) => method === name));
  return { rttMs: nearest?.rttMs?.median ?? null, lossRate: nearest?.lossRate ?? null };
}

function scaled(value: number | null, factor: number, digits: number): number | null {
  return value === null ? null : Number((value * factor).toFixed(digits));
}

const NEAREST_TO_IKE: readonly MethodName[] = ['ike', 'udp', 'icmp'];
const LARGEST_PACKET_BYTES = 65_535;
