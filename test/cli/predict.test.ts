import { describe, expect, test } from '@jest/globals';
import { run } from './fake-surroundings.ts';

describe('pathmtu predict', () => {
  test('prints the document of the contract with --json', async () => {
    const { exitCode, stdout, stderr, measured } = await run(
      'predict --ike-auth 3200 --mtu 1400 --nat-t --json'.split(' '),
    );
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      ikeAuth: {
        size: 3200,
        natT: true,
        family: 4,
        wireSize: 3232,
        verdict: 'ip-fragments-unknown',
        ipFragments: [1396, 1396, 480],
        ikeFragments: null,
        reason: expect.stringContaining('3 IP fragments'),
      },
      mtu: 1400,
    });
    expect({ exitCode, stderr, measured }).toEqual({ exitCode: 1, stderr: '', measured: [] });
  });

  test.each([
    // 3208 of payload = 1376 + 1376 + 456
    { flags: '--no-nat-t', wireSize: 3228, ipFragments: [1396, 1396, 476] },
    // 3212 = 1352 + 1352 + 508, each behind 48
    { flags: '--ipv6', wireSize: 3252, ipFragments: [1400, 1400, 556] },
    { flags: '-6 --no-nat-t', wireSize: 3248, ipFragments: [1400, 1400, 552] },
  ])('counts with $flags', async ({ flags, wireSize, ipFragments }) => {
    const { stdout } = await run(`predict --ike-auth 3200 --mtu 1400 --json ${flags}`.split(' '));
    expect(JSON.parse(stdout)).toMatchObject({ ikeAuth: { wireSize, ipFragments } });
  });

  test('supposes NAT traversal, as measure does', async () => {
    const { stdout } = await run('predict --ike-auth 3200 --mtu 1400 --json'.split(' '));
    expect(JSON.parse(stdout)).toMatchObject({ ikeAuth: { natT: true } });
  });

  test('exits 0 when the message fits', async () => {
    const { exitCode, stdout } = await run('predict --ike-auth 1368 --mtu 1400'.split(' '));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^IKE_AUTH of 1368 bytes: fits in one packet\n/);
  });

  test('takes the options in any place', async () => {
    const { exitCode, stdout } = await run('--json --mtu 1400 predict --ike-auth 1368'.split(' '));
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ mtu: 1400 });
  });
});
