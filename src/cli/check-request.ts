import type { Gateway } from '../gateways/gateway.ts';
import { plainGateway } from '../gateways/plain.ts';
import { atLeast, parseRange, type Range } from '../health/range.ts';
import type { Limits } from '../health/verdict.ts';
import type { IkeAuthDescription } from '../ike/description.ts';
import type { MeasureManyOptions } from '../run/measure-many.ts';
import {
  badOption,
  choiceOption,
  flagOption,
  listOption,
  numberOption,
  quoted,
  textOption,
  type NumberRange,
  type ParsedArguments,
} from './option-values.ts';
import { IKE_AUTH_BYTES, METHODS, PACKET_BYTES, type OptionGroup } from './options.ts';

/** What a check is to do. */
export interface CheckRequest {
  readonly gateways: readonly Gateway[];
  readonly descriptions: ReadonlyMap<string, IkeAuthDescription>;
  /** By name of the gateway. */
  readonly limits: ReadonlyMap<string, Limits>;
  readonly common: NonNullable<MeasureManyOptions['common']>;
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** Null: nothing is remembered. */
  readonly stateDirectory: string | null;
}

export type CheckFormat = 'nagios' | 'json';

export const TIMEOUT_SECONDS: NumberRange = { from: 1, to: 3600, unit: 'seconds' };
export const CONCURRENCY: NumberRange = { from: 1, to: 256, unit: 'measurements' };
/** Half of what Nagios and Icinga give a plugin. */
export const DEFAULT_TIMEOUT_SECONDS = 30;
const DEFAULT_CONCURRENCY = 8;

/** Options of `check` of its own, which `schedule` takes too. */
export function thresholdOptions(): OptionGroup {
  return {
    title: 'Check',
    options: [
      {
        name: 'file',
        value: 'FILE',
        describe: 'a gateways file in place of hosts; what it says of a gateway wins over options',
      },
      {
        name: 'require-mtu',
        value: 'BYTES',
        describe: 'a path MTU below is CRITICAL; or a range as plugins have it, such as 1400:1500',
      },
      {
        name: 'warn-below',
        value: 'BYTES',
        describe: 'a path MTU below is a WARNING; or a range as plugins have it',
      },
      {
        name: 'timeout',
        short: 't',
        value: 'SECONDS',
        describe:
          `answer within it, ${TIMEOUT_SECONDS.from} to ${TIMEOUT_SECONDS.to} ` +
          `(default: ${DEFAULT_TIMEOUT_SECONDS})`,
      },
      {
        name: 'concurrency',
        value: 'N',
        describe: `measurements at a time, ${CONCURRENCY.from} to ${CONCURRENCY.to} (default: ${DEFAULT_CONCURRENCY})`,
      },
    ],
  };
}

export function stateOptions(): OptionGroup {
  return {
    title: 'Memory',
    options: [
      {
        name: 'state',
        value: 'DIR',
        describe:
          'remember results in this directory, tell what changed, and keep a history. Default: remember nothing. ' +
          'It never changes the exit code',
      },
    ],
  };
}

/** Reads the options, and the gateways file where one is named. @throws PathmtuError in one line */
export async function checkRequest(parsed: ParsedArguments): Promise<CheckRequest> {
  const hosts = hostsOf(parsed, 'check');
  const file = fileOption(parsed, hosts, 'check');
  const given = givenLimits(parsed);
  const common = commonOptions(parsed);
  const { gateways, descriptions } =
    file === undefined
      ? { gateways: hosts.map((host) => plainGateway(host)), descriptions: new Map<string, never>() }
      : await (await import('../run/load-gateways.ts')).loadGateways(file);
  const limits = gateways.map(({ name, requireMtu, warnBelow }): readonly [string, Limits] => [
    name,
    {
      critical: requireMtu === null ? given.critical : atLeast(requireMtu),
      warning: warnBelow === null ? given.warning : atLeast(warnBelow),
    },
  ]);
  return {
    gateways,
    descriptions,
    limits: new Map(limits),
    common,
    concurrency: numberOption(parsed, 'concurrency', CONCURRENCY) ?? DEFAULT_CONCURRENCY,
    timeoutMs: (numberOption(parsed, 'timeout', TIMEOUT_SECONDS) ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
    stateDirectory: directoryOption(parsed, 'state') ?? null,
  };
}

/** Refuses options of a check that no check could honour, without reading any file. */
export function validateCheckOptions(parsed: ParsedArguments): void {
  givenLimits(parsed);
  commonOptions(parsed);
  numberOption(parsed, 'concurrency', CONCURRENCY);
  numberOption(parsed, 'timeout', TIMEOUT_SECONDS);
  directoryOption(parsed, 'state');
}

/** `--format`, for which `--json` is short. Default: nagios. */
export function checkFormat(parsed: ParsedArguments): CheckFormat {
  const format = choiceOption(parsed, 'format', ['nagios', 'json']);
  if (flagOption(parsed, 'json') !== true) return format ?? 'nagios';
  if (format === 'nagios') {
    throw badOption('--json and --format nagios contradict each other: give one of them');
  }
  return 'json';
}

/** The hosts that a command names, each once. */
export function hostsOf({ hosts }: ParsedArguments, command: string): string[] {
  const texts = Array.isArray(hosts) ? hosts.map((host) => String(host).trim()) : [];
  for (const [index, host] of texts.entries()) {
    if (host === '') throw badOption('a host is empty: give a name or an address, such as vpn.example.net');
    if (host.startsWith('-'))
      throw badOption(`unknown option ${quoted(host)}: see pathmtu ${command} --help`);
    if (texts.indexOf(host) !== index) throw badOption(`${quoted(host)} is given twice: give each host once`);
  }
  return texts;
}

/** `--file`; it and hosts exclude each other, and one of them must be there. */
export function fileOption(
  parsed: ParsedArguments,
  hosts: readonly string[],
  command: string,
): string | undefined {
  const file = textOption(parsed, 'file');
  if (file?.trim() === '') throw badOption('--file is empty: give a gateways file');
  if (file === undefined && hosts.length === 0) {
    throw badOption(`${command} needs hosts or --file FILE, see pathmtu ${command} --help`);
  }
  if (file !== undefined && hosts.length > 0) {
    throw badOption('hosts and --file exclude each other: the file names the gateways');
  }
  return file;
}

export function directoryOption(parsed: ParsedArguments, name: string): string | undefined {
  const directory = textOption(parsed, name);
  if (directory?.trim() === '') throw badOption(`--${name} is empty: give a directory`);
  return directory;
}

function givenLimits(parsed: ParsedArguments): Limits {
  return { critical: limitOption(parsed, 'require-mtu'), warning: limitOption(parsed, 'warn-below') };
}

/** A bare number means at least that many bytes, as the options' names say; anything else is a plugin's range. */
function limitOption(parsed: ParsedArguments, name: string): Range | null {
  const text = textOption(parsed, name);
  if (text === undefined) return null;
  if (/^-?\d+$/.test(text)) {
    const bytes = numberOption(parsed, name, PACKET_BYTES);
    return bytes === undefined ? null : atLeast(bytes);
  }
  const parsedRange = parseRange(text);
  if (parsedRange.type === 'refused') throw badOption(`--${name} ${quoted(text)} ${parsedRange.reason}`);
  return parsedRange.range;
}

function commonOptions(parsed: ParsedArguments): CheckRequest['common'] {
  const isIpv4 = flagOption(parsed, 'ipv4') === true;
  const isIpv6 = flagOption(parsed, 'ipv6') === true;
  if (isIpv4 && isIpv6) throw badOption('-4 and -6 exclude each other: give one of them');
  const methods = listOption(parsed, 'method', METHODS);
  const ikeAuthBytes = numberOption(parsed, 'ike-auth', IKE_AUTH_BYTES);
  const natT = flagOption(parsed, 'nat-t');
  return {
    ...(isIpv4 ? { family: 4 } : {}),
    ...(isIpv6 ? { family: 6 } : {}),
    ...(methods === undefined ? {} : { methods }),
    ...(ikeAuthBytes === undefined ? {} : { ikeAuthBytes }),
    ...(natT === undefined ? {} : { natT }),
  };
}
