/**
 * Opens a page in a real browser (Debian's chromium, without a window) and tells what it asked the network for, and
 * what it complained of. Spoken to over a pipe (Chrome DevTools Protocol), so that no port is open and no driver is
 * needed.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { createFolder } from './namespaces.ts';

export interface Browser {
  /** Loads a page to its end. */
  readonly open: (url: string, view?: View) => Promise<Page>;
  readonly close: () => Promise<void>;
}

export interface View {
  /** Default: 1100. */
  readonly width?: number;
  /** Default: `light`. */
  readonly colors?: 'light' | 'dark';
  /** Default: `screen`. */
  readonly medium?: 'screen' | 'print';
}

export interface Page {
  /** Every address that the page asked for, its own first. */
  readonly requests: readonly string[];
  /** Errors and warnings of the console: failed requests, exceptions, what the page's policy forbade. */
  readonly complaints: readonly string[];
  /** The value of a JavaScript expression in the page. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  /** Writes the whole page as a PNG. */
  readonly screenshot: (path: string) => Promise<void>;
}

export async function startBrowser(): Promise<Browser> {
  const profile = createFolder();
  const program = spawn('chromium', [...FLAGS, `--user-data-dir=${profile}`, '--remote-debugging-pipe'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => program.once('exit', () => resolve()));
  const channel = channelOf(program);
  return {
    open: (url, view = {}) => openPage(channel, url, view),
    close: async () => {
      await Promise.race([channel.ask('Browser.close', {}), ended]);
      const killer = setTimeout(() => program.kill('SIGKILL'), CLOSING_LIMIT_MS);
      await ended;
      clearTimeout(killer);
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function openPage(
  channel: Channel,
  url: string,
  { width = 1100, colors = 'light', medium = 'screen' }: View,
): Promise<Page> {
  const { targetId } = await channel.ask('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await channel.ask('Target.attachToTarget', { targetId, flatten: true });
  const session = String(sessionId);
  const ask = (method: string, parameters: object = {}): Promise<Answer> =>
    channel.ask(method, parameters, session);
  const requests: string[] = [];
  const complaints: string[] = [];
  const loaded = new Promise<void>((resolve) => {
    channel.listen(session, ({ method, params }) => {
      const text = JSON.stringify(params);
      if (method === 'Page.loadEventFired') resolve();
      if (method === 'Network.requestWillBeSent') requests.push(textAt(params, 'request', 'url'));
      if (method === 'Runtime.exceptionThrown') complaints.push(text);
      if (method === 'Log.entryAdded' && textAt(params, 'entry', 'level') !== 'info') complaints.push(text);
      if (method === 'Runtime.consoleAPICalled' && ['error', 'warning'].includes(textAt(params, 'type'))) {
        complaints.push(text);
      }
    });
  });
  for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await ask(`${domain}.enable`);
  await ask('Emulation.setDeviceMetricsOverride', {
    width,
    height: 800,
    deviceScaleFactor: 1,
    mobile: width < 500,
  });
  await ask('Emulation.setEmulatedMedia', {
    media: medium,
    features: [{ name: 'prefers-color-scheme', value: colors }],
  });
  await ask('Page.navigate', { url });
  await loaded;
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await ask('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return (result as { readonly value?: unknown }).value;
  };
  // Two frames later all that a page does on its own has begun.
  await evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))');
  return {
    requests,
    complaints,
    evaluate,
    screenshot: async (path) => {
      const { data } = await ask('Page.captureScreenshot', { captureBeyondViewport: true });
      writeFileSync(path, Buffer.from(String(data), 'base64'));
    },
  };
}

type Answer = Readonly<Record<string, unknown>>;

interface Notice {
  readonly method: string;
  readonly params: Answer;
}

interface Channel {
  readonly ask: (method: string, parameters: object, session?: string) => Promise<Answer>;
  readonly listen: (session: string, listener: (notice: Notice) => void) => void;
}

/** Messages are JSON, each with a NUL behind it: to the browser on its descriptor 3, from it on 4. */
function channelOf(program: ChildProcess): Channel {
  const [, , , toBrowser, fromBrowser] = program.stdio as readonly unknown[] as [
    null,
    null,
    null,
    Writable,
    Readable,
  ];
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, (notice: Notice) => void>();
  const fail = (reason: string): void => {
    for (const { reject } of waiting.values()) reject(new Error(reason));
    waiting.clear();
  };
  program.once('error', (error) => fail(`chromium cannot be started: ${error.message}`));
  program.once('exit', (code) => fail(`chromium ended (${code})`));
  toBrowser.on('error', (error) => fail(error.message));
  let text = '';
  let lastId = 0;
  fromBrowser.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (text + chunk).split('\0');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const { id, result, error, sessionId, method, params } = JSON.parse(message) as {
        readonly id?: number;
        readonly result?: Answer;
        readonly error?: object;
        readonly sessionId?: string;
        readonly method?: string;
        readonly params?: Answer;
      };
      if (id !== undefined) {
        const asked = waiting.get(id);
        waiting.delete(id);
        if (error === undefined) asked?.resolve(result ?? {});
        else asked?.reject(new Error(JSON.stringify(error)));
      } else if (sessionId !== undefined && method !== undefined) {
        listeners.get(sessionId)?.({ method, params: params ?? {} });
      }
    }
  });
  return {
    listen: (session, listener) => listeners.set(session, listener),
    ask: (method, parameters, session) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        const message = {
          id: lastId,
          method,
          params: parameters,
          ...(session === undefined ? {} : { sessionId: session }),
        };
        toBrowser.write(`${JSON.stringify(message)}\0`);
      }),
  };
}

function textAt(value: unknown, ...path: readonly string[]): string {
  const found = path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Answer)[key] : undefined),
    value,
  );
  return typeof found === 'string' ? found : '';
}

/** Nothing of its own goes to the network; as root it has no sandbox. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
];
const CLOSING_LIMIT_MS = 5000;
