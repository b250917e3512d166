import type { Result } from '../results/result.ts';
import type { Identity } from './facts.ts';
import type { News } from './memory.ts';
import type { Figure } from './perfdata.ts';
import type { Limits, ServiceStatus, Verdict } from './verdict.ts';

/** What `check` answers, for every format. */
export interface CheckAnswer {
  /** The worst of the gateways. */
  readonly status: ServiceStatus;
  /** In the order in which they were asked for. */
  readonly gateways: readonly CheckedGateway[];
  /** Null: nothing is remembered, as nobody asked for it. */
  readonly state: {
    readonly directory: string;
    readonly isRemembered: boolean;
    readonly warnings: readonly string[];
  } | null;
}

export interface CheckedGateway {
  readonly identity: Identity;
  readonly limits: Limits;
  /** Of the last measurement. */
  readonly result: Result;
  readonly verdict: Verdict;
  readonly figures: readonly Figure[];
  /** Null: nothing is remembered. */
  readonly news: News | null;
}
