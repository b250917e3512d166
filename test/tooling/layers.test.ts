import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

/** Code that stands where it must not, and what the linter says about it. */
const REFUSED: readonly (readonly [file: string, code: string, because: string])[] = [
  ['src/packet/a.ts', "import '../probe/method.ts';", 'packet turns bytes into values'],
  ['src/packet/a.ts', "import '../errors.ts';", 'packet turns bytes into values'],
  ['src/packet/a.ts', "import 'ipaddr.js';", 'packet turns bytes into values'],
  ['src/packet/a.ts', "import 'node:buffer';", 'packet turns bytes into values'],
  ['src/packet/ike/a.ts', "import '../../ike/cipher.ts';", 'packet turns bytes into values'],
  ['src/probe/a.ts', "import '../results/result.ts';", 'probe decides what to send'],
  ['src/probe/a.ts', "import '../errors.ts';", 'probe decides what to send'],
  ['src/probe/a.ts', "import 'node:crypto';", 'probe decides what to send'],
  ['src/probe/a.ts', "export const clock = await import('../net/clock.ts');", 'probe decides what to send'],
  ['src/probe/methods/a.ts', "import '../../net/clock.ts';", 'probe decides what to send'],
  ['src/results/a.ts', "import '../run/options.ts';", 'results draws conclusions'],
  ['src/results/a.ts', "import '../report/words.ts';", 'results draws conclusions'],
  ['src/results/a.ts', "import 'node:fs';", 'results draws conclusions'],
  ['src/ike/a.ts', "import '../probe/method.ts';", 'ike is arithmetic'],
  ['src/ike/a.ts', "import 'node:crypto';", 'ike is arithmetic'],
  [
    'src/ike/a.ts',
    "import { assemble } from '../results/assemble.ts'; assemble();",
    'its types, not its code',
  ],
  ['src/gateways/a.ts', "import '../net/gateways-file.ts';", "gateways reads a gateways file's text"],
  ['src/gateways/a.ts', "import 'node:fs';", "gateways reads a gateways file's text"],
  [
    'src/gateways/a.ts',
    "import { assemble } from '../results/assemble.ts'; assemble();",
    'types of results and probe, not their code',
  ],
  ['src/nearest.ts', "import './net/clock.ts';", 'they know none'],
  ['src/gateways/a.ts', "import '../cli/main.ts';", "gateways reads a gateways file's text"],
  ['src/health/a.ts', "import '../state/lock.ts';", 'health compares results with thresholds'],
  ['src/health/a.ts', "import '../cli/main.ts';", 'health compares results with thresholds'],
  [
    'src/health/a.ts',
    "import { assemble } from '../results/assemble.ts'; assemble();",
    'health judges results as they are',
  ],
  ['src/state/a.ts', "import '../net/clock.ts';", 'state is files'],
  ['src/state/a.ts', "import { judge } from '../health/verdict.ts'; judge();", 'its types, not its code'],
  ['src/state/a.ts', "import '../cli/main.ts';", 'state is files'],
  ['src/schedule/a.ts', "import 'node:fs';", 'schedule is the text of units'],
  ['src/schedule/a.ts', "import '../cli/main.ts';", 'schedule is the text of units'],
  ['src/report/a.ts', "import '../net/clock.ts';", 'report turns results into text'],
  ['src/report/a.ts', "import 'node:tty';", 'report turns results into text'],
  [
    'src/report/a.ts',
    "import { Prober } from '../probe/prober.ts'; Prober();",
    'their types, not their code',
  ],
  ['src/net/a.ts', "import '../run/drive.ts';", 'net is the edge'],
  ['src/net/a.ts', "import '../results/result.ts';", 'net is the edge'],
  ['src/net/a.ts', "import { Prober } from '../probe/prober.ts'; Prober();", 'its types, not its code'],
  ['src/run/a.ts', "import '../report/table.ts';", 'run joins one engine and one transport'],
  ['src/run/a.ts', "import 'node:dgram';", 'run joins one engine and one transport'],
  ['src/run/a.ts', 'export const now = Date.now();', 'There is one clock'],
  ['src/cli/a.ts', 'export const now = performance.now();', 'There is one clock'],
  ['src/errors.ts', "import './net/clock.ts';", 'they know none'],
  // Nothing imports cli.
  ['src/packet/a.ts', "import '../cli/main.ts';", 'packet turns bytes into values'],
  ['src/probe/a.ts', "import '../cli/main.ts';", 'probe decides what to send'],
  ['src/results/a.ts', "import '../cli/main.ts';", 'results draws conclusions'],
  ['src/ike/a.ts', "import '../cli/main.ts';", 'ike is arithmetic'],
  ['src/report/a.ts', "import '../cli/main.ts';", 'report turns results into text'],
  ['src/net/a.ts', "import '../cli/main.ts';", 'net is the edge'],
  ['src/run/a.ts', "import '../cli/main.ts';", 'run joins one engine and one transport'],
  ['src/exporter/a.ts', "import '../cli/main.ts';", 'nothing imports cli'],
  ['src/index.ts', "import './cli/main.ts';", 'nothing imports cli'],
  // One barrel.
  ['src/run/a.ts', "export * from './drive.ts';", 'Barrel file'],
  // No clock, timer, process, console, network or dice in any pure folder.
  ...[
    'packet',
    'probe',
    'probe/methods',
    'results',
    'ike',
    'report',
    'gateways',
    'health',
    'schedule',
  ].flatMap(
    (folder) =>
      [
        [`src/${folder}/a.ts`, 'export const now = Date.now();', 'has no clock'],
        [`src/${folder}/a.ts`, 'export const now = new Date();', 'has no clock'],
        [`src/${folder}/a.ts`, 'export const now = performance.now();', 'has no clock'],
        [`src/${folder}/a.ts`, 'setTimeout(() => {}, 1);', 'has no timers'],
        [`src/${folder}/a.ts`, 'setInterval(() => {}, 1);', 'has no timers'],
        [`src/${folder}/a.ts`, 'setImmediate(() => {});', 'has no timers'],
        [`src/${folder}/a.ts`, 'process.exit();', 'the process it runs in'],
        [`src/${folder}/a.ts`, "console.log('here');", 'prints nothing'],
        [`src/${folder}/a.ts`, "await fetch('http://localhost');", 'does no I/O'],
        [`src/${folder}/a.ts`, 'globalThis.setTimeout(() => {}, 1);', 'Reaching for globals'],
        [`src/${folder}/a.ts`, 'export const die = Math.random();', 'no randomness of its own'],
      ] as const,
  ),
];

/** Code that has every right to stand there, whose message would be one of those above. */
const ALLOWED: readonly (readonly [file: string, code: string])[] = [
  ['src/packet/a.ts', "import './udp.ts';"],
  ['src/packet/a.ts', "import './ike/header.ts';"],
  ['src/packet/ike/a.ts', "import '../malformed.ts';"],
  ['src/probe/a.ts', "import '../packet/udp.ts'; import './methods/udp.ts';"],
  [
    'src/probe/methods/a.ts',
    "import '../random.ts'; import '../../packet/ike/header.ts'; import 'ipaddr.js';",
  ],
  [
    'src/results/a.ts',
    "import '../probe/prober.ts'; import '../ike/ike-auth.ts'; import '../packet/udp.ts';",
  ],
  ['src/results/a.ts', 'export interface Result { readonly startedAt: Date }'],
  ['src/ike/a.ts', "import type { Family } from '../results/result.ts'; export type A = Family;"],
  ['src/report/a.ts', "import type { Result } from '../results/result.ts'; export type A = Result;"],
  ['src/net/a.ts', "import type { Inbound } from '../probe/method.ts'; export type A = Inbound;"],
  ['src/net/a.ts', "import '../packet/udp.ts'; import 'node:dns/promises'; import '../errors.ts';"],
  ['src/net/clock.ts', 'export const now = performance.now();'],
  ['src/gateways/a.ts', "import 'yaml'; import 'zod'; import '../nearest.ts'; import '../ike/ike-auth.ts';"],
  ['src/health/a.ts', "import type { Result } from '../results/result.ts'; export type A = Result;"],
  [
    'src/state/a.ts',
    "import type { Memory } from '../health/memory.ts'; export type A = Memory; import 'node:fs';",
  ],
  ['src/report/a.ts', "import '../health/range.ts';"],
  ['src/schedule/a.ts', "import 'yaml';"],
  ['src/run/a.ts', "import '../gateways/parse.ts'; import '../ike/description.ts';"],
  ['src/run/a.ts', "import '../net/clock.ts'; import '../probe/prober.ts'; import '../results/assemble.ts';"],
  ['src/cli/a.ts', "import '../run/measure.ts'; import '../report/table.ts'; import 'node:tty';"],
  ['src/index.ts', "export * from './run/measure.ts';"],
];

const checkout = fileURLToPath(new URL('../../', import.meta.url));

interface Complaint {
  readonly message: string;
  readonly help?: string;
  readonly code: string;
  readonly filename: string;
}

describe('the linter knows the layers', () => {
  let folder = '';
  let complaints: readonly Complaint[] = [];

  // One tree per snippet, because the rules go by path; one run of the linter for all, because starting it is slow.
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pathmtu-layers-'));
    [...REFUSED, ...ALLOWED].forEach(([file, code], index) => {
      const path = join(folder, String(index), file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${code}\n`);
      copyFileSync(join(checkout, '.oxlintrc.json'), join(folder, String(index), '.oxlintrc.json'));
    });
    const { stdout } = spawnSync(join(checkout, 'node_modules/.bin/oxlint'), ['--format=json', folder], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    complaints = (JSON.parse(stdout) as { readonly diagnostics: readonly Complaint[] }).diagnostics;
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function saidAbout(index: number, file: string): string[] {
    const path = join(String(index), file);
    return complaints
      .filter(({ filename }) => filename.endsWith(`/${path}`) || filename === path)
      .filter(({ code }) => /restricted|barrel/.test(code))
      .map(({ message, help }) => `${message} ${help ?? ''}`);
  }

  test.each(REFUSED.map((row, index) => [...row, index] as const))('%s must not say %s', (...row) => {
    const [file, , because, index] = row;
    expect(saidAbout(index, file)).toEqual([expect.stringContaining(because)]);
  });

  test.each(ALLOWED.map((row, index) => [...row, REFUSED.length + index] as const))(
    '%s may say %s',
    (file, _code, index) => {
      expect(saidAbout(index, file)).toEqual([]);
    },
  );
});
