/** `pathmtu serve` in the client's namespace, and scrapes of it from there. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Running } from './commands.ts';
import { createFolder } from './namespaces.ts';
import type { Network } from './network.ts';

export interface LabExporter {
  readonly program: Running;
  /** The gateways file, for writing another one. */
  readonly file: string;
  /** GETs these paths, all at once. In their order. */
  readonly get: (paths: readonly string[], headers?: Readonly<Record<string, string>>) => Promise<Fetched[]>;
  /** One GET whose status must be 200; gives the body. */
  readonly body: (path: string) => Promise<string>;
}

export interface Fetched {
  /** 0: no answer. */
  readonly status: number;
  readonly body: string;
  readonly durationMs: number;
}

export const EXPORTER = '127.0.0.1:9786';

/** When this resolves, it listens. */
export async function startLabExporter(
  network: Network,
  gateways: string,
  args: readonly string[] = [],
  nodeFlags: readonly string[] = [],
): Promise<LabExporter> {
  const file = join(createFolder(), 'gateways.yaml');
  writeFileSync(file, gateways);
  const program = serve(network, ['--file', file, ...args], nodeFlags);
  await program.printed('serving');
  const get: LabExporter['get'] = (paths, headers = {}) =>
    fetchInside(
      network,
      paths.map((path) => `http://${EXPORTER}${path}`),
      headers,
    );
  return {
    program,
    file,
    get,
    body: async (path) => {
      const [{ status, body } = { status: 0, body: '' }] = await get([path]);
      if (status !== 200) throw new Error(`${path}: ${status} ${body}`);
      return body;
    },
  };
}

export function serve(network: Network, args: readonly string[], nodeFlags: readonly string[] = []): Running {
  return network.start('client', [process.execPath, ...nodeFlags, PROGRAM, 'serve', ...args], {
    timeoutMs: NEVER,
    environment: ENVIRONMENT,
  });
}

/** GETs from the client's namespace, all at once. */
export async function fetchInside(
  network: Network,
  urls: readonly string[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Fetched[]> {
  const command = [process.execPath, '--input-type=module', '-e', FETCH, JSON.stringify({ urls, headers })];
  const { stdout, stderr } = await network.start('client', command, { environment: ENVIRONMENT }).outcome;
  try {
    return JSON.parse(stdout) as Fetched[];
  } catch (cause) {
    throw new Error(`no answers from inside: ${stderr}`, { cause });
  }
}

/** The sample of a text in exposition format, by what stands before the value; NaN: there is none. */
export function sampleOf(text: string, name: string): number {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return line === undefined ? NaN : Number(line.slice(name.length + 1));
}

const FETCH = `
const { urls, headers } = JSON.parse(process.argv[1]);
const fetched = await Promise.all(urls.map(async (url) => {
  const startedAt = performance.now();
  const since = () => performance.now() - startedAt;
  try {
    const response = await fetch(url, { headers });
    const body = await response.text();
    return { status: response.status, body, durationMs: since() };
  } catch (error) {
    return { status: 0, body: String(error.cause ?? error), durationMs: since() };
  }
}));
process.stdout.write(JSON.stringify(fetched));
`;

const PROGRAM = fileURLToPath(new URL('../../bin/pathmtu.js', import.meta.url));
const ENVIRONMENT: NodeJS.ProcessEnv = { PATH: process.env['PATH'], LANG: 'C.UTF-8', HOME: '/nonexistent' };
const NEVER = 0;
