/**
 * A real strongSwan (charon-systemd of Debian, without systemd) in the namespace of a lab node, as gateway or as
 * client. Its files are in a folder of its own; nothing of this machine's strongSwan is read or changed. It ends with
 * `stop()`, or with its namespace.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Credentials } from './certificates.ts';
import { must, start, type Outcome, type Running } from './commands.ts';
import { createFolder } from './namespaces.ts';
import type { Network, NodeName } from './network.ts';
import {
  CONNECTION,
  connectionConfiguration,
  daemonConfiguration,
  type ConnectionPlan,
  type DaemonFiles,
  type DaemonPlan,
} from './strongswan-configuration.ts';

export interface Strongswan {
  /** Replaces the connection and all credentials by these. Existing IKE SAs are not touched. */
  readonly configure: (credentials: Credentials, connection: Omit<ConnectionPlan, 'certificate'>) => void;
  /**
   * Starts the connection, and waits for the end of IKE_AUTH; throws, with the log, unless the IKE SA is established.
   * The CHILD SA may fail: not every machine lets strongSwan install routes for it.
   */
  readonly initiate: () => Promise<void>;
  /** Ends all IKE SAs of the connection. */
  readonly terminate: () => void;
  /** `swanctl --stats`. */
  readonly ikeSas: () => { readonly total: number; readonly halfOpen: number };
  /** For `swanctl --uri`. */
  readonly controlUri: string;
  readonly logFile: string;
  /** The log so far, at strongSwan's default level. */
  readonly log: () => string;
  /** The log with message and payload sizes; for a daemon whose plan asks for it. */
  readonly sizesLog: () => string;
  readonly stop: () => Promise<void>;
}

/** Starts a daemon without any connection; when this resolves, it can be configured. */
export async function startStrongswan(
  network: Network,
  node: NodeName,
  plan: DaemonPlan = {},
): Promise<Strongswan> {
  const folder = createFolder();
  const files = { log: join(folder, 'log'), sizesLog: join(folder, 'sizes-log') };
  const viciSocket = join(folder, 'vici');
  const controlUri = `unix://${viciSocket}`;
  const { daemon, swanctl } = install(folder, plan, { ...files, viciSocket });

  // In a session of its own, since a Ctrl-C on this terminal is not meant for it.
  const program = network.start(node, ['setsid', daemon], {
    environment: { ...process.env, STRONGSWAN_CONF: join(folder, 'strongswan.conf') },
    timeoutMs: NEVER,
  });
  const control = (...args: string[]): string =>
    must('env', [`SWANCTL_DIR=${folder}`, swanctl, ...args, '--uri', controlUri]);
  let isChildless = true;

  await untilExists(viciSocket, program);
  return {
    controlUri,
    logFile: files.log,
    configure: (credentials, connection) => {
      writeCredentials(folder, credentials);
      const certificate = basename(credentials.certificate);
      writeFileSync(join(folder, 'swanctl.conf'), connectionConfiguration({ ...connection, certificate }));
      isChildless = connection.child === 'none';
      control('--load-all', '--clear');
    },
    initiate: async () => {
      const what = isChildless ? '--ike' : '--child';
      const args = ['--initiate', what, CONNECTION, '--timeout', '10', '--uri', controlUri];
      const { code, stdout, stderr } = await start(swanctl, args).outcome;
      if (code !== 0 && !ESTABLISHED.test(stdout))
        throw new Error(`the connection failed: ${stdout}${stderr}`);
    },
    terminate: () => {
      control('--terminate', '--ike', CONNECTION, '--timeout', '5');
    },
    ikeSas: () => readStatistics(control('--stats')),
    log: () => readFileSync(files.log, 'utf8'),
    sizesLog: () => readFileSync(files.sizesLog, 'utf8'),
    stop: async () => {
      program.signal('SIGTERM');
      await endOf(program);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Writes the daemon's configuration; gives the programs to run. */
function install(folder: string, plan: DaemonPlan, files: DaemonFiles): { daemon: string; swanctl: string } {
  writeFileSync(join(folder, 'strongswan.conf'), daemonConfiguration(plan, files));
  // Copies, because Debian's AppArmor profiles, which go by the path of a program, keep the real ones to /etc.
  const [daemon, swanctl] = ['charon-systemd', 'swanctl'].map((name) => {
    const copy = join(folder, name);
    copyFileSync(join('/usr/sbin', name), copy);
    return copy;
  });
  if (daemon === undefined || swanctl === undefined) throw new Error('there are two programs');
  return { daemon, swanctl };
}

/** Into the folders where swanctl looks for them; all that was there goes. */
function writeCredentials(
  folder: string,
  { certificate, privateKey, intermediates, root }: Credentials,
): void {
  const contents = { x509: [certificate], private: [privateKey], x509ca: [...intermediates, root] };
  for (const [name, paths] of Object.entries(contents)) {
    const target = join(folder, name);
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target);
    for (const path of paths) copyFileSync(path, join(target, basename(path)));
  }
}

function readStatistics(text: string): { total: number; halfOpen: number } {
  const found = /IKE_SAs: (\d+) total, (\d+) half-open/.exec(text);
  if (found === null) throw new Error(`no count of IKE SAs in the statistics: ${text}`);
  return { total: Number(found[1]), halfOpen: Number(found[2]) };
}

async function untilExists(path: string, program: Running): Promise<void> {
  let end: Outcome | null = null;
  void program.outcome.then((outcome) => (end = outcome));
  const deadline = performance.now() + STARTING_LIMIT_MS;
  while (!existsSync(path)) {
    if (end !== null) throw new Error(`strongSwan ended at once: ${JSON.stringify(end)}`);
    if (performance.now() > deadline) throw new Error(`strongSwan made no ${path}`);
    await delay(POLL_MS);
  }
}

/** A daemon that does not end when asked to is killed: nothing may wait for it. */
async function endOf(program: Running): Promise<void> {
  const killer = setTimeout(() => program.signal('SIGKILL'), STOPPING_LIMIT_MS);
  await program.outcome;
  clearTimeout(killer);
}

const ESTABLISHED = /IKE_SA .* established between/;
const NEVER = 0;
const POLL_MS = 10;
/** It takes a fifth of a second on an idle machine. */
const STARTING_LIMIT_MS = 10_000;
const STOPPING_LIMIT_MS = 3000;
