/**
 * Links with delay, jitter, loss, reordering and duplication, between two namespaces. The kernel's netem does it where
 * it exists; elsewhere a wire in user space: a TAP device at each end, and a process that carries the frames. What a
 * node sees is the same, an Ethernet device whose MTU its own kernel enforces.
 *
 * The numbers are those of netem, and apply to each direction on its own: a round trip takes twice the delay, and 5 %
 * loss loses an echo or its reply in 9.75 % of cases.
 */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { must, succeeds } from './commands.ts';
import { createFolder } from './namespaces.ts';

/** What a link does to what it carries, in each direction. Left out: nothing of it. */
export interface Impairment {
  readonly delayMs?: number;
  /** Delays are spread evenly over delayMs ± jitterMs, never below 0, so packets overtake each other. */
  readonly jitterMs?: number;
  readonly lossPercent?: number;
  /** This share is not delayed at all, and so overtakes the rest. */
  readonly reorderPercent?: number;
  readonly duplicatePercent?: number;
}

export interface WireEnd {
  readonly namespace: string;
  readonly device: string;
  readonly mac: string;
}

export interface Wire {
  readonly ends: readonly [WireEnd, WireEnd];
  readonly mtu: number;
  readonly impairment: Impairment;
}

/** Wires that exist. Everything of them goes with the namespaces; `close` first, or a wire is missed, and that said. */
export interface Wires {
  readonly close: () => void;
}

/** Makes the devices of all these wires, down and without IP address. Nothing is carried any more after `close`. */
export function addWires(wires: readonly Wire[]): Wires {
  const [first] = wires;
  if (first === undefined) return NOTHING_TO_CLOSE;
  return hasNetem(first.ends[0].namespace) ? addNetemWires(wires) : addUserSpaceWires(wires);
}

/** Whether the kernel has netem, tried in a namespace of the lab. */
function hasNetem(namespace: string): boolean {
  const qdisc = (action: string): boolean =>
    succeeds('tc', ['-netns', namespace, 'qdisc', action, 'dev', 'lo', 'root', 'netem']);
  isNetemThere ??= qdisc('add') && qdisc('delete');
  return isNetemThere;
}

let isNetemThere: boolean | null = null;

function addNetemWires(wires: readonly Wire[]): Wires {
  for (const { ends, mtu, impairment } of wires) {
    const [a, b] = ends.map(
      ({ device, mac, namespace }) => `${device} address ${mac} mtu ${mtu} netns ${namespace}`,
    );
    must('ip', ['-batch', '-'], `link add name ${a} type veth peer name ${b}\n`);
    for (const { namespace, device } of ends) {
      must('tc', ['-netns', namespace, '-batch', '-'], netemLine(device, impairment));
    }
  }
  return NOTHING_TO_CLOSE;
}

/** The line for `tc -batch` that impairs what a device sends. */
export function netemLine(device: string, impairment: Impairment): string {
  const { delayMs = 0, jitterMs = 0, lossPercent = 0, reorderPercent = 0, duplicatePercent = 0 } = impairment;
  const options = [
    `limit ${MOST_HELD}`,
    `delay ${delayMs}ms ${jitterMs}ms`,
    ...(lossPercent > 0 ? [`loss random ${lossPercent}%`] : []),
    ...(duplicatePercent > 0 ? [`duplicate ${duplicatePercent}%`] : []),
    ...(reorderPercent > 0 ? [`reorder ${reorderPercent}%`] : []),
  ];
  return `qdisc add dev ${device} root netem ${options.join(' ')}\n`;
}

function addUserSpaceWires(wires: readonly Wire[]): Wires {
  const carrier = startCarrier(wires);
  for (const { ends, mtu } of wires) {
    for (const { namespace, device, mac } of ends) {
      const settings = `address ${mac} mtu ${mtu} txqueuelen ${TRANSMIT_QUEUE_LENGTH}`;
      must('ip', ['-netns', namespace, '-batch', '-'], `link set dev ${device} ${settings}\n`);
    }
  }
  return carrier;
}

/** It runs in the first namespace, so that it goes with it; it ends with this process too. */
function startCarrier(wires: readonly Wire[]): Wires {
  const readyPipe = join(createFolder(), 'ready');
  must('mkfifo', [readyPipe]);
  const namespace = wires[0]?.ends[0].namespace ?? '';
  const plan = JSON.stringify({ readyPipe, wires });
  const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, PROGRAM, plan], {
    // In a session of its own: a Ctrl-C is not meant for it. It ends when its stdin does.
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { PATH: process.env['PATH'] },
  });
  let isClosing = false;
  child.on('exit', (code, signal) => {
    if (!isClosing) process.stderr.write(`lab: a wire ended by itself (${signal ?? code})\n`);
  });
  child.unref();
  // A pipe to a child is a socket with unref(), which the type of stdin does not tell.
  (child.stdin as typeof child.stdin & { unref(): void }).unref();
  const close = (): void => {
    isClosing = true;
    child.stdin.destroy();
    child.kill('SIGKILL');
  };

  // Whoever opens one end of the pipe waits for the other, and this waits without giving up the thread.
  const limit = String(STARTING_LIMIT_SECONDS);
  const { stdout } = spawnSync('timeout', [limit, 'cat', readyPipe], { encoding: 'utf8' });
  if (stdout !== 'ready') {
    close();
    throw new Error(stdout === '' ? `a wire was not ready within ${limit} s` : stdout);
  }
  return { close };
}

const NOTHING_TO_CLOSE: Wires = { close: () => {} };

const PROGRAM = fileURLToPath(new URL('wire-process.mjs', import.meta.url));
const STARTING_LIMIT_SECONDS = 20;

/** Packets in netem's own queue, as the process in user space holds. netem's default, 1000, is little for 200 ms. */
const MOST_HELD = 50_000;

/** Packets that may wait for the process in user space to take them in. */
const TRANSMIT_QUEUE_LENGTH = 10_000;
