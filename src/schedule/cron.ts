import { cronExpression } from './duration.ts';
import type { SchedulePlan } from './plan.ts';

/** A file for /etc/cron.d. Cron mails what is printed, so only what is not OK is printed. Null: cron has no such interval. */
export function cronFile(plan: SchedulePlan): string | null {
  const expression = cronExpression(plan.everySeconds);
  if (expression === null) return null;
  const { name, program, checkArguments, stateDirectory } = plan;
  const state = `/var/lib/${stateDirectory}`;
  const command = [...program, ...checkArguments, '--state', state].map(shellWord).join(' ');
  return `# Made by pathmtu schedule cron: goes to /etc/cron.d/${name}. Sending probes needs root or CAP_NET_RAW.
# Cron mails what is printed to MAILTO: nothing while all is well.
SHELL=/bin/sh
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
MAILTO=root
${expression} root ${forCron(`out=$(${command}) || echo "$out"`)}
`;
}

/** A word as POSIX shells read it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** crontab(5): an unescaped `%` ends the command. */
function forCron(command: string): string {
  return command.replaceAll('%', String.raw`\%`);
}
