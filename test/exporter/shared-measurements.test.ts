import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  SharedMeasurements,
  type Answer,
  type MeasurementControl,
  type MeasurementPlan,
  type Patience,
} from '../../src/exporter/shared-measurements.ts';
import { nowMs } from '../../src/net/clock.ts';
import { bounded, healthy } from '../report/results.ts';
import { sent } from '../report/events.ts';
import { pending, settle, type Pending } from './fakes.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Plans whose measurements the test ends, by key; and what was started, in order. */
function plans() {
  const started: string[] = [];
  const runs = new Map<string, Pending & { readonly control: MeasurementControl }>();
  const plan = (key: string, target = key): MeasurementPlan => ({
    key,
    target,
    measure: (control) => {
      started.push(key);
      const run = pending();
      runs.set(key, { ...run, control });
      return run.promise;
    },
  });
  const run = (key: string) => {
    const found = runs.get(key);
    if (found === undefined) throw new Error(`${key} was not started`);
    return found;
  };
  return { started, plan, run };
}

function patience(ms: number, signal = new AbortController().signal): Patience {
  return { measureUntilMs: nowMs() + ms, answerByMs: nowMs() + ms + 100, signal };
}

async function stateOf(answer: Promise<Answer>): Promise<Answer | 'waiting'> {
  await settle();
  return Promise.race([answer, Promise.resolve('waiting' as const)]);
}

const MEASURED = { type: 'measured', result: healthy, events: [] };

describe('requests for the same', () => {
  test('share one measurement, its result and its events', async () => {
    const { started, plan, run } = plans();
    const shared = new SharedMeasurements({ concurrency: 4 });
    const first = shared.request(plan('paris'), patience(9000));
    const second = shared.request(plan('paris'), patience(9000));
    run('paris').control.onEvent(sent(1));
    const third = shared.request(plan('paris'), patience(9000));
    expect(started).toEqual(['paris']);
    run('paris').end(bounded);
    const answer = { type: 'measured', result: bounded, events: [sent(1)] };
    expect(await Promise.all([first, second, third])).toEqual([answer, answer, answer]);
    expect([shared.running, shared.queued]).toEqual([0, 0]);
  });

  test('begin anew when the measurement is over: nothing is kept', async () => {
    const { started, plan, run } = plans();
    const shared = new SharedMeasurements({ concurrency: 4 });
    const first = shared.request(plan('paris'), patience(9000));
    run('paris').end();
    await first;
    void shared.request(plan('paris'), patience(9000));
    expect(started).toEqual(['paris', 'paris']);
  });

  test('share a failure too', async () => {
    const { plan, run } = plans();
    const shared = new SharedMeasurements({ concurrency: 4 });
    const answers = [1, 2].map(() => shared.request(plan('paris'), patience(9000)));
    const error = new Error('no');
    run('paris').fail(error);
    const answer = { type: 'failed', error, events: [] };
    expect(await Promise.all(answers)).toEqual([answer, answer]);
  });
});

describe('what runs', () => {
  test('is at most so much at a time; the others wait in their order', async () => {
    const { started, plan, run } = plans();
    const shared = new SharedMeasurements({ concurrency: 2 });
    const answers = ['a', 'b', 'c', 'd'].map((key) => shared.request(plan(key), patience(9000)));
    expect(started).toEqual(['a', 'b']);
    expect([shared.running, shared.queued]).toEqual([2, 2]);
    run('b').end();
    await settle();
    expect(started).toEqual(['a', 'b', 'c']);
    run('c').end();
    await settle();
    expect(started).toEqual(['a', 'b', 'c', 'd']);
    run('a').end();
    run('d').end();
    expect(await Promise.all(answers)).toEqual([MEASURED, MEASURED, MEASURED, MEASURED]);
  });

  test('is never the same target twice: another way to measure it waits, and others pass', async () => {
    const { started, plan, run } = plans();
    const shared = new SharedMeasurements({ concurrency: 2 });
    void shared.request(plan('paris icmp', 'paris'), patience(9000));
    void shared.request(plan('paris udp', 'paris'), patience(9000));
    void shared.request(plan('berlin'), patience(9000));
    expect(started).toEqual(['paris icmp', 'berlin']);
    run('paris icmp').end();
    await settle();
    expect(started).toEqual(['paris icmp', 'berlin', 'paris udp']);
  });

  test('has to be over when the most impatient of those who wait for its start needs it', async () => {
    const { plan, run } = plans();
    const shared = new SharedMeasurements({ concurrency: 1 });
    void shared.request(plan('first'), patience(9000));
    void shared.request(plan('second'), patience(8000));
    void shared.request(plan('second'), patience(5000));
    expect(run('first').control.deadlineMs).toBe(9000);
    jest.advanceTimersByTime(1000);
    run('first').end();
    await settle();
    expect(run('second').control.deadlineMs).toBe(4000);
  });
});

describe('a request that cannot be answered in time', () => {
  test('is refused while it waits, as soon as a measurement would have no time', async () => {
    const { started, plan } = plans();
    const shared = new SharedMeasurements({ concurrency: 1 });
    void shared.request(plan('a'), patience(60_000));
    const late = shared.request(plan('b'), patience(5000));
    jest.advanceTimersByTime(4700);
    expect(await stateOf(late)).toBe('waiting');
    jest.advanceTimersByTime(100);
    expect(await late).toEqual({
      type: 'refused',
      reason: expect.stringContaining('too many measurements wait'),
    });
    expect({ started, queued: shared.queued }).toEqual({ started: ['a'], queued: 0 });
  });

  test('is refused when it joined a measurement that takes longer; the others get the result', async () => {
    const { plan, run } = plans();
    const shared = new SharedMeasurements({ concurrency: 1 });
    const patient = shared.request(plan('a'), patience(9000));
    const hasty = shared.request(plan('a'), patience(1000));
    jest.advanceTimersByTime(1100);
    expect(await hasty).toEqual({ type: 'refused', reason: expect.stringContaining('takes longer') });
    run('a').end();
    expect(await patient).toEqual(MEASURED);
  });
});

describe('a measurement that nobody waits for any more', () => {
  test('is aborted, and cannot be joined', async () => {
    const { started, plan, run } = plans();
    const shared = new SharedMeasurements({ concurrency: 2 });
    const clients = [new AbortController(), new AbortController()];
    const answers = clients.map(({ signal }) => shared.request(plan('a'), patience(9000, signal)));
    const { control, end } = run('a');
    clients[0]?.abort();
    expect(control.signal.aborted).toBe(false);
    clients[1]?.abort();
    expect(control.signal.aborted).toBe(true);
    expect(await Promise.all(answers)).toEqual([
      expect.objectContaining({ type: 'refused' }),
      expect.objectContaining({ type: 'refused' }),
    ]);
    const next = shared.request(plan('a'), patience(9000));
    // The target is still busy with the one that ends.
    expect(started).toEqual(['a']);
    end(bounded);
    await settle();
    expect(started).toEqual(['a', 'a']);
    run('a').end();
    expect(await next).toEqual(MEASURED);
  });

  test('does not begin when it waited', async () => {
    const { started, plan, run } = plans();
    const shared = new SharedMeasurements({ concurrency: 1 });
    void shared.request(plan('a'), patience(9000));
    const client = new AbortController();
    void shared.request(plan('b'), patience(9000, client.signal));
    client.abort();
    run('a').end();
    await settle();
    expect({ started, queued: shared.queued }).toEqual({ started: ['a'], queued: 0 });
  });

  test('is one of a client that had left before', async () => {
    const { plan } = plans();
    const shared = new SharedMeasurements({ concurrency: 1 });
    const answer = await shared.request(plan('a'), patience(9000, AbortSignal.abort()));
    expect(answer).toMatchObject({ type: 'refused' });
    expect([shared.running, shared.queued]).toEqual([0, 0]);
  });
});

test('stop ends what runs and what waits, and refuses what comes', async () => {
  const { plan, run } = plans();
  const shared = new SharedMeasurements({ concurrency: 1 });
  const answers = ['a', 'b'].map((key) => shared.request(plan(key), patience(9000)));
  shared.stop();
  const refusal = { type: 'refused', reason: 'the exporter is shutting down' };
  expect(await Promise.all(answers)).toEqual([refusal, refusal]);
  expect(run('a').control.signal.aborted).toBe(true);
  expect(await shared.request(plan('c'), patience(9000))).toEqual(refusal);
});

test('no timer is left when everything is answered', async () => {
  const { plan, run } = plans();
  const shared = new SharedMeasurements({ concurrency: 1 });
  const answers = ['a', 'b'].map((key) => shared.request(plan(key), patience(9000)));
  run('a').end();
  await settle();
  run('b').end();
  await Promise.all(answers);
  expect(jest.getTimerCount()).toBe(0);
});
