import { describe, expect, test } from '@jest/globals';
import pLimit from 'p-limit';
import { whileUp } from './fixture.ts';
import { judge } from './judgement.ts';
import { measure } from './pathmtu.ts';
import { describeInLab } from './requirements.ts';
import { SCENARIOS } from './scenarios.ts';

const RUNS = 50;
/** Side by side: they wait most of the time, and more than this makes two cores the bottleneck. */
const CONCURRENT_RUNS = 10;

describeInLab(`${RUNS} measurements of a lossy path`, () => {
  describe.each([
    { scenario: 'loss-5-ptb', leastExact: 48 },
    { scenario: 'loss-5-silent', leastExact: 48 },
    { scenario: 'loss-20-ptb', leastExact: 45 },
    { scenario: 'loss-20-silent', leastExact: 45 },
  ] as const)('$scenario', ({ scenario, leastExact }) => {
    const network = whileUp(scenario);

    test.each([4, 6] as const)(
      `are all true, at least ${leastExact} of them exact, over IPv%i`,
      async (family) => {
        const target = network().target(family);
        const limit = pLimit(CONCURRENT_RUNS);
        const judgements = await Promise.all(
          Array.from({ length: RUNS }, () =>
            limit(async () => judge((await measure(network(), target)).result, SCENARIOS[scenario].pathMtu)),
          ),
        );

        const notTrue = judgements.filter((judgement) => judgement !== 'exact' && judgement !== 'bounded');
        expect(notTrue).toEqual([]);
        expect(judgements.filter((judgement) => judgement === 'exact').length).toBeGreaterThanOrEqual(
          leastExact,
        );
      },
      120_000,
    );
  });
});
