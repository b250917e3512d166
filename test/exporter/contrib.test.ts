import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { MODULE_NAMES } from '../../src/exporter/modules.ts';
import { scrapeMetrics } from '../../src/exporter/scrape-metrics.ts';
import type { Result } from '../../src/results/result.ts';
import { silent } from '../report/results.ts';
import { fakeExporter, PARIS } from './fakes.ts';

const FILES = [
  'prometheus/prometheus.yml',
  'prometheus/pathmtu.rules.yml',
  'prometheus/pathmtu.rules.test.yml',
  'grafana/pathmtu.json',
] as const;

function read(file: string): string {
  return readFileSync(new URL(`../../contrib/${file}`, import.meta.url), 'utf8');
}

/** Every metric that the exporter can give, at either path. */
async function metricNames(): Promise<string[]> {
  const everything: Result = {
    ...silent,
    fragments: { status: 'delivered', tests: [] },
    ike: {
      answers: true,
      port: 500,
      natT: null,
      nat: null,
      responder: null,
      fragmentationSupported: true,
      negotiation: null,
      refusal: null,
      cookieRequired: false,
      algorithms: null,
      certificateAuthorities: null,
    },
  };
  const { text } = await scrapeMetrics(everything, { ...PARIS, warnBelow: 1500 });
  const { body } = await fakeExporter().get('/metrics');
  return [...`${text}${body}`.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name ?? '');
}

describe('contrib', () => {
  test.each(FILES)('%s names metrics that there are', async (file) => {
    const known = await metricNames();
    const named = [...read(file).matchAll(/\bpathmtu_\w+/g)].map(([name]) => name);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('the rules and the dashboard use every metric of the contract, or nobody would notice a new one', () => {
    const text = FILES.map(read).join('\n');
    const contract = [
      'path_mtu_bytes',
      'probe_success',
      'black_hole',
      'fragments_delivered',
      'ike_answers',
      'ike_fragmentation_supported',
      'ike_auth_verdict',
      'rtt_seconds',
      'loss_ratio',
      'probe_duration_seconds',
    ];
    expect(contract.filter((name) => !text.includes(`pathmtu_${name}`))).toEqual([]);
  });

  test('the dashboard is JSON with panels that have a place, a query and an id of their own', () => {
    const { panels } = JSON.parse(read('grafana/pathmtu.json')) as {
      readonly panels: readonly {
        readonly id: number;
        readonly targets: readonly { readonly expr: string }[];
      }[];
    };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(
      panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).filter((expr) => expr === ''),
    ).toEqual([]);
  });

  test('the scrape configuration asks for a module that there is', () => {
    const { scrape_configs: jobs } = parse(read('prometheus/prometheus.yml')) as {
      readonly scrape_configs: readonly { readonly params?: { readonly module: readonly string[] } }[];
    };
    expect(MODULE_NAMES).toEqual(expect.arrayContaining([...(jobs[0]?.params?.module ?? ['none'])]));
  });
});
