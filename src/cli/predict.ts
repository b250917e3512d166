import type { CertificateFacts } from '../ike/certificate.ts';
import type { Prediction } from '../report/prediction.ts';
import type { WholePredictionDocument } from '../report/whole-prediction.ts';
import { SCHEMA_VERSION } from '../results/result.ts';
import { exitCodeNote, type Command } from './command.ts';
import { EXIT, exitCodeOfIkeAuth, worstExitCode, type ExitCode } from './exit-code.ts';
import { certificateFacts, ikeAuthInput, unknownKey, type IkeAuthInput } from './ike-auth-input.ts';
import {
  badOption,
  choiceOption,
  flagOption,
  numberOption,
  textOption,
  textsOption,
  type ParsedArguments,
} from './option-values.ts';
import {
  certificateOptions,
  declareOptions,
  gatewayOptions,
  GATEWAYS,
  ikeAuthOptions,
  IPV6_MTU_BYTES,
  ML_KEM_SETS,
  outputOptions,
  PACKET_BYTES,
  type OptionGroup,
} from './options.ts';
import { layoutOf, outputFormat } from './output.ts';
import type { Surroundings } from './surroundings.ts';

const groups = [
  ikeAuthOptions(),
  certificateOptions(),
  gatewayOptions(),
  givenPathOptions(),
  outputOptions(),
];

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
    headline: 'Will an IKE_AUTH fit a path MTU, and what becomes of it? No packets are sent.',
    usage: [
      'pathmtu predict --ike-auth BYTES --mtu BYTES [options]',
      'pathmtu predict --cert FILE [--chain FILE ...] --mtu BYTES [options]',
      'pathmtu predict --eap --gateway-cert FILE --mtu BYTES [options]',
    ],
    examples: [
      {
        command: 'pathmtu predict --ike-auth 3200 --mtu 1400',
        does: 'Behind a NAT, over IPv4: three IP fragments of 1396, 1396 and 480 bytes.',
      },
      {
        command: 'pathmtu predict --cert client.pem --client windows --mtu 1400',
        does: 'Payload by payload, then packet by packet, as Windows sends it.',
      },
      {
        command: 'pathmtu predict --eap --gateway-cert gw.pem --gateway rras --mtu 1400',
        does: 'Passwords: a small request, and the answer that carries the certificates.',
      },
      {
        command: 'pathmtu predict --ike-auth 1300 --mtu 1280 -6 --no-nat-t --json',
        does: 'Over IPv6 on UDP port 500, for a program.',
      },
    ],
    notes: [
      {
        title: 'IKEv2 fragmentation (RFC 7383)',
        lines: [
          'Both sides must have it on, and predict has no gateway to ask. Without',
          '--gateway or --[no-]ike-fragmentation both outcomes are shown, and the exit',
          'code is that of the worse. "pathmtu <host> --cert FILE" asks the gateway.',
        ],
      },
      exitCodeNote([
        '0  it fits in one packet, or goes in IKE fragments that fit',
        '1  it needs IP fragments, which some firewalls drop; or the answer does, or',
        '   IKE_SA_INIT',
        '3  bad usage, or a file that holds no certificate',
      ]),
    ],
  },
};

async function runPredict(parsed: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> {
  const isIpv6 = flagOption(parsed, 'ipv6') === true;
  const natT = flagOption(parsed, 'nat-t') ?? true;
  const gatewayId = choiceOption(parsed, 'gateway', GATEWAYS);
  const mlKem = choiceOption(parsed, 'ml-kem', ML_KEM_SETS);
  const ikeFragmentation = flagOption(parsed, 'ike-fragmentation');
  const input = await ikeAuthInput(parsed, surroundings);
  const mtu = numberOption(parsed, 'mtu', isIpv6 ? IPV6_MTU_BYTES : PACKET_BYTES);
  if ((input.sizeBytes === undefined && input.description === undefined) || mtu === undefined) {
    throw mtu === undefined && (input.sizeBytes ?? input.description) !== undefined
      ? badOption('predict needs --mtu: pathmtu predict --ike-auth BYTES --mtu BYTES')
      : badOption('predict needs --ike-auth, --cert or --eap: pathmtu predict --ike-auth BYTES --mtu BYTES');
  }
  const format = outputFormat(parsed);
  const layout = layoutOf(parsed, surroundings);
  const gatewayCertificates = await gatewayCertificatesOf(parsed, input, surroundings);

  const family = isIpv6 ? 6 : 4;
  const { sizeBytes } = input;
  const further = [input.client, input.cipher, gatewayId, mlKem, ikeFragmentation];
  if (sizeBytes !== undefined && further.every((given) => given === undefined)) {
    return predictSize({ sizeBytes, natT, family }, mtu, parsed, surroundings);
  }

  const { predictWhole, gatewayOf } = await import('../ike/prediction.ts');
  const gateway = gatewayOf(gatewayId ?? null);
  const { advice, ...whole } = predictWhole({
    client: input.client ?? 'generic',
    message:
      input.description === undefined
        ? { type: 'size', sizeBytes: input.sizeBytes ?? 0, cipher: input.cipher ?? null }
        : { type: 'description', description: input.description },
    natT,
    family,
    mtuBytes: mtu,
    ikeFragmentation: ikeFragmentation ?? null,
    gateway,
    gatewayCertificates,
    mlKem: mlKem === undefined ? null : ML_KEM_BY_TEXT[mlKem],
  });
  const { predictionNotes } = await import('../ike/prediction-notes.ts');
  const answer: WholePredictionDocument = {
    schemaVersion: SCHEMA_VERSION,
    ...whole,
    mtu,
    advice: advice.map(({ id, text, lines, effect }) => ({ id, text, lines, effect })),
    notes: predictionNotes({
      ...whole,
      certificates: input.certificates,
      description: input.description ?? null,
      isCipherGiven: input.cipher !== undefined,
      isCountGiven: parsed['cas'] !== undefined,
      isFragmentationGiven: ikeFragmentation !== undefined,
      gateway,
    }),
  };
  surroundings.stdout.write(
    format === 'json'
      ? (await import('../report/json.ts')).json(answer)
      : (await import('../report/whole-prediction.ts')).wholePrediction(answer, layout),
  );
  return worstExitCode([
    exitCodeOfIkeAuth(answer.ikeAuth, mtu),
    answer.response === null ? EXIT.ok : exitCodeOfIkeAuth(answer.response, mtu),
    answer.ikeSaInit.fits ? EXIT.ok : EXIT.warning,
  ]);
}

/** Of a message of which nothing but the size is known. */
async function predictSize(
  question: { readonly sizeBytes: number; readonly natT: boolean; readonly family: 4 | 6 },
  mtu: number,
  parsed: ParsedArguments,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { predictIkeAuth } = await import('../ike/ike-auth.ts');
  const answer: Prediction = {
    schemaVersion: SCHEMA_VERSION,
    ikeAuth: predictIkeAuth({ ...question, mtuBytes: mtu }),
    mtu,
  };
  surroundings.stdout.write(
    outputFormat(parsed) === 'json'
      ? (await import('../report/json.ts')).json(answer)
      : (await import('../report/prediction.ts')).prediction(answer, layoutOf(parsed, surroundings)),
  );
  return exitCodeOfIkeAuth(answer.ikeAuth, mtu);
}

/** The certificates that the answer carries. */
async function gatewayCertificatesOf(
  parsed: ParsedArguments,
  input: IkeAuthInput,
  surroundings: Surroundings,
): Promise<readonly CertificateFacts[]> {
  const cert = textOption(parsed, 'gateway-cert');
  const chain = textsOption(parsed, 'gateway-chain');
  if (cert === undefined) {
    if (chain.length > 0) throw badOption('--gateway-chain needs --gateway-cert FILE');
    return [];
  }
  if (input.description === undefined) throw badOption('--gateway-cert needs --cert FILE or --eap');
  const facts = await certificateFacts(
    [{ option: '--gateway-cert', path: cert }, ...chain.map((path) => ({ option: '--gateway-chain', path }))],
    surroundings,
  );
  if (facts[0]?.key === null) throw unknownKey('--gateway-cert', cert, facts);
  return facts;
}

const ML_KEM_BY_TEXT = { 512: 512, 768: 768, 1024: 1024 } as const;

function givenPathOptions(): OptionGroup {
  return {
    title: 'Path',
    options: [
      { name: 'mtu', value: 'BYTES', describe: 'the path MTU, as pathmtu measured it: a whole IP packet' },
      { name: 'ipv6', short: '6', describe: 'over IPv6 (default: IPv4)' },
    ],
  };
}
