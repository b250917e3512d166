/** A real Prometheus in the client's namespace, with the configuration and the rules of contrib/, only faster. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Running } from './commands.ts';
import { EXPORTER, fetchInside } from './exporter.ts';
import { createFolder } from './namespaces.ts';
import type { Network } from './network.ts';

export interface Prometheus {
  readonly program: Running;
  /** What its API says under `data`. */
  readonly ask: (path: string) => Promise<unknown>;
  /** Asks until the answer is as wanted, and gives it; rejects when that takes too long. */
  readonly askUntil: <Data>(path: string, isWanted: (data: Data) => boolean) => Promise<Data>;
}

const CONTRIB = new URL('../../contrib/prometheus/', import.meta.url);

export async function startPrometheus(network: Network, targets: readonly string[]): Promise<Prometheus> {
  const folder = createFolder();
  const configuration = join(folder, 'prometheus.yml');
  writeFileSync(configuration, configurationFor(targets));
  const rules = readFileSync(new URL('pathmtu.rules.yml', CONTRIB), 'utf8');
  writeFileSync(join(folder, 'pathmtu.rules.yml'), rules.replaceAll(/for: \d+m/g, 'for: 1s'));
  const program = network.start(
    'client',
    [
      'prometheus',
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${ADDRESS}`,
    ],
    { timeoutMs: 0 },
  );
  await program.printed('Server is ready to receive web requests');
  const ask = async (path: string): Promise<unknown> => {
    const [answer] = await fetchInside(network, [`http://${ADDRESS}/api/v1/${path}`]);
    if (answer?.status !== 200) throw new Error(`${path}: ${answer?.status} ${answer?.body}`);
    return (JSON.parse(answer.body) as { readonly data: unknown }).data;
  };
  return {
    program,
    ask,
    askUntil: async <Data>(path: string, isWanted: (data: Data) => boolean) => {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        const data = (await ask(path)) as Data;
        if (isWanted(data)) return data;
        await new Promise((resolve) => setTimeout(resolve, BETWEEN_ATTEMPTS_MS));
      }
      throw new Error(`${path} stays ${JSON.stringify(await ask(path))}`);
    },
  };
}

/** The one of contrib/, whose relabelling is what is tested, with our targets and our patience. */
function configurationFor(targets: readonly string[]): string {
  const file = parse(readFileSync(new URL('prometheus.yml', CONTRIB), 'utf8')) as {
    global: object;
    scrape_configs: {
      scrape_timeout?: string;
      static_configs: { targets: readonly string[] }[];
      relabel_configs?: { replacement?: string }[];
    }[];
  };
  file.global = { scrape_interval: '3s', evaluation_interval: '1s' };
  const [gateways, exporter] = file.scrape_configs;
  if (gateways === undefined || exporter === undefined) throw new Error('contrib has two jobs no more');
  gateways.scrape_timeout = '3s';
  gateways.static_configs = [{ targets }];
  for (const rule of gateways.relabel_configs ?? []) {
    if (rule.replacement !== undefined) rule.replacement = EXPORTER;
  }
  exporter.static_configs = [{ targets: [EXPORTER] }];
  return stringify(file);
}

const ADDRESS = '127.0.0.1:9090';
const MOST_ATTEMPTS = 100;
const BETWEEN_ATTEMPTS_MS = 200;
