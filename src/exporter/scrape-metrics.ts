import { Gauge, Registry } from 'prom-client';
import type { Gateway } from '../gateways/gateway.ts';
import type { IkeAuthVerdict, MethodResult, Result, Status } from '../results/result.ts';

/** A text in Prometheus' exposition format, and its media type. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/**
 * What one scrape answers: metrics of one result, in a registry of their own. What is not known has no series, so a
 * rule never compares with a number that nobody measured. The gateway's labels are on every series; where one has the
 * name of a label of ours, ours counts.
 */
export async function scrapeMetrics(result: Result, gateway: Gateway): Promise<Exposition> {
  const registry = new Registry();
  registry.setDefaultLabels(gateway.labels);
  const gauge = <Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ): Gauge<Label> => new Gauge({ name, help, labelNames, registers: [registry] });
  const set = (name: string, help: string, value: number | boolean | null): void => {
    if (value !== null) gauge(name, help).set(Number(value));
  };

  const { target, ike, ikeAuth, fragments } = result;
  set(
    'pathmtu_probe_success',
    'Whether the path MTU is exactly known.',
    result.status === 'exact' && result.error === null,
  );
  set('pathmtu_probe_duration_seconds', 'How long the measurement took.', result.durationMs / 1000);
  set(
    'pathmtu_path_mtu_bytes',
    'Effective path MTU, as an IKE packet has it: a whole IP packet.',
    result.pathMtu,
  );
  set('pathmtu_local_mtu_bytes', 'MTU of the outgoing interface of the exporter.', result.localMtu);
  set('pathmtu_black_hole', 'Whether larger packets vanish and no router says so.', result.blackHole);
  set(
    'pathmtu_fragments_delivered',
    'Whether IP fragments arrive at the gateway.',
    fragments.status === 'delivered' ? true : fragments.status === 'dropped' ? false : null,
  );
  set(
    'pathmtu_ike_answers',
    'Whether the gateway answers IKE on UDP port 500 or 4500.',
    ike?.answers ?? null,
  );
  set(
    'pathmtu_ike_fragmentation_supported',
    'Whether the gateway offers IKEv2 fragmentation (RFC 7383).',
    ike?.fragmentationSupported ?? null,
  );
  if (ikeAuth !== null) {
    const verdicts = gauge(
      'pathmtu_ike_auth_verdict',
      'What becomes of the IKE_AUTH in question: 1 for the verdict, 0 for the others.',
      ['verdict'],
    );
    for (const verdict of VERDICTS) verdicts.set({ verdict }, Number(verdict === ikeAuth.verdict));
  }
  const states = gauge(
    'pathmtu_status',
    'What is known of the path MTU: 1 for what holds, 0 for the others.',
    ['status'],
  );
  for (const status of STATUSES) states.set({ status }, Number(status === result.status));
  set(
    'pathmtu_require_mtu_bytes',
    'Path MTU below this is critical, by the gateways file.',
    gateway.requireMtu,
  );
  set(
    'pathmtu_warn_below_bytes',
    'Path MTU below this is a warning, by the gateways file.',
    gateway.warnBelow,
  );

  if (result.methods.length > 0) {
    const sent = gauge('pathmtu_probes_sent', 'Probes that the measurement sent.', BY_METHOD);
    const rtt = gauge('pathmtu_rtt_seconds', 'Median round-trip time.', BY_METHOD);
    const loss = gauge(
      'pathmtu_loss_ratio',
      'Round-trip loss of probes that are known to fit, 0 to 1.',
      BY_METHOD,
    );
    for (const method of result.methods) {
      const labels = methodLabels(method);
      sent.set(labels, method.probes.sent);
      if (method.rttMs !== null) rtt.set(labels, Math.round(method.rttMs.median * 1000) / 1e6);
      if (method.lossRate !== null) loss.set(labels, method.lossRate);
    }
  }
  gauge('pathmtu_target_info', 'What was measured: always 1.', ['gateway', 'host', 'address', 'family']).set(
    {
      gateway: gateway.name,
      host: gateway.host,
      address: target.address,
      family: String(target.family),
    },
    1,
  );
  return { contentType: registry.contentType, text: await registry.metrics() };
}

/** The closed port of udp is another every time: as a label it would make a new series for every scrape. */
function methodLabels({ method, port }: MethodResult): { method: string; port?: string } {
  return method === 'ike' && port !== null ? { method, port: String(port) } : { method };
}

const BY_METHOD = ['method', 'port'] as const;
const STATUSES: readonly Status[] = ['exact', 'bounded', 'undetermined', 'unreachable'];
const VERDICTS: readonly IkeAuthVerdict[] = [
  'fits',
  'ike-fragmented',
  'ip-fragments-delivered',
  'ip-fragments-dropped',
  'ip-fragments-unknown',
];
