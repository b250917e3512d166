import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { must } from './commands.ts';
import { createFolder } from './namespaces.ts';
import { describeInLab } from './requirements.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/pathmtu.js', import.meta.url));

describeInLab('the units for systemd', () => {
  describe.each([
    { every: '15m', options: ['vpn.example.net', '--require-mtu', '1400'] },
    { every: '7m', options: ['--file', '/etc/pathmtu/100 % $good.yaml', '-t', '20'] },
    { every: '12h', options: ['192.0.2.1', '2001:db8::1', '--ike-auth', '3200', '-6'] },
  ])('every $every, with $options', ({ every, options }) => {
    test('are accepted by systemd-analyze verify, without a word', () => {
      const folder = write(unitsOf(every, options));
      const paths = ['pathmtu-check.service', 'pathmtu-check.timer'].map((name) => join(folder, name));
      expect(must('systemd-analyze', ['verify', ...paths])).toBe('');
    });

    test('score at most 2.0 with systemd-analyze security', () => {
      const folder = write(unitsOf(every, options));
      const report = must('systemd-analyze', [
        'security',
        '--offline=true',
        '--threshold=20',
        '--no-pager',
        join(folder, 'pathmtu-check.service'),
      ]);
      const level = Number(/Overall exposure level for .*: ([\d.]+)/.exec(report)?.[1]);
      expect(level).toBeLessThanOrEqual(2.0);
    });
  });

  test.each([
    { every: '15m', next: ['00:00:00', '00:15:00', '00:30:00'] },
    { every: '6h', next: ['00:00:00', '06:00:00', '12:00:00'] },
  ])('run every $every at $next', ({ every, next }) => {
    const timer = unitsOf(every, ['192.0.2.1']).get('pathmtu-check.timer') ?? '';
    const calendar = /^OnCalendar=(.*)$/m.exec(timer)?.[1] ?? '';
    const report = must('systemd-analyze', [
      'calendar',
      '--iterations=3',
      '--base-time=2026-02-28 23:59:59 UTC',
      calendar,
    ]);
    expect(report.match(/\d\d:\d\d:\d\d(?= UTC$)/gm)?.slice(-3)).toEqual(next);
  });
});

/** By name. */
function unitsOf(every: string, options: readonly string[]): ReadonlyMap<string, string> {
  const text = must(process.execPath, [PROGRAM, 'schedule', 'systemd', '--every', every, ...options]);
  const parts = text.split(/^# \/etc\/systemd\/system\/(\S+)$/m).slice(1);
  return new Map(parts.flatMap((part, index) => (index % 2 === 0 ? [[part, parts[index + 1] ?? '']] : [])));
}

function write(units: ReadonlyMap<string, string>): string {
  const folder = createFolder();
  for (const [name, text] of units) writeFileSync(join(folder, name), text);
  return folder;
}
