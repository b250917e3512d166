import { describe, expect, test } from '@jest/globals';
import type { ProbeEvent } from '../../src/probe/event.ts';
import { EventStream } from '../../src/run/event-stream.ts';

const estimate = (fits: number): ProbeEvent => ({
  type: 'estimate',
  atMs: fits,
  method: 'icmp',
  fits,
  fails: null,
});

function iterable(stream: EventStream): AsyncIterable<ProbeEvent> {
  return { [Symbol.asyncIterator]: () => stream.iterate() };
}

async function sizesOf(stream: AsyncIterable<ProbeEvent>): Promise<(number | null)[]> {
  const sizes: (number | null)[] = [];
  for await (const event of stream) sizes.push(event.type === 'estimate' ? event.fits : null);
  return sizes;
}

describe('an event stream', () => {
  test('gives the events in order, also those that came before the reader asked, and then ends', async () => {
    const stream = new EventStream();
    const reading = sizesOf(iterable(stream));
    stream.push(estimate(1));
    stream.push(estimate(2));
    await Promise.resolve();
    stream.push(estimate(3));
    stream.end();
    await expect(reading).resolves.toEqual([1, 2, 3]);
  });

  test('gives every reader all of them', async () => {
    const stream = new EventStream();
    const readings = [sizesOf(iterable(stream)), sizesOf(iterable(stream))];
    stream.push(estimate(7));
    stream.end();
    await expect(Promise.all(readings)).resolves.toEqual([[7], [7]]);
  });

  test('keeps nothing for a reader that left', async () => {
    const stream = new EventStream();
    const reader = stream.iterate();
    await reader.return?.();
    stream.push(estimate(1));
    const late = sizesOf(iterable(stream));
    stream.end();
    await expect(late).resolves.toEqual([]);
  });
});
