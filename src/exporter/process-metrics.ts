import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Exposition } from './scrape-metrics.ts';

/** What `/metrics` reads from the exporter when it is asked. */
export interface ExporterState {
  readonly version: string;
  readonly gateways: number;
  readonly running: number;
  readonly queued: number;
  readonly packetsSent: number;
}

/** Metrics of the exporter itself. */
export class ProcessMetrics {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: 'pathmtu_exporter_http_requests_total',
    help: 'HTTP requests answered, by path and status code.',
    labelNames: ['path', 'code'],
    registers: [this.#registry],
  });
  readonly #measurements = new Counter({
    name: 'pathmtu_exporter_measurements_total',
    help: 'Measurements made; scrapes that share one count once.',
    labelNames: ['status'],
    registers: [this.#registry],
  });
  readonly #reloadSucceeded = new Gauge({
    name: 'pathmtu_exporter_config_last_reload_successful',
    help: 'Whether the gateways file was read without a fault the last time.',
    registers: [this.#registry],
  });

  constructor(state: () => ExporterState) {
    collectDefaultMetrics({ register: this.#registry });
    const { version } = state();
    new Gauge({
      name: 'pathmtu_exporter_build_info',
      help: 'Version of the exporter: always 1.',
      labelNames: ['version'],
      registers: [this.#registry],
    }).set({ version }, 1);
    const reading = (name: string, help: string, read: (now: ExporterState) => number): void => {
      const gauge: Gauge = new Gauge({
        name,
        help,
        registers: [this.#registry],
        collect: (): void => gauge.set(read(state())),
      });
    };
    reading('pathmtu_exporter_gateways', 'Gateways in the file.', ({ gateways }) => gateways);
    reading('pathmtu_exporter_measurements_running', 'Measurements under way.', ({ running }) => running);
    reading('pathmtu_exporter_measurements_queued', 'Measurements that wait.', ({ queued }) => queued);
    const packets: Counter = new Counter({
      name: 'pathmtu_exporter_packets_sent_total',
      help: 'IP packets sent by all measurements.',
      registers: [this.#registry],
      collect: (): void => {
        packets.reset();
        packets.inc(state().packetsSent);
      },
    });
    this.#reloadSucceeded.set(1);
  }

  /** @param path one of few: of those that exist, or `other` */
  onRequest(path: string, code: number): void {
    this.#requests.inc({ path, code: String(code) });
  }

  onMeasurement(status: string): void {
    this.#measurements.inc({ status });
  }

  onReload(isSuccess: boolean): void {
    this.#reloadSucceeded.set(Number(isSuccess));
  }

  async exposition(): Promise<Exposition> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }
}
