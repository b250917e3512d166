import { describe, expect, test } from '@jest/globals';
import { PathmtuError } from '../../src/errors.ts';
import { plainGateway } from '../../src/gateways/plain.ts';
import type { IkeAuthDescription } from '../../src/ike/description.ts';
import { PacketRate } from '../../src/net/packet-rate.ts';
import type { ProbeEvent } from '../../src/probe/event.ts';
import { measureMany, type MeasureManyOptions } from '../../src/run/measure-many.ts';
import type { MeasureOptions } from '../../src/run/options.ts';
import { sent } from '../report/events.ts';
import { healthy } from '../report/results.ts';

const EVERYONE = ['a', 'b', 'c', 'd', 'e'].map((host) => plainGateway(host));
const DESCRIPTION: IkeAuthDescription = {
  profile: 'generic',
  authorityCount: null,
  identity: { type: 'address', family: 4 },
  authentication: { type: 'eap' },
};

function unresolved(host: string): PathmtuError {
  return new PathmtuError('unresolved', `no address found for "${host}"`);
}

describe('measuring many', () => {
  test('gives outcomes in the order of the gateways, whoever is done first', async () => {
    const waiting: (() => void)[] = [];
    const ran = measureMany(EVERYONE, {
      measure: async () => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return healthy;
      },
    });
    await settled();
    for (const resolve of waiting.toReversed()) resolve();
    expect((await ran).map(({ gateway, result }) => [gateway.name, result.target.name])).toEqual(
      EVERYONE.map(({ name }) => [name, name]),
    );
  });

  test.each([1, 3])('measures at most %i at a time', async (concurrency) => {
    let running = 0;
    let most = 0;
    await measureMany(EVERYONE, {
      concurrency,
      measure: async () => {
        running += 1;
        most = Math.max(most, running);
        await settled();
        running -= 1;
        return healthy;
      },
    });
    expect(most).toBe(concurrency);
  });

  test('one that cannot be measured leaves the others as they are', async () => {
    const told: string[] = [];
    const outcomes = await measureMany(EVERYONE, {
      measure: (host) => (host === 'b' ? Promise.reject(unresolved(host)) : Promise.resolve(healthy)),
      onResult: ({ name }, { type }) => told.push(`${name} ${type}`),
    });
    expect(outcomes.map(({ type }) => type)).toEqual([
      'measured',
      'failed',
      'measured',
      'measured',
      'measured',
    ]);
    expect(told.toSorted()).toEqual(['a measured', 'b failed', 'c measured', 'd measured', 'e measured']);
    expect(outcomes[1]).toMatchObject({
      error: { code: 'unresolved', message: 'no address found for "b"' },
      result: {
        schemaVersion: 1,
        target: { input: 'b', address: '', family: 4, name: 'b' },
        status: 'unreachable',
        pathMtu: null,
        methods: [],
        error: { code: 'unresolved', message: 'no address found for "b"' },
      },
    });
  });

  test.each([
    { host: '192.0.2.1', family: null, target: { address: '192.0.2.1', family: 4 } },
    { host: '2001:db8::1', family: null, target: { address: '2001:db8::1', family: 6 } },
    { host: 'fe80::1%eth0', family: null, target: { address: 'fe80::1%eth0', family: 6 } },
    { host: 'vpn', family: 6 as const, target: { address: '', family: 6 } },
  ])('the target of a failure at $host is what is known of it', async ({ host, family, target }) => {
    const [outcome] = await measureMany([plainGateway(host, { family })], {
      measure: () => Promise.reject(unresolved(host)),
    });
    expect(outcome?.result.target).toEqual({ input: host, name: host, ...target });
  });

  test.each(['not-permitted', 'addon-missing', 'bad-option'])('%s concerns them all', async (code) => {
    const measured: string[] = [];
    const ran = measureMany(EVERYONE, {
      concurrency: 1,
      measure: (host) => {
        measured.push(host);
        return Promise.reject(new PathmtuError(code, 'no'));
      },
    });
    await expect(ran).rejects.toMatchObject({ code });
    await settled();
    expect(measured).toEqual(['a']);
  });

  test('an error that nobody foresaw is not hidden', async () => {
    const ran = measureMany(EVERYONE, {
      measure: () => Promise.reject(new TypeError('x is not a function')),
    });
    await expect(ran).rejects.toThrow('x is not a function');
  });

  test('an interruption ends those under way, and the others do not begin', async () => {
    const interruption = new AbortController();
    const outcomes = await measureMany(EVERYONE, {
      concurrency: 1,
      signal: interruption.signal,
      measure: (_host, { signal }) =>
        new Promise((resolve) => {
          signal?.addEventListener('abort', () => resolve(healthy));
          interruption.abort();
        }),
    });
    expect(outcomes.map(({ type, result }) => [type, result.error?.code ?? null])).toEqual([
      ['measured', null],
      ...EVERYONE.slice(1).map(() => ['failed', 'interrupted']),
    ]);
  });

  test('tells whose event it is', async () => {
    const events: [string, ProbeEvent][] = [];
    await measureMany(EVERYONE.slice(0, 2), {
      measure: async (host, { onEvent }) => {
        onEvent?.(sent(host === 'a' ? 1 : 2));
        return healthy;
      },
      onEvent: ({ name }, event) => events.push([name, event]),
    });
    expect(events).toEqual([
      ['a', sent(1)],
      ['b', sent(2)],
    ]);
  });

  test.each([0, 1.5, -1])('%d at a time is refused', async (concurrency) => {
    await expect(measureMany(EVERYONE, { concurrency })).rejects.toMatchObject({ code: 'bad-option' });
  });
});

describe('the rate of many', () => {
  test('is one for all of them', async () => {
    const wishes = await wishesOf(3, {});
    expect(wishes[0]?.rate).toBeInstanceOf(PacketRate);
    expect(new Set(wishes.map(({ rate }) => rate)).size).toBe(1);
  });

  test('is none where null asks for none', async () => {
    expect((await wishesOf(20, { rate: null })).map((wish) => 'rate' in wish || 'strategy' in wish)).toEqual(
      Array.from({ length: 20 }, () => false),
    );
  });

  test.each([
    { count: 16, common: {}, found: {} },
    { count: 17, common: {}, found: { strategy: 'binary', deadlineMs: 30_000 } },
    {
      count: 17,
      common: { strategy: 'parallel' as const, deadlineMs: 2000 },
      found: { strategy: 'parallel', deadlineMs: 2000 },
    },
  ])('of $count gateways that ask for $common each gets $found', async (row) => {
    const wishes = await wishesOf(row.count, { common: row.common });
    expect(wishes.map(({ strategy, deadlineMs }) => ({ strategy, deadlineMs }))).toEqual(
      Array.from({ length: row.count }, () => row.found),
    );
  });

  test.each([
    { options: {}, most: 256 },
    { options: { rate: null }, most: 8 },
    { options: { concurrency: 3 }, most: 3 },
  ])('$most are under way at most with $options', async ({ options, most }) => {
    let begun = 0;
    const interruption = new AbortController();
    const ran = measureMany(
      Array.from({ length: 300 }, (_, index) => `host${index}`),
      {
        ...options,
        signal: interruption.signal,
        measure: (_host, { signal }) => {
          begun += 1;
          return new Promise((resolve) => {
            signal?.addEventListener('abort', () => resolve(healthy));
          });
        },
      },
    );
    await settled();
    expect(begun).toBe(most);
    interruption.abort();
    await ran;
  });

  test.each([9, 10.5, 100_001, Number.NaN])('of %d is refused', async (rate) => {
    await expect(measureMany(['a'], { rate })).rejects.toMatchObject({ code: 'bad-option' });
  });
});

describe('what a gateway says of itself', () => {
  const all = plainGateway('a', {
    family: 6,
    methods: ['ike'],
    ikeAuth: { type: 'size', bytes: 3200 },
    client: 'windows',
    natT: true,
    deadlineMs: 2000,
  });

  test('arrives at its measurement', async () => {
    expect(await asked(all, {})).toEqual({
      family: 6,
      methods: ['ike'],
      ikeAuthBytes: 3200,
      client: 'windows',
      natT: true,
      deadlineMs: 2000,
    });
  });

  test('wins over what is said for all', async () => {
    const common: MeasureManyOptions['common'] = {
      family: 4,
      methods: ['icmp'],
      ikeAuth: DESCRIPTION,
      natT: false,
      deadlineMs: 1,
      maxBytes: 9000,
    };
    expect(await asked(all, { common })).toEqual({
      family: 6,
      methods: ['ike'],
      ikeAuthBytes: 3200,
      client: 'windows',
      natT: true,
      deadlineMs: 2000,
      maxBytes: 9000,
    });
    expect(await asked(plainGateway('b'), { common })).toEqual(common);
  });

  test('in certificates is its description, which has a client of its own', async () => {
    const gateway = plainGateway('a', {
      ikeAuth: { type: 'certificates', files: ['x.pem'] },
      client: 'windows',
    });
    const options = { descriptions: new Map([['a', DESCRIPTION]]), common: { ikeAuthBytes: 1400 } };
    expect(await asked(gateway, options)).toEqual({ ikeAuth: DESCRIPTION });
  });
});

/** The options that a measurement of this gateway gets, without those that are the run's. */
async function asked(
  gateway: Parameters<typeof measureMany>[0][number],
  options: MeasureManyOptions,
): Promise<MeasureOptions> {
  let found: MeasureOptions = {};
  await measureMany([gateway], {
    ...options,
    measure: async (_host, { signal: _signal, onEvent: _onEvent, rate: _rate, ...given }) => {
      found = given;
      return healthy;
    },
  });
  return found;
}

/** The options of each measurement of so many gateways. */
async function wishesOf(count: number, options: MeasureManyOptions): Promise<MeasureOptions[]> {
  const wishes: MeasureOptions[] = [];
  await measureMany(
    Array.from({ length: count }, (_, index) => `host${index}`),
    {
      ...options,
      measure: async (_host, wish) => {
        wishes.push(wish);
        return healthy;
      },
    },
  );
  return wishes;
}

/** When all that can go on without waiting for anything has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
