import type { Gateway } from '../gateways/gateway.ts';
import { atLeast, parseRange, type Range } from '../health/range.ts';
import type { Limits } from '../health/verdict.ts';
import type { IkeAuthDescription } from '../ike/description.ts';
import type { MeasureManyOptions } from '../run/measure-many.ts';
import { chosenGateways } from './chosen-gateways.ts';
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

const TIMEOUT_SECONDS: NumberRange = { from: 1, to: 3600, unit: 'seconds' };
const CONCURRENCY: NumberRange = { from: 1, to: 256, unit: 'gateways' };
/** Half of what Nagios and Icinga give a plugin. */
const DEFAULT_TIMEOUT_SECONDS = 30;
const DEFAULT_CONCURRENCY = 8;

/** Options of `check` of its own, which `schedule` takes too. */
export function thresholdOptions(): OptionGroup {
  return {
    title: 'Check',
    options: [
      {
        name: 'file',
        value: 'FILE',
        describe: 'the gateways of this file, those named or all of them; options win over what it says',
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

/**
 * Reads the options, and the gateways file where one is named. What the command line says wins over the file.
 *
 * @throws {PathmtuError} in one line
 */
export async function checkRequest(parsed: ParsedArguments): Promise<CheckRequest> {
  const given = givenLimits(parsed);
  const common = commonOptions(parsed);
  const { concurrency, timeoutSeconds, stateDirectory } = ownOptions(parsed);
  const { gateways, descriptions } = await chosenGateways(parsed, 'check');
  const limits = gateways.map(({ name, requireMtu, warnBelow }): readonly [string, Limits] => [
    name,
    {
      critical: given.critical ?? (requireMtu === null ? null : atLeast(requireMtu)),
      warning: given.warning ?? (warnBelow === null ? null : atLeast(warnBelow)),
    },
  ]);
  const isIkeAuthGiven = common.ikeAuthBytes !== undefined;
  return {
    gateways: gateways.map((gateway) => ({
      ...gateway,
      family: common.family ?? gateway.family,
      methods: common.methods ?? gateway.methods,
      natT: common.natT ?? gateway.natT,
      ikeAuth: isIkeAuthGiven ? null : gateway.ikeAuth,
    })),
    descriptions: isIkeAuthGiven ? new Map() : descriptions,
    limits: new Map(limits),
    common,
    concurrency,
    timeoutMs: timeoutSeconds * 1000,
    stateDirectory,
  };
}

/** Refuses options that no check could honour, without reading any file. */
export function refuseBadCheckOptions(parsed: ParsedArguments): void {
  givenLimits(parsed);
  commonOptions(parsed);
  ownOptions(parsed);
}

export function timeoutSecondsOf(parsed: ParsedArguments): number {
  return numberOption(parsed, 'timeout', TIMEOUT_SECONDS) ?? DEFAULT_TIMEOUT_SECONDS;
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

export function directoryOption(parsed: ParsedArguments, name: string): string | undefined {
  const directory = textOption(parsed, name);
  if (directory?.trim() === '') throw badOption(`--${name} is empty: give a directory`);
  return directory;
}

function ownOptions(parsed: ParsedArguments): {
  readonly concurrency: number;
  readonly timeoutSeconds: number;
  readonly stateDirectory: string | null;
} {
  return {
    concurrency: numberOption(parsed, 'concurrency', CONCURRENCY) ?? DEFAULT_CONCURRENCY,
    timeoutSeconds: timeoutSecondsOf(parsed),
    stateDirectory: directoryOption(parsed, 'state') ?? null,
  };
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
