import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { WatchedSite } from './run-day.ts';
import type { Watch, Watched } from './watch.ts';

/**
 * Watches all {@link SITES} for hours of virtual time, in a process for each group of them, whose memory is then that of
 * nothing else. The same seed gives the same weather and the same packets.
 */
export async function watchAll(seed: number, hours: number): Promise<Watched[]> {
  return Promise.all(SITES.map((sites) => watchApart({ sites, seed, hours })));
}

async function watchApart(watch: Watch): Promise<Watched> {
  const child = fork(fileURLToPath(new URL('./watch-process.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx', '--expose-gc'],
    serialization: 'advanced',
  });
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => reject(new Error(`a watch ended early (${code ?? signal})`)));
      child.on('message', (watched: Watched) => resolve(watched));
      child.send(watch);
    });
  } finally {
    child.kill();
  }
}

const ORDINARY = {
  family: 4,
  hops: 5,
  delayMs: 20,
  jitterMs: 2,
  echo: true,
  udp: true,
  ike: true,
  requireMtu: null,
  warnBelow: null,
  ikeAuthBytes: null,
} as const;

/** By group: the checks of a group are one command, and take about as long as those of another. */
const SITES: readonly (readonly WatchedSite[])[] = [
  [{ ...ORDINARY, name: 'paris', requireMtu: 1400, warnBelow: 1500, ikeAuthBytes: 3200 }],
  [
    // No VPN gateway, and far away.
    { ...ORDINARY, name: 'lyon', family: 6, ike: false, delayMs: 60, requireMtu: 1380, warnBelow: 1420 },
    // Answers nothing but IKE, as most do.
    { ...ORDINARY, name: 'nice', echo: false, udp: false, ikeAuthBytes: 1400 },
  ],
];
