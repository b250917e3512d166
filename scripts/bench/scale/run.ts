/** Runs one program over a crowd of targets, and weighs what it says, sends and uses. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../../../test/lab/commands.ts';
import { CROWD_KINDS, type Crowd } from '../../../test/lab/crowd.ts';
import { sentByClient } from '../../../test/lab/link-counters.ts';
import { createFolder } from '../../../test/lab/namespaces.ts';
import { isRight, isWrong, type Program } from './programs.ts';

export interface ScaleRun {
  readonly program: string;
  readonly question: string;
  readonly targets: number;
  /** Packets per second that it was told to send. */
  readonly rate: number;
  readonly right: number;
  readonly wrong: number;
  /** Per kind of path. */
  readonly kinds: readonly { readonly name: string; readonly targets: number; readonly right: number }[];
  readonly seconds: number;
  /** Sent on the client's link, as its interface counts them; bytes are those of IP packets. */
  readonly packets: number;
  readonly bytes: number;
  /** User and system time. */
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  /** Of the process that delays packets: what it could not carry would be a bottleneck of the lab. */
  readonly wireCpuSeconds: number;
}

export async function runProgram(crowd: Crowd, program: Program, rate: number): Promise<ScaleRun> {
  const { network, targets } = crowd;
  const folder = createFolder();
  const [list, usage] = [join(folder, 'list'), join(folder, 'usage')];
  writeFileSync(list, program.list(targets));
  // What the program before has taught the kernel, which some would build on.
  must('ip', ['-netns', network.namespaceOf('client'), 'route', 'flush', 'cache']);
  const sentBefore = sentByClient(network);
  const wireBefore = wireCpuSeconds(crowd);
  const timed = ['/usr/bin/time', '--quiet', '-f', '%e %U %S %M', '-o', usage];
  const { stdout, stderr } = await network.start('client', [...timed, ...program.command(list, rate)], {
    timeoutMs: LIMIT_MS,
    environment: { PATH: process.env['PATH'], LANG: 'C.UTF-8', HOME: '/nonexistent' },
  }).outcome;
  const sent = sentByClient(network);
  const [seconds = 0, user = 0, system = 0, kilobytes = 0] = readFileSync(usage, 'utf8')
    .split(' ')
    .map(Number);
  const said = program.read(stdout === '' ? stderr : stdout);
  return {
    program: program.name,
    question: program.question,
    targets: targets.length,
    rate,
    right: targets.filter((target) => isRight(said.get(target.address), target)).length,
    wrong: targets.filter((target) => isWrong(said.get(target.address), target)).length,
    kinds: CROWD_KINDS.map((kind) => {
      const some = targets.filter((target) => target.kind === kind);
      const right = some.filter((target) => isRight(said.get(target.address), target)).length;
      return { name: kind.name, targets: some.length, right };
    }),
    seconds,
    packets: sent.packets - sentBefore.packets,
    bytes: sent.bytes - sentBefore.bytes,
    cpuSeconds: user + system,
    peakMegabytes: kilobytes / 1024,
    wireCpuSeconds: wireCpuSeconds(crowd) - wireBefore,
  };
}

/** It ends up in the namespace of its last device, where nothing else runs; with the kernel's netem there is none. */
function wireCpuSeconds({ network }: Crowd): number {
  const pids = must('ip', ['netns', 'pids', network.namespaceOf('router1')])
    .split('\n')
    .filter((pid) => pid !== '');
  const ticks = pids.map((pid) => {
    // After the name in parentheses: the 12th and 13th field are user and system time (man 5 proc).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    return (fields[11] ?? 0) + (fields[12] ?? 0);
  });
  return ticks.reduce((total, each) => total + each, 0) / TICKS_PER_SECOND;
}

/** A black hole takes scamper a minute, and a low rate takes its time. */
const LIMIT_MS = 3_600_000;
/** USER_HZ: the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
