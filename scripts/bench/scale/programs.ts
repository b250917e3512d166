/** The programs that measure many targets in one run: how they are called, and how their answers are read. */
import { fileURLToPath } from 'node:url';
import type { CrowdTarget } from '../../../test/lab/crowd.ts';
import type { Result } from '../../../src/results/result.ts';
import { readScamper } from '../answer.ts';

export interface Program {
  readonly name: string;
  /** The Debian package that has it; null: it is ours. */
  readonly debianPackage: string | null;
  /** What it is asked. */
  readonly question: string;
  readonly list: (targets: readonly CrowdTarget[]) => string;
  readonly command: (listFile: string, rate: number) => readonly string[];
  /** What it says of each address; one that it says nothing of is missing. */
  readonly read: (output: string) => ReadonlyMap<string, Statement>;
}

/** `exact`: the path MTU. `fits`: whether a packet of {@link FPING_BYTES} does. */
export type Statement =
  | { readonly type: 'exact'; readonly mtu: number }
  | { readonly type: 'fits'; readonly isAnswered: boolean }
  | { readonly type: 'unreachable' }
  | { readonly type: 'undecided' };

/** Silence is what fping sees of a packet that is too large, of a black hole and of a host that is down. */
export function isRight(statement: Statement | undefined, { kind: { pathMtu } }: CrowdTarget): boolean {
  switch (statement?.type) {
    case 'exact':
      return statement.mtu === pathMtu;
    case 'fits':
      return statement.isAnswered === (pathMtu !== null && pathMtu >= FPING_BYTES);
    case 'unreachable':
      return pathMtu === null;
    case 'undecided':
    case undefined:
      return false;
  }
}

/** Undecided is not right, and not wrong either. */
export function isWrong(statement: Statement | undefined, target: CrowdTarget): boolean {
  return statement !== undefined && statement.type !== 'undecided' && !isRight(statement, target);
}

export const PROGRAMS: readonly Program[] = [
  pathmtu('pathmtu', 'path MTU, black hole and its hop, IKE service: all defaults', []),
  pathmtu('pathmtu icmp', 'path MTU', ['--method', 'icmp', '--no-locate']),
  {
    name: 'scamper trace -M',
    debianPackage: 'scamper',
    question: 'path MTU, and the hops',
    list: addresses,
    command: (file, rate) => ['scamper', '-p', String(rate), '-w', '0', '-c', 'trace -M', '-f', file],
    read: readTraces,
  },
  {
    name: 'fping -M -b',
    debianPackage: 'fping',
    question: 'does one size, 1400, arrive?',
    list: addresses,
    command: (file, rate) =>
      `fping -q -C 1 -M -b ${FPING_BYTES - ICMP_AND_IP_HEADER_BYTES} -i ${1000 / rate} -f ${file}`.split(' '),
    read: readFping,
  },
];

function pathmtu(name: string, question: string, options: readonly string[]): Program {
  return {
    name,
    debianPackage: null,
    question,
    list: (targets) => `gateways:\n${targets.map(({ address }) => `  - host: ${address}\n`).join('')}`,
    command: (file, rate) => [
      process.execPath,
      PATHMTU,
      ...`compare --file ${file} --json --rate ${rate}`.split(' '),
      ...options,
    ],
    read: readComparison,
  };
}

function addresses(targets: readonly CrowdTarget[]): string {
  return targets.map(({ address }) => `${address}\n`).join('');
}

function readComparison(output: string): Map<string, Statement> {
  if (output === '') return new Map();
  const { results } = JSON.parse(output) as { readonly results: readonly Result[] };
  return new Map(results.map((result) => [result.target.address, statementOf(result)]));
}

function statementOf({ status, pathMtu }: Result): Statement {
  if (status === 'unreachable') return { type: 'unreachable' };
  return pathMtu === null ? { type: 'undecided' } : { type: 'exact', mtu: pathMtu };
}

/** One block per trace; the target that it did not reach is not the last of its hops. */
function readTraces(output: string): Map<string, Statement> {
  const statements = new Map<string, Statement>();
  for (const block of output.split(/^traceroute from /m).slice(1)) {
    const target = /^\S+ to (\S+)/.exec(block)?.[1] ?? '';
    const { mtu } = readScamper(block, target);
    statements.set(target, mtu === null ? { type: 'unreachable' } : { type: 'exact', mtu });
  }
  return statements;
}

/** `10.64.0.1 : 40.2`, or a dash. */
function readFping(output: string): Map<string, Statement> {
  const lines = [...output.matchAll(/^(\S+)\s+:\s+(\S+)$/gm)];
  return new Map(
    lines.map(([, address = '', time]) => [address, { type: 'fits', isAnswered: time !== '-' }]),
  );
}

const FPING_BYTES = 1400;
const ICMP_AND_IP_HEADER_BYTES = 28;
const PATHMTU = fileURLToPath(new URL('../../../bin/pathmtu.js', import.meta.url));
