import { networkInterfaces } from 'node:os';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { findRoute } from '../../src/net/route.ts';

describe('the route to a target', () => {
  test('on this host leaves through loopback, with the largest packet that IP has', async () => {
    const mtu = Number(await readFile('/sys/class/net/lo/mtu', 'utf8'));
    expect(await findRoute('127.0.0.1', 4)).toEqual({ source: '127.0.0.1', localMtu: Math.min(mtu, 65_535) });
  });

  test('to an address of an interface of this host leaves through loopback too', async () => {
    const own = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ family }) => family === 'IPv4')
      .map(({ address }) => address);
    const routes = await Promise.all(own.map((address) => findRoute(address, 4)));
    const { localMtu } = await findRoute('127.0.0.1', 4);
    expect(routes).toEqual(own.map((source) => ({ source, localMtu })));
  });

  test.each([
    ['a link-local address without its zone', 'fe80::1', 6],
    ['the broadcast address', '255.255.255.255', 4],
  ] as const)('to %s there is none: an error of one line that says so', async (_, address, family) => {
    await expect(findRoute(address, family)).rejects.toMatchObject({
      name: 'PathmtuError',
      code: 'no-route',
      message: `this host has no IPv${family} route to ${address}; check the address, the network connection and the default route`,
      cause: expect.objectContaining({ syscall: 'connect' }),
    });
  });
});
