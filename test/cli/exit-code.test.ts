import { describe, expect, test } from '@jest/globals';
import { exitCodeOfIkeAuth, exitCodeOfResult, worstExitCode } from '../../src/cli/exit-code.ts';
import { bounded, healthy } from '../report/results.ts';

describe('the exit code of an IKE_AUTH verdict', () => {
  test.each([
    { verdict: 'fits', mtu: 1400, exitCode: 0 },
    { verdict: 'fits', mtu: null, exitCode: 0 },
    { verdict: 'ike-fragmented', mtu: 1400, exitCode: 0 },
    { verdict: 'ip-fragments-delivered', mtu: 1400, exitCode: 1 },
    { verdict: 'ip-fragments-dropped', mtu: 1400, exitCode: 2 },
    { verdict: 'ip-fragments-dropped', mtu: null, exitCode: 2 },
    { verdict: 'ip-fragments-unknown', mtu: 1400, exitCode: 1 },
    { verdict: 'ip-fragments-unknown', mtu: null, exitCode: 3 },
  ] as const)('$verdict at an MTU of $mtu is $exitCode', ({ verdict, mtu, exitCode }) => {
    expect(exitCodeOfIkeAuth({ verdict }, mtu)).toBe(exitCode);
  });
});

describe('the worst of several exit codes', () => {
  test.each([
    { exitCodes: [0, 1, 2, 3], worst: 2 },
    { exitCodes: [0, 3, 1], worst: 1 },
    { exitCodes: [0, 3], worst: 3 },
    { exitCodes: [0], worst: 0 },
    { exitCodes: [], worst: 0 },
  ] as const)('$exitCodes is $worst', ({ exitCodes, worst }) => {
    expect(worstExitCode(exitCodes)).toBe(worst);
  });
});

describe('the exit code of a result', () => {
  test.each(['bounded', 'undetermined', 'unreachable'] as const)('%s is UNKNOWN', (status) => {
    expect(exitCodeOfResult({ ...healthy, status, pathMtu: null, ikeAuth: null })).toBe(3);
  });

  test('is OK when the IKE_AUTH is proven to fit, though the MTU is not exact', () => {
    expect(exitCodeOfResult({ ...bounded, error: null, ikeAuth: healthy.ikeAuth })).toBe(0);
  });

  test('is UNKNOWN when the measurement ended with an error, whatever it found', () => {
    expect(exitCodeOfResult({ ...healthy, error: { code: 'aborted', message: 'interrupted' } })).toBe(3);
  });
});
