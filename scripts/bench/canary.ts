/**
 * Whether a path is still what it claims to be while many networks share the machine: a ping across an idle network of
 * its own, for as long as they run. If its round trips take as long as its link says, so do those of the others.
 */
import { bringUp } from '../../test/lab/network.ts';

export interface Canary {
  readonly nominalMs: number;
  readonly pings: number;
  readonly medianMs: number;
  /** 99 of 100 are not above it. */
  readonly p99Ms: number;
  /** Of the pings, in percent. */
  readonly withinTwoMsPercent: number;
}

/** `stop` gives what was seen; null: not one answer. */
export function startCanary(): { readonly stop: () => Promise<Canary | null> } {
  const network = bringUp({ links: [1500, 1500], impairments: { 1: { delayMs: NOMINAL_MS / 2 } } });
  const ping = network.start('client', ['ping', '-n', '-i', '0.5', network.target(4)], { timeoutMs: 0 });
  return {
    stop: async () => {
      ping.signal('SIGINT');
      const { stdout } = await ping.outcome;
      network.close();
      return readCanary(stdout);
    },
  };
}

export function readCanary(stdout: string): Canary | null {
  const rtts = [...stdout.matchAll(/ time=([\d.]+) ms/g)]
    .map((match) => Number(match[1]))
    .toSorted((a, b) => a - b);
  const at = (share: number): number | undefined => rtts[Math.ceil(rtts.length * share) - 1];
  const [medianMs, p99Ms] = [at(0.5), at(0.99)];
  if (medianMs === undefined || p99Ms === undefined) return null;
  const within = rtts.filter((rtt) => Math.abs(rtt - NOMINAL_MS) <= 2);
  return {
    nominalMs: NOMINAL_MS,
    pings: rtts.length,
    medianMs,
    p99Ms,
    withinTwoMsPercent: (100 * within.length) / rtts.length,
  };
}

const NOMINAL_MS = 40;
