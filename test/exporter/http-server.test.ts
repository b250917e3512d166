import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startHttpServer, urlOf } from '../../src/exporter/http-server.ts';
import type { MeasurementControl } from '../../src/exporter/shared-measurements.ts';
import { createRandom } from '../../src/probe/random.ts';
import { fakeExporter, type FakeExporter } from './fakes.ts';

let server: Server | undefined;

afterEach(async () => {
  if (server === undefined) return;
  server.closeAllConnections();
  if (server.listening) await new Promise((resolve) => server?.close(resolve));
  server = undefined;
});

/** An exporter on a port of the loopback interface. */
async function serving(
  fake: FakeExporter = fakeExporter(),
): Promise<{ readonly url: string; readonly port: number }> {
  server = await startHttpServer({ host: '127.0.0.1', port: 0 }, (request) => fake.exporter.respond(request));
  return { url: urlOf(server), port: (server.address() as AddressInfo).port };
}

/** Sends these bytes on a connection of its own, and gives what came back until the other end closed. */
async function exchange(port: number, bytes: Uint8Array | string, isEnd = true): Promise<string> {
  const socket: Socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  // A server that has seen enough may reset the connection.
  socket.on('error', () => {});
  if (isEnd) socket.end(bytes);
  else socket.write(bytes);
  socket.on('end', () => socket.end());
  await once(socket, 'close');
  return text;
}

describe('the HTTP server', () => {
  test('answers, with headers that keep browsers from guessing and keeping', async () => {
    const { url } = await serving();
    const response = await fetch(`${url}probe?target=paris`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('pathmtu_probe_success');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });

  test('answers HEAD like GET, without the body', async () => {
    const { url } = await serving();
    const response = await fetch(`${url}-/healthy`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([
      200,
      '8',
      '',
    ]);
  });

  test('hands on the scrape timeout', async () => {
    const { url } = await serving();
    const headers = { 'X-Prometheus-Scrape-Timeout-Seconds': 'soon' };
    expect((await fetch(`${url}probe?target=paris`, { headers })).status).toBe(400);
  });

  test('tells a measurement when its only client leaves', async () => {
    const starts = new EventEmitter();
    const started = once(starts, 'started') as Promise<[MeasurementControl]>;
    const fake = fakeExporter({
      measure: (_gateway, _address, control) => {
        starts.emit('started', control);
        return new Promise(() => {});
      },
    });
    const { url } = await serving(fake);
    const client = new AbortController();
    const response = fetch(`${url}probe?target=paris`, { signal: client.signal });
    const [{ signal }] = await started;
    const aborted = once(signal, 'abort');
    client.abort();
    await expect(response).rejects.toThrow('aborted');
    await aborted;
    expect(signal.aborted).toBe(true);
  });

  test('reads no body', async () => {
    const { url, port } = await serving();
    expect((await fetch(url, { method: 'POST', body: 'x'.repeat(100_000) })).status).toBe(413);
    const chunked = 'GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n';
    expect(await exchange(port, chunked)).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('has no patience with large headers', async () => {
    const { port } = await serving();
    const large = `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(9000)}\r\n\r\n`;
    expect(await exchange(port, large)).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('bounds connections and the time for headers', async () => {
    await serving();
    expect(server).toMatchObject({ headersTimeout: 5000, requestTimeout: 10_000, maxConnections: 768 });
  });

  test('says in one line that the port is in use', async () => {
    const { port } = await serving();
    await expect(
      startHttpServer({ host: '127.0.0.1', port }, async () => ({ status: 200, headers: {}, body: '' })),
    ).rejects.toMatchObject({
      code: 'cannot-listen',
      message: `cannot listen on 127.0.0.1:${port}: the port is in use; end the other program, or give another port with --listen`,
    });
  });

  test('says so too of an address that this host does not have', async () => {
    await expect(
      startHttpServer({ host: '192.0.2.77', port: 0 }, async () => ({ status: 200, headers: {}, body: '' })),
    ).rejects.toMatchObject({
      code: 'cannot-listen',
      message: expect.stringContaining('does not have that address'),
    });
  });
});

describe('10,000 malformed requests', () => {
  const COUNT = 10_000;
  const WARM_UP = 4000;
  const AT_ONCE = 50;
  const random = createRandom([1, 2, 3, 4]);

  const SAMPLES = [
    'GET /probe?target=paris HTTP/1.1\r\nHost: a\r\nX-Prometheus-Scrape-Timeout-Seconds: 10\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    'POST /probe HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello',
    'GET /metrics HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n',
    'GET /%2e%2e/%00?target=%zz&module[]=x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n',
    'CONNECT paris:500 HTTP/1.1\r\nHost: a\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'GET http://paris/probe?target=paris HTTP/1.1\r\nHost: a\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n',
  ];

  /** A request with a few of its bytes changed, cut, or doubled. */
  function malformed(): Uint8Array {
    const bytes = Buffer.from(SAMPLES[random.below(SAMPLES.length)] ?? '', 'latin1');
    for (let change = random.below(6); change >= 0; change--) {
      bytes[random.below(bytes.length)] = random.below(256);
    }
    const cut = random.below(4) === 0 ? random.below(bytes.length) : bytes.length;
    return random.below(8) === 0 ? Buffer.concat([bytes, bytes]) : bytes.subarray(0, cut);
  }

  test('crash nothing, measure nothing but what is allowed, and leave no memory and no connection behind', async () => {
    const fake = fakeExporter();
    const { url, port } = await serving(fake);
    const flood = async (count: number): Promise<void> => {
      for (let sent = 0; sent < count; sent += AT_ONCE) {
        // oxlint-disable-next-line no-await-in-loop
        await Promise.all(Array.from({ length: AT_ONCE }, () => exchange(port, malformed())));
      }
    };
    // The first thousands fill caches and history.
    await flood(WARM_UP);
    const before = usedHeapBytes();
    await flood(COUNT - WARM_UP);
    const leakedBytes = usedHeapBytes() - before;
    expect((await fetch(`${url}-/healthy`)).status).toBe(200);
    expect(fake.errors).toEqual([]);
    expect(fake.asked.filter(({ gateway }) => !['paris', 'berlin'].includes(gateway.name))).toEqual([]);
    const connections = await new Promise((resolve) =>
      server?.getConnections((_error, count) => resolve(count)),
    );
    // The one of the fetch, which is kept alive.
    expect(connections).toBeLessThanOrEqual(1);
    // Next to nothing per request; a leak of one small object each would be more.
    expect(leakedBytes / (COUNT - WARM_UP)).toBeLessThan(100);
  }, 120_000);
});

/** After a full collection. */
function usedHeapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
