/** Runs the peers in the network of one case, one after another, round by round. */
import { startGateway } from '../../test/lab/gateway.ts';
import { must, succeeds } from '../../test/lab/commands.ts';
import { bringUp, type Network } from '../../test/lab/network.ts';
import { worthOf, type Answer, type Worth } from './answer.ts';
import type { Case } from './cases.ts';
import type { Peer } from './peers.ts';

interface Run {
  readonly durationMs: number;
  readonly answer: Answer;
  readonly worth: Worth;
  /** Sent on the client's link, as its interface counts them; bytes are those of IP packets. */
  readonly packets: number;
  readonly bytes: number;
  /** It took longer than it may, and was ended; then it has no answer. */
  readonly isKilled: boolean;
}

export interface Row {
  readonly peer: string;
  /** Why it was not measured; null: it was. */
  readonly exclusion: string | null;
  readonly runs: readonly Run[];
}

export interface CaseReport {
  readonly one: Case;
  readonly rows: readonly Row[];
  /** Of a command that does nothing, in the same namespace: in the time of every other. */
  readonly overheadMs: readonly number[];
}

export interface Effort {
  readonly rounds: number;
  /** A program that takes longer is killed. */
  readonly limitMs: number;
  /** A program slower than this runs once, so that the whole ends within the hour. Infinity: in every round. */
  readonly repeatedBelowMs: number;
}

export async function runCase(
  one: Case,
  peers: readonly Peer[],
  effort: Effort,
  say: (text: string) => void,
): Promise<CaseReport> {
  const network = bringUp(one.network);
  try {
    const gateway = one.gateway === undefined ? null : await startGateway(network, one.gateway);
    const report = await runRounds(one, network, peers, effort, say);
    await gateway?.stop();
    return report;
  } finally {
    network.close();
  }
}

async function runRounds(
  one: Case,
  network: Network,
  peers: readonly Peer[],
  { rounds, limitMs, repeatedBelowMs }: Effort,
  say: (text: string) => void,
): Promise<CaseReport> {
  const rows = peers.map((peer) => ({ peer, exclusion: exclusionOf(peer, one), runs: [] as Run[] }));
  const overheadMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    overheadMs.push((await network.start('client', ['true']).outcome).durationMs);
    for (const { peer, exclusion, runs } of rows) {
      const isTooSlow = runs.some(({ durationMs }) => durationMs > repeatedBelowMs);
      if (exclusion !== null || isTooSlow) continue;
      const run = await runOnce(one, network, peer, limitMs);
      runs.push(run);
      say(`${one.name} ${round + 1}/${rounds} ${peer.name}: ${run.worth}, ${Math.round(run.durationMs)} ms`);
    }
  }
  return { one, overheadMs, rows: rows.map(({ peer, ...row }) => ({ ...row, peer: peer.name })) };
}

function exclusionOf({ program, debianPackage, exclusion }: Peer, one: Case): string | null {
  if (!succeeds('sh', ['-c', 'command -v "$0"', program])) {
    return `not installed: apt-get install ${debianPackage ?? program}`;
  }
  return exclusion?.(one) ?? null;
}

async function runOnce(one: Case, network: Network, peer: Peer, limitMs: number): Promise<Run> {
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

function sentByClient(network: Network): { readonly packets: number; readonly bytes: number } {
  const options = ['-netns', network.namespaceOf('client'), '-json', '-statistics'];
  const [link] = JSON.parse(must('ip', [...options, 'link', 'show', 'dev', 'to-host'])) as [LinkStatistics];
  const { packets, bytes } = link.stats64.tx;
  return { packets, bytes: bytes - packets * ETHERNET_HEADER_BYTES };
}

interface LinkStatistics {
  readonly stats64: { readonly tx: { readonly packets: number; readonly bytes: number } };
}

const ETHERNET_HEADER_BYTES = 14;

/** Nothing of this process's own, such as NODE_OPTIONS, is a peer's. */
const ENVIRONMENT: NodeJS.ProcessEnv = { PATH: process.env['PATH'], LANG: 'C.UTF-8', HOME: '/nonexistent' };
