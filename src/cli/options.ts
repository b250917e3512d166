import type { Argv } from 'yargs';
import { MAX_IKE_MESSAGE_BYTES, MIN_IKE_MESSAGE_BYTES } from '../ike/ike-auth.ts';
import type { MethodName } from '../results/result.ts';
import { DEFAULT_DEADLINE_MS, MOST_FLOWS } from '../run/options.ts';
import { IKE_CIPHERS, type CipherName } from '../ike/cipher.ts';
import { CLIENT_PROFILES, type ClientProfileName } from '../ike/client-profile.ts';
import { VENDORS } from '../ike/vendors.ts';
import { DEFAULT_IKE_PROBES } from '../probe/manners.ts';
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

/** Methods that can be asked for. */
export const METHODS = ['icmp', 'udp', 'ike'] as const satisfies readonly MethodName[];

export const CLIENTS = Object.keys(CLIENT_PROFILES) as readonly ClientProfileName[];
export const CIPHERS = Object.keys(IKE_CIPHERS) as readonly CipherName[];

/** Ids of the vendor table. */
export const GATEWAYS: readonly string[] = VENDORS.filter(({ side }) => side !== 'client').map(
  ({ id }) => id,
);
export const ML_KEM_SETS = ['512', '768', '1024'] as const;

export const PACKET_BYTES: NumberRange = { from: 68, to: 65_535, unit: 'bytes' };
/** Every IPv6 link carries 1280 bytes: RFC 8200 section 5. */
export const IPV6_MTU_BYTES: NumberRange = { from: 1280, to: 65_535, unit: 'bytes' };
export const IKE_AUTH_BYTES: NumberRange = {
  from: MIN_IKE_MESSAGE_BYTES,
  to: MAX_IKE_MESSAGE_BYTES,
  unit: 'bytes',
};
/** A store of 1000 roots would make a CERTREQ of 20 kB; there is none. */
export const AUTHORITY_COUNT: NumberRange = { from: 0, to: 1000, unit: 'CAs' };
export const IKE_PROBES: NumberRange = { from: 5, to: 200, unit: 'probes' };
export const FLOWS: NumberRange = { from: 1, to: MOST_FLOWS, unit: 'flows' };
export const DEADLINE_SECONDS: NumberRange = { from: 1, to: 3600, unit: 'seconds' };

export const FAMILY_OPTIONS: readonly Option[] = [
  { name: 'ipv4', short: '4', describe: 'use IPv4 for a name that has both' },
  { name: 'ipv6', short: '6', describe: 'use IPv6 for a name that has both' },
];

export const DEADLINE_OPTION: Option = {
  name: 'deadline',
  value: 'SECONDS',
  describe: `stop then and say what is known (default: ${DEFAULT_DEADLINE_MS / 1000})`,
};

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
          'it travels on UDP port 4500 behind a 4-byte marker (NAT traversal), or on port 500. Default: as ' +
          'the gateway sees it, else port 4500',
      },
    ],
  };
}

export function pathOptions(): OptionGroup {
  return {
    title: 'Path',
    options: [
      ...FAMILY_OPTIONS,
      {
        name: 'method',
        value: 'LIST',
        describe: 'icmp (echo), udp (closed high port), ike (UDP 500 and 4500); default: "icmp,udp,ike"',
      },
      {
        name: 'locate',
        shown: '--[no-]locate',
        describe: 'find the hop after which a black hole begins (the default)',
      },
    ],
  };
}

export function ikeServiceOptions(): OptionGroup {
  return {
    title: "The gateway's IKE service",
    options: [
      {
        name: 'negotiate',
        shown: '--[no-]negotiate',
        describe:
          'ask it once, as a client would, what it supports (the default): IKEv2 fragmentation, NAT, its maker. ' +
          'What it accepts is closed again at once',
      },
      {
        name: 'fragment-tests',
        shown: '--[no-]fragment-tests',
        describe: 'test whether IP fragments arrive (the default)',
      },
      {
        name: 'ike-probes',
        value: 'N',
        describe:
          `at most so many IKE packets, ${IKE_PROBES.from} to ${IKE_PROBES.to} (default: ${DEFAULT_IKE_PROBES}); ` +
          'more than that is not polite to a busy gateway',
      },
    ],
  };
}

/** What an IKE_AUTH is made of, in place of its size. */
export function certificateOptions(): OptionGroup {
  return {
    title: 'IKE_AUTH from certificates',
    options: [
      {
        name: 'cert',
        value: 'FILE',
        describe: "the client's certificate, PEM or DER; its chain may follow in the file. No key is needed",
      },
      {
        name: 'chain',
        value: 'FILE',
        describe: 'CA certificates; may be repeated. Intermediates are sent along, roots are not',
      },
      {
        name: 'eap',
        describe: 'the client authenticates with EAP (a password): it sends no certificate',
      },
      {
        name: 'client',
        value: 'NAME',
        describe: `${CLIENTS.join(', ')} (the default): which payloads it sends, and how it cuts them`,
      },
      {
        name: 'cas',
        value: 'N',
        describe:
          'CAs in its CERTREQ, 20 bytes each; 0: no CERTREQ. Default: 53 for Windows, which names every root ' +
          'that it trusts; for the others the CA certificates given, at least 1',
      },
      {
        name: 'cipher',
        value: 'NAME',
        describe: `of the IKE SA: ${CIPHERS.join(', ')}. Default: the client's usual one`,
      },
      {
        name: 'identity',
        value: 'TEXT',
        describe: "IDi: a name or address (default: the certificate's subject; with --eap an address)",
      },
      { name: 'remote-identity', value: 'TEXT', describe: 'IDr: a name or address (default: not sent)' },
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
        name: 'flows',
        value: 'N',
        describe:
          `measure over N flows, ${FLOWS.from} to ${FLOWS.to}: as many UDP source ports, or echo identifiers. Shows ` +
          'where routers spread flows over links of different MTUs (default: one flow)',
      },
      {
        name: 'strategy',
        value: 'NAME',
        describe: '"parallel": many sizes per round trip, the default; "binary": one, for gentle use',
      },
      DEADLINE_OPTION,
    ],
  };
}

/** What predict cannot ask. */
export function gatewayOptions(): OptionGroup {
  return {
    title: 'The gateway',
    options: [
      {
        name: 'gateway',
        value: 'NAME',
        describe:
          `its product, for what it has on as shipped, and for advice: ${GATEWAYS.join(', ')}. ` +
          'Default: not known',
      },
      {
        name: 'ike-fragmentation',
        shown: '--[no-]ike-fragmentation',
        describe:
          'it has IKEv2 fragmentation (RFC 7383) on, or off. Default: as its product is shipped; without ' +
          '--gateway not known, and both outcomes are shown',
      },
      {
        name: 'gateway-cert',
        value: 'FILE',
        describe: 'its certificate, for the size of the answer; its chain may follow in the file',
      },
      {
        name: 'gateway-chain',
        value: 'FILE',
        describe: 'CA certificates of the gateway; may be repeated',
      },
      {
        name: 'ml-kem',
        value: 'N',
        describe: `${ML_KEM_SETS.join(', ')}: ML-KEM in the key exchange, which makes IKE_SA_INIT large`,
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
