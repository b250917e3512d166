import { basename, resolve } from 'node:path';
import { DEFAULT_STATE_DIRECTORY } from './history.ts';
import { refuseBadCheckOptions, thresholdOptions, timeoutSecondsOf } from './check-request.ts';
import { fileOption, hostsOf } from './chosen-gateways.ts';
import { exitCodeNote, type Command } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { badOption, flagOption, quoted, textOption, type ParsedArguments } from './option-values.ts';
import { declareOptions, ikeAuthOptions, pathOptions, type OptionGroup } from './options.ts';
import type { KubernetesPlan } from '../schedule/kubernetes.ts';
import { nearest } from '../nearest.ts';
import { toolVersion } from '../version.ts';
import type { Surroundings } from './surroundings.ts';

const DEFAULT_EVERY = '15m';
const DEFAULT_NAME = 'pathmtu-check';

const checkGroups = [thresholdOptions(), ikeAuthOptions(), pathOptions()];
const groups = [scheduleOptions(), ...checkGroups];

const KINDS = ['systemd', 'cron', 'windows', 'kubernetes'] as const;
type Kind = (typeof KINDS)[number];

/** `pathmtu schedule systemd …`: ready units that run a check again and again. */
export const scheduleCommand: Command = {
  name: 'schedule',
  groups,
  module: (surroundings, finish) => ({
    command: 'schedule [kind] [hosts..]',
    builder: (yargs) =>
      declareOptions(
        yargs.positional('kind', { type: 'string' }).positional('hosts', { type: 'string', array: true }),
        groups,
      ),
    handler: async (parsed) => finish(await runSchedule(parsed, surroundings)),
  }),
  help: {
    headline: 'Ready units that run a check again and again: systemd, cron, Windows, Kubernetes.',
    usage: [
      'pathmtu schedule systemd|cron|windows|kubernetes <host...> [options]',
      'pathmtu schedule systemd --file /etc/pathmtu/gateways.yaml --every 15m --install',
    ],
    examples: [
      {
        command: 'pathmtu schedule systemd vpn.example.net --require-mtu 1400 --every 15m',
        does: 'Prints a hardened service and its timer; --install puts them in place.',
      },
      {
        command: 'pathmtu schedule cron --file /etc/pathmtu/gateways.yaml > pathmtu-check',
        does: 'A file for /etc/cron.d; mail comes only when something is wrong.',
      },
      {
        command: 'pathmtu schedule windows vpn.example.net > register.ps1',
        does: 'PowerShell that registers a task of the Task Scheduler.',
      },
    ],
    notes: [
      {
        title: 'What the units do',
        lines: [
          'They run "pathmtu check" with the options given here, and remember results in',
          `${DEFAULT_STATE_DIRECTORY} (Windows: C:\\ProgramData\\pathmtu), for "pathmtu history".`,
          'The systemd service is a user of its own with CAP_NET_RAW and nothing else; it',
          'does not see /home, /root and /tmp, so node, pathmtu and the gateways file must',
          'lie elsewhere.',
        ],
      },
      exitCodeNote([
        '0  the units were printed, or put in place',
        '3  bad usage, or no systemd for --install',
      ]),
    ],
  },
};

async function runSchedule(parsed: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> {
  const kind = kindOf(parsed['kind']);
  const name = nameOf(parsed);
  const isInstalling = flagOption(parsed, 'install') === true;
  const isUninstalling = flagOption(parsed, 'uninstall') === true;
  if (isInstalling && isUninstalling) throw badOption('--install and --uninstall exclude each other');
  if ((isInstalling || isUninstalling) && kind !== 'systemd') {
    throw badOption(
      `--install and --uninstall are for systemd: schedule ${kind} prints what to put in place`,
    );
  }
  if (textOption(parsed, 'image') !== undefined && kind !== 'kubernetes') {
    throw badOption('--image is for schedule kubernetes');
  }
  const units = [`${name}.service`, `${name}.timer`] as const;
  if (isUninstalling) {
    const { uninstallUnits } = await import('./systemd-host.ts');
    await uninstallUnits(surroundings.systemd, units, units[1]);
    surroundings.stderr.write(`pathmtu: ${units.join(' and ')} are removed; what was remembered stays\n`);
    return EXIT.ok;
  }
  const plan = await planOf(parsed, kind, name, surroundings);
  if (kind === 'systemd') warnOfHiddenPaths(plan, surroundings);
  if (isInstalling) {
    const { systemdUnits } = await import('../schedule/systemd.ts');
    const { installUnits } = await import('./systemd-host.ts');
    await installUnits(surroundings.systemd, systemdUnits(plan), units[1]);
    surroundings.stderr.write(
      `pathmtu: ${units.join(' and ')} are in ${surroundings.systemd.unitFolder}, and the timer runs\n`,
    );
    return EXIT.ok;
  }
  surroundings.stdout.write(await textOf(kind, plan, surroundings));
  return EXIT.ok;
}

async function textOf(kind: Kind, plan: KubernetesPlan, surroundings: Surroundings): Promise<string> {
  switch (kind) {
    case 'systemd': {
      const { systemdUnits } = await import('../schedule/systemd.ts');
      return systemdUnits(plan)
        .map(({ name, text }) => `# ${surroundings.systemd.unitFolder}/${name}\n${text}`)
        .join('\n');
    }
    case 'cron': {
      const { cronFile } = await import('../schedule/cron.ts');
      return evenly(cronFile(plan), kind);
    }
    case 'windows': {
      const { windowsScript } = await import('../schedule/windows.ts');
      return windowsScript(plan);
    }
    case 'kubernetes': {
      const { kubernetesManifest } = await import('../schedule/kubernetes.ts');
      return evenly(kubernetesManifest(plan), kind);
    }
  }
}

async function planOf(
  parsed: ParsedArguments,
  kind: Kind,
  name: string,
  surroundings: Surroundings,
): Promise<KubernetesPlan> {
  const everySeconds = await everySecondsOf(parsed);
  refuseBadCheckOptions(parsed);
  const hosts = hostsOf(parsed, 'schedule');
  const file = fileOption(parsed);
  if (file === undefined && hosts.length === 0) {
    throw badOption(`no host given: try pathmtu schedule ${kind} vpn.example.net, or --file gateways.yaml`);
  }
  const { CONFIG_FOLDER } = await import('../schedule/kubernetes.ts');
  const place = (path: string): string =>
    kind === 'kubernetes' ? `${CONFIG_FOLDER}/${basename(path)}` : resolve(path);
  const options = checkGroups
    .flatMap((group) => group.options)
    .flatMap((option) => {
      if (option.value === undefined) {
        const flag = flagOption(parsed, option.name);
        return flag === undefined ? [] : [`--${flag ? '' : 'no-'}${option.name}`];
      }
      const text = textOption(parsed, option.name);
      if (text === undefined) return [];
      return [`--${option.name}`, option.name === 'file' ? place(text) : text];
    });
  return {
    name,
    everySeconds,
    program: surroundings.program,
    checkArguments: ['check', ...hosts, ...options],
    stateDirectory: 'pathmtu',
    timeoutSeconds: timeoutSecondsOf(parsed),
    image: imageOf(parsed),
    hasGatewaysFile: file !== undefined,
  };
}

function kindOf(value: unknown): Kind {
  const text = typeof value === 'string' ? value : '';
  const kind = KINDS.find((candidate) => candidate === text);
  if (kind !== undefined) return kind;
  const near = text === '' ? null : nearest(text, KINDS);
  throw badOption(
    text === ''
      ? `schedule needs a kind: ${KINDS.join(', ')}`
      : `schedule does not know ${quoted(text)}: ${near === null ? `give ${KINDS.join(', ')}` : `did you mean ${near}?`}`,
  );
}

async function everySecondsOf(parsed: ParsedArguments): Promise<number> {
  const text = textOption(parsed, 'every') ?? DEFAULT_EVERY;
  const { parseDuration } = await import('../schedule/duration.ts');
  const duration = parseDuration(text);
  if (duration.type === 'refused') throw badOption(`--every ${quoted(text)} ${duration.reason}`);
  const timeoutSeconds = timeoutSecondsOf(parsed);
  if (timeoutSeconds >= duration.seconds) {
    throw badOption(`--timeout ${timeoutSeconds} is not shorter than --every ${text}: give less`);
  }
  return duration.seconds;
}

/** Of files, units and jobs: what systemd, Windows and Kubernetes all take. */
function nameOf(parsed: ParsedArguments): string {
  const name = textOption(parsed, 'name') ?? DEFAULT_NAME;
  if (/^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/.test(name)) return name;
  throw badOption(
    `--name ${quoted(name)} is no name: give up to 52 of a-z, 0-9 and -, such as ${DEFAULT_NAME}`,
  );
}

function imageOf(parsed: ParsedArguments): string {
  const image = textOption(parsed, 'image') ?? `pathmtu:${toolVersion()}`;
  if (/^[\w][\w./:@-]{0,254}$/.test(image)) return image;
  throw badOption(`--image ${quoted(image)} is no image: give one such as registry.example.net/pathmtu:1.0`);
}

function evenly(text: string | null, kind: Kind): string {
  if (text !== null) return text;
  throw badOption(`${kind} has no such interval: give --every as one of ${EVEN_INTERVALS}`);
}

function warnOfHiddenPaths(plan: KubernetesPlan, { stderr }: Surroundings): void {
  const paths = [...plan.program, ...plan.checkArguments].filter((word) => HIDDEN.test(word));
  for (const path of new Set(paths)) {
    stderr.write(
      `pathmtu: the service does not see ${path}: move it, to /usr/local or /etc/pathmtu for example\n`,
    );
  }
}

function scheduleOptions(): OptionGroup {
  return {
    title: 'Schedule',
    options: [
      {
        name: 'every',
        value: 'INTERVAL',
        describe: `how often: a number and s, m, h or d, 1m to 7d (default: ${DEFAULT_EVERY})`,
      },
      {
        name: 'name',
        value: 'NAME',
        describe: `of the units, the task or the job (default: ${DEFAULT_NAME})`,
      },
      {
        name: 'install',
        describe: 'systemd: write the units to /etc/systemd/system, and start the timer',
      },
      { name: 'uninstall', describe: 'systemd: stop the timer, and remove the units' },
      {
        name: 'image',
        value: 'IMAGE',
        describe: 'kubernetes: an image whose entry point is pathmtu (default: "pathmtu:VERSION")',
      },
    ],
  };
}

const EVEN_INTERVALS = '1m, 2m, 5m, 10m, 15m, 30m, 1h, 2h, 4h, 6h, 12h, 1d, 7d';
/** ProtectHome= and PrivateTmp= of the service. */
const HIDDEN = /^\/(?:home|root|run\/user|tmp|var\/tmp)\//;
