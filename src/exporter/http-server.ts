import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PathmtuError } from '../errors.ts';
import type { Reply, Request } from './exporter.ts';

export interface ListenAddress {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** Whatever arrives over HTTP is answered by this; it never rejects. */
export type Respond = (request: Request) => Promise<Reply>;

/**
 * An HTTP server that no client can keep busy: headers are small and have to come in time, bodies are not read, and
 * the number of connections is bounded. Resolves when it listens.
 *
 * @throws {PathmtuError} `cannot-listen`
 */
export async function startHttpServer({ host, port }: ListenAddress, respond: Respond): Promise<Server> {
  const server = createServer(
    {
      maxHeaderSize: LARGEST_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECKING_INTERVAL_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    (request, response) => void answer(request, response, respond),
  );
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen({ host, port }, error)));
    server.listen({ host, port, backlog: BACKLOG }, resolve);
  });
  // What goes wrong with one connection later (such as no file descriptor for it) does not concern the others.
  server.on('error', () => {});
  return server;
}

/** `http://127.0.0.1:9786/`. */
export function urlOf(server: Server): string {
  const { address, port } = server.address() as AddressInfo;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}/`;
}

async function answer(request: IncomingMessage, response: ServerResponse, respond: Respond): Promise<void> {
  const left = new AbortController();
  response.on('close', () => left.abort());
  const reply = hasBody(request) ? WITH_BODY : await respond(requestOf(request, left.signal));
  if (response.destroyed) return;
  response.writeHead(reply.status, {
    ...reply.headers,
    ...SAFE_HEADERS,
    'Content-Length': Buffer.byteLength(reply.body),
    // What follows a body that was not asked for is not worth reading.
    ...(reply === WITH_BODY ? { Connection: 'close' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : reply.body);
}

function requestOf({ method, url, headers }: IncomingMessage, signal: AbortSignal): Request {
  const scrapeTimeout = headers['x-prometheus-scrape-timeout-seconds'];
  return {
    method: method ?? '',
    url: url ?? '/',
    scrapeTimeout: typeof scrapeTimeout === 'string' ? scrapeTimeout : scrapeTimeout?.[0],
    signal,
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function cannotListen({ host, port }: ListenAddress, cause: NodeJS.ErrnoException): PathmtuError {
  const where = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const reason = REASONS.get(cause.code ?? '') ?? `(${cause.code ?? cause.message})`;
  return new PathmtuError('cannot-listen', `cannot listen on ${where}: ${reason}`, { cause });
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'the port is in use; end the other program, or give another port with --listen'],
  ['EACCES', 'not permitted; ports below 1024 need root or CAP_NET_BIND_SERVICE'],
  ['EADDRNOTAVAIL', 'this host does not have that address; give one that it has with --listen'],
  ['ENOTFOUND', 'no such host; give an address with --listen'],
]);

const WITH_BODY: Reply = {
  status: 413,
  headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  body: 'a request here has no body\n',
};

const SAFE_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** Prometheus sends about 300 bytes, a browser without cookies 1000. */
const LARGEST_HEADER_BYTES = 8192;
const HEADERS_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 10_000;
const CHECKING_INTERVAL_MS = 1000;
const KEEP_ALIVE_MS = 5000;
/** Prometheus has one per target; beyond this the file descriptors of a usual limit (1024) would run out. */
const MOST_CONNECTIONS = 768;
const BACKLOG = 512;
