import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { cronFile, shellWord } from '../../src/schedule/cron.ts';
import { cronExpression, parseDuration } from '../../src/schedule/duration.ts';
import { kubernetesManifest } from '../../src/schedule/kubernetes.ts';
import type { SchedulePlan } from '../../src/schedule/plan.ts';
import { systemdUnits } from '../../src/schedule/systemd.ts';
import { taskXml, windowsScript, windowsWord } from '../../src/schedule/windows.ts';

const plan: SchedulePlan = {
  name: 'pathmtu-check',
  everySeconds: 900,
  program: ['/usr/bin/node', '/usr/lib/node_modules/pathmtu/bin/pathmtu.js'],
  checkArguments: ['check', 'vpn.example.net', '--require-mtu', '1400'],
  stateDirectory: 'pathmtu',
  timeoutSeconds: 30,
};
const awkward = ['check', '--file', `/etc/path mtu/100 % "good" & <cheap> $HOME it's\\.yaml`];

describe('an interval', () => {
  test.each([
    ['15m', 900],
    ['90s', 90],
    ['1h', 3600],
    ['7d', 604_800],
  ])('%s is %i seconds', (text, seconds) => {
    expect(parseDuration(text)).toEqual({ type: 'duration', seconds });
  });

  test.each(['', '15', 'm', '0m', '59s', '8d', '-5m', '1.5h', '15 m', '15min'])('%j is refused', (text) => {
    expect(parseDuration(text)).toMatchObject({ type: 'refused' });
  });

  test('is a cron expression only where cron keeps it: the moments lie evenly, over midnight too', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 172_800 }), (seconds) => {
        const expression = cronExpression(seconds);
        const divides = seconds % 60 === 0 && 86_400 % seconds === 0;
        const isKept = divides && (3600 % seconds === 0 || seconds % 3600 === 0);
        expect(expression !== null).toBe(isKept);
      }),
    );
  });

  test.each([
    [60, '* * * * *'],
    [900, '*/15 * * * *'],
    [3600, '0 * * * *'],
    [21_600, '0 */6 * * *'],
    [86_400, '0 0 * * *'],
    [604_800, '0 0 * * 0'],
  ])('of %i s is %s', (seconds, expression) => {
    expect(cronExpression(seconds)).toBe(expression);
  });
});

describe('the systemd service', () => {
  const [service, timer] = systemdUnits(plan);

  test('has the one capability, and the hardening asked for', () => {
    expect(service.text.match(/^(Ambient|Capability).*$/gm)).toEqual([
      'AmbientCapabilities=CAP_NET_RAW',
      'CapabilityBoundingSet=CAP_NET_RAW',
    ]);
    for (const line of [
      'DynamicUser=yes',
      'StateDirectory=pathmtu',
      'ProtectSystem=strict',
      'ProtectHome=yes',
      'PrivateTmp=yes',
      'PrivateDevices=yes',
      'ProtectKernelModules=yes',
      'NoNewPrivileges=yes',
      'LockPersonality=yes',
      'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
      'SystemCallFilter=@system-service',
      'UMask=0027',
    ]) {
      expect(service.text.split('\n')).toContain(line);
    }
    expect(service.text).toMatch(/^# .*--jitless$/m);
  });

  test('starts the check, with its state', () => {
    expect(service.text).toContain(
      'ExecStart=/usr/bin/node /usr/lib/node_modules/pathmtu/bin/pathmtu.js check vpn.example.net --require-mtu 1400 --state %S/pathmtu\n',
    );
  });

  test('quotes what systemd would take for something else', () => {
    const [{ text }] = systemdUnits({ ...plan, checkArguments: awkward });
    expect(text).toContain(
      String.raw`check --file "/etc/path mtu/100 %% \"good\" & <cheap> $$HOME it's\\.yaml" --state`,
    );
  });

  test('has a timer that spreads, and makes up for what was missed', () => {
    expect(timer.text).toContain('OnCalendar=*-*-* *:00/15:00\n');
    expect(timer.text).toContain('Persistent=yes\n');
    expect(timer.text).toContain('RandomizedDelaySec=60\n');
  });

  test('has a timer from run to run where the interval does not divide the day', () => {
    const [, { text }] = systemdUnits({ ...plan, everySeconds: 420 });
    expect(text).toContain('OnUnitActiveSec=420s\n');
    expect(text).not.toContain('OnCalendar');
  });
});

describe('the cron file', () => {
  test('has settings, and one line with time, user and command', () => {
    const lines = linesOf(cronFile(plan));
    expect(lines.slice(0, -1).every((line) => /^[A-Z]+=\S+$/.test(line))).toBe(true);
    expect(lines.at(-1)).toMatch(CRON_LINE);
    expect(lines.at(-1)).toContain('--state /var/lib/pathmtu) || echo "$out"');
  });

  test('is null for an interval that cron does not keep', () => {
    expect(cronFile({ ...plan, everySeconds: 420 })).toBeNull();
  });

  test('quotes words so that a shell reads them back, and no percent sign is left to cron', () => {
    const line = linesOf(cronFile({ ...plan, checkArguments: awkward })).at(-1) ?? '';
    expect(line).not.toMatch(/[^\\]%/);
    fc.assert(
      fc.property(
        fc.array(
          fc.string().filter((word) => !word.includes('\0')),
          { minLength: 1, maxLength: 3 },
        ),
        (words) => {
          const script = `printf '%s\\0' ${words.map(shellWord).join(' ')}`;
          const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
          expect(stdout).toBe(words.map((word) => `${word}\0`).join(''));
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('the Windows task', () => {
  test('is well-formed XML, and says what is run and how often', () => {
    const elements = readXml(
      taskXml({ ...plan, program: [String.raw`C:\Program Files\nodejs\node.exe`, 'x.js'] }),
    );
    expect(elements.get('Command')).toBe(String.raw`C:\Program Files\nodejs\node.exe`);
    expect(elements.get('Arguments')).toBe(
      String.raw`x.js check vpn.example.net --require-mtu 1400 --state C:\ProgramData\pathmtu`,
    );
    expect(elements.get('Interval')).toBe('PT15M');
    expect(elements.get('UserId')).toBe('S-1-5-18');
  });

  test('stays well-formed whatever the arguments are', () => {
    const elements = readXml(taskXml({ ...plan, checkArguments: awkward }));
    expect(elements.get('Arguments')).toContain(
      String.raw`"/etc/path mtu/100 % \"good\" & <cheap> $HOME it's\.yaml"`,
    );
  });

  test.each([
    ['plain', 'plain'],
    ['', '""'],
    ['two words', '"two words"'],
    [String.raw`a\b c\ `.trim(), String.raw`"a\b c\\"`],
    ['a"b', String.raw`"a\"b"`],
    [String.raw`a\"b`, String.raw`"a\\\"b"`],
  ])('writes the word %j as %j', (word, written) => {
    expect(windowsWord(word)).toBe(written);
  });

  test('comes in a script whose here-string holds all of it and nothing else', () => {
    const script = windowsScript(plan);
    const xml = /^\$xml = @'\n(.*)^'@$/ms.exec(script)?.[1];
    expect(xml).toBe(taskXml(plan));
    expect(script).toContain("Register-ScheduledTask -TaskName 'pathmtu-check' -Xml $xml -Force\n");
  });
});

describe('the CronJob', () => {
  const text =
    kubernetesManifest({ ...plan, image: 'registry.example.net/pathmtu:1', hasGatewaysFile: true }) ?? '';
  const documents = parseAllDocuments(text).map((document) => document.toJS() as Record<string, unknown>);

  test('is valid YAML: a claim and a job', () => {
    expect(documents.map(({ kind }) => kind)).toEqual(['PersistentVolumeClaim', 'CronJob']);
  });

  test('has NET_RAW and no other capability, never twice at a time', () => {
    expect(documents[1]).toMatchObject({
      spec: {
        schedule: '*/15 * * * *',
        concurrencyPolicy: 'Forbid',
        jobTemplate: {
          spec: {
            template: {
              spec: {
                automountServiceAccountToken: false,
                containers: [
                  {
                    image: 'registry.example.net/pathmtu:1',
                    args: [...plan.checkArguments, '--state', '/var/lib/pathmtu'],
                    securityContext: {
                      allowPrivilegeEscalation: false,
                      readOnlyRootFilesystem: true,
                      capabilities: { drop: ['ALL'], add: ['NET_RAW'] },
                    },
                  },
                ],
              },
            },
          },
        },
      },
    });
  });
});

/** crontab(5) with a user: five fields of time, the user, the command. */
const CRON_LINE = /^(?:(?:\*(?:\/\d+)?|\d+) ){5}root \S.*$/;

function linesOf(text: string | null): string[] {
  return (text ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/**
 * Reads XML of elements and text, strictly: every tag is closed in its order, `&` begins one of the five entities and
 * no text holds `<`. The text of elements by name.
 */
function readXml(xml: string): ReadonlyMap<string, string> {
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-16"\?>\n/, '');
  if (body === xml) throw new Error('no XML declaration');
  const open: string[] = [];
  const texts = new Map<string, string>();
  for (const [token, , close, name, text] of body.matchAll(
    /<((\/)?(\w+)(?: \w+="[^"<&]*")*)>|([^<]+)|(.)/gs,
  )) {
    if (text !== undefined) {
      if (/&(?!(?:amp|lt|gt|quot|apos);)/.test(text) || text.includes('>'))
        throw new Error(`not XML: ${text}`);
      const element = open.at(-1);
      if (element !== undefined && text.trim() !== '') {
        texts.set(element, text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));
      }
    } else if (name === undefined) throw new Error(`not XML: ${token}`);
    else if (close === undefined) open.push(name);
    else if (open.pop() !== name) throw new Error(`${token} closes something else`);
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(', ')}`);
  return texts;
}
