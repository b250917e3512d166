import * as fc from 'fast-check';
import { predictIkeAuth } from '../../src/ike/ike-auth.ts';
import { judgeIkeAuth } from '../../src/ike/verdict.ts';
import type { Bounds, IkeGateway, MethodResult, Result } from '../../src/results/result.ts';
import { healthy } from './results.ts';

const size = fc.integer({ min: 68, max: 65_535 });
const bounds = fc.record({ fits: fc.option(size), fails: fc.option(size) });
const text = fc.oneof(
  fc.lorem({ maxCount: 40 }),
  fc.string({ maxLength: 200 }).map((s) => s.replaceAll('bytes, exact', '')),
);
const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.string({ minLength: 1, maxLength: 253 }));
const status = fc.constantFrom(
  'exact' as const,
  'bounded' as const,
  'undetermined' as const,
  'unreachable' as const,
);
const count = fc.nat({ max: 99_999 });

/** The MTU goes with the status, as the contract has it. */
function consistent<T extends { status: Result['status']; mtu: number; bounds: Bounds }>(value: T) {
  const { mtu, ...rest } = value;
  return { ...rest, pathMtu: rest.status === 'exact' ? mtu : null };
}

const method: fc.Arbitrary<MethodResult> = fc
  .record({
    method: fc.constantFrom('icmp' as const, 'udp' as const, 'ike' as const),
    port: fc.option(fc.integer({ min: 1, max: 65_535 })),
    status,
    mtu: size,
    bounds,
    blackHole: fc.option(fc.boolean()),
    probes: fc.record({ sent: count, answered: count, lost: count, bytes: fc.nat() }),
    rounds: fc.nat({ max: 999 }),
    rttMs: fc.option(
      fc.double({ min: 0, max: 60_000, noNaN: true }).map((rtt) => ({ min: rtt, median: rtt, max: rtt })),
    ),
    lossRate: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    reason: fc.option(text),
  })
  .map(consistent);

const ike: fc.Arbitrary<IkeGateway> = fc.record({
  answers: fc.boolean(),
  port: fc.constantFrom(500, 4500, null),
  natT: fc.option(fc.boolean()),
  nat: fc.option(fc.record({ client: fc.boolean(), gateway: fc.boolean() })),
  responder: fc.option(
    fc.record({
      vendor: fc.option(text),
      version: fc.option(text),
      unknownVendorIds: fc.array(fc.constant('00')),
    }),
  ),
  fragmentationSupported: fc.option(fc.boolean()),
  negotiation: fc.constantFrom('accepted', 'refused', 'redirected', 'unanswered', null),
  refusal: fc.option(text),
  cookieRequired: fc.boolean(),
  algorithms: fc.option(
    fc.record({
      encryption: fc.option(fc.constant('aesCbc')),
      keyLengthBits: fc.option(fc.constant(256)),
      integrity: fc.option(fc.constant('hmacSha2_256_128')),
      pseudorandomFunction: fc.option(fc.constant('hmacSha2_256')),
      group: fc.option(fc.constant('modp2048')),
    }),
  ),
  certificateAuthorities: fc.option(fc.nat({ max: 200 })),
});

const fragments = fc.record({
  status: fc.constantFrom(
    'delivered' as const,
    'dropped' as const,
    'undetermined' as const,
    'untested' as const,
  ),
  tests: fc.array(
    fc.record({
      name: fc.constantFrom('in-order', 'last-first', 'small-datagram'),
      size,
      pieces: fc.integer({ min: 2, max: 200 }),
      order: fc.constantFrom('in-order', 'last-first'),
      delivered: fc.option(fc.boolean()),
      via: fc.constantFrom('icmp' as const, 'ike' as const),
    }),
    { maxLength: 5 },
  ),
});

/** With its paragraph; the commands in it are short, as only those may be longer than a line. */
const judged = fc
  .record({
    sizeBytes: fc.integer({ min: 28, max: 65_503 }),
    natT: fc.boolean(),
    family: fc.constantFrom(4 as const, 6 as const),
    mtuBytes: fc.option(fc.integer({ min: 68, max: 9000 })),
    bounds,
    status: fc.constantFrom(
      'delivered' as const,
      'dropped' as const,
      'undetermined' as const,
      'untested' as const,
    ),
    fragmentationSupported: fc.option(fc.boolean()),
    client: fc.constantFrom('windows' as const, 'strongswan' as const, null),
  })
  .map(
    ({ status: delivery, fragmentationSupported, ...rest }) =>
      judgeIkeAuth({
        ...rest,
        innerBytes: null,
        localMtuBytes: null,
        cipher: null,
        fragments: { status: delivery },
        gateway: { answers: true, fragmentationSupported, vendor: { id: 'strongswan', name: 'strongSwan' } },
      }).ikeAuth,
  );

const ikeAuth = fc
  .record({
    sizeBytes: fc.integer({ min: 28, max: 65_503 }),
    natT: fc.boolean(),
    family: fc.constantFrom(4 as const, 6 as const),
    mtuBytes: fc.option(fc.integer({ min: 68, max: 9000 })),
    bounds,
  })
  .map(predictIkeAuth);

/** Any result that the types allow, within what a measurement can count. */
export const anyResult: fc.Arbitrary<Result> = fc
  .record({
    target: fc.record({
      input: host,
      address: fc.oneof(fc.ipV4(), fc.ipV6()),
      family: fc.constantFrom(4 as const, 6 as const),
      name: host,
    }),
    durationMs: fc.double({ min: 0, max: 3_600_000, noNaN: true }),
    localMtu: fc.option(size),
    status,
    mtu: size,
    bounds,
    blackHole: fc.option(fc.boolean()),
    bottleneck: fc.option(
      fc.record({ hop: fc.option(fc.nat({ max: 255 })), address: fc.option(fc.oneof(fc.ipV4(), fc.ipV6())) }),
    ),
    methods: fc.array(method, { maxLength: 3 }),
    ike: fc.option(ike),
    fragments,
    ikeAuth: fc.option(fc.oneof(ikeAuth, judged)),
    ranges: fc.array(
      fc.record({
        from: size,
        to: size,
        verdict: fc.constantFrom(
          'in-range' as const,
          'timeout' as const,
          'exceeded' as const,
          'failure' as const,
        ),
        unit: fc.constant('mss' as const),
      }),
    ),
    findings: fc.array(
      fc.record({
        code: fc.constantFrom('black-hole', 'a-code'),
        severity: fc.constantFrom('info' as const, 'warning' as const, 'critical' as const),
        message: text,
        advice: fc.option(text),
      }),
      { maxLength: 5 },
    ),
    error: fc.option(fc.record({ code: fc.constant('aborted'), message: text })),
  })
  .map((value) => ({ ...healthy, ...consistent(value) }));
