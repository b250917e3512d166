/** An exporter without a network: the measurements are those of the test. */
import type { Gateway } from '../../src/gateways/gateway.ts';
import { plainGateway } from '../../src/gateways/plain.ts';
import { Exporter, type ExporterParts, type Reply, type Request } from '../../src/exporter/exporter.ts';
import { parseRange, type AddressRange } from '../../src/exporter/address-range.ts';
import type { Result } from '../../src/results/result.ts';
import { healthy } from '../report/results.ts';

export const PARIS = plainGateway('192.0.2.1', { name: 'paris', requireMtu: 1500, labels: { site: 'fr' } });
export const BERLIN = plainGateway('192.0.2.2', { name: 'berlin' });

/** What the exporter asked to have measured, in order. */
interface Asked {
  readonly gateway: Gateway;
  readonly address: string;
}

export interface FakeExporter {
  readonly exporter: Exporter;
  readonly asked: readonly Asked[];
  readonly errors: readonly unknown[];
  /** A GET of this, and what came back. */
  readonly get: (url: string, request?: Partial<Request>) => Promise<Reply>;
}

/** Every literal address resolves to itself, every measurement is {@link healthy}, unless the test says otherwise. */
export function fakeExporter(parts: Partial<ExporterParts> = {}): FakeExporter {
  const asked: Asked[] = [];
  const errors: unknown[] = [];
  const exporter = new Exporter({
    gateways: [PARIS, BERLIN],
    allowed: [],
    concurrency: 8,
    version: '1.2.3',
    resolve: async (host) => ({ address: host, family: host.includes(':') ? 6 : 4 }),
    packetsSent: () => 0,
    onError: (error) => errors.push(error),
    ...parts,
    measure: async (gateway, target, control) => {
      asked.push({ gateway, address: target.address });
      return parts.measure === undefined ? healthy : parts.measure(gateway, target, control);
    },
  });
  return {
    exporter,
    asked,
    errors,
    get: (url, request) =>
      exporter.respond({
        method: 'GET',
        url,
        scrapeTimeout: undefined,
        signal: new AbortController().signal,
        ...request,
      }),
  };
}

export function range(text: string): AddressRange {
  const parsed = parseRange(text);
  if (parsed === null) throw new RangeError(`${text} is no range`);
  return parsed;
}

/** A measurement that the test ends. */
export interface Pending {
  readonly promise: Promise<Result>;
  readonly end: (result?: Result) => void;
  readonly fail: (error: unknown) => void;
}

export function pending(): Pending {
  let end: Pending['end'] = unset;
  let fail: Pending['fail'] = unset;
  const promise = new Promise<Result>((resolve, reject) => {
    end = (result = healthy) => resolve(result);
    fail = reject;
  });
  return { promise, end: (result) => end(result), fail: (error) => fail(error) };
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    // oxlint-disable-next-line no-await-in-loop
    await Promise.resolve();
  }
}

function unset(): never {
  throw new Error('a promise that did not begin');
}
