import type { Gateway } from '../gateways/gateway.ts';
import type { CheckAnswer, CheckedGateway } from '../health/answer.ts';
import { factsOf, type Facts, type Identity } from '../health/facts.ts';
import {
  changesAgainst,
  remember,
  withinBounds,
  type Memory,
  type News,
  type Seen,
} from '../health/memory.ts';
import { figuresOf } from '../health/perfdata.ts';
import { recordOf, type HistoryRecord } from '../health/record.ts';
import { judge, worstStatus, type Limits } from '../health/verdict.ts';
import type { Clock } from '../net/clock.ts';
import { failedResult } from '../results/failed.ts';
import type { Result } from '../results/result.ts';
import { measureMany, type GatewayOutcome } from '../run/measure-many.ts';
import { DEFAULT_DEADLINE_MS } from '../run/options.ts';
import { toolVersion } from '../version.ts';
import type { CheckRequest } from './check-request.ts';
import type { Resolver, Surroundings } from './surroundings.ts';

export interface CheckRun {
  readonly answer: CheckAnswer;
  /** The time was up with something still under way: the process must not wait for it. */
  readonly isAbandoned: boolean;
}

/**
 * Measures, compares with the past, measures again what differs, remembers, and answers, within the timeout whatever
 * the network, the name servers and the disk do.
 *
 * 1. Each gateway gets its share of the time. Shortly before the end all measurements are told to say what they know.
 * 2. When even that does not come back (a name server, a network disk), the answer is made from what is there.
 * 3. The past is looked at before the second measurement, and once more, under the lock, when the result is taken
 *    in: a change that an overlapping run has reported meanwhile is not reported again.
 *
 * @param startedAtMs when the process started, on the clock of the surroundings
 * @throws {PathmtuError} what concerns all gateways: `not-permitted`, `addon-missing`, `bad-option`
 */
export async function runTheCheck(
  request: CheckRequest,
  { clock, measure, openResolver }: Pick<Surroundings, 'clock' | 'measure' | 'openResolver'>,
  interruption: AbortSignal,
  startedAtMs: number,
): Promise<CheckRun> {
  const resolver = await openResolver();
  const run = new Run(request, clock, measuringAddresses(measure, resolver), interruption, startedAtMs);
  let timer: NodeJS.Timeout | undefined;
  const abandoned = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), Math.max(0, run.hardEndMs - clock.nowMs()));
  });
  try {
    const answer = await Promise.race([run.toTheEnd(), abandoned]);
    return answer === null
      ? { answer: run.answerSoFar(), isAbandoned: true }
      : { answer, isAbandoned: false };
  } finally {
    clearTimeout(timer);
    resolver.close();
  }
}

/** The name is looked up first, and stands in the result as it was given. */
function measuringAddresses(measure: Surroundings['measure'], resolver: Resolver): Surroundings['measure'] {
  return async (host, options) => {
    const address = await resolver.resolve(
      host,
      options.family,
      options.signal ?? new AbortController().signal,
    );
    const result = await measure(address, options);
    return { ...result, target: { ...result.target, input: host } };
  };
}

class Run {
  readonly hardEndMs: number;
  readonly #request: CheckRequest;
  readonly #clock: Clock;
  readonly #measure: Surroundings['measure'];
  readonly #interruption: AbortSignal;
  readonly #softEndMs: number;
  /** By name of the gateway. */
  readonly #first = new Map<string, Result>();
  readonly #second = new Map<string, Result>();

  constructor(
    request: CheckRequest,
    clock: Clock,
    measure: Surroundings['measure'],
    interruption: AbortSignal,
    startedAtMs: number,
  ) {
    const { timeoutMs } = request;
    this.#request = request;
    this.#clock = clock;
    this.#measure = measure;
    this.#interruption = interruption;
    this.hardEndMs = startedAtMs + timeoutMs - TO_PRINT_MS;
    this.#softEndMs = this.hardEndMs - Math.min(MOST_TO_WRITE_MS, timeoutMs * 0.2);
  }

  async toTheEnd(): Promise<CheckAnswer> {
    const { gateways, stateDirectory } = this.#request;
    const memories = stateDirectory === null ? [] : await peek(stateDirectory);
    // With a memory there may be a second round, and half of the time is left for it.
    const share = stateDirectory === null ? 1 : 0.5;
    await this.#measureAll(gateways, share, this.#first);
    const suspects = gateways.filter((gateway) => this.#isSuspect(gateway, memories));
    if (suspects.length > 0 && this.#leftMs() >= LEAST_MEASUREMENT_MS && !this.#interruption.aborted) {
      await this.#measureAll(suspects, 1, this.#second);
    }
    if (stateDirectory === null) return this.#answer(null, null);
    if (this.#interruption.aborted) return this.answerSoFar();
    return this.#remember(stateDirectory);
  }

  /** What is known now; nothing is written. */
  answerSoFar(): CheckAnswer {
    const { stateDirectory: directory } = this.#request;
    const why = this.#interruption.aborted ? 'interrupted' : 'the time was up';
    return this.#answer(
      null,
      directory === null
        ? null
        : {
            directory,
            isRemembered: false,
            warnings: [`--state ${JSON.stringify(directory)}: ${why}; this check is not remembered`],
          },
    );
  }

  async #measureAll(gateways: readonly Gateway[], share: number, into: Map<string, Result>): Promise<void> {
    const { concurrency, common, descriptions } = this.#request;
    const waves = Math.ceil(gateways.length / concurrency);
    const mostMs = Math.max(LEAST_MEASUREMENT_MS, (this.#leftMs() * share) / waves);
    const signal = AbortSignal.any([
      this.#interruption,
      AbortSignal.timeout(Math.max(0, Math.floor(this.#leftMs()))),
    ]);
    await measureMany(
      gateways.map((gateway) => ({
        ...gateway,
        deadlineMs: Math.min(gateway.deadlineMs ?? DEFAULT_DEADLINE_MS, mostMs),
      })),
      {
        // It is the timeout that a check must keep.
        rate: null,
        concurrency,
        common,
        descriptions,
        signal,
        measure: this.#measure,
        onResult: ({ name }, outcome) => into.set(name, this.#resultOf(outcome)),
      },
    );
  }

  /** Says how it was cut short, where that was the timeout. */
  #resultOf({ result }: GatewayOutcome): Result {
    if (result.error?.code !== 'interrupted' || this.#interruption.aborted) return result;
    return { ...result, error: { ...result.error, message: this.#timeoutWords() } };
  }

  #timeoutWords(): string {
    return `not done within the timeout of ${this.#request.timeoutMs / 1000} s`;
  }

  #leftMs(): number {
    return this.#softEndMs - this.#clock.nowMs();
  }

  #isSuspect(gateway: Gateway, memories: readonly Memory[]): boolean {
    const result = this.#first.get(gateway.name);
    if (result === undefined) return false;
    const key = keyOf(identityOf(gateway, result));
    const memory = memories.find((candidate) => keyOf(candidate) === key) ?? null;
    return changesAgainst(memory, factsOf(result)).length > 0;
  }

  async #remember(directory: string): Promise<CheckAnswer> {
    const { updateState } = await import('../state/state-directory.ts');
    const at = this.#clock.wallClock().toISOString();
    const waitMs = Math.min(MOST_LOCK_WAIT_MS, Math.max(0, this.hardEndMs - this.#clock.nowMs()) / 2);
    const { answer, isRemembered, warnings } = await updateState(directory, { waitMs, at }, (memories) => {
      const next = new Map(memories.map((memory) => [keyOf(memory), memory]));
      const news = new Map<string, News>();
      const records: HistoryRecord[] = [];
      for (const gateway of this.#request.gateways) {
        const result = this.#latest(gateway);
        const identity = identityOf(gateway, result);
        const seen = this.#seen(gateway);
        if (seen !== null) {
          const key = keyOf(identity);
          const remembered = remember(next.get(key) ?? null, identity, seen, at);
          next.set(key, remembered.memory);
          news.set(gateway.name, remembered.news);
        }
        const { status } = judge(result, this.#limitsOf(gateway));
        records.push(recordOf(gateway, result, status, news.get(gateway.name)?.changes ?? [], at));
      }
      return { memories: withinBounds([...next.values()]), records, answer: news };
    });
    return this.#answer(answer, { directory, isRemembered, warnings });
  }

  /** Null: nothing was found out. */
  #seen({ name }: Gateway): Seen | null {
    const first = this.#first.get(name);
    if (first === undefined) return null;
    const second = this.#second.get(name);
    const facts = factsOf(first);
    const again = second === undefined || second.error !== null ? null : factsOf(second);
    return isNothing(facts) && (again === null || isNothing(again)) ? null : { facts, again };
  }

  /** The second measurement where there is one that came to its end. */
  #latest(gateway: Gateway): Result {
    const second = this.#second.get(gateway.name);
    if (second !== undefined && second.error === null) return second;
    return this.#first.get(gateway.name) ?? this.#unmeasured(gateway);
  }

  #unmeasured({ name, host, family }: Gateway): Result {
    return failedResult({
      version: toolVersion(),
      target: { input: host, address: '', family: family ?? 4, name },
      startedAt: this.#clock.wallClock(),
      durationMs: 0,
      error: { code: 'interrupted', message: this.#timeoutWords() },
    });
  }

  #answer(news: ReadonlyMap<string, News> | null, state: CheckAnswer['state']): CheckAnswer {
    const gateways = this.#request.gateways.map((gateway): CheckedGateway => {
      const result = this.#latest(gateway);
      const limits = this.#limitsOf(gateway);
      return {
        identity: identityOf(gateway, result),
        limits,
        result,
        verdict: judge(result, limits),
        figures: figuresOf(result, limits),
        news: news?.get(gateway.name) ?? null,
      };
    });
    return { status: worstStatus(gateways.map(({ verdict }) => verdict.status)), gateways, state };
  }

  #limitsOf({ name }: Gateway): Limits {
    return this.#request.limits.get(name) ?? { critical: null, warning: null };
  }
}

async function peek(directory: string): Promise<readonly Memory[]> {
  const { peekAtMemories } = await import('../state/state-directory.ts');
  return peekAtMemories(directory);
}

function identityOf({ name, host }: Gateway, { target }: Result): Identity {
  return { name, host, family: target.family };
}

function keyOf({ name, host, family }: Identity): string {
  return JSON.stringify([name, host, family]);
}

function isNothing(facts: Facts): boolean {
  return Object.values(facts).every((fact) => fact === null);
}

/** From the answer to the end of the process, on a busy machine. */
const TO_PRINT_MS = 200;
/** For the state, and for measurements to say what they know. */
const MOST_TO_WRITE_MS = 1000;
/** The lock is held for milliseconds: whoever keeps it longer is stuck. */
const MOST_LOCK_WAIT_MS = 3000;
/** A measurement takes about this long on a path with a black hole. */
const LEAST_MEASUREMENT_MS = 700;
