import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ComparisonDocument } from '../../src/report/comparison-json.ts';
import type { Result } from '../../src/results/result.ts';
import { startCapture } from './capture.ts';
import type { Outcome } from './commands.ts';
import { bringUpCrowd, type Crowd } from './crowd.ts';
import { createFolder } from './namespaces.ts';
import { startPathmtu } from './pathmtu.ts';
import { describeInLab } from './requirements.ts';

const TARGETS = 200;
const RATE = 400;
const LIMIT_MS = 60_000;

/** What has been handed over may leave late, where the machine is busy: then a second has some of the one before. */
const MOST_IN_A_SECOND = RATE * 1.25;

/** Node by itself takes 45 MB, and 80 while it starts this program. */
const MOST_MEGABYTES = 160;

const PRINTS_PEAK_MEMORY =
  'data:text/javascript,process.on("exit",()=>console.error("peak kB",process.resourceUsage().maxRSS))';

describeInLab(`compare of ${TARGETS} targets at ${RATE} packets per second`, () => {
  let crowd: Crowd | null = null;
  let outcome: Outcome | null = null;
  let results: readonly Result[] = [];
  /** When each packet crossed the client's link, in seconds. */
  let times: readonly number[] = [];

  beforeAll(async () => {
    crowd = bringUpCrowd(TARGETS, 0);
    const file = join(createFolder(), 'gateways.yaml');
    writeFileSync(
      file,
      `gateways:\n${crowd.targets.map(({ address }) => `  - host: ${address}\n`).join('')}`,
    );
    const capture = await startCapture(crowd.network, 'router1', 'src host 10.0.1.1');
    outcome = await startPathmtu(
      crowd.network,
      ['compare', '--file', file, '--rate', String(RATE), '--method', 'icmp', '--json'],
      ['--import', PRINTS_PEAK_MEMORY],
    ).outcome;
    await capture.stop();
    times = capture.read('ip', ['frame.time_epoch']).map(Number);
    ({ results } = JSON.parse(outcome.stdout) as ComparisonDocument);
  }, LIMIT_MS);

  afterAll(() => crowd?.close());

  test('is right about each of them, also those that nobody answers for', () => {
    const truth = (crowd?.targets ?? []).map(
      ({ address, kind: { pathMtu } }) =>
        `${address} ${pathMtu === null ? 'unreachable' : 'exact'} ${pathMtu}`,
    );
    const found = results.map(
      ({ target: { address }, status, pathMtu }) => `${address} ${status} ${pathMtu}`,
    );
    expect(found.toSorted()).toEqual(truth.toSorted());
    expect(new Set(results.map(({ pathMtu }) => pathMtu))).toEqual(
      new Set([1500, 1492, 1437, 1400, 1371, null]),
    );
  });

  test('sends no more than the rate allows, as counted on the link', () => {
    const [first = 0, last = 0] = [times[0], times.at(-1)];
    expect(times.length).toBeGreaterThan(TARGETS);
    expect(times.length / (last - first)).toBeLessThanOrEqual(RATE);
    const busiest = Math.max(
      ...times.map((start) => times.filter((time) => time >= start && time < start + 1).length),
    );
    expect(busiest).toBeLessThanOrEqual(MOST_IN_A_SECOND);
  });

  test('asks each of them with few packets', () => {
    expect(times.length / TARGETS).toBeLessThan(20);
  });

  test('stays small', () => {
    const peak = /peak kB (\d+)/.exec(outcome?.stderr ?? '')?.[1];
    expect(Number(peak) / 1024).toBeLessThan(MOST_MEGABYTES);
  });
});
