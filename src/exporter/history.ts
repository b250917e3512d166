import type { Gateway } from '../gateways/gateway.ts';
import { atLeast } from '../health/range.ts';
import { judge, type Verdict } from '../health/verdict.ts';
import type { Result } from '../results/result.ts';
import type { ModuleName } from './modules.ts';

/** One measurement of the past, for the chart. */
export interface HistoryPoint {
  /** Milliseconds since 1970, UTC. */
  readonly atMs: number;
  /** Null: it was not exact. */
  readonly pathMtu: number | null;
}

/** What is remembered of one target, as one module measures it. */
export interface Track {
  readonly gateway: Gateway;
  readonly module: ModuleName;
  readonly isInFile: boolean;
  readonly last: Result;
  /** As `check` gives it, with the limits of the gateways file. */
  readonly verdict: Verdict;
  /** Oldest first. */
  readonly points: readonly HistoryPoint[];
}

/**
 * Recent results, in memory, bounded: {@link MOST_POINTS} per target, and {@link MOST_TRACKS} targets. Those of the
 * file come before others, which go when there are too many, the one not measured for the longest first.
 */
export class History {
  readonly #tracks = new Map<string, Track>();

  add(result: Result, { gateway, module, isInFile }: Pick<Track, 'gateway' | 'module' | 'isInFile'>): void {
    const key = `${module} ${gateway.name}`;
    const before = this.#tracks.get(key)?.points ?? [];
    const verdict = judge(result, limitsOf(gateway));
    const point: HistoryPoint = {
      atMs: Date.parse(result.startedAt),
      pathMtu: result.pathMtu,
    };
    // Anew, so that the order is that of the last measurement.
    this.#tracks.delete(key);
    this.#tracks.set(key, {
      gateway,
      module,
      isInFile,
      last: result,
      verdict,
      points: [...before.slice(1 - MOST_POINTS), point],
    });
    if (this.#tracks.size > MOST_TRACKS) this.#forgetOne();
  }

  /** All that there is of a gateway of the file, by name. */
  of(name: string): readonly Track[] {
    return [...this.#tracks.values()].filter(({ gateway, isInFile }) => isInFile && gateway.name === name);
  }

  /** Targets that are not in the file, the latest first. */
  get others(): readonly Track[] {
    return [...this.#tracks.values()].filter(({ isInFile }) => !isInFile).toReversed();
  }

  /** Forgets gateways that the file does not have any more. */
  keep(gateways: readonly Gateway[]): void {
    const names = new Set(gateways.map(({ name }) => name));
    for (const [key, { gateway, isInFile }] of this.#tracks) {
      if (isInFile && !names.has(gateway.name)) this.#tracks.delete(key);
    }
  }

  #forgetOne(): void {
    const entries = [...this.#tracks];
    const [key] = entries.find(([, { isInFile }]) => !isInFile) ?? entries[0] ?? [];
    if (key !== undefined) this.#tracks.delete(key);
  }
}

function limitsOf({ requireMtu, warnBelow }: Gateway): Parameters<typeof judge>[1] {
  return {
    critical: requireMtu === null ? null : atLeast(requireMtu),
    warning: warnBelow === null ? null : atLeast(warnBelow),
  };
}

/** A day, scraped every five minutes. */
const MOST_POINTS = 288;
/** With their points about 20 MB at most. */
const MOST_TRACKS = 500;
