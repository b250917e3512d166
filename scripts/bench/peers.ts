/** The programs that are measured: how people call them, and how their answer is read. */
import { fileURLToPath } from 'node:url';
import type { Family } from '../../src/results/result.ts';
import {
  readIkeScan,
  readNmap,
  readPathmtu,
  readPingBisection,
  readScamper,
  readTracepath,
  readTraceroute,
  type Answer,
} from './answer.ts';
import type { Case } from './cases.ts';

export interface Peer {
  readonly name: string;
  /** What has to be there, and the Debian package that has it; null: it is ours. */
  readonly program: string;
  readonly debianPackage: string | null;
  readonly command: (target: string, family: Family) => readonly string[];
  readonly read: (stdout: string, target: string, one: Case) => Answer;
  /** Why it has nothing to say in this case; null: it is measured. */
  readonly exclusion?: (one: Case) => string | null;
  /**
   * About how long it waits for answers in a silent black hole, where that is minutes rather than seconds: it then needs
   * no processor, and many of it run side by side.
   */
  readonly silenceMs?: number;
  /** It keeps a processor busy, so no more of it than this run at a time. Default: any number. */
  readonly mostAtOnce?: number;
  /** Killed after this time where it runs often. Default: as everywhere. */
  readonly countedLimitMs?: number;
}

const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

export const PEERS: readonly Peer[] = [
  {
    name: 'pathmtu',
    program: process.execPath,
    debianPackage: null,
    command: (target) => [process.execPath, beside('../../bin/pathmtu.js'), target, '--json'],
    read: (stdout, _target, { fragments }) => readPathmtu(stdout, fragments !== null),
  },
  {
    name: 'tracepath',
    program: 'tracepath',
    debianPackage: 'iputils-tracepath',
    // -n for all: nobody's names are to be resolved.
    command: (target, family) => ['tracepath', `-${family}`, '-n', target],
    read: readTracepath,
    silenceMs: 87_000,
  },
  {
    name: 'traceroute --mtu',
    program: 'traceroute',
    debianPackage: 'traceroute',
    command: (target, family) => ['traceroute', `-${family}`, '--mtu', '-n', target],
    read: readTraceroute,
    // Ten minutes by its own limits, without an answer at the end.
    silenceMs: 600_000,
    countedLimitMs: 60_000,
  },
  {
    name: 'scamper trace -M',
    program: 'scamper',
    debianPackage: 'scamper',
    command: (target) => ['scamper', '-I', `trace -M ${target}`],
    read: readScamper,
    silenceMs: 60_000,
  },
  {
    name: 'nmap path-mtu',
    program: 'nmap',
    debianPackage: 'nmap',
    // Without -p it scans 1000 ports first, which is no part of the question.
    command: (target) => ['nmap', '-n', '-Pn', '-p', '80', '--script', 'path-mtu', target],
    read: readNmap,
    // Half a second of processor time, most of it for its start-up.
    mostAtOnce: 2,
    exclusion: ({ family }) => (family === 6 ? 'the script knows no IPv6' : null),
  },
  {
    name: 'ping -M do bisection',
    program: 'ping',
    debianPackage: 'iputils-ping',
    command: (target, family) => ['sh', beside('ping-bisection.sh'), String(family), target],
    read: readPingBisection,
  },
  {
    name: 'ike-scan',
    program: 'ike-scan',
    debianPackage: 'ike-scan',
    command: (target) => ['sh', beside('ike-scan-fragments.sh'), target],
    read: readIkeScan,
    exclusion: ({ gateway }) => (gateway === undefined ? 'there is no IKE gateway' : null),
  },
];
