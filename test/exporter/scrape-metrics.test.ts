import { describe, expect, test } from '@jest/globals';
import { scrapeMetrics } from '../../src/exporter/scrape-metrics.ts';
import { plainGateway } from '../../src/gateways/plain.ts';
import type { Result } from '../../src/results/result.ts';
import { healthy, silent, unreachable } from '../report/results.ts';
import { PARIS } from './fakes.ts';

const GATEWAY = plainGateway('vpn.example.net', { name: 'berlin' });

/** Samples by what stands before the value. */
async function samples(result: Result, gateway = GATEWAY): Promise<Record<string, number>> {
  const { text } = await scrapeMetrics(result, gateway);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

describe('metrics of a scrape', () => {
  test('say all that was found', async () => {
    const result: Result = {
      ...silent,
      fragments: { status: 'dropped', tests: [] },
      ike: {
        answers: true,
        port: 500,
        natT: false,
        nat: null,
        responder: null,
        fragmentationSupported: true,
        negotiation: 'accepted',
        refusal: null,
        cookieRequired: false,
        algorithms: null,
        certificateAuthorities: null,
      },
      methods: silent.methods.flatMap((method) =>
        method.method === 'udp' ? [method, { ...method, method: 'ike', port: 4500 }] : [method],
      ),
    };
    expect(await samples(result)).toEqual({
      pathmtu_probe_success: 1,
      pathmtu_probe_duration_seconds: 1.204,
      pathmtu_path_mtu_bytes: 1400,
      pathmtu_local_mtu_bytes: 1500,
      pathmtu_black_hole: 1,
      pathmtu_fragments_delivered: 0,
      pathmtu_ike_answers: 1,
      pathmtu_ike_fragmentation_supported: 1,
      'pathmtu_ike_auth_verdict{verdict="fits"}': 0,
      'pathmtu_ike_auth_verdict{verdict="ike-fragmented"}': 0,
      'pathmtu_ike_auth_verdict{verdict="ip-fragments-delivered"}': 0,
      'pathmtu_ike_auth_verdict{verdict="ip-fragments-dropped"}': 0,
      'pathmtu_ike_auth_verdict{verdict="ip-fragments-unknown"}': 1,
      'pathmtu_status{status="exact"}': 1,
      'pathmtu_status{status="bounded"}': 0,
      'pathmtu_status{status="undetermined"}': 0,
      'pathmtu_status{status="unreachable"}': 0,
      'pathmtu_probes_sent{method="icmp"}': 64,
      'pathmtu_probes_sent{method="udp"}': 9,
      'pathmtu_probes_sent{method="ike",port="4500"}': 9,
      'pathmtu_rtt_seconds{method="icmp"}': 0.04012,
      'pathmtu_rtt_seconds{method="udp"}': 0.0408,
      'pathmtu_rtt_seconds{method="ike",port="4500"}': 0.0408,
      'pathmtu_loss_ratio{method="icmp"}': 0,
      'pathmtu_loss_ratio{method="udp"}': 0.056,
      'pathmtu_loss_ratio{method="ike",port="4500"}': 0.056,
      'pathmtu_target_info{gateway="berlin",host="vpn.example.net",address="192.0.2.1",family="4"}': 1,
    });
  });

  test('have no series for what is not known', async () => {
    const names = Object.keys(await samples({ ...unreachable, ikeAuth: null, localMtu: null }));
    expect(names.map((name) => name.replace(/\{.*/, ''))).toEqual([
      'pathmtu_probe_success',
      'pathmtu_probe_duration_seconds',
      ...Array<string>(4).fill('pathmtu_status'),
      'pathmtu_probes_sent',
      'pathmtu_target_info',
    ]);
  });

  test('have the limits of the gateways file, and its labels everywhere', async () => {
    const found = await samples(healthy, { ...PARIS, warnBelow: 1400 });
    expect(found).toMatchObject({
      'pathmtu_require_mtu_bytes{site="fr"}': 1500,
      'pathmtu_warn_below_bytes{site="fr"}': 1400,
    });
    expect(Object.keys(found).filter((name) => !name.includes('site="fr"'))).toEqual([]);
  });

  test('cannot be spoilt by names and labels', async () => {
    const nasty = 'a"} 1\nevil_metric 1\n\\';
    const { text } = await scrapeMetrics(healthy, {
      ...GATEWAY,
      name: nasty,
      labels: { site: nasty, method: 'mine' },
    });
    expect(text).not.toMatch(/^evil_metric/m);
    expect(text).toContain('gateway="a\\"} 1\\nevil_metric 1\\n\\\\"');
    // Where a label has the name of one of ours, ours counts.
    expect(text).toMatch(/pathmtu_rtt_seconds\{method="icmp"/);
  });

  test('fail without exact path MTU or with an error', async () => {
    const error = { code: 'no-route', message: 'no route' };
    expect(await samples({ ...healthy, error })).toMatchObject({ pathmtu_probe_success: 0 });
    expect(await samples(unreachable)).toMatchObject({ pathmtu_probe_success: 0 });
  });
});
