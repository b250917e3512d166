/** Runs programs in networks of the lab, one at a time in each. */
import { startGateway } from '../../test/lab/gateway.ts';
import { must } from '../../test/lab/commands.ts';
import { sentByClient } from '../../test/lab/link-counters.ts';
import { bringUp, type Network } from '../../test/lab/network.ts';
import { worthOf, type Answer, type Worth } from './answer.ts';
import type { Case } from './cases.ts';
import { limitMsOf, type Source, type Unit } from './plan.ts';

export interface Run {
  readonly durationMs: number;
  readonly answer: Answer;
  readonly worth: Worth;
  /** Sent on the client's link, as its interface counts them; bytes are those of IP packets. */
  readonly packets: number;
  readonly bytes: number;
  /** It took longer than it may, and was ended; then it has no answer. */
  readonly isKilled: boolean;
}

export interface Listener {
  readonly onRun: (unit: Unit, run: Run) => void;
  /** How long a command takes that does nothing: in the time of every other. Left out: not measured. */
  readonly onOverhead?: (one: Case, durationMs: number) => void;
}

/**
 * Takes units until there are none, in a network that stays up while the case does. `longestMs`: a program that takes
 * longer is killed.
 */
export async function work(source: Source, longestMs: number, listener: Listener): Promise<void> {
  let site: Site | null = null;
  try {
    for (let unit = source.take(null); unit !== null; unit = source.take(unit.one)) {
      if (site?.one !== unit.one) {
        await site?.close();
        // Or the one that is closed would be closed once more when the next does not come up.
        site = null;
        site = await open(unit.one);
        await measureOverhead(site, listener);
      }
      const run = await runOnce(site.network, unit, limitMsOf(unit, longestMs));
      source.done(unit);
      listener.onRun(unit, run);
    }
  } finally {
    await site?.close();
  }
}

async function measureOverhead({ one, network }: Site, { onOverhead }: Listener): Promise<void> {
  if (onOverhead === undefined) return;
  for (let count = 0; count < OVERHEAD_RUNS; count += 1) {
    onOverhead(one, (await network.start('client', ['true']).outcome).durationMs);
  }
}

interface Site {
  readonly one: Case;
  readonly network: Network;
  readonly close: () => Promise<void>;
}

async function open(one: Case): Promise<Site> {
  const network = bringUp(one.network);
  try {
    const gateway = one.gateway === undefined ? null : await startGateway(network, one.gateway);
    return {
      one,
      network,
      close: async () => {
        await gateway?.stop();
        network.close();
      },
    };
  } catch (error) {
    network.close();
    throw error;
  }
}

async function runOnce(network: Network, { one, peer }: Unit, limitMs: number): Promise<Run> {
  const target = network.target(one.family);
  forgetPathMtus(network);
  const before = sentByClient(network);
  const { stdout, signal, durationMs } = await network.start('client', peer.command(target, one.family), {
    timeoutMs: limitMs,
    environment: ENVIRONMENT,
  }).outcome;
  const after = sentByClient(network);
  const isKilled = signal !== null;
  const answer: Answer = isKilled ? { mtu: null } : peer.read(stdout, target, one);
  return {
    durationMs,
    answer,
    worth: worthOf(answer, one),
    packets: after.packets - before.packets,
    bytes: after.bytes - before.bytes,
    isKilled,
  };
}

/** What the program before has taught the kernel, which some would build on. */
function forgetPathMtus(network: Network): void {
  for (const family of ['-4', '-6']) {
    must('ip', [family, '-netns', network.namespaceOf('client'), 'route', 'flush', 'cache']);
  }
}

const OVERHEAD_RUNS = 5;

/** Nothing of this process's own, such as NODE_OPTIONS, is a peer's. */
const ENVIRONMENT: NodeJS.ProcessEnv = { PATH: process.env['PATH'], LANG: 'C.UTF-8', HOME: '/nonexistent' };
