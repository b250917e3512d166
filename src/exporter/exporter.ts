import { PathmtuError } from '../errors.ts';
import type { Gateway } from '../gateways/gateway.ts';
import { nowMs, wallClock } from '../net/clock.ts';
import type { ResolvedTarget } from '../net/resolve.ts';
import { failedResult } from '../results/failed.ts';
import type { Result } from '../results/result.ts';
import { DEFAULT_DEADLINE_MS } from '../run/options.ts';
import type { AddressRange } from './address-range.ts';
import { explanation } from './explanation.ts';
import { History } from './history.ts';
import { MODULES, type ModuleName } from './modules.ts';
import { parseProbeRequest, type ProbeRequest } from './probe-request.ts';
import { ProcessMetrics } from './process-metrics.ts';
import { type Exposition, scrapeMetrics } from './scrape-metrics.ts';
import {
  SharedMeasurements,
  type Answer,
  type MeasurementControl,
  type Patience,
} from './shared-measurements.ts';
import { contentSecurityPolicy, statusPage } from './status-page.ts';
import { admit, type AllowedTarget, type Resolve } from './targets.ts';

/** What the exporter does not do itself. */
export interface ExporterParts {
  readonly gateways: readonly Gateway[];
  /** Where targets may be that are not in the file. */
  readonly allowed: readonly AddressRange[];
  /** Measurements at a time. */
  readonly concurrency: number;
  readonly version: string;
  readonly resolve: Resolve;
  /**
   * Measures a gateway at this address and no other. What is wrong with this gateway is in the result; rejects with
   * what concerns all.
   */
  readonly measure: (
    gateway: Gateway,
    address: ResolvedTarget,
    control: MeasurementControl,
  ) => Promise<Result>;
  /** Packets sent so far. */
  readonly packetsSent: () => number;
  /** Told of errors that nobody foresaw. */
  readonly onError: (error: unknown) => void;
}

/** A request, as far as it matters here. */
export interface Request {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** The header X-Prometheus-Scrape-Timeout-Seconds. */
  readonly scrapeTimeout: string | undefined;
  /** Aborted when the client has left. */
  readonly signal: AbortSignal;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers requests: what is measured, by whom, and what was measured before. Knows no sockets. */
export class Exporter {
  readonly #parts: ExporterParts;
  readonly #measurements: SharedMeasurements;
  readonly #history = new History();
  readonly #metrics: ProcessMetrics;
  /** One look-up at a time per name, whoever asks. */
  readonly #lookups = new Map<string, Promise<ResolvedTarget>>();
  #gateways: readonly Gateway[];
  #isStopping = false;

  constructor(parts: ExporterParts) {
    this.#parts = parts;
    this.#gateways = parts.gateways;
    this.#measurements = new SharedMeasurements(parts);
    this.#metrics = new ProcessMetrics(() => ({
      version: parts.version,
      gateways: this.#gateways.length,
      running: this.#measurements.running,
      queued: this.#measurements.queued,
      packetsSent: parts.packetsSent(),
    }));
  }

  /** Never rejects. */
  async respond(request: Request): Promise<Reply> {
    const [path = '/', ...query] = request.url.split('?');
    const reply = await this.#reply(request, path, query.join('?')).catch((error: unknown) => {
      this.#parts.onError(error);
      return plain(500, 'an error that nobody foresaw; the log of the exporter has it');
    });
    this.#metrics.onRequest(PATHS.has(path) ? path : 'other', reply.status);
    return reply;
  }

  /** Takes another list of gateways; measurements under way are not disturbed. */
  replaceGateways(gateways: readonly Gateway[]): void {
    this.#gateways = gateways;
    this.#history.keep(gateways);
    this.#metrics.onReload(true);
  }

  /** To be told that the gateways file was read again, and refused. */
  onReloadRefused(): void {
    this.#metrics.onReload(false);
  }

  /** From now on it says that it is not ready, so that nobody new comes. */
  prepareToStop(): void {
    this.#isStopping = true;
  }

  /** Ends what is measured; those who wait get 503. */
  stop(): void {
    this.#isStopping = true;
    this.#measurements.stop();
  }

  async #reply(request: Request, path: string, query: string): Promise<Reply> {
    if (request.url.length > LONGEST_URL)
      return plain(414, `the URL is longer than ${LONGEST_URL} characters`);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return plain(405, 'only GET and HEAD are answered here', { Allow: 'GET, HEAD' });
    }
    switch (path) {
      case '/':
        return {
          status: 200,
          headers: {
            'Content-Type': 'text/html; charset=utf-8',
            'Content-Security-Policy': contentSecurityPolicy(),
          },
          body: statusPage({
            gateways: this.#gateways,
            history: this.#history,
            now: wallClock(),
            version: this.#parts.version,
          }),
        };
      case '/probe':
        return this.#probe(request, new URLSearchParams(query));
      case '/metrics':
        return exposed(await this.#metrics.exposition());
      case '/-/healthy':
        return plain(200, 'healthy');
      case '/-/ready':
        return this.#isStopping ? plain(503, 'shutting down') : plain(200, 'ready');
      default:
        return plain(404, `nothing here: there are ${[...PATHS].join(', ')}`);
    }
  }

  async #probe(request: Request, query: URLSearchParams): Promise<Reply> {
    const wanted = parseProbeRequest(query, request.scrapeTimeout);
    if ('reason' in wanted) return plain(400, wanted.reason);
    const patience = patienceFor(wanted.timeoutMs, request.signal);
    const admission = await inTime(
      admit(wanted.target, {
        gateways: this.#gateways,
        allowed: this.#parts.allowed,
        resolve: (host, family) => this.#resolve(host, family),
      }),
      patience,
    );
    switch (admission?.type) {
      case undefined:
        return plain(503, 'the name server does not answer in time');
      case 'forbidden':
        return plain(403, admission.reason);
      case 'unresolved':
        return this.#failed(wanted, { ...admission, isInFile: true, address: '' }, admission.error);
      case 'allowed':
        return this.#answer(wanted, admission, await this.#measure(wanted.module, admission, patience));
    }
  }

  /** Who shares a measurement has the same gateway of the file, or the same address, and the same module. */
  #measure(module: ModuleName, target: AllowedTarget, patience: Patience): Promise<Answer> {
    const { isInFile, address, family } = target;
    const gateway = forModule(target.gateway, module);
    return this.#measurements.request(
      {
        key: JSON.stringify([module, isInFile ? gateway.name : null, address]),
        target: address,
        measure: async (control) => {
          const result = await this.#parts.measure(gateway, { address, family }, control);
          if (!control.signal.aborted) {
            this.#history.add(result, { gateway: target.gateway, module, isInFile });
            this.#metrics.onMeasurement(result.status);
          }
          return result;
        },
      },
      patience,
    );
  }

  #answer(wanted: ProbeRequest, target: AllowedTarget, answer: Answer): Promise<Reply> | Reply {
    switch (answer.type) {
      case 'refused':
        return plain(503, answer.reason);
      case 'failed':
        // Such as an address of a family that this host does not have.
        if (answer.error instanceof PathmtuError) return this.#failed(wanted, target, answer.error);
        throw answer.error;
      case 'measured':
        return this.#measured(wanted, target, answer);
    }
  }

  async #measured(
    { module, isDebug, timeoutMs }: ProbeRequest,
    { gateway, isInFile }: Pick<AllowedTarget, 'gateway' | 'isInFile'>,
    { result, events }: Extract<Answer, { type: 'measured' }>,
  ): Promise<Reply> {
    const metrics = await scrapeMetrics(result, gateway);
    if (!isDebug) return exposed(metrics);
    const { name, host } = gateway;
    const text = explanation({
      gateway: name,
      host,
      module,
      isInFile,
      deadlineMs: Math.min(gateway.deadlineMs ?? DEFAULT_DEADLINE_MS, timeoutMs - offsetMs(timeoutMs)),
      events,
      result,
      metrics: metrics.text,
    });
    return { status: 200, headers: TEXT, body: text };
  }

  /** A measurement that could not be made is a result too: scrapes of it succeed, and say that it failed. */
  #failed(
    wanted: ProbeRequest,
    { gateway, isInFile, address }: Pick<AllowedTarget, 'gateway' | 'isInFile' | 'address'>,
    { code, message }: PathmtuError,
  ): Promise<Reply> {
    const result = failedResult({
      version: this.#parts.version,
      target: {
        input: gateway.host,
        address,
        family: address.includes(':') ? 6 : (gateway.family ?? 4),
        name: gateway.name,
      },
      startedAt: wallClock(),
      durationMs: 0,
      error: { code, message },
    });
    this.#history.add(result, { gateway, module: wanted.module, isInFile });
    return this.#measured(wanted, { gateway, isInFile }, { type: 'measured', result, events: [] });
  }

  #resolve: Resolve = (host, family) => {
    const key = `${family ?? ''} ${host}`;
    const running = this.#lookups.get(key);
    if (running !== undefined) return running;
    const lookup = this.#parts.resolve(host, family).finally(() => this.#lookups.delete(key));
    this.#lookups.set(key, lookup);
    return lookup;
  };
}

/** The gateway as this module measures it. */
function forModule(gateway: Gateway, module: ModuleName): Gateway {
  const { methods } = MODULES[module];
  return methods === null ? gateway : { ...gateway, methods };
}

/** The answer needs time for the way back; a very short timeout is halved. */
function offsetMs(timeoutMs: number): number {
  return Math.min(WAY_BACK_MS, timeoutMs / 2);
}

function patienceFor(timeoutMs: number, signal: AbortSignal): Patience {
  const now = nowMs();
  const offset = offsetMs(timeoutMs);
  // In between: a measurement that ends on time still has to be made into an answer.
  return { measureUntilMs: now + timeoutMs - offset, answerByMs: now + timeoutMs - offset / 2, signal };
}

/** Undefined: it took too long. */
async function inTime<Value>(
  promise: Promise<Value>,
  { measureUntilMs }: Patience,
): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, measureUntilMs - nowMs()));
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function plain(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { ...TEXT, ...headers }, body: `${text}\n` };
}

function exposed({ contentType, text }: Exposition): Reply {
  return { status: 200, headers: { 'Content-Type': contentType }, body: text };
}

const TEXT = { 'Content-Type': 'text/plain; charset=utf-8' };

const PATHS: ReadonlySet<string> = new Set(['/', '/probe', '/metrics', '/-/healthy', '/-/ready']);

/** A target and a module need 400. */
const LONGEST_URL = 2048;

/** As blackbox_exporter has it. */
const WAY_BACK_MS = 500;
