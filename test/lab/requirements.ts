/** What the lab needs of a machine, and what a test file does where it is missing. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { succeeds } from './commands.ts';

/** Why the lab cannot run here, in one line that says what to do; null when it can. */
function labObstacle(needed: readonly Requirement[]): string | null {
  if (process.getuid?.() !== 0) return 'the lab makes network namespaces: run it as root (sudo npm test)';
  for (const { what, command, args, remedy } of needed) {
    if (!succeeds(command, args)) {
      return `the lab needs ${what ?? command}, which does not work here: ${remedy ?? installation()}`;
    }
  }
  return null;
}

/**
 * `describe` for tests that need the lab. Where it can't run, they are skipped, and the reason is printed; where CI
 * is set they fail, since a CI that skips them is green for nothing.
 */
export function describeInLab(title: string, body: () => void): void {
  describeWith(NEEDED, title, body);
}

/** The same for tests with a real gateway, which needs more. */
export function describeWithGateway(title: string, body: () => void): void {
  describeWith([...NEEDED, ...NEEDED_FOR_GATEWAYS], title, body);
}

/** The same for tests that open a page. */
export function describeWithBrowser(title: string, body: () => void): void {
  describeWith([...NEEDED, { command: 'chromium', args: ['--version'] }], title, body);
}

/** The same for tests with a real Prometheus, and its promtool. */
export function describeWithPrometheus(title: string, body: () => void): void {
  describeWith([...NEEDED, ...NEEDED_FOR_PROMETHEUS], title, body);
}

function describeWith(needed: readonly Requirement[], title: string, body: () => void): void {
  const obstacle = labObstacle(needed);
  if (obstacle === null) {
    group(title, body);
  } else if (isContinuousIntegration()) {
    group(title, () => {
      test('the lab can run', () => {
        expect(obstacle).toBeNull();
      });
    });
  } else {
    process.stderr.write(`SKIPPED: ${title}: ${obstacle}\n`);
    test.todo(`${title}: ${obstacle}`);
  }
}

/** By another name, since the linter wants the title and body of a `describe` written out in place. */
const group: (title: string, body: () => void) => void = describe;

function isContinuousIntegration(): boolean {
  return !['', 'false', '0'].includes(process.env['CI'] ?? '');
}

/** The list is a file of its own because `npm test` installs from it, before there is anything to run TypeScript. */
function installation(): string {
  const list = readFileSync(new URL('debian-packages.json', import.meta.url), 'utf8');
  return `apt-get install ${(JSON.parse(list) as string[]).join(' ')}`;
}

interface Requirement {
  readonly command: string;
  /** Makes it exit 0 where it works. */
  readonly args: readonly string[];
  /** What is needed, where that is not the command. */
  readonly what?: string;
  /** Default: the Debian packages. */
  readonly remedy?: string;
}

const NEEDED: readonly Requirement[] = [
  { command: 'ip', args: ['netns', 'list'] },
  { command: 'nft', args: ['list', 'tables'] },
  { command: 'sysctl', args: ['--version'] },
  { command: 'setpriv', args: ['--version'] },
  { command: 'tcpdump', args: ['--version'] },
  {
    command: 'unshare',
    args: ['--net', '--mount', 'true'],
    remedy: 'a container needs to be privileged (CAP_SYS_ADMIN) for it',
  },
];

const NEEDED_FOR_GATEWAYS: readonly Requirement[] = [
  // It knows no option that only prints something.
  { what: 'charon-systemd', command: 'test', args: ['-x', '/usr/sbin/charon-systemd'] },
  { command: 'swanctl', args: ['--help'] },
  { command: 'pki', args: ['--help'] },
  { command: 'ike-scan', args: ['--version'] },
  { command: 'tshark', args: ['--version'] },
];

const NEEDED_FOR_PROMETHEUS: readonly Requirement[] = [
  { command: 'prometheus', args: ['--version'] },
  { command: 'promtool', args: ['--version'] },
  { command: 'tshark', args: ['--version'] },
];
