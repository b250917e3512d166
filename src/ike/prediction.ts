import { fragmentSizes } from '../packet/fragment.ts';
import { IKE_HEADER_BYTES } from '../packet/ike/header.ts';
import { PAYLOAD_HEADER_BYTES } from '../packet/ike/payload.ts';
import type { Family, Finding, IkeAuthResult, IkeAuthVerdict } from '../results/result.ts';
import type { Advice } from './advice.ts';
import type { CertificateFacts } from './certificate.ts';
import { type CipherName, encryptedMessageBytes, IKE_CIPHERS } from './cipher.ts';
import { CLIENT_PROFILES, type ClientProfileName } from './client-profile.ts';
import { type IkeAuthDescription, sentCertificates, sizeForMeasurement } from './description.ts';
import { wireBytes } from './ike-auth.ts';
import { type IkeAuthRequest, ikeAuthResponseSize } from './ike-auth-size.ts';
import type { FragmentSender } from './ike-fragments.ts';
import {
  IKE_SA_INIT_PROFILES,
  ikeSaInitSize,
  ML_KEM_GROUPS,
  type MlKem,
  mlKemPayloadBytes,
} from './ike-sa-init-size.ts';
import { cutForPath, type IkeCut, innerBytesOfSize } from './leaving.ts';
import { type Authentication, type PayloadRow, row } from './payload-sizes.ts';
import { vendor, type VendorFragmentation } from './vendors.ts';
import { judgeIkeAuth } from './verdict.ts';

export interface PredictionInputs {
  /** Whose message it is, where only its size is given; a description has its own. */
  readonly client: ClientProfileName;
  /** A size, or what the message is made of. */
  readonly message:
    | { readonly type: 'size'; readonly sizeBytes: number; readonly cipher: CipherName | null }
    | { readonly type: 'description'; readonly description: IkeAuthDescription };
  readonly natT: boolean;
  readonly family: Family;
  readonly mtuBytes: number;
  /** Whether the gateway has RFC 7383 on; null: as its product is shipped, or not known. */
  readonly ikeFragmentation: boolean | null;
  readonly gateway: VendorFragmentation | null;
  /** The gateway's certificates, its own first; empty: not known, and no response is predicted. */
  readonly gatewayCertificates: readonly CertificateFacts[];
  readonly mlKem: MlKem | null;
}

/** One message, from its payloads to the packets on the wire. */
export interface PredictedMessage {
  /** Inside the encrypted payload, in their order; null: only the size was given. */
  readonly payloads: readonly PayloadRow[] | null;
  /** Around them: with the payloads these add up to `messageBytes`. Null: only the size was given. */
  readonly envelope: readonly PayloadRow[] | null;
  readonly cipher: CipherName;
  readonly messageBytes: number;
  /** With the shortest ECDSA signature. */
  readonly leastMessageBytes: number;
  /** The IP packet, if it leaves in one piece. */
  readonly packetBytes: number;
  /** IP packets of the unsplit message. */
  readonly ipPackets: readonly number[];
  /** The RFC 7383 pieces; one: it is not cut. Null: its sender cannot cut it. */
  readonly ikeFragmentation: IkeCut | null;
  readonly verdict: IkeAuthVerdict;
  /** How far the payloads are proven. */
  readonly basis: string | null;
}

/** IKE_SA_INIT is never cut by RFC 7383: it fits, or it goes in IP fragments. On port 500, without the marker. */
export interface PredictedSaInit {
  readonly payloads: readonly PayloadRow[];
  readonly messageBytes: number;
  readonly packetBytes: number;
  readonly ipPackets: readonly number[];
  readonly fits: boolean;
  readonly mlKem: MlKem | null;
  /** What becomes of ML-KEM in an IKE_INTERMEDIATE (RFC 9242, RFC 9370) instead, where RFC 7383 applies. */
  readonly intermediate: {
    /** IKE_SA_INIT without ML-KEM. */
    readonly saInitPacketBytes: number;
    readonly request: PredictedMessage;
    readonly response: PredictedMessage;
  } | null;
  readonly basis: string;
}

export interface WholePrediction {
  readonly ikeAuth: IkeAuthResult;
  readonly client: ClientProfileName;
  /** Id of the vendor table; null: not named. */
  readonly gateway: string | null;
  /** Whether the gateway has RFC 7383 on; null: not known, and both outcomes are given. */
  readonly ikeFragmentation: boolean | null;
  readonly request: PredictedMessage;
  readonly response: PredictedMessage | null;
  readonly ikeSaInit: PredictedSaInit;
  readonly findings: readonly Finding[];
  readonly advice: readonly Advice[];
}

/** Whether a gateway has RFC 7383 on: as the user says, else as the product is shipped, else not known. */
export function fragmentationOf(
  given: boolean | null,
  gateway: Pick<VendorFragmentation, 'default'> | null,
): boolean | null {
  if (given !== null) return given;
  switch (gateway?.default ?? null) {
    case 'on':
      return true;
    case 'off':
    case 'unsupported':
      return false;
    case null:
      return null;
  }
}

/** All that can be said without sending a packet. */
export function predictWhole({ client: ofSize, ...given }: PredictionInputs): WholePrediction {
  const client = given.message.type === 'size' ? ofSize : given.message.description.profile;
  const inputs: PredictionInputs = { ...given, client };
  const { natT, family, mtuBytes, gateway, message } = inputs;
  const isOn = fragmentationOf(inputs.ikeFragmentation, gateway);
  const sized = messageOf(inputs);
  const judgement = judgeIkeAuth({
    sizeBytes: sized.messageBytes,
    innerBytes: sized.innerBytes,
    natT,
    family,
    mtuBytes,
    bounds: { fits: null, fails: null },
    localMtuBytes: null,
    client,
    cipher: sized.cipher,
    fragments: { status: 'untested' },
    gateway:
      isOn === null && gateway === null
        ? null
        : {
            answers: true,
            fragmentationSupported: isOn,
            vendor: gateway === null ? null : { id: gateway.id, name: gateway.product },
          },
    request: sized.request,
  });
  const request: PredictedMessage = {
    payloads: sized.payloads,
    envelope: sized.payloads === null ? null : envelope(sized.innerBytes ?? 0, sized.cipher),
    cipher: sized.cipher,
    messageBytes: sized.messageBytes,
    leastMessageBytes: sized.leastMessageBytes,
    packetBytes: judgement.ikeAuth.wireSize,
    ipPackets: judgement.ikeAuth.ipFragments,
    ikeFragmentation: judgement.cut,
    verdict: judgement.ikeAuth.verdict,
    basis: message.type === 'size' ? null : CLIENT_PROFILES[client].basis,
  };
  const response = sized.request === null ? null : predictResponse(inputs, sized.request, isOn);
  const ikeSaInit = predictSaInit(inputs, sized.cipher, isOn);
  return {
    ikeAuth: judgement.ikeAuth,
    client,
    gateway: gateway?.id ?? null,
    ikeFragmentation: isOn,
    request,
    response,
    ikeSaInit,
    findings: [...judgement.findings, ...furtherFindings(response, ikeSaInit)],
    advice: judgement.advice,
  };
}

interface SizedMessage {
  readonly messageBytes: number;
  readonly leastMessageBytes: number;
  readonly innerBytes: number | null;
  readonly cipher: CipherName;
  readonly payloads: readonly PayloadRow[] | null;
  readonly request: IkeAuthRequest | null;
}

function messageOf({ message, client, family }: PredictionInputs): SizedMessage {
  if (message.type === 'description') {
    const sized = sizeForMeasurement(message.description, { cipher: null, family });
    return {
      messageBytes: sized.sizeBytes,
      leastMessageBytes: sized.leastSizeBytes,
      innerBytes: sized.innerBytes,
      cipher: sized.cipher,
      payloads: sized.size.rows,
      request: sized.request,
    };
  }
  const cipher = message.cipher ?? CLIENT_PROFILES[client].cipher;
  return {
    messageBytes: message.sizeBytes,
    leastMessageBytes: message.sizeBytes,
    innerBytes: innerBytesOfSize(message.sizeBytes, cipher),
    cipher,
    payloads: null,
    request: null,
  };
}

/** What stands around the payloads of a protected message; RFC 7296 section 3.14. */
function envelope(innerBytes: number, cipher: CipherName): readonly PayloadRow[] {
  const { ivBytes, icvBytes } = IKE_CIPHERS[cipher];
  const paddingBytes =
    encryptedMessageBytes(innerBytes, IKE_CIPHERS[cipher]) -
    IKE_HEADER_BYTES -
    PAYLOAD_HEADER_BYTES -
    ivBytes -
    icvBytes -
    innerBytes;
  return [
    row('IKE header', IKE_HEADER_BYTES, 'SPIs, exchange type, length'),
    row('SK header', PAYLOAD_HEADER_BYTES, 'of the encrypted payload'),
    row('IV', ivBytes, cipher),
    row(
      'Padding',
      paddingBytes,
      paddingBytes === 1 ? 'its length byte' : 'to a whole block, with its length byte',
    ),
    row('ICV', icvBytes, 'integrity check'),
  ];
}

/**
 * The gateway's first answer, which carries its certificates back. How its product fills it is only known of
 * strongSwan; others differ by a few notifies.
 */
function predictResponse(
  inputs: PredictionInputs,
  request: IkeAuthRequest,
  isOn: boolean | null,
): PredictedMessage | null {
  const [own] = inputs.gatewayCertificates;
  if (own === undefined || own.key === null) return null;
  const profile = CLIENT_PROFILES[request.profile];
  const asksForAddress = (request.configuration ?? profile.configuration).length > 0;
  // A client that does not list hash algorithms gets the classic signature.
  const format = profile.signatureFormat === 'classic' ? 'classic' : 'rfc7427';
  const authentication: Authentication = { type: 'signature', key: own.key, format };
  const size = ikeAuthResponseSize({
    cipher: request.cipher,
    family: request.family,
    identity: request.remoteIdentity ?? { type: 'distinguished-name', derBytes: own.subjectBytes },
    certificateBytes: sentCertificates(inputs.gatewayCertificates).sent.map(({ derBytes }) => derBytes),
    authentication,
    eapPacketBytes: request.authentication.type === 'eap' ? EAP_IDENTITY_REQUEST_BYTES : null,
    configuration: asksForAddress ? [IPV4_ADDRESS_BYTES, IPV4_ADDRESS_BYTES] : [],
    mobike: (request.mobike ?? profile.mobike) === 'none' ? 'none' : 'plain',
  });
  const message = protectedMessage(size.innerBytes, size.cipher, inputs, isOn, gatewaySender(inputs));
  return { ...message, payloads: size.rows, leastMessageBytes: size.leastMessageBytes, basis: size.basis };
}

function protectedMessage(
  innerBytes: number,
  cipher: CipherName,
  { natT, family, mtuBytes }: PredictionInputs,
  isOn: boolean | null,
  from: { readonly sender: FragmentSender; readonly fragmentBytes?: number },
): PredictedMessage {
  const messageBytes = encryptedMessageBytes(innerBytes, IKE_CIPHERS[cipher]);
  const packetBytes = wireBytes({ sizeBytes: messageBytes, natT, family });
  const ikeFragmentation = cutForPath({ ...from, innerBytes, cipher, family, natT, mtuBytes });
  const pieces = ikeFragmentation?.pieces ?? [];
  const doPiecesFit =
    isOn === true && pieces.length > 0 && pieces.every((piece) => piece.packetBytes <= mtuBytes);
  return {
    payloads: null,
    envelope: envelope(innerBytes, cipher),
    cipher,
    messageBytes,
    leastMessageBytes: messageBytes,
    packetBytes,
    ipPackets: fragmentSizes(packetBytes, mtuBytes, family),
    ikeFragmentation,
    verdict: packetBytes <= mtuBytes ? 'fits' : doPiecesFit ? 'ike-fragmented' : 'ip-fragments-unknown',
    basis: null,
  };
}

/** Its product's arithmetic and size, as shipped; RFC 7383's recommendation where it is not known. */
function gatewaySender({ gateway, family }: PredictionInputs): {
  readonly sender: FragmentSender;
  readonly fragmentBytes?: number;
} {
  if (gateway === null) return { sender: 'generic' };
  const bytes = family === 4 ? gateway.packetBytes.ipv4 : gateway.packetBytes.ipv6;
  return bytes === null ? { sender: gateway.sender } : { sender: gateway.sender, fragmentBytes: bytes };
}

function predictSaInit(inputs: PredictionInputs, cipher: CipherName, isOn: boolean | null): PredictedSaInit {
  const { client, family, mtuBytes, mlKem } = inputs;
  const { basis, ...profile } = IKE_SA_INIT_PROFILES[client];
  const sizeWith = (group: number) => {
    const size = ikeSaInitSize({ ...profile, group, cookieBytes: null });
    if (size === null) throw new RangeError(`group ${group} has no known size`);
    return { ...size, packetBytes: wireBytes({ sizeBytes: size.messageBytes, natT: false, family }) };
  };
  const size = sizeWith(mlKem === null ? profile.group : ML_KEM_GROUPS[mlKem]);
  const payload = mlKem === null ? null : mlKemPayloadBytes(mlKem);
  return {
    payloads: size.rows,
    messageBytes: size.messageBytes,
    packetBytes: size.packetBytes,
    ipPackets: fragmentSizes(size.packetBytes, mtuBytes, family),
    fits: size.packetBytes <= mtuBytes,
    mlKem,
    intermediate:
      payload === null
        ? null
        : {
            saInitPacketBytes: sizeWith(profile.group).packetBytes,
            request: keyExchange(
              payload.request,
              protectedMessage(payload.request, cipher, inputs, isOn, { sender: client }),
            ),
            response: keyExchange(
              payload.response,
              protectedMessage(payload.response, cipher, inputs, isOn, gatewaySender(inputs)),
            ),
          },
    basis,
  };
}

function keyExchange(payloadBytes: number, message: PredictedMessage): PredictedMessage {
  return { ...message, payloads: [row('KE', payloadBytes, 'ML-KEM')] };
}

function furtherFindings(response: PredictedMessage | null, saInit: PredictedSaInit): readonly Finding[] {
  const findings: Finding[] = [];
  if (response?.verdict === 'ip-fragments-unknown') {
    findings.push({
      code: 'ike-auth-response-needs-fragments',
      severity: 'warning',
      message:
        `The gateway's answer of ${response.messageBytes} bytes makes a packet of ${response.packetBytes}, which ` +
        `comes back as ${response.ipPackets.length} IP fragments unless both sides have IKEv2 fragmentation on.`,
      advice: 'Turn on IKEv2 fragmentation at both ends, or give the gateway a smaller certificate (ECDSA).',
    });
  }
  if (!saInit.fits) {
    findings.push({
      code: 'ike-sa-init-needs-fragments',
      severity: 'warning',
      message:
        `IKE_SA_INIT makes a packet of ${saInit.packetBytes} bytes and leaves as ${saInit.ipPackets.length} IP ` +
        'fragments: RFC 7383 cannot cut it.',
      advice:
        saInit.mlKem === null
          ? 'Offer fewer proposals.'
          : 'Put ML-KEM into IKE_INTERMEDIATE (RFC 9370) behind a small key exchange, and turn on IKEv2 fragmentation.',
    });
  }
  return findings;
}

/** Of the vendor table, for a user's choice. */
export function gatewayOf(id: string | null): VendorFragmentation | null {
  return id === null ? null : vendor(id);
}

const EAP_IDENTITY_REQUEST_BYTES = 5;
const IPV4_ADDRESS_BYTES = 4;
