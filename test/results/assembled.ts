import { assemble, type Circumstances } from '../../src/results/assemble.ts';
import type { Result } from '../../src/results/result.ts';
import type { PathSpec } from '../sim/path.ts';
import { simulate } from '../sim/simulate.ts';

const CIRCUMSTANCES: Omit<Circumstances, 'target' | 'localMtu' | 'durationMs'> = {
  version: '0.0.0',
  startedAt: new Date(Date.UTC(2026, 2, 1, 2, 17, 45, 123)),
  ikeAuth: null,
  flows: null,
  isAborted: false,
};

/** A question about an IKE_AUTH of this size on port 4500. */
export function askedAbout(sizeBytes: number): Circumstances['ikeAuth'] {
  return { about: { sizeBytes }, natT: true, client: null, cipher: null };
}

/** The result document of one measurement over a simulated path. */
export function assembled(
  spec: PathSpec,
  changes: Partial<Circumstances> = {},
  options: Parameters<typeof simulate>[2] = {},
  seed = 1,
): Result {
  const { measurement, durationMs } = simulate(spec, seed, options);
  const address = spec.family === 4 ? '198.51.100.7' : '2001:db8:7::7';
  return assemble(measurement, {
    ...CIRCUMSTANCES,
    target: { input: 'vpn.example.net', address, family: spec.family },
    localMtu: options.localMtu === undefined ? (spec.links[0]?.mtu ?? null) : options.localMtu,
    durationMs,
    ...changes,
  });
}
