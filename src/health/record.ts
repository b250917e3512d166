import type { Family, IkeAuthVerdict, Result } from '../results/result.ts';
import type { Facts, MtuBounds } from './facts.ts';
import { factsOf } from './facts.ts';
import type { Change } from './memory.ts';
import { representative } from './perfdata.ts';
import type { Outcome, ServiceStatus } from './verdict.ts';

/** One check of one gateway, as the history keeps it: what graphs and questions need, not the whole document. */
export interface HistoryRecord {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly gateway: string;
  readonly host: string;
  /** Null: it could not be measured. */
  readonly address: string | null;
  readonly family: Family | null;
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

export function recordOf(
  { name, host }: { readonly name: string; readonly host: string },
  outcome: Outcome,
  { status, changes, at }: { readonly status: ServiceStatus; readonly changes: readonly Change[]; readonly at: string },
): HistoryRecord {
  const common = { at, gateway: name, host };
  if (outcome.type === 'failed') return { ...common, ...NOTHING_MEASURED, status, error: outcome.code };
  return { ...common, ...measured(outcome.result), status, changes };
}

function measured(result: Result): Omit<HistoryRecord, 'at' | 'gateway' | 'host' | 'status' | 'changes'> {
  const { mtu, blackHole, fragments, ikeFragmentation } = factsOf(result);
  const method = representative(result.methods);
  const median = method?.rttMs?.median ?? null;
  return {
    address: result.target.address,
    family: result.target.family,
    mtu,
    blackHole,
    fragments,
    ikeFragmentation,
    ikeAuth: result.ikeAuth?.verdict ?? null,
    rttMs: median === null ? null : Number(median.toFixed(3)),
    lossRate: method?.lossRate ?? null,
    error: result.error?.code ?? null,
  };
}

const NOTHING_MEASURED = {
  address: null,
  family: null,
  mtu: null,
  blackHole: null,
  fragments: null,
  ikeFragmentation: null,
  ikeAuth: null,
  rttMs: null,
  lossRate: null,
  changes: [],
} as const;
