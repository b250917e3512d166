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
export function figuresOf(result: Result | null, limits: Limits): Figure[] {
  const method = result === null ? null : representative(result.methods);
  const none = { warning: null, critical: null };
  return [
    { quantity: 'mtu', value: result?.pathMtu ?? null, unit: 'B', ...limits, min: 0, max: LARGEST_PACKET_BYTES },
    {
      quantity: 'rtt',
      value: rounded((method?.rttMs?.median ?? null) === null ? null : (method?.rttMs?.median ?? 0) / 1000, 6),
      unit: 's',
      ...none,
      min: 0,
      max: null,
    },
    {
      quantity: 'loss',
      value: rounded((method?.lossRate ?? null) === null ? null : (method?.lossRate ?? 0) * 100, 1),
      unit: '%',
      ...none,
      min: 0,
      max: 100,
    },
  ];
}

/** The method whose round-trip time and loss stand for the path: the nearest to IKE that was answered. */
export function representative(methods: readonly MethodResult[]): MethodResult | null {
  const answered = methods.filter(({ rttMs }) => rttMs !== null);
  return (
    NEAREST_TO_IKE.map((name) => answered.find(({ method }) => method === name)).find(
      (method) => method !== undefined,
    ) ?? null
  );
}

function rounded(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}

const NEAREST_TO_IKE: readonly MethodName[] = ['ike', 'udp', 'icmp'];
const LARGEST_PACKET_BYTES = 65_535;
