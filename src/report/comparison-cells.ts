import type { ComparisonEntry } from '../results/comparison.ts';
import type { Result } from '../results/result.ts';
import { mtuCell } from './words.ts';

/** What a comparison's table says of one gateway, in every format. Short enough for a column. */
export interface ComparisonCells {
  readonly rank: string;
  readonly gateway: string;
  /** Empty where the gateway's name is its address, or there is none. */
  readonly address: string;
  readonly pathMtu: string;
  readonly blackHole: string;
  readonly ipFragments: string;
  readonly ikeFragmentation: string;
  readonly ikeAuth: string;
  readonly rttMs: string;
  readonly loss: string;
  /** Why there is nothing in the other cells; null: there is. */
  readonly failure: string | null;
}

export function comparisonCells({ result, rank, rttMs, lossRate }: ComparisonEntry): ComparisonCells {
  const { target } = result;
  const gateway = target.name ?? target.input;
  return {
    rank: rank === null ? '-' : `${rank}`,
    gateway,
    address: target.address === gateway ? '' : target.address,
    pathMtu: mtuCell(result),
    blackHole: rank === null ? '-' : answer(result.blackHole, 'YES', 'no'),
    ipFragments: fragmentsCell(result.fragments.status),
    ikeFragmentation:
      result.ike?.answers === true ? answer(result.ike.fragmentationSupported, 'yes', 'NO') : '-',
    ikeAuth: rank === null ? '-' : verdictCell(result),
    rttMs: rttMs === null ? '-' : threeDigits(rttMs),
    loss: lossRate === null ? '-' : `${Math.round(lossRate * 100)} %`,
    failure: rank === null ? failureOf(result) : null,
  };
}

/** What the columns mean, for below the table. */
export const COMPARISON_LEGEND =
  'MTU: path MTU, whole IP packets in bytes. HOLE: larger packets vanish without a word. IP FR: IP fragments ' +
  'arrive. IKE FR: the gateway offers IKEv2 fragmentation (RFC 7383).';

/** The same for the IKE_AUTH, of this size; null: they differ. */
export function ikeAuthLegend(size: number | null): string {
  const what = size === null ? '' : ` of ${size} bytes`;
  return `IKE_AUTH${what}: it fits one packet, goes in IKE frag(ments) or IP frag(ments), or is LOST.`;
}

/** The size of the IKE_AUTH in question; null: there is none, or they differ. */
export function ikeAuthSize(entries: readonly ComparisonEntry[]): number | null {
  const sizes = new Set(entries.flatMap(({ result }) => result.ikeAuth?.size ?? []));
  const [size] = sizes;
  return sizes.size === 1 && size !== undefined ? size : null;
}

function fragmentsCell(status: Result['fragments']['status']): string {
  switch (status) {
    case 'delivered':
      return 'yes';
    case 'dropped':
      return 'NO';
    case 'undetermined':
      return '?';
    case 'untested':
      return '-';
  }
}

function verdictCell({ ikeAuth }: Result): string {
  switch (ikeAuth?.verdict) {
    case 'fits':
      return 'fits';
    case 'ike-fragmented':
      return 'IKE frag';
    case 'ip-fragments-delivered':
      return 'IP frag';
    case 'ip-fragments-dropped':
      return 'LOST';
    case 'ip-fragments-unknown':
      return '?';
    case undefined:
      return '-';
  }
}

function failureOf({ error, status }: Result): string | null {
  if (error !== null) return `not measured: ${error.message}`;
  return status === 'unreachable' ? 'nothing answered, at any size' : null;
}

function answer(value: boolean | null, yes: string, no: string): string {
  return value === null ? '?' : value ? yes : no;
}

function threeDigits(value: number): string {
  if (value < 10) return value.toFixed(2);
  return value.toFixed(value < 100 ? 1 : 0);
}
