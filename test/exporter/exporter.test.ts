import { describe, expect, test } from '@jest/globals';
import { PathmtuError } from '../../src/errors.ts';
import type { MeasurementControl } from '../../src/exporter/shared-measurements.ts';
import { healthy, silent } from '../report/results.ts';
import { answered, lost } from '../report/events.ts';
import { BERLIN, fakeExporter, PARIS, pending, range, settle } from './fakes.ts';

describe('GET /probe', () => {
  test('measures the gateway of that name, and answers with its metrics', async () => {
    const { get, asked } = fakeExporter();
    const reply = await get('/probe?target=paris');
    expect(reply).toMatchObject({
      status: 200,
      headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: expect.stringContaining('pathmtu_path_mtu_bytes{site="fr"} 1500\n'),
    });
    expect(asked).toEqual([{ gateway: PARIS, address: '192.0.2.1' }]);
  });

  test.each([
    ['default', null],
    ['icmp', ['icmp']],
    ['udp', ['udp']],
    ['ike', ['ike']],
  ])('with module %s asks for the methods %p', async (module, methods) => {
    const { get, asked } = fakeExporter();
    expect(await get(`/probe?target=berlin&module=${module}`)).toMatchObject({ status: 200 });
    expect(asked).toEqual([{ gateway: { ...BERLIN, methods }, address: '192.0.2.2' }]);
  });

  test.each([
    ['/probe', 'target is missing'],
    ['/probe?target=', 'target is missing'],
    ['/probe?target=%20', 'target is missing'],
    ['/probe?target=paris&target=berlin', 'target is given more than once'],
    ['/probe?target=paris&module=tcp', 'unknown module: there are default, icmp, udp, ike'],
    ['/probe?target=paris&module=', 'unknown module'],
    ['/probe?target=paris&module=constructor', 'unknown module'],
    ['/probe?target=a%00b', 'neither a name'],
    [`/probe?target=${'a'.repeat(256)}`, 'neither a name'],
  ])('refuses %s with 400 and one line', async (url, reason) => {
    const { get, asked } = fakeExporter();
    const reply = await get(url);
    expect(reply).toMatchObject({ status: 400, body: expect.stringContaining(reason) });
    expect(reply.body).toMatch(/^[^\n]+\n$/);
    expect(asked).toEqual([]);
  });

  test.each(['192.0.2.9', 'other.example', '127.0.0.1', 'localhost'])(
    'refuses %s, which is not in the file, with 403 and one line',
    async (target) => {
      const { get, asked } = fakeExporter();
      const reply = await get(`/probe?target=${target}`);
      expect(reply).toMatchObject({ status: 403, body: 'this target is not in the gateways file\n' });
      expect(asked).toEqual([]);
    },
  );

  test('measures the very address that was found allowed, whatever the name server says next', async () => {
    const addresses = ['10.0.0.1', '127.0.0.1'];
    const { get, asked } = fakeExporter({
      allowed: [range('10.0.0.0/8')],
      resolve: async () => ({ address: addresses.shift() ?? '127.0.0.1', family: 4 }),
    });
    expect(await get('/probe?target=rebinding.example')).toMatchObject({ status: 200 });
    expect(asked).toMatchObject([{ gateway: { name: 'rebinding.example' }, address: '10.0.0.1' }]);
    expect(await get('/probe?target=rebinding.example')).toMatchObject({ status: 403 });
    expect(asked).toHaveLength(1);
  });

  test('of a gateway without an address is a measurement that failed', async () => {
    const { get } = fakeExporter({
      resolve: () => Promise.reject(new PathmtuError('unresolved', 'no address found for "paris"')),
    });
    const reply = await get('/probe?target=paris');
    expect(reply.status).toBe(200);
    expect(reply.body).toContain('pathmtu_probe_success{site="fr"} 0\n');
    expect((await get('/probe?target=paris&debug=true')).body).toMatch(/^Not measured: no address found/);
    expect((await get('/')).body).toContain('no address found for &#34;paris&#34;');
  });

  test('of a gateway that this host cannot measure is one that failed too', async () => {
    const { get, errors } = fakeExporter({
      measure: () => Promise.reject(new PathmtuError('not-permitted', 'raw sockets need root')),
    });
    const reply = await get('/probe?target=berlin');
    expect(reply).toMatchObject({ status: 200, body: expect.stringContaining('pathmtu_probe_success 0\n') });
    expect((await get('/')).body).toContain('raw sockets need root');
    expect(errors).toEqual([]);
  });

  test('explains itself with debug=true: target, every probe, the document, the metrics', async () => {
    const { get } = fakeExporter({
      measure: async (_gateway, _address, { onEvent }) => {
        onEvent(answered(1));
        onEvent(lost(2));
        return silent;
      },
    });
    const { headers, body } = await get('/probe?target=paris&module=icmp&debug=true');
    expect(headers['Content-Type']).toBe('text/plain; charset=utf-8');
    expect(body).toMatch(/^Path MTU to vpn\.example\.net \(192\.0\.2\.1\): 1400 bytes, exact\n/);
    expect(body).toContain('name      paris\nhost      192.0.2.1 (in the gateways file)\n');
    expect(body).toContain('module    icmp\ndeadline  10.0 s\n');
    expect(body).toContain('answered in 40.3 ms');
    expect(body).toContain('no answer\n');
    expect(JSON.parse(/== Result\n(.*?)\n== Metrics/s.exec(body)?.[1] ?? '')).toEqual(silent);
    expect(body).toContain('pathmtu_path_mtu_bytes{site="fr"} 1400\n');
  });

  test('is an error of ours, told once and not to the client, when nobody foresaw it', async () => {
    const error = new TypeError('secret');
    const { get, errors } = fakeExporter({ measure: () => Promise.reject(error) });
    const reply = await get('/probe?target=paris');
    expect(reply).toMatchObject({ status: 500 });
    expect(reply.body).not.toContain('secret');
    expect(errors).toEqual([error]);
  });
});

describe("the scraper's timeout", () => {
  // A little less by the time that the measurement starts.
  test.each([
    { scrapeTimeout: '10', deadlineMs: 9500 },
    { scrapeTimeout: '2.5', deadlineMs: 2000 },
    { scrapeTimeout: '0.8', deadlineMs: 400 },
    { scrapeTimeout: undefined, deadlineMs: 29_500 },
    { scrapeTimeout: '99999999', deadlineMs: 299_500 },
  ])('of $scrapeTimeout s leaves $deadlineMs ms', async ({ scrapeTimeout, deadlineMs }) => {
    const found = await deadlineOf(scrapeTimeout);
    expect(found).toBeLessThanOrEqual(deadlineMs);
    expect(found).toBeGreaterThan(deadlineMs - 200);
  });

  test.each(['', 'ten', '-1', '0', '0.1', '1e9', 'NaN', '10, 20', '1'.repeat(20)])(
    'is refused when it is "%s"',
    async (scrapeTimeout) => {
      const { get } = fakeExporter();
      expect(await get('/probe?target=paris', { scrapeTimeout })).toMatchObject({
        status: 400,
        body: expect.stringContaining('Scrape-Timeout'),
      });
    },
  );

  test('that is over means 503, and an end of the measurement', async () => {
    const controls: MeasurementControl[] = [];
    const { get } = fakeExporter({
      measure: (_gateway, _address, control) => {
        controls.push(control);
        return new Promise(() => {});
      },
    });
    expect(await get('/probe?target=paris', { scrapeTimeout: '0.5' })).toMatchObject({ status: 503 });
    expect(controls[0]?.signal.aborted).toBe(true);
  });

  test('counts for the name server too', async () => {
    const { get } = fakeExporter({ resolve: () => new Promise(() => {}) });
    expect(await get('/probe?target=paris', { scrapeTimeout: '0.5' })).toMatchObject({
      status: 503,
      body: 'the name server does not answer in time\n',
    });
  });
});

describe('scrapes at the same time', () => {
  test('200 of 20 targets: 20 measurements and 20 look-ups, no target twice at once', async () => {
    const gateways = Array.from({ length: 20 }, (_, index) => ({
      ...BERLIN,
      name: `gateway${index}`,
      host: `gateway${index}.example`,
    }));
    const busy = new Set<string>();
    const lookups: string[] = [];
    let most = 0;
    const { get, asked } = fakeExporter({
      gateways,
      concurrency: 4,
      resolve: async (host) => {
        lookups.push(host);
        return { address: `192.0.2.${/\d+/.exec(host)?.[0]}`, family: 4 };
      },
      measure: async (_gateway, { address }) => {
        expect(busy).not.toContain(address);
        busy.add(address);
        most = Math.max(most, busy.size);
        await settle();
        busy.delete(address);
        return healthy;
      },
    });
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, index) => get(`/probe?target=gateway${index % 20}`)),
    );
    expect(replies.map(({ status }) => status)).toEqual(Array(200).fill(200));
    expect(asked).toHaveLength(20);
    expect(lookups).toHaveLength(20);
    expect(most).toBe(4);
  });

  test('of two names for one address do not measure it at once, and each has its own limits', async () => {
    const alias = { ...PARIS, name: 'alias', labels: { site: 'other' } };
    const runs = [pending(), pending()];
    const { get, asked } = fakeExporter({
      gateways: [PARIS, alias],
      measure: () => (runs[asked.length - 1] ?? pending()).promise,
    });
    const replies = ['paris', 'alias'].map((name) => get(`/probe?target=${name}`));
    await settle();
    expect(asked).toHaveLength(1);
    runs[0]?.end();
    await settle();
    expect(asked).toHaveLength(2);
    runs[1]?.end();
    expect((await replies[1])?.body).toContain('pathmtu_probe_success{site="other"} 1');
  });

  test('whose clients have all left leave no trace: no result, no history', async () => {
    const client = new AbortController();
    const run = pending();
    const { get } = fakeExporter({ measure: () => run.promise });
    const reply = get('/probe?target=paris', { signal: client.signal });
    await settle();
    client.abort();
    run.end();
    expect(await reply).toMatchObject({ status: 503 });
    expect((await get('/')).body).toContain('Not measured yet');
  });
});

describe('other paths', () => {
  test('/metrics are those of the process and of the exporter', async () => {
    const { get } = fakeExporter({ packetsSent: () => 1234 });
    await get('/probe?target=paris');
    await get('/probe?target=nobody');
    await get('/somewhere/else');
    const { status, body } = await get('/metrics');
    expect(status).toBe(200);
    for (const sample of [
      'process_cpu_seconds_total ',
      'pathmtu_exporter_build_info{version="1.2.3"} 1\n',
      'pathmtu_exporter_gateways 2\n',
      'pathmtu_exporter_http_requests_total{path="/probe",code="200"} 1\n',
      'pathmtu_exporter_http_requests_total{path="/probe",code="403"} 1\n',
      'pathmtu_exporter_http_requests_total{path="other",code="404"} 1\n',
      'pathmtu_exporter_measurements_total{status="exact"} 1\n',
      'pathmtu_exporter_packets_sent_total 1234\n',
      'pathmtu_exporter_measurements_running 0\n',
      'pathmtu_exporter_config_last_reload_successful 1\n',
    ]) {
      expect(body).toContain(sample);
    }
  });

  test('/-/healthy and /-/ready say so; ready no more when it is about to stop', async () => {
    const { exporter, get } = fakeExporter();
    expect(await get('/-/healthy')).toMatchObject({ status: 200 });
    expect(await get('/-/ready')).toMatchObject({ status: 200 });
    exporter.prepareToStop();
    expect(await get('/-/healthy')).toMatchObject({ status: 200 });
    expect(await get('/-/ready')).toMatchObject({ status: 503 });
  });

  test.each(['/favicon.ico', '/probe/', '/metrics/../probe', '//', '/-/reload', '/__proto__', ''])(
    'there is nothing at "%s"',
    async (url) => {
      expect(await fakeExporter().get(url)).toMatchObject({ status: 404 });
    },
  );

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH', 'get'])(
    '%s is not answered',
    async (method) => {
      const { get, asked } = fakeExporter();
      expect(await get('/probe?target=paris', { method })).toMatchObject({
        status: 405,
        headers: { Allow: 'GET, HEAD' },
      });
      expect(asked).toEqual([]);
    },
  );

  test('a URL has an end', async () => {
    expect(await fakeExporter().get(`/probe?target=paris&x=${'y'.repeat(2100)}`)).toMatchObject({
      status: 414,
    });
  });
});

describe('another gateways file', () => {
  test('counts from the next request on, and a refused one is seen in the metrics', async () => {
    const { exporter, get } = fakeExporter();
    await get('/probe?target=paris');
    exporter.replaceGateways([BERLIN]);
    expect(await get('/probe?target=paris')).toMatchObject({ status: 403 });
    expect((await get('/')).body).not.toContain('paris');
    exporter.onReloadRefused();
    expect((await get('/metrics')).body).toContain('pathmtu_exporter_config_last_reload_successful 0\n');
    expect(await get('/probe?target=berlin')).toMatchObject({ status: 200 });
  });
});

test('stop ends measurements with 503, and aborts them', async () => {
  const controls: MeasurementControl[] = [];
  const { exporter, get } = fakeExporter({
    measure: (_gateway, _address, control) => {
      controls.push(control);
      return new Promise(() => {});
    },
  });
  const reply = get('/probe?target=paris');
  await settle();
  exporter.stop();
  expect(await reply).toMatchObject({ status: 503, body: 'the exporter is shutting down\n' });
  expect(controls[0]?.signal.aborted).toBe(true);
});

/** Deadline of the measurement. */
async function deadlineOf(scrapeTimeout: string | undefined): Promise<number> {
  const controls: MeasurementControl[] = [];
  const { get } = fakeExporter({
    measure: async (_gateway, _address, control) => {
      controls.push(control);
      return healthy;
    },
  });
  await get('/probe?target=paris', { scrapeTimeout });
  return controls[0]?.deadlineMs ?? 0;
}
