/** What the lab needs of a machine, and what a test file does where it is missing. */
import { describe, expect, test } from '@jest/globals';
import { succeeds } from './commands.ts';

/** Why the lab cannot run here, in one line that says what to do; null when it can. */
function labObstacle(): string | null {
  if (process.getuid?.() !== 0) return 'the lab makes network namespaces: run it as root (sudo npm test)';
  for (const { command, args, remedy } of NEEDED) {
    if (!succeeds(command, args)) {
      return `the lab needs ${command}, which does not work here: ${remedy}`;
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
  { command: 'ip', args: ['netns', 'list'], remedy: 'apt-get install iproute2' },
  { command: 'nft', args: ['list', 'tables'], remedy: 'apt-get install nftables' },
  { command: 'sysctl', args: ['--version'], remedy: 'apt-get install procps' },
  { command: 'setpriv', args: ['--version'], remedy: 'apt-get install util-linux' },
  { command: 'tcpdump', args: ['--version'], remedy: 'apt-get install tcpdump' },
  {
    command: 'unshare',
    args: ['--net', '--mount', 'true'],
    remedy: 'a container needs to be privileged (CAP_SYS_ADMIN) for it',
  },
];
