import { describe, expect, test } from '@jest/globals';
import { PathmtuError } from '../../src/errors.ts';
import { plainGateway } from '../../src/gateways/plain.ts';
import type { ResolvedTarget } from '../../src/net/resolve.ts';
import { parseRange } from '../../src/exporter/address-range.ts';
import { admit } from '../../src/exporter/targets.ts';
import { range } from './fakes.ts';

const VPN = plainGateway('vpn.example.net', { name: 'paris', family: 6 });
const NAMED_LIKE_A_HOST = plainGateway('10.9.9.9', { name: 'vpn.example.net' });

/** A name server that knows these, and notes what it is asked. */
function nameServer(answers: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const resolve = async (host: string, family?: number): Promise<ResolvedTarget> => {
    asked.push(family === undefined ? host : `${host} ${family}`);
    const address = /^[\d.]+$|:/.test(host) ? host : answers[host];
    if (address === undefined) throw new PathmtuError('unresolved', `no address found for ${host}`);
    return { address, family: address.includes(':') ? 6 : 4 };
  };
  return { asked, resolve };
}

describe('a gateway of the file', () => {
  test.each(['paris', 'vpn.example.net', 'VPN.Example.NET'])('may be asked for as %s', async (target) => {
    const { resolve, asked } = nameServer({ 'vpn.example.net': '2001:db8::1' });
    expect(await admit(target, { gateways: [VPN], allowed: [], resolve })).toEqual({
      type: 'allowed',
      gateway: VPN,
      isInFile: true,
      address: '2001:db8::1',
      family: 6,
    });
    expect(asked).toEqual(['vpn.example.net 6']);
  });

  test('is looked for by name before it is by host', async () => {
    const { resolve } = nameServer({});
    const admission = await admit('vpn.example.net', {
      gateways: [VPN, NAMED_LIKE_A_HOST],
      allowed: [],
      resolve,
    });
    expect(admission).toMatchObject({ type: 'allowed', gateway: NAMED_LIKE_A_HOST, address: '10.9.9.9' });
  });

  test('whose name has no address is no stranger', async () => {
    const { resolve } = nameServer({});
    expect(await admit('paris', { gateways: [VPN], allowed: [], resolve })).toMatchObject({
      type: 'unresolved',
      gateway: VPN,
      error: { code: 'unresolved' },
    });
  });
});

describe('any other target', () => {
  test('is forbidden without --allow-target, and no name server is asked', async () => {
    const { resolve, asked } = nameServer({ 'other.example': '10.0.0.1' });
    for (const target of ['other.example', '10.0.0.1', 'Paris', '192.0.2.1']) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await admit(target, { gateways: [VPN], allowed: [], resolve })).toMatchObject({
        type: 'forbidden',
      });
    }
    expect(asked).toEqual([]);
  });

  test.each([
    { target: '10.1.2.3', address: '10.1.2.3' },
    { target: 'inside.example', address: '10.200.0.1' },
    { target: '2001:db8:5::9', address: '2001:db8:5::9' },
    { target: 'fe80::1%eth0', address: 'fe80::1%eth0' },
  ])('is measured at the address in the range: $target', async ({ target, address }) => {
    const { resolve, asked } = nameServer({ 'inside.example': '10.200.0.1' });
    const allowed = [range('10.0.0.0/8'), range('2001:db8::/32'), range('fe80::/10')];
    expect(await admit(target, { gateways: [VPN], allowed, resolve })).toMatchObject({
      type: 'allowed',
      isInFile: false,
      gateway: { name: target, host: target, requireMtu: null },
      address,
    });
    // Once: whoever measures takes that address, and a second answer of the name server counts for nothing.
    expect(asked).toEqual([target]);
  });

  test.each(['11.0.0.1', 'outside.example', '2001:db9::1', '::ffff:11.0.0.1', 'unknown.example'])(
    'is forbidden outside of it: %s',
    async (target) => {
      const { resolve } = nameServer({ 'outside.example': '192.168.1.1' });
      const allowed = [range('10.0.0.0/8'), range('2001:db8::/32')];
      expect(await admit(target, { gateways: [VPN], allowed, resolve })).toMatchObject({ type: 'forbidden' });
    },
  );

  test('that cannot be a name is not looked up', async () => {
    const { resolve, asked } = nameServer({});
    for (const target of ['<script>', 'a b', 'a/b', '../etc', 'ä.example', 'x;reboot']) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await admit(target, { gateways: [], allowed: [range('0.0.0.0/0')], resolve })).toMatchObject({
        type: 'forbidden',
      });
    }
    expect(asked).toEqual([]);
  });
});

describe('a range', () => {
  test.each(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32', '::1', '0.0.0.0/0'])('is %s', (text) => {
    expect(parseRange(text)).not.toBeNull();
  });

  test.each(['', '10.0.0.0/33', '10.0.0/8/8', 'vpn.example', '2001:db8::/129', '/8', 'any'])(
    'is not "%s"',
    (text) => {
      expect(parseRange(text)).toBeNull();
    },
  );
});
