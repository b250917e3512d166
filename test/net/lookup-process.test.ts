import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LookupProcess } from '../../src/net/lookup-process.ts';

describe('a process that looks names up', () => {
  let lookups = new LookupProcess();
  beforeEach(() => {
    lookups = new LookupProcess();
  });
  afterEach(() => lookups.close());
  const never = new AbortController().signal;

  test('gives the address of a name, and an address as it is', async () => {
    const found = await Promise.all(
      ['localhost', '192.0.2.1', 'localhost'].map((name) => lookups.resolve(name, 4, never)),
    );
    expect(found).toEqual(['127.0.0.1', '192.0.2.1', '127.0.0.1']);
  });

  test('says of a name without address what any lookup says', async () => {
    await expect(lookups.resolve('no-such-host.invalid', undefined, never)).rejects.toMatchObject({
      code: 'unresolved',
      message: expect.stringMatching(/^no address found for "no-such-host\.invalid" \(E[A-Z_]+\)/),
    });
  }, 30_000);

  test('leaves off at a signal', async () => {
    const interruption = new AbortController();
    const lookup = lookups.resolve('localhost', 4, interruption.signal);
    interruption.abort();
    await expect(lookup).rejects.toMatchObject({ code: 'interrupted' });
  });

  test('says so when it is ended in the middle', async () => {
    const lookup = lookups.resolve('localhost', 4, never);
    lookups.close();
    await expect(lookup).rejects.toMatchObject({ code: 'unresolved' });
  });
});
