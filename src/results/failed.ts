import { SCHEMA_VERSION, type Result, type Target } from './result.ts';

/** What is known of a measurement that could not take place. */
export interface Failure {
  readonly version: string;
  readonly target: Target;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly error: { readonly code: string; readonly message: string };
}

/**
 * The result document of a target that could not be measured: `unreachable`, with the error, and nothing known. The
 * address is '' where the name did not resolve.
 */
export function failedResult({ version, target, startedAt, durationMs, error }: Failure): Result {
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'pathmtu', version },
    target,
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(durationMs * 10) / 10,
    localMtu: null,
    status: 'unreachable',
    pathMtu: null,
    bounds: { fits: null, fails: null },
    blackHole: null,
    bottleneck: null,
    methods: [],
    fragments: { status: 'untested', tests: [] },
    ike: null,
    ikeAuth: null,
    ranges: [],
    findings: [],
    error,
  };
}
