import type { Family, IkeAuthVerdict, Result } from '../results/result.ts';
import { factsOf, type Facts, type MtuBounds } from './facts.ts';
import type { Change } from './memory.ts';
import { roundTripOf } from './perfdata.ts';
import type { ServiceStatus } from './verdict.ts';

/** One check of one gateway, as the history keeps it: what graphs and questions need, not the whole document. */
export interface HistoryRecord {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly gateway: string;
  readonly host: string;
  /** Empty: the name did not resolve. */
  readonly address: string;
  readonly family: Family;
  readonly status: ServiceStatus;
  readonly mtu: MtuBounds | null;
  readonly blackHole: boolean | null;
  readonly fragments: Facts['fragments'];
  readonly ikeFragmentation: boolean | null;
  /** Null: no IKE_AUTH was asked about. */
  readonly ikeAuth: IkeAuthVerdict | null;
  readonly rttMs: number | null;
  /** 0..1. */
  readonly lossRate: number | null;
  /** Confirmed ones only. */
  readonly changes: readonly Change[];
  /** Code of what kept it from being measured to its end; null: nothing. */
  readonly error: string | null;
}

/** @param at of the check: ISO 8601, UTC */
export function recordOf(
  { name, host }: { readonly name: string; readonly host: string },
  result: Result,
  status: ServiceStatus,
  changes: readonly Change[],
  at: string,
): HistoryRecord {
  const { mtu, blackHole, fragments, ikeFragmentation } = factsOf(result);
  const { rttMs, lossRate } = roundTripOf(result.methods);
  return {
    at,
    gateway: name,
    host,
    address: result.target.address,
    family: result.target.family,
    status,
    mtu,
    blackHole,
    fragments,
    ikeFragmentation,
    ikeAuth: result.ikeAuth?.verdict ?? null,
    rttMs: rttMs === null ? null : Number(rttMs.toFixed(3)),
    lossRate,
    changes,
    error: result.error?.code ?? null,
  };
}
