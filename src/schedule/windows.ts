import type { SchedulePlan } from './plan.ts';

/**
 * PowerShell that registers a task of the Task Scheduler, with the task's XML inside. The task runs as SYSTEM, since
 * raw sockets need an administrator, and shows its last exit code as the last run result.
 */
export function windowsScript(plan: SchedulePlan): string {
  const { name } = plan;
  return `# Made by pathmtu schedule windows. In PowerShell as administrator; to remove it again:
#   Unregister-ScheduledTask -TaskName ${powerShellText(name)} -Confirm:$false
$xml = @'
${taskXml(plan)}'@
Register-ScheduledTask -TaskName ${powerShellText(name)} -Xml $xml -Force
`;
}

/** The task as the Task Scheduler imports it, schema version 1.2 (Windows Vista and later). */
export function taskXml(plan: SchedulePlan): string {
  const { everySeconds, program, checkArguments, stateDirectory, timeoutSeconds } = plan;
  const [command = '', ...rest] = program;
  const state = `C:\\ProgramData\\${stateDirectory}`;
  const line = [...rest, ...checkArguments, '--state', state].map(windowsWord).join(' ');
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Path MTU check of VPN gateways. Result: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.</Description>
  </RegistrationInfo>
  <Triggers>
    <TimeTrigger>
      <Repetition>
        <Interval>${isoDuration(everySeconds)}</Interval>
        <StopAtDurationEnd>false</StopAtDurationEnd>
      </Repetition>
      <StartBoundary>2026-01-01T00:00:00</StartBoundary>
      <Enabled>true</Enabled>
      <RandomDelay>${isoDuration(Math.min(60, Math.floor(everySeconds / 5)))}</RandomDelay>
    </TimeTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>S-1-5-18</UserId>
      <RunLevel>HighestAvailable</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>true</RunOnlyIfNetworkAvailable>
    <ExecutionTimeLimit>${isoDuration(timeoutSeconds + 30)}</ExecutionTimeLimit>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${xmlText(command)}</Command>
      <Arguments>${xmlText(line)}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}

/** A word as CommandLineToArgvW reads it: quotes escaped, and backslashes before them doubled. */
export function windowsWord(text: string): string {
  if (/^[^\s"]+$/.test(text)) return text;
  return `"${text.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/\\+$/, '$&$&')}"`;
}

function isoDuration(seconds: number): string {
  return seconds % 60 === 0 ? `PT${seconds / 60}M` : `PT${seconds}S`;
}

function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function powerShellText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
