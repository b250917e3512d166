import { describe, expect, test } from '@jest/globals';
import { blackHole, link, pathOf } from '../sim/named-paths.ts';
import { down, measured, times } from './flights.ts';

/**
 * What the search sends on paths that an administrator would recognise: the exact sizes, flight by flight, as a
 * specification of what a measurement costs. Every link takes 10 ms there and back; both methods run side by side, echo
 * searches, and udp tests what it finds.
 */

/** The control, what an Ethernet host asks for first, and the controls at the end. */
const OPENING = [
  'open',
  [
    68, 1500, 1493, 1492, 1481, 1480, 1476, 1472, 1461, 1460, 1454, 1440, 1421, 1420, 1401, 1400, 1381, 1380,
    1350, 1300, 1281, 1280, 1006, 576, 296, 68, 68,
  ],
] as const;

/** Of udp, which leaves the search to echo: is it answered, and does the largest size fit? */
const LOOK = ['open', [68, 1500, 68, 68]] as const;

/** Both sides of what a PTB says. */
function hint(mtu: number) {
  return ['hint', [mtu + 1, mtu, mtu + 1, mtu, mtu + 1, mtu, 68, 68]] as const;
}

/** Candidates, and as many controls, that prove silence where hardly anything was judged yet, or nothing was lost. */
const MATCHED = 17;

/** `candidate` is silent, one byte less is answered. */
function confirmation(candidate: number, count = MATCHED): number[] {
  return [...times(count, candidate), ...times(count, candidate - 1), 68, 68];
}

describe('1500 all the way', () => {
  const { effective, flights, durationMs } = measured(pathOf([1500, 1500, 1500, 1500]));

  test('is known after one flight and one round trip', () => {
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1500, blackHole: false });
    expect(flights('icmp')).toEqual([OPENING]);
    expect(flights('udp')).toEqual([LOOK]);
    expect(durationMs).toBeLessThan(40 + 2);
  });
});

describe('a router that says 1400', () => {
  const { effective, flights, durationMs } = measured(pathOf([1500, 1500, 1400, 1500]));

  test('names a size that the same flight of echo proves; udp follows the PTB as soon as it is there, after 20 ms', () => {
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1400, blackHole: false });
    expect(flights('icmp')).toEqual([OPENING]);
    expect(flights('udp')).toEqual([LOOK, hint(1400)]);
    expect(durationMs).toBeLessThan(20 + 40 + 2);
  });
});

describe('a router that says 1450', () => {
  const { effective, flights, durationMs } = measured(pathOf([1500, 1500, 1450, 1500]));

  test('is believed once 1450 is answered and 1451 draws another PTB, both sent when the first PTB comes', () => {
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1450, blackHole: false });
    expect(flights('icmp')).toEqual([OPENING, hint(1450)]);
    expect(flights('udp')).toEqual([LOOK, hint(1450)]);
    expect(durationMs).toBeLessThan(20 + 40 + 2);
  });
});

describe('two routers, 1450 and then 1380', () => {
  test('are both found in the opening, which asks below the first too; by then its word has been followed', () => {
    const { effective, flights, durationMs } = measured(pathOf([1500, 1450, 1380, 1500]));
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1380, blackHole: false });
    expect(flights('icmp')).toEqual([OPENING, hint(1450)]);
    expect(flights('udp')).toEqual([LOOK, hint(1450), hint(1380)]);
    expect(durationMs).toBeLessThan(10 + 20 + 40 + 3);
  });

  test('are followed one after the other where no likely size lies between them', () => {
    const { effective, flights } = measured(pathOf([1500, 1450, 1445, 1500]));
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1445, blackHole: false });
    expect(flights('icmp')).toEqual([OPENING, hint(1450), hint(1445)]);
  });

  test('the second may be silent: what the first says is then too much', () => {
    const { effective } = measured(pathOf([1500, 1450, link(1380, { ptb: 'silent' }), 1500]));
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1380, blackHole: true });
  });
});

describe('a black hole at a likely size, 1400', () => {
  const { effective, flights, durationMs } = measured(blackHole(1400));

  test('is seen in the opening flight and proven in the next, by both at the same time', () => {
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1400, blackHole: true });
    expect(flights('icmp')).toEqual([OPENING, ['confirm', confirmation(1401)]]);
    expect(flights('udp')).toEqual([LOOK, ['suggestion', confirmation(1401, 19)]]);
    expect(durationMs).toBeLessThan(2 * 30 + 2 * 12);
  });
});

describe('a black hole between the likely sizes, 1450', () => {
  const { effective, flights } = measured(blackHole(1450));

  test('takes one flight more, in which the likely size below is tested too; the other method confirms', () => {
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1450, blackHole: true });
    expect(flights('icmp')).toEqual([
      OPENING,
      ['spread', [...down(1453, 1442), ...confirmation(1441)]],
      ['confirm', confirmation(1451, 18)],
    ]);
    expect(flights('udp')).toEqual([LOOK, ['suggestion', confirmation(1451, 19)]]);
  });
});

describe('a black hole in the widest gap, 700', () => {
  const { effective, flights } = measured(blackHole(700));
  const cut = [
    986, 967, 947, 928, 908, 889, 869, 850, 830, 811, 791, 771, 752, 732, 713, 693, 674, 654, 635, 615, 596,
  ];

  test('is cut by about the square root of the gap, then whole, then proven: four flights', () => {
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 700, blackHole: true });
    expect(flights('icmp')).toEqual([
      OPENING,
      ['spread', [...cut, ...confirmation(577, 19)]],
      ['spread', [...down(712, 694), 68, 68]],
      ['confirm', confirmation(701, 18)],
    ]);
    expect(flights('udp')).toEqual([LOOK, ['suggestion', confirmation(701, 19)]]);
  });
});

describe('a host with jumbo frames behind a path of 1500', () => {
  const opening = ['open', [68, 9000, 8901, 8500, 8166, 4464, 4352, 2304, 2002, ...OPENING[1].slice(1)]];

  test('a router that says so: two flights', () => {
    const { effective, flights } = measured(pathOf([9000, 1500, 1500]));
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1500, blackHole: false });
    expect(flights('icmp')).toEqual([opening, ['hint', [1501, 1501, 1501, 68, 68]]]);
  });

  test('silence: two flights, since 1500 is likely enough to be proven with the search', () => {
    const { effective, flights } = measured(pathOf([9000, link(1500, { ptb: 'silent' }), 1500]));
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1500, blackHole: true });
    expect(flights('icmp').map(([purpose]) => purpose)).toEqual(['open', 'spread']);
    expect(flights('udp')).toEqual([
      ['open', [68, 9000, 68, 68]],
      ['suggestion', confirmation(1501, 19)],
    ]);
  });
});

describe('the binary strategy', () => {
  const options = { strategy: 'binary', methods: ['icmp'] } as const;

  test('asks for one size at a time, halving what is left, then for a few of the border at a time', () => {
    const { effective, flights } = measured(blackHole(1450), options);
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1450, blackHole: true });
    expect(flights('icmp')).toEqual([
      ['open', [68, 1500, 68]],
      ...[784, 1142, 1321, 1411, 1456, 1434, 1445, 1451, 1448, 1450].map((size) => ['spread', [size, 68]]),
      ['confirm', [1451, 1451, 1450, 1450, 68]],
      ['confirm', [...times(6, 1451), ...times(6, 1450), 68]],
      ['confirm', [...times(6, 1451), ...times(6, 1450), 68]],
      ['confirm', [...times(5, 1451), ...times(5, 1450), 68]],
    ]);
  });

  test('takes a router at its word after one probe on either side', () => {
    expect(measured(pathOf([1500, 1400]), options).flights('icmp')).toEqual([
      ['open', [68, 1500, 68]],
      ['hint', [1401, 1400, 68]],
    ]);
  });

  test('costs three packets where the local MTU fits', () => {
    expect(measured(pathOf([1500, 1500]), options).flights('icmp')).toEqual([['open', [68, 1500, 68]]]);
  });
});

describe('a largest size, --max 1400', () => {
  test('that fits is a bound, not the path MTU: nothing larger is sent', () => {
    const { effective, flights } = measured(pathOf([1500, 1500]), { maxBytes: 1400 });
    expect(effective).toMatchObject({
      status: 'bounded',
      pathMtu: null,
      bounds: { fits: 1400, fails: null },
      method: { reason: 'sizes above 1400 were not to be tried' },
    });
    expect(flights('icmp')).toEqual([
      ['open', [68, 1400, 1381, 1380, 1350, 1300, 1281, 1280, 1006, 576, 296, 68, 68]],
    ]);
  });

  test('above the path MTU changes nothing but the first size', () => {
    const { effective } = measured(blackHole(1300), { maxBytes: 1400 });
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1300, blackHole: true });
  });
});

describe('a smallest size', () => {
  test('below the path MTU leaves out the smaller likely sizes', () => {
    const { effective, flights } = measured(pathOf([1500, 1400]), { minBytes: 1390 });
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1400 });
    expect(flights('icmp')).toEqual([
      [
        'open',
        [
          68, 1500, 1493, 1492, 1481, 1480, 1476, 1472, 1461, 1460, 1454, 1440, 1421, 1420, 1401, 1400, 68,
          68,
        ],
      ],
    ]);
  });

  test('above the path MTU gives bounds: the control fits, the smallest size does not', () => {
    const { effective, of } = measured(blackHole(1400), { minBytes: 1450 });
    expect(effective).toMatchObject({
      status: 'bounded',
      bounds: { fits: 68, fails: 1450 },
      method: { reason: 'sizes below 1450 were not to be tried' },
    });
    const sizes = of('icmp').log.probes.map(({ sizeBytes }) => sizeBytes);
    expect(sizes.filter((size) => size !== 68 && size < 1450)).toEqual([]);
  });
});

describe('an outgoing interface whose MTU is not known', () => {
  test('of less than 1500 is found by the sends that fail, and is the path MTU if it fits', () => {
    const { effective, of, flights, path } = measured(pathOf([1400, 1400]), { localMtu: null });
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1400, bounds: { fits: 1400, fails: null } });
    expect(of('icmp').localMtu).toBe(1400);
    expect(flights('icmp')).toEqual([OPENING]);
    expect(path.packets).toBe(13 + 3 + 5);
  });

  test('of more than 1500 leaves the answer open: never is an assumption reported as the path MTU', () => {
    const { effective } = measured(pathOf([9000, 9000]), { localMtu: null });
    expect(effective).toMatchObject({
      status: 'bounded',
      pathMtu: null,
      bounds: { fits: 1500, fails: null },
    });
  });
});

describe('a host that answers nothing', () => {
  const { effective, flights, durationMs } = measured(
    pathOf([1500, 1500], { echo: 'refuses', udp: 'refuses' }),
  );

  test('is unreachable after three flights, in 3.1 seconds at most: never 1500', () => {
    expect(effective).toMatchObject({
      status: 'unreachable',
      pathMtu: null,
      bounds: { fits: null, fails: null },
    });
    const again = ['open', [68, 1280, 576, 68, 68]];
    expect(flights('icmp')).toEqual([OPENING, again, again]);
    expect(flights('udp')).toEqual([LOOK, again, again]);
    expect(durationMs).toBeLessThanOrEqual(3100);
  });
});

describe('one method without answers', () => {
  test.each([
    ['udp', 'icmp'],
    ['icmp', 'udp'],
  ] as const)(
    '%s refused: %s decides, and waiting for the other costs no more than the grace',
    (silent, other) => {
      const refusal = silent === 'udp' ? { udp: 'refuses' as const } : { echo: 'refuses' as const };
      const alone = measured(blackHole(1400, refusal), { methods: [other] });
      const both = measured(blackHole(1400, refusal));
      expect(both.effective).toMatchObject({ status: 'exact', pathMtu: 1400, method: { method: other } });
      expect(both.of(silent).hasAnswers).toBe(false);
      // Until it is clear that echo is not answered, udp leaves the likely sizes to it.
      const first = silent === 'icmp' ? [LOOK, ['spread', OPENING[1].slice(2)]] : [OPENING];
      expect(both.flights(other).slice(0, first.length)).toEqual(first);
      expect(
        both
          .flights(other)
          .slice(first.length)
          .map(([purpose]) => purpose),
      ).toEqual(
        alone
          .flights(other)
          .slice(1)
          .map(([purpose]) => purpose),
      );
      expect(both.durationMs - alone.durationMs).toBeLessThanOrEqual(GRACE_MS);
    },
  );

  /** At least 200 ms, more on slow paths; this one answers in 30 ms. */
  const GRACE_MS = 330;
});

describe('a host that limits its answers', () => {
  test('echo at 10 a second, five at once: exact, by silence that the limit cannot explain', () => {
    const { effective, of, oddities } = measured(
      blackHole(1400, { echo: { perSecond: 10, burst: 5 }, udp: 'refuses' }),
    );
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1400, blackHole: true });
    expect(of('icmp').isRateLimited).toBe(true);
    expect(oddities('icmp')).toEqual(['rate-limited']);
  });

  test("port unreachable at Linux' one a second, six at once: exact within the deadline of ten seconds", () => {
    const { effective, oddities, durationMs } = measured(
      blackHole(1400, { echo: 'refuses', udp: { perSecond: 1, burst: 6 } }),
    );
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1400, blackHole: true });
    expect(oddities('udp')).toEqual(['rate-limited']);
    expect(durationMs).toBeLessThan(10_000);
  });

  test('a flight that used the allowance up is not mistaken for a black hole: 1500 all the way stays 1500', () => {
    const { effective } = measured(
      pathOf([1500, 1500], { echo: { perSecond: 1, burst: 1 }, udp: 'refuses' }),
    );
    expect(effective.bounds.fails).toBeNull();
    expect(effective.blackHole).not.toBe(true);
  });
});

describe('a black hole behind a slow line with a small queue', () => {
  test.each([
    [1, 64_000, 2000],
    [2, 32_000, 1000],
    [10, 32_000, 500],
  ])(
    '%i Mbit/s, %i bytes: exact within %i ms, and no control of the proof is lost to our own flights',
    (mbits, queueBytes, limitMs) => {
      const { effective, of, oddities, durationMs } = measured(
        blackHole(1400, { bandwidth: mbits * 125, queueBytes }),
      );
      expect(effective).toMatchObject({ status: 'exact', pathMtu: 1400, blackHole: true });
      expect(durationMs).toBeLessThan(limitMs);
      expect(oddities('icmp')).toEqual([]);
      const lost = of('icmp').log.probes.filter(
        (probe) => probe.sizeBytes === 1400 && probe.outcome === 'lost',
      );
      expect(lost).toEqual([]);
    },
  );
});

describe('a way back that is narrower, 1400', () => {
  const { effective, of } = measured(pathOf([1500, 1500, 1500], { returnMtu: 1400 }));

  test('is seen by echo, whose replies are as large as its requests, and not by udp, whose answers are small', () => {
    expect(of('icmp').state).toEqual({ type: 'exact', pathMtu: 1400, by: 'silence' });
    expect(of('udp').state).toEqual({ type: 'exact', pathMtu: 1500, by: 'local-mtu' });
  });

  test('does not bound what an IKE packet can have: the effective path MTU is that of udp', () => {
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1500, method: { method: 'udp' } });
  });
});

describe('PTBs that deserve no belief', () => {
  test('forged ones of all kinds change neither the answer nor what is sent', () => {
    const forged = measured(pathOf([1500, 1500, 1500], { forgery: 1 }));
    expect(forged.effective).toMatchObject({ status: 'exact', pathMtu: 1500, blackHole: false });
    expect(forged.flights('icmp')).toEqual([OPENING]);
    expect(forged.flights('udp')).toEqual([LOOK]);
    expect(forged.oddities('icmp')).toEqual([
      'ptb-below-minimum',
      'ptb-mtu-zero',
      'ptb-not-ours',
      'ptb-not-smaller',
    ]);
  });

  test('forged ones do not hide a black hole either', () => {
    const forged = measured(blackHole(1400, { forgery: 1 }));
    expect(forged.effective).toMatchObject({ status: 'exact', pathMtu: 1400, blackHole: true });
    expect(forged.flights('icmp')).toEqual([OPENING, ['confirm', confirmation(1401)]]);
  });

  test('a router that names 1440 on a path of 1450 is refuted by an answer, and 1450 is found', () => {
    const { effective, flights, oddities } = measured(pathOf([1500, link(1450, { ptb: 'lying-low' }), 1500]));
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1450 });
    expect(oddities('icmp')).toEqual(['ptb-contradicted']);
    expect(flights('icmp')).toEqual([
      OPENING,
      ['hint', [1441, 1441, 1441, 68, 68]],
      ['spread', [...down(1453, 1442), 68, 68]],
      ['confirm', confirmation(1451)],
    ]);
  });

  test.each([
    ['names no MTU at all', 'zero', 'ptb-mtu-zero'],
    ['names the size of the packet itself', 'not-smaller', 'ptb-not-smaller'],
  ] as const)('a router that %s is treated as if it were silent', (_, ptb, oddity) => {
    const { effective, flights, oddities } = measured(pathOf([1500, link(1400, { ptb }), 1500]));
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1400 });
    expect(oddities('icmp')).toEqual([oddity]);
    expect(flights('icmp')).toEqual([OPENING, ['confirm', confirmation(1401)]]);
  });
});

describe('answers that come late', () => {
  test('a link that stalls for most of a second delays the answer and does not change it', () => {
    const { effective, events, oddities } = measured(
      blackHole(1400, { stall: { fromMs: 50, untilMs: 600 } }),
    );
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1400, blackHole: true });
    expect(events.some((event) => event.type === 'answered' && event.late)).toBe(true);
    expect(oddities('icmp')).toContain('late-answer');
  });

  test('even where the very first answers come after the first timeout', () => {
    const { effective, oddities } = measured(blackHole(1400, { stall: { fromMs: 0, untilMs: 1500 } }));
    expect(effective).toMatchObject({ status: 'exact', pathMtu: 1400, blackHole: true });
    expect(oddities('icmp')).toContain('late-answer');
  });
});

describe('answers that come twice', () => {
  test('count once: nothing more is sent, and the loss stays 0', () => {
    const once = measured(pathOf([1500, link(1400, { ptb: 'silent' }), 1500]));
    const twice = measured(pathOf([1500, link(1400, { ptb: 'silent', duplicate: 1 }), 1500]));
    expect(twice.flights('icmp')).toEqual(once.flights('icmp'));
    expect(twice.effective).toMatchObject({ pathMtu: 1400, method: { lossRate: 0 } });
    expect(twice.of('icmp').oddities.all).toEqual([]);
    expect(twice.events.filter(({ type }) => type === 'answered')).toHaveLength(
      once.events.filter(({ type }) => type === 'answered').length,
    );
  });
});

describe('a deadline', () => {
  test('that comes in the middle leaves bounds and a reason, and no claim', () => {
    const { effective, durationMs } = measured(blackHole(1450), { deadlineMs: 45 });
    expect(effective).toMatchObject({
      status: 'bounded',
      pathMtu: null,
      blackHole: null,
      bounds: { fits: 1440 },
      method: { reason: 'time was up before the border was certain' },
    });
    expect(durationMs).toBe(45);
  });

  test('before the first answer leaves nothing: what is under way counts neither as answered nor as lost', () => {
    const { effective, of } = measured(blackHole(1450), { deadlineMs: 10 });
    expect(effective).toMatchObject({ status: 'unreachable', pathMtu: null });
    expect(new Set(of('icmp').log.probes.map(({ outcome }) => outcome))).toEqual(new Set(['pending']));
  });

  test('is kept on a path that loses half of everything', () => {
    const { durationMs, effective } = measured(
      pathOf([link(1500, { loss: 0.5 }), link(1400, { ptb: 'silent' })]),
      {
        deadlineMs: 2000,
      },
    );
    expect(durationMs).toBeLessThanOrEqual(2010);
    expect(effective.pathMtu ?? 1400).toBe(1400);
  });
});
