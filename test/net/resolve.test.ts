import { describe, expect, test } from '@jest/globals';
import { resolveTarget } from '../../src/net/resolve.ts';

describe('the address of a target', () => {
  test.each([
    ['192.0.2.1', 4],
    ['2001:db8::1', 6],
    ['fe80::1%lo', 6],
  ] as const)('%s is its own, zone included', async (address, family) => {
    expect(await resolveTarget(address, undefined)).toEqual({ address, family });
    expect(await resolveTarget(address, family)).toEqual({ address, family });
  });

  test('of a name is what the system says', async () => {
    expect(await resolveTarget('localhost', 4)).toEqual({ address: '127.0.0.1', family: 4 });
  });

  test.each([
    ['192.0.2.1', 6, '192.0.2.1 is an IPv4 address, but IPv6 was asked for; leave out -6'],
    ['2001:db8::1', 4, '2001:db8::1 is an IPv6 address, but IPv4 was asked for; leave out -4'],
  ] as const)('%s is refused as IPv%i', async (address, family, message) => {
    await expect(resolveTarget(address, family)).rejects.toMatchObject({
      name: 'PathmtuError',
      code: 'wrong-family',
      message,
    });
  });

  test.each([
    [
      undefined,
      /^no address found for "pathmtu-test\.invalid"( \(\w+\))?; check the spelling and the DNS server$/,
    ],
    [
      6,
      /^no IPv6 address found for "pathmtu-test\.invalid"( \(\w+\))?; check the spelling and the DNS server$/,
    ],
  ] as const)(
    'of a name that cannot exist is an error of one line that says so (family %p)',
    async (family, message) => {
      await expect(resolveTarget('pathmtu-test.invalid', family)).rejects.toMatchObject({
        name: 'PathmtuError',
        code: 'unresolved',
        message: expect.stringMatching(message),
      });
    },
    // Without a DNS server that answers, the system gives up only after several timeouts of its own.
    60_000,
  );

  test('of nothing at all is an error, not null', async () => {
    await expect(resolveTarget('', undefined)).rejects.toMatchObject({ code: 'unresolved' });
  });
});
