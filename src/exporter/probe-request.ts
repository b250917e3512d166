import { MODULE_NAMES, type ModuleName } from './modules.ts';

/** What `GET /probe` asks for. */
export interface ProbeRequest {
  readonly target: string;
  readonly module: ModuleName;
  readonly isDebug: boolean;
  /** How long the scraper waits for the answer. */
  readonly timeoutMs: number;
}

/** Why a request is not understood, in one line. */
export interface BadRequest {
  readonly reason: string;
}

/**
 * Reads the query and the headers of a request. Parameters that are not known are ignored, as other exporters do.
 *
 * @param scrapeTimeout the header X-Prometheus-Scrape-Timeout-Seconds
 */
export function parseProbeRequest(
  query: URLSearchParams,
  scrapeTimeout: string | undefined,
): ProbeRequest | BadRequest {
  for (const name of ['target', 'module', 'debug']) {
    if (query.getAll(name).length > 1) return { reason: `${name} is given more than once: give it once` };
  }
  const target = query.get('target')?.trim() ?? '';
  if (target === '')
    return { reason: 'target is missing: /probe?target=NAME, with a name of the gateways file' };
  if (target.length > LONGEST_TARGET || !WITHOUT_CONTROLS.test(target)) {
    return { reason: 'target is neither a name of the gateways file nor a host' };
  }
  const wanted = query.get('module') ?? 'default';
  const module = MODULE_NAMES.find((name) => name === wanted);
  if (module === undefined) return { reason: `unknown module: there are ${MODULE_NAMES.join(', ')}` };
  const timeoutMs = timeoutOf(scrapeTimeout);
  if (timeoutMs === null) return { reason: 'X-Prometheus-Scrape-Timeout-Seconds is not a number of seconds' };
  return { target, module, isDebug: query.get('debug') === 'true', timeoutMs };
}

/** Null: it is nothing that can be meant. */
function timeoutOf(header: string | undefined): number | null {
  if (header === undefined) return DEFAULT_TIMEOUT_MS;
  if (!/^\d{1,9}(\.\d{1,9})?$/.test(header)) return null;
  const timeoutMs = Number(header) * 1000;
  return timeoutMs < LEAST_TIMEOUT_MS ? null : Math.min(timeoutMs, LONGEST_TIMEOUT_MS);
}

/** Names in a gateways file have at most 100 characters, host names 255. */
const LONGEST_TARGET = 255;
const WITHOUT_CONTROLS = /^\P{Cc}+$/u;

/** For a browser or curl. Longer than a measurement takes by default, and time to wait for others. */
const DEFAULT_TIMEOUT_MS = 30_000;
/** Prometheus sends what its configuration says; nobody means less than this. */
const LEAST_TIMEOUT_MS = 500;
/** Nobody may keep a connection for longer. */
const LONGEST_TIMEOUT_MS = 300_000;
