import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as settled } from 'node:timers/promises';
import { checkRequest, type CheckRequest } from '../../../src/cli/check-request.ts';
import { runTheCheck } from '../../../src/cli/check-run.ts';
import type { CheckAnswer } from '../../../src/health/answer.ts';
import type { Clock } from '../../../src/net/clock.ts';
import { createRandom } from '../../../src/probe/random.ts';
import { assemble } from '../../../src/results/assemble.ts';
import type { Result } from '../../../src/results/result.ts';
import { createMeasurement, flowsOf, questionOf } from '../../../src/run/measure.ts';
import type { MeasureOptions } from '../../../src/run/options.ts';
import { ChangingPath } from './changing-path.ts';
import { CLIENT, HOST } from '../path.ts';
import { carry } from '../simulate.ts';
import { LOCAL_MTU, phasesOf, type Site, type Spell } from './weather.ts';

/** A measurement that a check has made, in virtual ms. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
  /** ISO 8601: the result of this measurement says the same. */
  readonly startedAt: string;
}

/** A check that has run, and what it did. */
export interface RunCheck {
  readonly number: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly answer: CheckAnswer;
  /** By name of the site. */
  readonly spans: ReadonlyMap<string, readonly Span[]>;
}

export interface WatchedSite extends Site {
  /** As in the gateways file. */
  readonly requireMtu: number | null;
  readonly warnBelow: number | null;
  readonly ikeAuthBytes: number | null;
}

/** From one check to the next. */
export const EVERY_MS = 60_000;

/**
 * Runs `pathmtu check` again and again over paths whose weather changes, in virtual time: its gateways file, whole
 * measurements, the verdicts, and its state in real files. Only packets, names and clocks are simulated.
 *
 * @param onCheck called after each of them
 */
export async function runDay(
  {
    sites,
    spells,
    seed,
    checks,
    stateDirectory,
  }: {
    readonly sites: readonly WatchedSite[];
    /** By name of the site. */
    readonly spells: ReadonlyMap<string, readonly Spell[]>;
    readonly seed: number;
    readonly checks: number;
    readonly stateDirectory: string;
  },
  onCheck: (check: RunCheck) => void,
): Promise<void> {
  const clock = new VirtualClock();
  const network = new Network(sites, spells, seed, clock);
  const request = await requestFor(sites, stateDirectory);
  const surroundings = {
    clock,
    measure: network.measure,
    saveMemory: async () => {},
    openResolver: async () => ({ resolve: async (host: string) => host, close: () => {} }),
  };
  for (let number = 0; number < checks; number++) {
    const fromMs = number * EVERY_MS;
    clock.advanceTo(fromMs);
    network.spans.clear();
    const { signal } = new AbortController();
    // oxlint-disable-next-line no-await-in-loop -- a minute after the other
    const { answer } = await runTheCheck(request, surroundings, signal, fromMs);
    onCheck({ number, fromMs, untilMs: clock.nowMs(), answer, spans: network.spans });
  }
}

async function requestFor(sites: readonly WatchedSite[], stateDirectory: string): Promise<CheckRequest> {
  const folder = mkdtempSync(join(tmpdir(), 'pathmtu-day-'));
  try {
    const file = join(folder, 'gateways.yaml');
    writeFileSync(file, JSON.stringify({ gateways: sites.map(gatewayOf) }));
    return await checkRequest({ file, state: stateDirectory });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Stands for the sockets: measures over simulated paths, all at the same virtual time that are asked for at once. */
class Network {
  /** Of the present check. */
  readonly spans = new Map<string, Span[]>();
  readonly #sites: ReadonlyMap<string, { readonly site: WatchedSite; readonly path: ChangingPath }>;
  readonly #clock: VirtualClock;
  readonly #seed: number;
  #measurements = 0;

  constructor(
    sites: readonly WatchedSite[],
    spells: ReadonlyMap<string, readonly Spell[]>,
    seed: number,
    clock: VirtualClock,
  ) {
    this.#clock = clock;
    this.#seed = seed;
    this.#sites = new Map(
      sites.map((site, index) => {
        const phases = phasesOf(spells.get(site.name) ?? [], site);
        return [hostOf(site), { site, path: new ChangingPath(phases, createRandom([seed, index, 8, 9])) }];
      }),
    );
  }

  readonly measure = async (host: string, options: MeasureOptions): Promise<Result> => {
    const there = this.#sites.get(host);
    if (there === undefined) throw new Error(`there is no ${host} here`);
    const { site, path } = there;
    const { family, name } = site;
    const fromMs = this.#clock.nowMs();
    const startedAt = this.#clock.wallClock();
    const random = createRandom([this.#seed, ++this.#measurements, 4, 5]);
    const [context] = flowsOf([54_321], CLIENT[family], HOST[family], random);
    const measurement = createMeasurement(options, {
      ...context,
      localMtu: LOCAL_MTU,
      startedAtMs: fromMs,
    });
    const untilMs = carry(measurement, path, fromMs);
    path.forget();
    this.spans.set(name, [
      ...(this.spans.get(name) ?? []),
      { fromMs, untilMs, startedAt: startedAt.toISOString() },
    ]);
    // Others that the check measures at the same time begin now, before time goes on.
    await settled();
    this.#clock.advanceTo(untilMs);
    return assemble(measurement, {
      version: '0.0.0',
      target: { input: host, address: host, family },
      startedAt,
      durationMs: untilMs - fromMs,
      localMtu: LOCAL_MTU,
      ikeAuth: questionOf(options),
      isAborted: false,
    });
  };
}

class VirtualClock implements Clock {
  #nowMs = 0;

  nowMs(): number {
    return this.#nowMs;
  }

  wallClock(): Date {
    return new Date(FIRST_DAY_MS + this.#nowMs);
  }

  advanceTo(timeMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, timeMs);
  }
}

/** The virtual time of a date that the program has said. */
export function virtualMsOf(date: string): number {
  return Date.parse(date) - FIRST_DAY_MS;
}

function gatewayOf(site: WatchedSite): Record<string, unknown> {
  const { name, family, requireMtu, warnBelow, ikeAuthBytes } = site;
  return {
    name,
    host: hostOf(site),
    family,
    ...(requireMtu === null ? {} : { requireMtu }),
    ...(warnBelow === null ? {} : { warnBelow }),
    ...(ikeAuthBytes === null ? {} : { ikeAuth: ikeAuthBytes }),
  };
}

function hostOf({ name }: Site): string {
  return `${name}.example.net`;
}

const FIRST_DAY_MS = Date.UTC(2026, 0, 1);
