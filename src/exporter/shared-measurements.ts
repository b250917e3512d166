import { nowMs } from '../net/clock.ts';
import type { ProbeEvent } from '../probe/event.ts';
import type { Result } from '../results/result.ts';

/** What to measure, and when two requests want the same. */
export interface MeasurementPlan {
  /** Requests with the same key share a measurement. */
  readonly key: string;
  /** Two measurements of the same target never run at the same time, whatever their keys. */
  readonly target: string;
  readonly measure: (control: MeasurementControl) => Promise<Result>;
}

export interface MeasurementControl {
  /** When to stop and say what is known, in ms from now. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: ProbeEvent) => void;
}

/** How long whoever asks has got. Times are on the clock of net/clock.ts. */
export interface Patience {
  /** When the measurement has to be over. */
  readonly measureUntilMs: number;
  /** When an answer is of no use any more. */
  readonly answerByMs: number;
  /** Aborted when whoever asked has left. */
  readonly signal: AbortSignal;
}

export type Answer =
  | { readonly type: 'measured'; readonly result: Result; readonly events: readonly ProbeEvent[] }
  /** The measurement could not be made: `error` is what it rejected with. */
  | { readonly type: 'failed'; readonly error: unknown; readonly events: readonly ProbeEvent[] }
  /** It was not made in time, or at all. */
  | { readonly type: 'refused'; readonly reason: string };

/**
 * Runs measurements so that no number of requests becomes a flood:
 *
 * 1. A request for what is being measured, or waits for it, shares that measurement and its result.
 * 2. A target is measured once at a time.
 * 3. At most `concurrency` measurements run; the others wait in the order in which they came. One whose target is
 *    busy lets those behind it pass.
 * 4. A measurement has to be over when the most impatient of those who wait for its start needs it. Whoever joins
 *    later takes the result as it comes.
 * 5. A request that cannot be answered in time is refused, at the latest when its time is over.
 * 6. A measurement that nobody waits for any more is ended.
 */
export class SharedMeasurements {
  readonly #concurrency: number;
  /** Those that can be joined, by key. */
  readonly #jobs = new Map<string, Job>();
  #queue: Job[] = [];
  readonly #running = new Set<Job>();
  #isStopped = false;

  constructor({ concurrency }: { readonly concurrency: number }) {
    this.#concurrency = concurrency;
  }

  get running(): number {
    return this.#running.size;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** Never rejects. */
  request(plan: MeasurementPlan, patience: Patience): Promise<Answer> {
    if (this.#isStopped) return Promise.resolve(STOPPED);
    const job = this.#jobs.get(plan.key) ?? this.#enqueue(plan);
    const answer = this.#wait(job, patience);
    this.#startNext();
    return answer;
  }

  /** Ends all measurements and refuses all requests, from now on too. */
  stop(): void {
    this.#isStopped = true;
    for (const job of [...this.#queue, ...this.#running]) this.#end(job, STOPPED);
  }

  #enqueue(plan: MeasurementPlan): Job {
    const job: Job = { plan, waiting: new Set(), abort: new AbortController(), events: [], isRunning: false };
    this.#jobs.set(plan.key, job);
    this.#queue.push(job);
    return job;
  }

  #wait(job: Job, patience: Patience): Promise<Answer> {
    return new Promise((resolve) => {
      const waiter: Waiter = {
        patience,
        timer: undefined,
        settle: (answer) => {
          clearTimeout(waiter.timer);
          patience.signal.removeEventListener('abort', leave);
          job.waiting.delete(waiter);
          resolve(answer);
          if (job.waiting.size === 0) this.#end(job, GONE);
        },
      };
      const leave = (): void => waiter.settle(GONE);
      job.waiting.add(waiter);
      patience.signal.addEventListener('abort', leave, { once: true });
      if (patience.signal.aborted) leave();
      else if (job.isRunning) giveUpAt(waiter, patience.answerByMs, TOO_SLOW);
      // What begins later than this has no time to find anything.
      else giveUpAt(waiter, patience.measureUntilMs - LEAST_MEASUREMENT_MS, TOO_BUSY);
    });
  }

  #startNext(): void {
    for (const job of this.#queue) {
      if (this.#running.size >= this.#concurrency) return;
      const isBusy = [...this.#running].some((other) => other.plan.target === job.plan.target);
      if (!isBusy) void this.#run(job);
    }
  }

  async #run(job: Job): Promise<void> {
    this.#queue = this.#queue.filter((other) => other !== job);
    this.#running.add(job);
    job.isRunning = true;
    const now = nowMs();
    let untilMs = Infinity;
    for (const waiter of job.waiting) {
      untilMs = Math.min(untilMs, waiter.patience.measureUntilMs);
      giveUpAt(waiter, waiter.patience.answerByMs, TOO_SLOW);
    }
    const answer = await outcomeOf(job, Math.max(LEAST_MEASUREMENT_MS, untilMs - now));
    this.#running.delete(job);
    this.#end(job, answer);
    this.#startNext();
  }

  /** Gives everybody who waits this answer. A measurement that still runs is stopped, and cannot be joined. */
  #end(job: Job, answer: Answer): void {
    if (this.#jobs.get(job.plan.key) === job) this.#jobs.delete(job.plan.key);
    this.#queue = this.#queue.filter((other) => other !== job);
    job.abort.abort();
    for (const waiter of job.waiting) waiter.settle(answer);
  }
}

interface Job {
  readonly plan: MeasurementPlan;
  readonly waiting: Set<Waiter>;
  readonly abort: AbortController;
  readonly events: ProbeEvent[];
  isRunning: boolean;
}

interface Waiter {
  readonly patience: Patience;
  readonly settle: (answer: Answer) => void;
  timer: NodeJS.Timeout | undefined;
}

function giveUpAt(waiter: Waiter, atMs: number, answer: Answer): void {
  clearTimeout(waiter.timer);
  waiter.timer = setTimeout(() => waiter.settle(answer), Math.max(0, atMs - nowMs()));
}

async function outcomeOf({ plan, abort, events }: Job, deadlineMs: number): Promise<Answer> {
  try {
    const result = await plan.measure({
      deadlineMs,
      signal: abort.signal,
      onEvent: (event) => {
        if (events.length < MOST_EVENTS) events.push(event);
      },
    });
    return { type: 'measured', result, events };
  } catch (error) {
    return { type: 'failed', error, events };
  }
}

const GONE: Answer = { type: 'refused', reason: 'nobody waits for the answer' };
const STOPPED: Answer = { type: 'refused', reason: 'the exporter is shutting down' };
const TOO_SLOW: Answer = {
  type: 'refused',
  reason: 'the measurement takes longer than this scrape has time: raise scrape_timeout',
};
const TOO_BUSY: Answer = {
  type: 'refused',
  reason: 'too many measurements wait: raise --concurrency, scrape_timeout or scrape_interval',
};

/** Four round trips of a path across an ocean fit in. */
const LEAST_MEASUREMENT_MS = 250;

/** Three per probe, and no measurement sends a thousand. */
const MOST_EVENTS = 3000;
