import type { CertificateFacts } from './certificate.ts';
import { CLIENT_PROFILES } from './client-profile.ts';
import { type IkeAuthDescription, sentCertificates } from './description.ts';
import type { WholePrediction } from './prediction.ts';
import type { VendorFragmentation } from './vendors.ts';

/** What a prediction rests on that the user did not say. */
export interface PredictionGrounds extends Omit<WholePrediction, 'gateway' | 'advice' | 'findings'> {
  readonly certificates: readonly CertificateFacts[];
  readonly description: IkeAuthDescription | null;
  readonly isCipherGiven: boolean;
  readonly isCountGiven: boolean;
  readonly isFragmentationGiven: boolean;
  readonly gateway: VendorFragmentation | null;
}

/** The assumptions, a sentence or two each; each says which option changes it. */
export function predictionNotes(grounds: PredictionGrounds): readonly string[] {
  const { client, request, response, description, certificates, gateway, ikeFragmentation } = grounds;
  const profile = CLIENT_PROFILES[client];
  const isEap = description?.authentication.type === 'eap';
  const count = description?.authorityCount ?? null;
  const { leftOut } = sentCertificates(isEap ? [] : certificates);
  const cut = request.ikeFragmentation;
  return [
    ...(description === null ? [] : [`The payloads of ${profile.product}: ${profile.basis}.`]),
    ...(grounds.isCipherGiven
      ? []
      : [`The cipher is ${request.cipher}; another one changes the size a little (--cipher).`]),
    ...(description === null || grounds.isCountGiven
      ? []
      : [`CERTREQ names ${count ?? 0} ${count === 1 ? 'CA' : 'CAs'}. ${profile.authorities.explanation}`]),
    ...(description !== null && description.remoteIdentity === undefined && client !== 'windows'
      ? ['No IDr is sent; give --remote-identity if the client names its gateway.']
      : []),
    ...leftOut.map(
      ({ derBytes }) =>
        `A root certificate of ${derBytes} bytes is not sent: the gateway has it, or does not trust it.`,
    ),
    ...(isEap ? ['With EAP the client sends no certificate; the gateway sends its own in the answer.'] : []),
    ...(cut?.certainty === 'assumed' && client !== 'generic'
      ? [`How ${profile.product} cuts has not been seen for this cipher and family.`]
      : []),
    ...fragmentationNote(gateway, ikeFragmentation, grounds.isFragmentationGiven),
    ...(description !== null && response === null
      ? ['The answer is not predicted; give --gateway-cert for that.']
      : []),
  ];
}

function fragmentationNote(
  gateway: VendorFragmentation | null,
  isOn: boolean | null,
  isGiven: boolean,
): readonly string[] {
  if (isGiven) return [];
  if (isOn === null) {
    return [
      'Whether the gateway has IKEv2 fragmentation on is not known: both outcomes are shown ' +
        '(--ike-fragmentation, --no-ike-fragmentation, --gateway).',
    ];
  }
  return [
    `${gateway?.product ?? 'The gateway'} has IKEv2 fragmentation ${isOn ? 'on' : 'off'} as shipped ` +
      '(--[no-]ike-fragmentation).',
  ];
}
