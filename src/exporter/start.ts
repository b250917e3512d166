import type { Server } from 'node:http';
import { PathmtuError } from '../errors.ts';
import type { Gateway } from '../gateways/gateway.ts';
import { PacketRate } from '../net/packet-rate.ts';
import { resolveTarget, type ResolvedTarget } from '../net/resolve.ts';
import type { Result } from '../results/result.ts';
import { loadGateways, type LoadedGateways } from '../run/load-gateways.ts';
import { measureMany } from '../run/measure-many.ts';
import { measureThrough } from '../run/measure.ts';
import { DEFAULT_DEADLINE_MS } from '../run/options.ts';
import { toolVersion } from '../version.ts';
import type { AddressRange } from './address-range.ts';
import { Exporter } from './exporter.ts';
import { holdSockets } from './held-sockets.ts';
import { startHttpServer, urlOf, type ListenAddress } from './http-server.ts';
import { become, findUser } from './privileges.ts';
import type { MeasurementControl } from './shared-measurements.ts';

export interface ExporterOptions {
  /** The gateways file. */
  readonly file: string;
  readonly listen: ListenAddress;
  readonly allowed: readonly AddressRange[];
  readonly concurrency: number;
  readonly maxPacketsPerSecond: number;
  /** Whom to become once all sockets are open; null: stay who we are. */
  readonly user: string | null;
  /** Told what an administrator should know, a line at a time; and errors that nobody foresaw, with their stack. */
  readonly onMessage: (text: string) => void;
}

export interface RunningExporter {
  readonly url: string;
  readonly gateways: number;
  /** Reads the gateways file again. A file with a fault is told of and refused: the old list stays. */
  reload(): Promise<void>;
  /** Resolves within about a second: scrapes get that long to finish, what is left is aborted. */
  stop(): Promise<void>;
}

/**
 * Starts the exporter. What needs rights comes first: the file is read, the sockets are opened, and then the rights
 * are given up. Nothing is left open when it rejects.
 *
 * @throws {PathmtuError} `bad-gateways-file`, `bad-certificate`, `bad-option`, `not-permitted`, `addon-missing`,
 *   `cannot-listen`
 */
export async function startExporter(options: ExporterOptions): Promise<RunningExporter> {
  const user = options.user === null ? null : findUser(options.user);
  let loaded = await loadGateways(options.file);
  const rate = new PacketRate(options.maxPacketsPerSecond);
  const version = toolVersion();
  const exporter = new Exporter({
    gateways: loaded.gateways,
    allowed: options.allowed,
    concurrency: options.concurrency,
    version,
    resolve: resolveTarget,
    measure: (gateway, address, control) => measureOne(gateway, address, control, loaded, rate),
    packetsSent: () => rate.sent,
    onError: (error) =>
      options.onMessage(`unexpected error, please report it with this text\n${stackOf(error)}`),
  });

  const sockets = await holdSockets();
  let server: Server | undefined;
  try {
    server = await startHttpServer(options.listen, (request) => exporter.respond(request));
    if (user !== null) become(user);
  } catch (error) {
    server?.close();
    await sockets.release();
    throw error;
  }
  const listening = server;
  for (const family of [4, 6] as const) {
    if (!sockets.families.includes(family))
      options.onMessage(`this host has no IPv${family}: only the other is measured`);
  }

  const reload = async (): Promise<void> => {
    try {
      loaded = await loadGateways(options.file);
      exporter.replaceGateways(loaded.gateways);
      options.onMessage(`${options.file} read again: ${counted(loaded)}`);
    } catch (error) {
      if (!(error instanceof PathmtuError)) throw error;
      exporter.onReloadRefused();
      options.onMessage(`not reloaded, the old list stays: ${error.message}`);
    }
  };
  let reloading = Promise.resolve();
  return {
    url: urlOf(listening),
    gateways: loaded.gateways.length,
    // One after the other, so that the last one counts.
    reload: () => (reloading = reloading.then(reload, reload)),
    stop: async () => {
      exporter.prepareToStop();
      await closeServer(listening, () => exporter.stop());
      await sockets.release();
    },
  };
}

/** Over the usual way, so that a gateway's settings mean the same here as they do in `compare`. */
async function measureOne(
  gateway: Gateway,
  { address, family }: ResolvedTarget,
  { deadlineMs, signal, onEvent }: MeasurementControl,
  { descriptions }: LoadedGateways,
  rate: PacketRate,
): Promise<Result> {
  const [outcome] = await measureMany(
    [{ ...gateway, deadlineMs: Math.min(gateway.deadlineMs ?? DEFAULT_DEADLINE_MS, deadlineMs) }],
    {
      // The exporter's own holds for all scrapes together.
      rate: null,
      concurrency: 1,
      descriptions,
      signal,
      onEvent: (_gateway, event) => onEvent(event),
      measure: async (host, wishes) => {
        const result = await measureThrough((transport) => rate.pace(transport), address, {
          ...wishes,
          family,
        });
        return { ...result, target: { ...result.target, input: host } };
      },
    },
  );
  if (outcome === undefined) throw new Error('a measurement without an outcome');
  return outcome.result;
}

/** Takes no further connections, waits for those that are busy, and cuts what is left. */
async function closeServer(server: Server, abort: () => void): Promise<void> {
  const aborting = setTimeout(abort, PATIENCE_MS);
  const cutting = setTimeout(() => server.closeAllConnections(), PATIENCE_MS + LAST_ANSWERS_MS);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(aborting);
  clearTimeout(cutting);
  // Measurements whose scrapers have left end too.
  abort();
}

function counted({ gateways }: LoadedGateways): string {
  return `${gateways.length} gateway${gateways.length === 1 ? '' : 's'}`;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Longer than most measurements take. */
const PATIENCE_MS = 600;
const LAST_ANSWERS_MS = 200;
