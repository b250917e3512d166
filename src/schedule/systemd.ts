import { cronExpression } from './duration.ts';
import type { SchedulePlan, UnitFile } from './plan.ts';

/**
 * A service that runs one check, and the timer that starts it.
 *
 * The service can send probes and nothing else: a user that exists only while it runs, one capability, no file to
 * write but its own state.
 */
export function systemdUnits(plan: SchedulePlan): readonly [service: UnitFile, timer: UnitFile] {
  const { name } = plan;
  return [
    { name: `${name}.service`, text: serviceText(plan) },
    { name: `${name}.timer`, text: timerText(plan) },
  ];
}

function serviceText(plan: SchedulePlan): string {
  const { program, checkArguments, stateDirectory, timeoutSeconds } = plan;
  // %S is /var/lib, wherever the system has it.
  const command = [...[...program, ...checkArguments].map(word), '--state', `%S/${stateDirectory}`].join(' ');
  return `# Made by pathmtu schedule systemd.
[Unit]
Description=Path MTU check of VPN gateways
Documentation=https://www.npmjs.com/package/pathmtu
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=${command}
# Exit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. 2 and 3 make the unit fail, so that "systemctl --failed" shows
# them and an OnFailure= may tell somebody.
SuccessExitStatus=1
TimeoutStartSec=${timeoutSeconds + 30}

# A user that exists only while it runs, with the one capability that probes need. It has a name so that several
# services of the kind may share a StateDirectory.
DynamicUser=yes
User=pathmtu
AmbientCapabilities=CAP_NET_RAW
CapabilityBoundingSet=CAP_NET_RAW
NoNewPrivileges=yes
StateDirectory=${stateDirectory}
StateDirectoryMode=0750
UMask=0027

# The rest of the system is out of its sight, or cannot be written.
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateIPC=yes
ProtectProc=invisible
ProcSubset=pid
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RemoveIPC=yes

# What it may ask of the kernel. AF_NETLINK: the addresses of the interfaces. AF_UNIX: the resolver.
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
# Not MemoryDenyWriteExecute=yes: the compiler in node (V8) writes code and runs it. It can be had with node --jitless
# in ExecStart, at the price of speed.
# Not PrivateUsers=yes: in a user namespace of its own CAP_NET_RAW would not be that of the network.
`;
}

function timerText({ everySeconds, name }: SchedulePlan): string {
  return `# Made by pathmtu schedule systemd.
[Unit]
Description=When ${name}.service runs

[Timer]
${whenLines(everySeconds).join('\n')}
# So that not every host of a site measures in the same second.
RandomizedDelaySec=${Math.min(MOST_DELAY_SECONDS, Math.floor(everySeconds / 5))}
AccuracySec=1s

[Install]
WantedBy=timers.target
`;
}

/** Moments of the day where the interval divides it, since only those can be made up for; else from run to run. */
function whenLines(everySeconds: number): string[] {
  const calendar = calendarOf(everySeconds);
  return calendar === null
    ? ['OnBootSec=2min', `OnUnitActiveSec=${everySeconds}s`]
    : [
        `OnCalendar=${calendar}`,
        '# A check that was due while the machine was off is made up for.',
        'Persistent=yes',
      ];
}

function calendarOf(everySeconds: number): string | null {
  const [minute, hour, , , weekday] = cronExpression(everySeconds)?.split(' ') ?? [];
  if (minute === undefined || hour === undefined) return null;
  const day = weekday === '0' ? 'Sun ' : '';
  return `${day}*-*-* ${steps(hour)}:${steps(minute)}:00`;
}

/** Cron's star and slash as OnCalendar has it: from 00, in steps. */
function steps(field: string): string {
  return field.startsWith('*/') ? `00/${field.slice(2)}` : field === '*' ? '*' : field.padStart(2, '0');
}

/** A word of ExecStart, systemd.service(5) "COMMAND LINES": `%` and `$` doubled, quoted where it needs to be. */
function word(text: string): string {
  const escaped = text.replaceAll('%', '%%').replaceAll('$', () => '$$');
  return /^[\w@%+=:,./$-]+$/.test(escaped) && !escaped.startsWith('@') && !escaped.startsWith('-:')
    ? escaped
    : `"${escaped.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}

const MOST_DELAY_SECONDS = 60;
