import type { Prediction } from '../report/prediction.ts';
import { SCHEMA_VERSION } from '../results/result.ts';
import { exitCodeNote, type Command } from './command.ts';
import { exitCodeOfIkeAuth, type ExitCode } from './exit-code.ts';
import { badOption, flagOption, numberOption, type ParsedArguments } from './option-values.ts';
import {
  declareOptions,
  IKE_AUTH_BYTES,
  ikeAuthOptions,
  IPV6_MTU_BYTES,
  outputOptions,
  PACKET_BYTES,
  type OptionGroup,
} from './options.ts';
import { layoutOf, outputFormat } from './output.ts';
import type { Surroundings } from './surroundings.ts';

const groups = [ikeAuthOptions(), givenPathOptions(), outputOptions()];

/** `pathmtu predict`: arithmetic, no packets and no privileges. */
export const predictCommand: Command = {
  name: 'predict',
  groups,
  module: (surroundings, finish) => ({
    command: 'predict',
    builder: (yargs) => declareOptions(yargs, groups),
    handler: async (parsed) => finish(await runPredict(parsed, surroundings)),
  }),
  help: {
    headline: 'Will an IKE_AUTH of this size fit a path MTU? No packets are sent.',
    usage: ['pathmtu predict --ike-auth BYTES --mtu BYTES [options]'],
    examples: [
      {
        command: 'pathmtu predict --ike-auth 3200 --mtu 1400',
        does: 'Behind a NAT, over IPv4: three IP fragments of 1396, 1396 and 480 bytes.',
      },
      {
        command: 'pathmtu predict --ike-auth 1300 --mtu 1280 -6 --no-nat-t --json',
        does: 'Over IPv6 on UDP port 500, for a program.',
      },
    ],
    notes: [
      exitCodeNote([
        '0  it fits in one packet',
        '1  it needs IP fragments, which some firewalls drop',
        '3  bad usage',
      ]),
    ],
  },
};

async function runPredict(parsed: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> {
  const isIpv6 = flagOption(parsed, 'ipv6') === true;
  const sizeBytes = numberOption(parsed, 'ike-auth', IKE_AUTH_BYTES);
  const mtu = numberOption(parsed, 'mtu', isIpv6 ? IPV6_MTU_BYTES : PACKET_BYTES);
  if (sizeBytes === undefined || mtu === undefined) {
    const missing = sizeBytes === undefined ? '--ike-auth' : '--mtu';
    throw badOption(`predict needs ${missing}: pathmtu predict --ike-auth BYTES --mtu BYTES`);
  }
  const format = outputFormat(parsed);
  const layout = layoutOf(parsed, surroundings);

  const { predictIkeAuth } = await import('../ike/ike-auth.ts');
  const answer: Prediction = {
    schemaVersion: SCHEMA_VERSION,
    ikeAuth: predictIkeAuth({
      sizeBytes,
      natT: flagOption(parsed, 'nat-t') ?? true,
      family: isIpv6 ? 6 : 4,
      mtuBytes: mtu,
    }),
    mtu,
  };
  surroundings.stdout.write(
    format === 'json'
      ? (await import('../report/json.ts')).json(answer)
      : (await import('../report/prediction.ts')).prediction(answer, layout),
  );
  return exitCodeOfIkeAuth(answer.ikeAuth, mtu);
}

function givenPathOptions(): OptionGroup {
  return {
    title: 'Path',
    options: [
      { name: 'mtu', value: 'BYTES', describe: 'the path MTU, as pathmtu measured it: a whole IP packet' },
      { name: 'ipv6', short: '6', describe: 'over IPv6 (default: IPv4)' },
    ],
  };
}
