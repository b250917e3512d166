import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Server } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { startHttpServer, urlOf } from '../../src/exporter/http-server.ts';
import { plainGateway } from '../../src/gateways/plain.ts';
import { fakeExporter } from '../exporter/fakes.ts';
import { healthy, silent, unreachable } from '../report/results.ts';
import { startBrowser, type Browser } from './browser.ts';
import { startCapture } from './capture.ts';
import { must } from './commands.ts';
import { EXPORTER, sampleOf, serve, startLabExporter, type LabExporter } from './exporter.ts';
import { whileUp } from './fixture.ts';
import { TO_CLIENT, type Network } from './network.ts';
import { watchForPacket } from './packet-watch.ts';
import { startPrometheus } from './prometheus.ts';
import { describeInLab, describeWithBrowser, describeWithPrometheus } from './requirements.ts';

const LIMIT_MS = 120_000;

let exporter: LabExporter | null = null;

/** One exporter per test; it is ended with it. */
async function start(
  network: Network,
  ...rest: [gateways: string, args?: readonly string[], nodeFlags?: readonly string[]]
): Promise<LabExporter> {
  exporter = await startLabExporter(network, ...rest);
  return exporter;
}

afterEach(async () => {
  exporter?.program.signal('SIGKILL');
  await exporter?.program.outcome;
  exporter = null;
});

describeWithPrometheus('a real Prometheus', () => {
  const network = whileUp('silent-1400');

  test(
    'scrapes the exporter, and its API tells of the series and of the alerts',
    async () => {
      const host = network().target(4);
      await start(
        network(),
        `gateways:
  - {name: paris, host: ${host}, requireMtu: 1500, labels: {site: fr}}
  - {name: nowhere, host: no-such-host.invalid}
`,
        ['--user', 'nobody'],
      );
      const prometheus = await startPrometheus(network(), ['paris', 'nowhere', 'stranger']);
      try {
        type Vector = {
          readonly result: readonly { readonly metric: object; readonly value: readonly [number, string] }[];
        };
        const mtu = await prometheus.askUntil<Vector>(
          'query?query=pathmtu_path_mtu_bytes',
          ({ result }) => result.length > 0,
        );
        expect(mtu.result).toEqual([
          {
            metric: { __name__: 'pathmtu_path_mtu_bytes', instance: 'paris', job: 'pathmtu', site: 'fr' },
            value: [expect.any(Number), '1400'],
          },
        ]);
        type Alerts = {
          readonly alerts: readonly {
            readonly labels: Readonly<Record<string, string>>;
            readonly state: string;
          }[];
        };
        const firing = ({ alerts }: Alerts): string[] =>
          alerts
            .filter(({ state }) => state === 'firing')
            .map(({ labels }) => `${labels['alertname']} ${labels['instance']}`)
            .toSorted();
        const wanted = [
          'PathMtuBelowRequired paris',
          'PathMtuBlackHole paris',
          'PathMtuScrapeFails stranger',
          'PathMtuUnknown nowhere',
        ];
        const alerts = await prometheus.askUntil<Alerts>(
          'alerts',
          (data) => firing(data).length >= wanted.length,
        );
        expect(firing(alerts)).toEqual(wanted);
        expect(
          alerts.alerts.find(({ labels }) => labels['alertname'] === 'PathMtuBelowRequired')?.labels,
        ).toEqual({
          alertname: 'PathMtuBelowRequired',
          instance: 'paris',
          job: 'pathmtu',
          severity: 'critical',
          site: 'fr',
        });
      } finally {
        prometheus.program.signal('SIGTERM');
        await prometheus.program.outcome;
      }
    },
    LIMIT_MS,
  );

  test(
    'would take what the exporter answers: promtool check metrics',
    async () => {
      const { body } = await start(
        network(),
        `gateways: [{name: paris, host: ${network().target(4)}, requireMtu: 1500, warnBelow: 1500, ikeAuth: 3200}]`,
      );
      for (const path of ['/probe?target=paris', '/probe?target=paris&module=udp']) {
        const text = await body(path);
        expect(sampleOf(text, 'pathmtu_path_mtu_bytes')).toBe(1400);
        expect(must('promtool', ['check', 'metrics'], text)).toBe('');
      }
    },
    LIMIT_MS,
  );

  test('takes the files of contrib/: promtool check config, test rules', () => {
    const folder = fileURLToPath(new URL('../../contrib/prometheus', import.meta.url));
    expect(must('promtool', ['check', 'config', `${folder}/prometheus.yml`])).toContain('SUCCESS');
    expect(must('promtool', ['test', 'rules', `${folder}/pathmtu.rules.test.yml`])).toContain('SUCCESS');
  });
});

describeWithPrometheus('200 scrapes at once of 20 targets', () => {
  const network = whileUp('healthy');
  const ADDRESSES = Array.from({ length: 20 }, (_, index) => `10.0.3.${index + 10}`);
  /** Enough for three full collections. */
  const ROUNDS = 20;

  test(
    'all succeed, no target is measured more than once at a time, and memory stays flat',
    async () => {
      for (const address of ADDRESSES)
        network().must('host', ['ip', 'address', 'add', `${address}/24`, 'dev', TO_CLIENT]);
      const entries = ADDRESSES.map((host, index) => `  - {name: gateway${index}, host: ${host}}\n`);
      const { get, body, program } = await start(
        network(),
        `gateways:\n${entries.join('')}`,
        ['--user', 'nobody'],
        ['--trace-gc'],
      );
      const capture = await startCapture(network(), 'host', 'icmp[icmptype] == icmp-echo');
      const paths = Array.from({ length: 200 }, (_, index) => `/probe?target=gateway${index % 20}`);
      const residentBytes: number[] = [];
      const slowestMs: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const fetched = await get(paths, { 'X-Prometheus-Scrape-Timeout-Seconds': '10' });
        expect(fetched.filter(({ status }) => status !== 200)).toEqual([]);
        expect(fetched.filter(({ body: text }) => sampleOf(text, 'pathmtu_path_mtu_bytes') !== 1500)).toEqual(
          [],
        );
        slowestMs.push(Math.max(...fetched.map(({ durationMs }) => durationMs)));
        residentBytes.push(sampleOf(await body('/metrics'), 'process_resident_memory_bytes'));
      }
      await capture.stop();

      const measurements = measurementsIn(
        capture.read('icmp.type == 8', ['frame.time_epoch', 'ip.dst', 'icmp.ident']),
      );
      const overlapping = measurements.filter((one) =>
        measurements.some(
          (other) =>
            other !== one &&
            other.address === one.address &&
            other.startedAt <= one.startedAt &&
            one.startedAt <= other.endedAt,
        ),
      );
      expect(overlapping).toEqual([]);
      expect(new Set(measurements.map(({ address }) => address)).size).toBe(20);
      program.signal('SIGTERM');
      const liveMb = heapsAfterCollection((await program.outcome).stdout);
      process.stderr.write(
        `${ROUNDS} x 200 scrapes: ${measurements.length} measurements, slowest scrape ${Math.round(Math.max(...slowestMs))} ms, ` +
          `resident ${residentBytes.map((bytes) => Math.round(bytes / 1e6)).join(' ')} MB, ` +
          `live after collections ${liveMb.map(Math.round).join(' ')} MB\n`,
      );
      // The first comes while the program is still loading. 10 kB kept per scrape would be 10 MB and more from then on.
      const [, second = NaN] = liveMb;
      expect(liveMb.length).toBeGreaterThanOrEqual(3);
      expect((liveMb.at(-1) ?? NaN) - second).toBeLessThan(5);
      expect(Math.max(...residentBytes)).toBeLessThan(250e6);
    },
    LIMIT_MS,
  );
});

/** MB that were alive after each full collection, as V8 tells with --trace-gc. */
function heapsAfterCollection(trace: string): number[] {
  return [...trace.matchAll(/Mark-Compact.*? -> ([\d.]+) /g)].map(([, mb]) => Number(mb));
}

/** Echo requests of one measurement have an identifier of their own. */
function measurementsIn(lines: readonly string[]) {
  const found = new Map<string, { address: string; startedAt: number; endedAt: number }>();
  for (const line of lines) {
    const [time = '', address = '', identifier = ''] = line.split('\t');
    const at = Number(time);
    const known = found.get(`${address} ${identifier}`);
    if (known === undefined) found.set(`${address} ${identifier}`, { address, startedAt: at, endedAt: at });
    else known.endedAt = at;
  }
  return [...found.values()];
}

describeWithPrometheus('--max-packets-per-second', () => {
  const network = whileUp('healthy');

  test(
    'holds for all measurements together, in every second',
    async () => {
      const gateways = [4, 6].map(
        (family) => `{name: v${family}, host: "${network().target(family as 4 | 6)}"}`,
      );
      const { get } = await start(network(), `gateways: [${gateways.join(', ')}]`, [
        '--max-packets-per-second',
        '20',
      ]);
      const capture = await startCapture(network(), 'router1', 'src host 10.0.1.1 or src host 2001:db8:1::1');
      const fetched = await get(['/probe?target=v4', '/probe?target=v6']);
      await capture.stop();
      expect(fetched.map(({ body }) => sampleOf(body, 'pathmtu_path_mtu_bytes'))).toEqual([1500, 1500]);
      const times = capture.read('ip or ipv6', ['frame.time_epoch']).map(Number);
      const busiest = Math.max(
        ...times.map((from) => times.filter((at) => at >= from && at < from + 1).length),
      );
      // One may have been late on the wire, and so be close to those behind.
      expect(busiest).toBeLessThanOrEqual(21);
      expect(times.length).toBeGreaterThan(40);
    },
    LIMIT_MS,
  );
});

describeInLab('the exporter', () => {
  const network = whileUp('healthy');
  const gateways = (): string => `gateways: [{name: paris, host: ${network().target(4)}}]`;

  test(
    'measures over both families as nobody, without any capability',
    async () => {
      const both = [4, 6].map((family) => `{name: v${family}, host: "${network().target(family as 4 | 6)}"}`);
      const { body } = await start(network(), `gateways: [${both.join(', ')}]`, ['--user', 'nobody']);
      for (const name of ['v4', 'v6']) {
        expect(sampleOf(await body(`/probe?target=${name}`), 'pathmtu_path_mtu_bytes')).toBe(1500);
      }
      const [pid] = must('ip', ['netns', 'pids', network().namespaceOf('client')]).split('\n');
      const status = must('cat', [`/proc/${pid}/status`]);
      expect(status).toMatch(/^Uid:\s+65534\s+65534\s+65534\s+65534$/m);
      expect(status).toMatch(/^Gid:\s+65534\s+65534\s+65534\s+65534$/m);
      expect(status).toMatch(/^Groups:\s+65534\s*$/m);
      for (const set of ['CapPrm', 'CapEff', 'CapAmb'])
        expect(status).toMatch(new RegExp(`^${set}:\\s+0+$`, 'm'));
    },
    LIMIT_MS,
  );

  test(
    'measures no target that is not in its file, nor one outside of --allow-target',
    async () => {
      const { seen } = await watchForPacket(network(), 'router1', TO_CLIENT, 'src host 10.0.1.1');
      const { get } = await start(network(), 'gateways: [{host: 10.0.3.99}]', [
        '--allow-target',
        '10.0.2.0/24',
      ]);
      const targets = [network().target(4), '127.0.0.1', 'localhost', '::1', network().target(6)];
      const fetched = await get(targets.map((target) => `/probe?target=${encodeURIComponent(target)}`));
      expect(fetched.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
      // The first packet is that of a target that is allowed.
      const [allowed] = await get(['/probe?target=10.0.2.2']);
      expect(sampleOf(allowed?.body ?? '', 'pathmtu_path_mtu_bytes')).toBe(1500);
      await seen;
    },
    LIMIT_MS,
  );

  test(
    'reads its file again on SIGHUP, and keeps the old list when there is a fault in it',
    async () => {
      const { get, file, program } = await start(network(), gateways());
      const statuses = async (): Promise<number[]> =>
        (await get(['/probe?target=paris', '/probe?target=lyon'])).map(({ status }) => status);
      expect(await statuses()).toEqual([200, 403]);
      writeFileSync(file, 'gateways: [{nam: lyon, host: 10.0.3.2}]');
      program.signal('SIGHUP');
      await program.printed('old list stays');
      expect(await statuses()).toEqual([200, 403]);
      writeFileSync(file, gateways().replace('paris', 'lyon'));
      program.signal('SIGHUP');
      await program.printed('read again');
      expect(await statuses()).toEqual([403, 200]);
      program.signal('SIGTERM');
      const { stderr } = await program.outcome;
      expect(stderr.split('\n')).toEqual([
        `pathmtu: serving 1 gateway on http://${EXPORTER}/`,
        expect.stringMatching(
          /^pathmtu: not reloaded, the old list stays: .*line 1: .*"nam".*did you mean name\?$/,
        ),
        `pathmtu: ${file} read again: 1 gateway`,
        '',
      ]);
    },
    LIMIT_MS,
  );

  test(
    'says in one line that its port is in use, and exits 3',
    async () => {
      const { file } = await start(network(), gateways());
      const outcome = await serve(network(), ['--file', file]).outcome;
      expect(outcome).toMatchObject({
        code: 3,
        stdout: '',
        stderr: `pathmtu: cannot listen on ${EXPORTER}: the port is in use; end the other program, or give another port with --listen\n`,
      });
    },
    LIMIT_MS,
  );

  test.each([
    { args: ['--file', '/nonexistent/g.yaml'], about: /does not exist/ },
    { args: ['--file', '/etc/hostname'], about: /\/etc\/hostname/ },
    { args: ['--file', '/dev/null', '--user', 'no-such-user'], about: /no-such-user/ },
  ])(
    'says in one line why it does not start with $args',
    async ({ args, about }) => {
      const outcome = await serve(network(), args).outcome;
      expect(outcome).toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(about) });
      expect(outcome.stderr).toMatch(/^pathmtu: [^\n]+\n$/);
    },
    LIMIT_MS,
  );
});

describeInLab('SIGTERM', () => {
  const network = whileUp('nothing-answers');

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends it within about a second, with a scrape under way',
    async (signal) => {
      const { program, get } = await start(
        network(),
        `gateways: [{name: paris, host: ${network().target(4)}}]`,
      );
      const { seen } = await watchForPacket(
        network(),
        'router1',
        TO_CLIENT,
        `dst host ${network().target(4)}`,
      );
      const scrape = get(['/probe?target=paris']);
      await seen;
      const signalledAt = performance.now();
      program.signal(signal);
      const outcome = await program.outcome;
      expect(performance.now() - signalledAt).toBeLessThan(1500);
      expect(outcome).toMatchObject({ code: 0, signal: null });
      expect(outcome.stderr).toBe(`pathmtu: serving 1 gateway on http://${EXPORTER}/\n`);
      expect(await scrape).toMatchObject([{ status: 503, body: 'the exporter is shutting down\n' }]);
    },
    LIMIT_MS,
  );
});

const HOSTILE =
  '"><img src="http://192.0.2.66/x.png" onerror="document.title=1"><script>document.title=2</script>';

describeWithBrowser('the status page in a browser', () => {
  let browser: Browser | null = null;
  let server: Server | null = null;

  beforeAll(async () => {
    const names = ['paris', HOSTILE, 'x'.repeat(100)];
    const outcomes = [healthy, silent, unreachable];
    const { exporter: fake, get } = fakeExporter({
      gateways: [
        ...names.map((name) => plainGateway('192.0.2.1', { name, labels: { site: HOSTILE } })),
        plainGateway('not.measured.example'),
      ],
      measure: async ({ name }) => outcomes[names.indexOf(name)] ?? healthy,
    });
    for (const name of [...names, ...names]) await get(`/probe?target=${encodeURIComponent(name)}`);
    server = await startHttpServer({ host: '127.0.0.1', port: 0 }, (request) => fake.respond(request));
    browser = await startBrowser();
  }, LIMIT_MS);

  afterAll(async () => {
    await browser?.close();
    server?.close();
    server?.closeAllConnections();
  });

  test.each([
    { width: 1280, colors: 'light', background: 'rgb(244, 245, 247)' },
    { width: 1280, colors: 'dark', background: 'rgb(15, 19, 24)' },
    { width: 360, colors: 'light', background: 'rgb(244, 245, 247)' },
    { width: 360, colors: 'dark', background: 'rgb(15, 19, 24)' },
  ] as const)(
    'fits, asks for nothing and complains of nothing: $width, $colors',
    async ({ width, colors, background }) => {
      if (browser === null || server === null) throw new Error('this is for the inside of a test');
      const url = urlOf(server);
      const page = await browser.open(url, { width, colors });
      expect({ requests: page.requests, complaints: page.complaints }).toEqual({
        requests: [url],
        complaints: [],
      });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(background);
      expect(await page.evaluate('document.querySelectorAll("img, script, iframe, object").length')).toBe(0);
      expect(await page.evaluate('document.querySelectorAll("article").length')).toBe(4);
      expect(await page.evaluate('document.querySelectorAll("svg path.line").length')).toBeGreaterThan(0);
      expect(await page.evaluate('document.querySelectorAll("h3 bdi")[1].textContent')).toBe(HOSTILE);
    },
    LIMIT_MS,
  );
});
