/**
 * The user-space wire, a program of its own: makes a TAP device in each of two namespaces and carries frames between
 * them, late, lost, twice or out of order, as `netem` would. Started by wire.ts: `wire-process.mjs PLAN`, where PLAN
 * is the JSON of a `WireProcessPlan`. Writes `ready`, or what is wrong, into the plan's pipe; ends when stdin does.
 *
 * One thread that sleeps in ppoll() until a frame arrives or the next one is due: no event loop between a frame and
 * its clock. Plain JavaScript, because it has to start fast and Node 20 runs nothing else without a loader.
 */
import { closeSync, constants, openSync, writeFileSync } from 'node:fs';

async function main(plan) {
  try {
    const { default: koffi } = await import('koffi');
    const system = systemCalls(koffi);
    const directions = plan.wires.flatMap(({ ends, impairment }) => {
      const [a, b] = ends.map((end) => openTap(system, end));
      return [direction(a, b, impairment), direction(b, a, impairment)];
    });
    system.hurry();
    writeFileSync(plan.readyPipe, 'ready');
    carry(system, directions);
  } catch (error) {
    writeFileSync(plan.readyPipe, `the wire failed: ${error instanceof Error ? error.stack : String(error)}`);
    process.exitCode = 1;
  }
}

/** Frames that arrive at `from` leave at `to`. Both ends of a wire impair what they send, so each way counts alike. */
function direction(from, to, impairment) {
  return {
    from,
    to,
    delayMs: impairment.delayMs ?? 0,
    jitterMs: impairment.jitterMs ?? 0,
    loss: (impairment.lossPercent ?? 0) / 100,
    reordering: (impairment.reorderPercent ?? 0) / 100,
    duplication: (impairment.duplicatePercent ?? 0) / 100,
    /** Frames on their way, the next to leave at `head`. */
    queue: [],
    head: 0,
  };
}

/** Never returns: the process ends with stdin. */
function carry(system, directions) {
  const descriptors = [STDIN, ...directions.map(({ from }) => from)];
  const pollSet = new ArrayBuffer(descriptors.length * POLLFD_BYTES);
  const descriptorOf = new Int32Array(pollSet);
  const eventsOf = new Int16Array(pollSet);
  descriptors.forEach((descriptor, index) => {
    descriptorOf[index * 2] = descriptor;
    eventsOf[index * 4 + 2] = POLLIN;
  });
  const pollBytes = new Uint8Array(pollSet);

  for (;;) {
    system.poll(pollBytes, descriptors.length, untilNextDueMs(directions));
    if (eventsOf[3] !== 0) process.exit(0);
    directions.forEach((one, index) => {
      if (eventsOf[(index + 1) * 4 + 3] !== 0) takeIn(system, one);
    });
    for (const one of directions) letOut(system, one);
  }
}

/** Negative: nothing is on its way. */
function untilNextDueMs(directions) {
  let dueAt = Infinity;
  for (const { queue, head } of directions) {
    if (head < queue.length && queue[head].dueAt < dueAt) dueAt = queue[head].dueAt;
  }
  return dueAt === Infinity ? -1 : Math.max(0, dueAt - performance.now());
}

/** Everything that waits at the device, so that its queue never fills up; but what is due meanwhile leaves in time. */
function takeIn(system, one) {
  for (let count = 0; count < MOST_AT_ONCE; count += 1) {
    const length = system.read(one.from, arrived);
    if (length <= 0) return;
    const now = performance.now();
    // netem's order: duplication, loss, then delay, and a duplicate has a delay of its own.
    let copies = 1;
    if (happens(one.duplication)) copies += 1;
    if (happens(one.loss)) copies -= 1;
    for (; copies > 0; copies -= 1) hold(one, now + delayOf(one), length);
  }
}

function delayOf({ delayMs, jitterMs, reordering }) {
  if (happens(reordering)) return 0;
  return Math.max(0, delayMs + jitterMs * (2 * Math.random() - 1));
}

function happens(probability) {
  return probability > 0 && Math.random() < probability;
}

/** Into its place by time, behind those that are due at the same moment. */
function hold(one, dueAt, length) {
  const { queue } = one;
  if (queue.length - one.head >= MOST_HELD) return;
  const bytes = length <= USUAL_BYTES ? (spare.pop() ?? new Uint8Array(USUAL_BYTES)) : new Uint8Array(length);
  bytes.set(arrived.subarray(0, length));
  let place = queue.length;
  while (place > one.head && queue[place - 1].dueAt > dueAt) place -= 1;
  const frame = { dueAt, bytes, length };
  if (place === queue.length) queue.push(frame);
  else queue.splice(place, 0, frame);
}

function letOut(system, one) {
  const { queue } = one;
  while (one.head < queue.length && queue[one.head].dueAt <= performance.now()) {
    const { bytes, length } = queue[one.head];
    one.head += 1;
    // A device that is down refuses (EIO), which is what a cable that is out does.
    system.write(one.to, bytes, length);
    if (bytes.length === USUAL_BYTES) spare.push(bytes);
  }
  if (one.head === queue.length || one.head >= COMPACT_FROM) {
    queue.splice(0, one.head);
    one.head = 0;
  }
}

/** The descriptor of a new TAP device in that namespace; its settings are the caller's, by `ip`. */
function openTap(system, { namespace, device }) {
  const network = openSync(`/run/netns/${namespace}`, constants.O_RDONLY);
  system.enterNetwork(network);
  closeSync(network);
  const descriptor = openSync('/dev/net/tun', constants.O_RDWR | constants.O_NONBLOCK);
  // struct ifreq: 16 bytes of name, then the flags.
  const request = new Uint8Array(IFREQ_BYTES);
  request.set(new TextEncoder().encode(device));
  new Uint16Array(request.buffer)[8] = IFF_TAP | IFF_NO_PI;
  system.makeTap(descriptor, request);
  return descriptor;
}

function systemCalls(koffi) {
  const library = koffi.load(null);
  const setns = library.func('int setns(int descriptor, int type)');
  const ioctl = library.func('int ioctl(int descriptor, unsigned long request, ...)');
  const ppoll = library.func('int ppoll(void *set, unsigned long count, void *timeout, void *signals)');
  const read = library.func('long read(int descriptor, void *buffer, size_t length)');
  const write = library.func('long write(int descriptor, void *buffer, size_t length)');
  const setScheduler = library.func('int sched_setscheduler(int process, int policy, void *parameters)');
  const timeout = new BigInt64Array(2);
  const check = (what, result) => {
    if (result < 0) throw new Error(`${what}: errno ${koffi.errno()}`);
  };
  return {
    enterNetwork: (descriptor) => check('setns', setns(descriptor, CLONE_NEWNET)),
    makeTap: (descriptor, request) => check('TUNSETIFF', ioctl(descriptor, TUNSETIFF, 'void *', request)),
    // A wire that waits for a processor delays more than it says. Refused without the privilege: then it is as accurate
    // as the machine is idle.
    hurry: () => setScheduler(0, SCHED_FIFO, new Int32Array([1])),
    poll: (set, count, timeoutMs) => {
      const seconds = Math.floor(timeoutMs / 1000);
      timeout[0] = BigInt(seconds);
      timeout[1] = BigInt(Math.floor((timeoutMs - seconds * 1000) * 1e6));
      ppoll(set, count, timeoutMs < 0 ? null : timeout, null);
    },
    read: (descriptor, buffer) => read(descriptor, buffer, buffer.length),
    write: (descriptor, buffer, length) => write(descriptor, buffer, length),
  };
}

const STDIN = 0;

// <poll.h>, <sched.h>, <linux/if_tun.h>, <linux/if.h>; the same on every architecture that Node runs on.
const POLLIN = 1;
const POLLFD_BYTES = 8;
const SCHED_FIFO = 1;
const CLONE_NEWNET = 0x40000000;
const TUNSETIFF = 0x400454ca;
const IFF_TAP = 0x0002;
const IFF_NO_PI = 0x1000;
const IFREQ_BYTES = 40;

/** The largest IP packet with its Ethernet header. */
const arrived = new Uint8Array(65_535 + 14);
/** Buffers to use again: frames of the usual size make no garbage, whose collection would show as jitter. */
const spare = [];
const USUAL_BYTES = 2048;
/** A burst of 100 packets is taken in at once; a flood must not keep what is due from leaving. */
const MOST_AT_ONCE = 256;
/** 100 MB of usual frames in each direction. */
const MOST_HELD = 50_000;
const COMPACT_FROM = 4096;

await main(JSON.parse(process.argv[2] ?? ''));
