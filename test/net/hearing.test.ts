import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Hearing } from '../../src/net/hearing.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** One turn of the event loop, in which a socket may bring a message. */
function turn(hearing: Hearing, brings: 'a message' | 'nothing'): void {
  if (brings === 'a message') hearing.onMessage();
  jest.advanceTimersToNextTimer();
}

function waiting(): { readonly hearing: Hearing; readonly called: () => number } {
  const hearing = new Hearing();
  let calls = 0;
  hearing.whenQuiet(() => calls++);
  return { hearing, called: () => calls };
}

describe('whoever waits until everything was heard', () => {
  test('is not called before the sockets had their turn', () => {
    const { hearing, called } = waiting();
    expect(called()).toBe(0);
    turn(hearing, 'nothing');
    expect(called()).toBe(0);
    turn(hearing, 'nothing');
    expect(called()).toBe(1);
  });

  test('waits as long as every turn brings a message', () => {
    const { hearing, called } = waiting();
    for (let count = 0; count < 15; count++) turn(hearing, 'a message');
    expect(called()).toBe(0);
    turn(hearing, 'nothing');
    expect(called()).toBe(1);
  });

  test('does not wait for ever: a host that never stops is not waited for', () => {
    const { hearing, called } = waiting();
    turn(hearing, 'a message');
    jest.advanceTimersByTime(20);
    turn(hearing, 'a message');
    expect(called()).toBe(1);
  });

  test('is called together with all others that came meanwhile, each once; who comes later waits anew', () => {
    const { hearing, called } = waiting();
    let later = 0;
    hearing.whenQuiet(() => hearing.whenQuiet(() => later++));
    turn(hearing, 'nothing');
    turn(hearing, 'nothing');
    expect([called(), later]).toEqual([1, 0]);
    turn(hearing, 'nothing');
    turn(hearing, 'nothing');
    expect([called(), later]).toEqual([1, 1]);
  });
});
