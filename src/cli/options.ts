import type { Argv } from 'yargs';
import { MAX_IKE_MESSAGE_BYTES, MIN_IKE_MESSAGE_BYTES } from '../ike/ike-auth.ts';
import type { MethodName } from '../results/result.ts';
import { DEFAULT_DEADLINE_MS } from '../run/options.ts';
import type { NumberRange } from './option-values.ts';

/** An option, declared once: the parser and the help are both made from this. */
export interface Option {
  /** The long name, without dashes. */
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in the help. Absent: the option takes none. */
  readonly value?: string;
  /** As the help shows it, where that is not the name. */
  readonly shown?: string;
  readonly describe: string;
}

/** Options that belong together, under a heading in the help. */
export interface OptionGroup {
  readonly title: string;
  readonly options: readonly Option[];
}

/** Methods that can be asked for. `ike` joins them when it is there. */
export const METHODS = ['icmp', 'udp'] as const satisfies readonly MethodName[];

export const PACKET_BYTES: NumberRange = { from: 68, to: 65_535, unit: 'bytes' };
/** Every IPv6 link carries 1280 bytes: RFC 8200 section 5. */
export const IPV6_MTU_BYTES: NumberRange = { from: 1280, to: 65_535, unit: 'bytes' };
export const IKE_AUTH_BYTES: NumberRange = {
  from: MIN_IKE_MESSAGE_BYTES,
  to: MAX_IKE_MESSAGE_BYTES,
  unit: 'bytes',
};
export const DEADLINE_SECONDS: NumberRange = { from: 1, to: 3600, unit: 'seconds' };

export function ikeAuthOptions(): OptionGroup {
  return {
    title: 'IKE_AUTH',
    options: [
      {
        name: 'ike-auth',
        value: 'BYTES',
        describe:
          'size of the IKE_AUTH message to give a verdict on: what Wireshark shows as ISAKMP Length, ' +
          `${MIN_IKE_MESSAGE_BYTES} to ${MAX_IKE_MESSAGE_BYTES}`,
      },
      {
        name: 'nat-t',
        shown: '--[no-]nat-t',
        describe:
          'it travels on UDP port 4500 behind a 4-byte marker (NAT traversal, the default), or on port 500',
      },
    ],
  };
}

export function pathOptions(): OptionGroup {
  return {
    title: 'Path',
    options: [
      { name: 'ipv4', short: '4', describe: 'use IPv4 for a name that has both' },
      { name: 'ipv6', short: '6', describe: 'use IPv6 for a name that has both' },
      {
        name: 'method',
        value: 'LIST',
        describe: 'icmp (echo), udp (closed high port), or both as "icmp,udp", the default',
      },
    ],
  };
}

export function searchOptions(): OptionGroup {
  return {
    title: 'Search',
    options: [
      {
        name: 'max',
        value: 'BYTES',
        describe: 'largest packet to try (default: the MTU of the outgoing interface)',
      },
      { name: 'min', value: 'BYTES', describe: `smallest packet to try (default: ${PACKET_BYTES.from})` },
      {
        name: 'strategy',
        value: 'NAME',
        describe: '"parallel": many sizes per round trip, the default; "binary": one, for gentle use',
      },
      {
        name: 'deadline',
        value: 'SECONDS',
        describe: `stop then and say what is known (default: ${DEFAULT_DEADLINE_MS / 1000})`,
      },
    ],
  };
}

export function outputOptions(): OptionGroup {
  return {
    title: 'Output',
    options: [
      { name: 'format', value: 'NAME', describe: '"table", the default, or "json"' },
      { name: 'json', describe: 'short for --format json' },
      {
        name: 'color',
        shown: '--[no-]color',
        describe:
          'colours on a terminal, or not; NO_COLOR in the environment turns them off. Never any in a pipe',
      },
    ],
  };
}

export function progressOptions(): OptionGroup {
  return {
    title: 'Progress',
    options: [
      {
        name: 'verbose',
        describe:
          'a line per probe on stderr, in place of the live line: time, method, size, outcome, who answered',
      },
    ],
  };
}

/** Tells yargs about options. Values stay text: our own checks have better words (option-values.ts). */
export function declareOptions(yargs: Argv, groups: readonly OptionGroup[]): Argv {
  for (const { name, short, value } of groups.flatMap((group) => group.options)) {
    yargs.option(name, {
      ...(short === undefined ? {} : { alias: short }),
      ...(value === undefined ? { type: 'boolean' } : { type: 'string', requiresArg: true }),
    });
  }
  return yargs;
}
