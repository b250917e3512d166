import type { Bounds, Family, Finding, IkeAuthResult, IkeAuthVerdict } from '../results/result.ts';
import { type Advice, adviceFor, gatewaysNamed } from './advice.ts';
import type { CipherName } from './cipher.ts';
import { CLIENT_PROFILES, type ClientProfileName } from './client-profile.ts';
import { predictIkeAuth } from './ike-auth.ts';
import type { IkeAuthRequest } from './ike-auth-size.ts';
import { cutForPath, type Fit, fitOf, type IkeCut, innerBytesOfSize, worstFit } from './leaving.ts';
import { sizeList } from './size-list.ts';

export interface VerdictQuestion {
  /** IKE message size in bytes, 28..MAX_IKE_MESSAGE_BYTES. */
  readonly sizeBytes: number;
  /** Payloads in it; null: only the size is known, and the most that it can hold is counted. */
  readonly innerBytes: number | null;
  readonly natT: boolean;
  readonly family: Family;
  readonly mtuBytes: number | null;
  readonly bounds: Bounds;
  readonly localMtuBytes: number | null;
  /** Whose arithmetic cuts it; null: not known, and RFC 7383's recommendation is counted. */
  readonly client: ClientProfileName | null;
  /** Null: not known, and the client's usual one is counted. */
  readonly cipher: CipherName | null;
  readonly fragments: FragmentDelivery;
  /** What its IKE service said; null: it was not asked or did not answer. */
  readonly gateway: GatewayKnowledge | null;
  /** What the message is made of, for advice with figures. Default: not known. */
  readonly request?: IkeAuthRequest | null;
  /** The size that is set for IKE fragments, where a client has such a setting. Default: the client's. */
  readonly fragmentBytes?: number;
}

/** What the tests with IP fragments found. */
interface FragmentDelivery {
  readonly status: 'delivered' | 'dropped' | 'undetermined' | 'untested';
  /** Default: nothing more. */
  readonly notes?: readonly FragmentNote[];
}

export type FragmentNote =
  /** In order they are dropped; last first they arrive. */
  | 'only-when-last-first'
  /** In order they arrive; last first they do not. */
  | 'only-in-order'
  /** A small datagram cut in two arrives, a large one does not: it is not fragments as such. */
  | 'only-small-datagrams'
  /** Small fragments are dropped and large ones are not. */
  | 'no-small-fragments'
  /** A few arrive, many do not. */
  | 'only-few'
  /** Tested with echo: a reply that does not come may have been lost on its way back. */
  | 'both-directions';

interface GatewayKnowledge {
  readonly answers: boolean;
  /** Null: not known. */
  readonly fragmentationSupported: boolean | null;
  /** `id` of the vendor table, or the maker that its Vendor IDs tell. */
  readonly vendor: { readonly id: string; readonly name: string } | null;
}

export interface Judgement {
  /** With the paragraph in it. */
  readonly ikeAuth: IkeAuthResult;
  readonly findings: readonly Finding[];
  readonly paragraph: string;
  readonly advice: readonly Advice[];
  /** The pieces that it is cut into, or would be where the gateway took them; null: it can't be cut. */
  readonly cut: IkeCut | null;
}

/**
 * What becomes of an IKE_AUTH on this path and at this gateway.
 *
 * 1. What leaves is the whole message, or its RFC 7383 pieces where the gateway is known to take them.
 * 2. All of it fits: `fits` if the whole message would too, `ike-fragmented` if only the pieces do.
 * 3. Otherwise it travels as IP fragments, and what the tests said of those decides. Where it may or may not
 *    fit, fragments that arrive settle it too; fragments that are dropped do not.
 *
 * Nothing is guessed in its favour: where it is not known whether the gateway takes pieces, the verdict is that
 * of the whole message, and the paragraph says what pieces would change.
 */
export function judgeIkeAuth(question: VerdictQuestion): Judgement {
  const { sizeBytes, natT, family, mtuBytes, bounds, localMtuBytes, client, gateway } = question;
  const path = { mtuBytes, bounds, localMtuBytes };
  const profile = client === null ? null : CLIENT_PROFILES[client];
  const cipher = question.cipher ?? (profile ?? CLIENT_PROFILES.generic).cipher;
  const innerBytes = question.innerBytes ?? innerBytesOfSize(sizeBytes, cipher);
  const { fragmentBytes } = question;
  const cut =
    innerBytes === null
      ? null
      : cutForPath({
          sender: client ?? 'generic',
          innerBytes,
          cipher,
          family,
          natT,
          mtuBytes,
          ...(fragmentBytes === undefined ? {} : { fragmentBytes }),
        });
  const whole = predictIkeAuth({ sizeBytes, natT, family, mtuBytes, bounds, localMtuBytes });
  const offered = gateway?.fragmentationSupported ?? null;
  const pieces = cut === null || cut.pieces.length < 2 ? null : cut;
  const leavesCut = offered === true ? pieces : null;
  const wholeFit = fitOf(whole.wireSize, path);
  const piecesFit =
    pieces === null
      ? null
      : worstFit(
          pieces.pieces.map(({ packetBytes }) => packetBytes),
          path,
        );
  const leavingFit = leavesCut === null || piecesFit === null ? wholeFit : piecesFit;

  const verdict = verdictOf(leavingFit, wholeFit, question.fragments.status);
  const canCut = cut !== null;
  const facts: Facts = { question, whole, verdict, wholeFit, piecesFit, pieces, canCut, leavesCut, offered };
  const advice =
    verdict === 'fits'
      ? []
      : adviceFor({
          sizeBytes,
          innerBytes,
          cipher,
          natT,
          family,
          path,
          client,
          request: question.request ?? null,
          ipFragments: whole.ipFragments,
          cut,
          isFragmentationOffered: offered,
          areFragmentsDelivered: deliveredOf(question.fragments.status),
          gateways: gatewaysNamed(gateway?.vendor?.id ?? null),
        }).filter(({ id }) => verdict !== 'ike-fragmented' || id === 'set-gateway-fragment-size');
  const paragraph = [story(facts).join(' '), ...adviceLines(advice)].join('\n');
  const ikeAuth: IkeAuthResult = {
    ...whole,
    verdict,
    ikeFragments:
      pieces === null || offered === false || (offered === null && client === null)
        ? null
        : pieces.pieces.map(({ messageBytes }) => messageBytes),
    reason: reasonOf(facts),
    paragraph,
  };
  return { ikeAuth, findings: findingsOf(facts, advice), paragraph, advice, cut };
}

interface Facts {
  readonly question: VerdictQuestion;
  readonly whole: IkeAuthResult;
  readonly verdict: IkeAuthVerdict;
  readonly wholeFit: Fit;
  readonly piecesFit: Fit | null;
  /** Two or more, taken by the gateway or not. */
  readonly pieces: IkeCut | null;
  /** False: too many pieces, or no room in a piece. */
  readonly canCut: boolean;
  /** The same, where the gateway takes them. */
  readonly leavesCut: IkeCut | null;
  readonly offered: boolean | null;
}

function verdictOf(
  leavingFit: Fit,
  wholeFit: Fit,
  status: VerdictQuestion['fragments']['status'],
): IkeAuthVerdict {
  if (leavingFit === 'fits') return wholeFit === 'fits' ? 'fits' : 'ike-fragmented';
  switch (status) {
    case 'delivered':
      return 'ip-fragments-delivered';
    case 'dropped':
      return leavingFit === 'too-large' ? 'ip-fragments-dropped' : 'ip-fragments-unknown';
    case 'undetermined':
    case 'untested':
      return 'ip-fragments-unknown';
  }
}

function deliveredOf(status: VerdictQuestion['fragments']['status']): boolean | null {
  if (status === 'delivered') return true;
  return status === 'dropped' ? false : null;
}

/** One sentence or two, for `reason`. */
function reasonOf({ question, whole, verdict, pieces, leavesCut, piecesFit, offered }: Facts): string {
  if (verdict === 'fits') return whole.reason;
  const packet = `The packet of ${whole.wireSize} bytes`;
  if (leavesCut !== null && piecesFit !== null) {
    const most = largest(leavesCut);
    const { mtuBytes, bounds } = question;
    const limit =
      mtuBytes === null
        ? `packets of ${bounds.fits} bytes, which arrive`
        : `the path MTU of ${mtuBytes} bytes`;
    if (verdict === 'ike-fragmented') {
      return (
        `${packet} would be too large, but the gateway has IKEv2 fragmentation: it leaves as ` +
        `${leavesCut.pieces.length} IKE fragments in packets of at most ${most} bytes, not larger than ${limit}.`
      );
    }
    if (piecesFit === 'too-large') {
      return (
        `The gateway has IKEv2 fragmentation, but the packets of its pieces have up to ${most} bytes and are ` +
        `larger than the path carries, so they travel as IP fragments; ${deliveryWords(question)}.`
      );
    }
  }
  if (whole.ipFragments.length > 1) {
    const why =
      offered === false && pieces !== null ? ', the gateway does not offer IKEv2 fragmentation' : '';
    return (
      `${packet} is larger than the path MTU of ${question.mtuBytes} bytes${why}, so it travels as ` +
      `${whole.ipFragments.length} IP fragments; ${deliveryWords(question)}.`
    );
  }
  return whole.reason;
}

function deliveryWords({ fragments }: VerdictQuestion): string {
  switch (fragments.status) {
    case 'delivered':
      return 'tests show that fragments arrive';
    case 'dropped':
      return 'tests show that fragments are dropped';
    case 'undetermined':
      return 'tests could not tell whether fragments arrive';
    case 'untested':
      return 'whether this path delivers fragments has not been tested';
  }
}

/** What will happen, and why. */
function story(facts: Facts): readonly string[] {
  const { question, whole, verdict, pieces } = facts;
  const { mtuBytes, sizeBytes } = question;
  switch (verdict) {
    case 'fits': {
      const room = mtuBytes === null ? 0 : mtuBytes - whole.wireSize;
      return [
        `The IKE_AUTH of ${sizeBytes} bytes fits in one packet of ${whole.wireSize} bytes.`,
        ...(room > 0 ? [`${count(room, 'byte')} of room ${room === 1 ? 'is' : 'are'} left.`] : []),
        ...(pieces !== null && facts.leavesCut !== null
          ? [
              `The gateway has IKEv2 fragmentation on, so ${sender(facts)} sends it as ${piecesWords(pieces)}.`,
            ]
          : []),
        ...(facts.offered === false
          ? [
              'The gateway does not offer IKEv2 fragmentation: with larger certificates it would need IP fragments.',
            ]
          : []),
      ];
    }
    case 'ike-fragmented':
      return [
        tooLarge(facts),
        `The gateway has IKEv2 fragmentation on (RFC 7383), so ${sender(facts)} sends ` +
          `${pieces === null ? 'it in pieces' : piecesWords(pieces)}, and every packet fits.`,
        ...clientDuty(facts),
        ...(question.fragments.status === 'dropped'
          ? ['IP fragments are dropped on this path, so keep it on at both ends.']
          : []),
        'Nothing needs to be done.',
        ...certaintyWords(facts),
      ];
    case 'ip-fragments-delivered':
      return [tooLarge(facts), ...cutWords(facts), ...fragmentWords(facts), ...noteWords(question)];
    case 'ip-fragments-dropped':
      return [
        tooLarge(facts),
        ...cutWords(facts),
        ...fragmentWords(facts),
        ...noteWords(question),
        `${facts.offered === null ? 'Then the' : 'The'} gateway never gets the message and does not answer it.${error809(question)}`,
      ];
    case 'ip-fragments-unknown':
      return [
        tooLarge(facts),
        ...cutWords(facts),
        ...fragmentWords(facts),
        ...noteWords(question),
        ...(facts.wholeFit === 'too-large'
          ? [`If they are dropped, the gateway does not answer.${error809(question)}`]
          : []),
      ];
  }
}

function tooLarge({ question, whole, wholeFit }: Facts): string {
  const { mtuBytes, bounds, sizeBytes, localMtuBytes } = question;
  const start = `The IKE_AUTH of ${sizeBytes} bytes makes a packet of ${whole.wireSize} bytes`;
  if (mtuBytes !== null) {
    return wholeFit === 'fits'
      ? `${start}, which the path would carry.`
      : `${start}, and the path carries ${mtuBytes}.`;
  }
  if (wholeFit === 'unknown') {
    const known = bounds.fits === null ? '' : `; packets of ${bounds.fits} bytes do`;
    return `${start}. Whether the path carries that is not known${known}.`;
  }
  const isLocal = localMtuBytes !== null && whole.wireSize > localMtuBytes;
  return isLocal
    ? `${start}, and this host's interface carries ${localMtuBytes}.`
    : `${start}, and packets of ${bounds.fails ?? whole.wireSize} bytes fail.`;
}

/** What RFC 7383 does for it, or would. */
function cutWords(facts: Facts): readonly string[] {
  const { offered, pieces, piecesFit, leavesCut } = facts;
  if (leavesCut !== null) {
    const fit =
      piecesFit === 'too-large'
        ? 'and even these are larger than the path carries'
        : 'and whether these fit is not known';
    return [
      `The gateway has IKEv2 fragmentation on (RFC 7383), so ${sender(facts)} sends ${piecesWords(leavesCut)}, ${fit}.`,
      ...certaintyWords(facts),
    ];
  }
  switch (offered) {
    case false:
      return [
        'The gateway does not offer IKEv2 fragmentation (RFC 7383), so the client does not cut it itself.',
        ...clientDuty(facts),
      ];
    case true:
      return [
        `The gateway has IKEv2 fragmentation on (RFC 7383), but ${sender(facts)} ${facts.canCut ? 'leaves a message of this size whole' : 'cannot cut this message'}.`,
      ];
    case null: {
      if (pieces === null) return ['Whether the gateway has IKEv2 fragmentation (RFC 7383) on is not known.'];
      const fit = {
        fits: 'and every packet fits',
        'too-large': 'and even these are larger than the path carries',
        unknown: 'and whether these fit is not known',
      }[piecesFit ?? 'unknown'];
      return [
        'Whether the gateway has IKEv2 fragmentation (RFC 7383) on is not known.',
        `If the gateway has it on, ${sender(facts)} sends ${piecesWords(pieces)}, ${fit}.`,
        ...clientDuty(facts),
        ...certaintyWords(facts),
      ];
    }
  }
}

function fragmentWords({ question, whole, wholeFit, leavesCut, offered, pieces }: Facts): readonly string[] {
  const { status } = question.fragments;
  const fragments =
    leavesCut === null ? whole.ipFragments : leavesCut.pieces.flatMap(({ ipPackets }) => ipPackets);
  const subject = offered === null && pieces !== null ? 'If not, it' : 'It';
  const how =
    fragments.length > 1
      ? `${leavesCut === null ? `${subject} leaves` : 'They leave'} as ${fragments.length} IP fragments: ${sizeList(fragments)} bytes.`
      : wholeFit === 'unknown' && leavesCut === null
        ? `${subject} leaves as IP fragments where it does not fit.`
        : `${leavesCut === null ? `${subject} leaves` : 'They leave'} as IP fragments; of which sizes depends on the path MTU.`;
  switch (status) {
    case 'delivered':
      return [
        how,
        'Fragments were tested and arrive today, so it gets through. That ends on the day that a firewall on the way drops them.',
      ];
    case 'dropped':
      return [how, 'Fragments were tested on this path and are dropped.'];
    case 'undetermined':
      return [how, 'Fragments were tested, but whether they arrive could not be told.'];
    case 'untested':
      return [how, 'Many firewalls drop those; whether this path does has not been tested.'];
  }
}

/** That both directions were tested matters only where something was dropped. */
function noteWords({ fragments: { status, notes = [] } }: VerdictQuestion): readonly string[] {
  return notes
    .filter((note) => note !== 'both-directions' || status === 'dropped')
    .map((note) => NOTES[note]);
}

const NOTES: Readonly<Record<FragmentNote, string>> = {
  'only-when-last-first':
    'They arrive when the last one is sent first, but hosts send them in order, so that does not help.',
  'only-in-order':
    'They arrive only in order: a path that reorders packets loses them, as Azure networks are known to do.',
  'only-small-datagrams':
    'A small datagram cut in two arrives and a large one does not: something limits reassembly, not fragments as such.',
  'no-small-fragments':
    'Small fragments are dropped where large ones arrive: a filter against tiny fragments.',
  'only-few': 'A few arrive and many do not: something limits how many fragments a packet may have.',
  'both-directions':
    'This was tested with echo, whose reply is cut as well, so it may be the way back that drops them.',
};

/** Error 809 is what people search for; it is Windows' own. */
function error809({ client }: VerdictQuestion): string {
  const text = 'error 809, "the remote server is not responding"';
  if (client === 'windows') return ` Windows shows ${text}.`;
  return client === null
    ? ` A Windows client shows ${text}.`
    : ' The client gives up after some retransmissions.';
}

function sender({ question: { client } }: Facts): string {
  return client === null
    ? 'the client (counted as RFC 7383 recommends)'
    : client === 'generic'
      ? 'the client'
      : CLIENT_PROFILES[client].product;
}

function clientDuty({ question: { client } }: Facts): readonly string[] {
  return client !== null && !CLIENT_PROFILES[client].offersFragmentation
    ? [`It must be on at the client too: ${CLIENT_PROFILES[client].product} has it off by default.`]
    : [];
}

function certaintyWords({ pieces, question }: Facts): readonly string[] {
  if (pieces === null) return [];
  if (question.client === null) {
    return ['Name the client (--client) for its own way of cutting.'];
  }
  return pieces.certainty === 'assumed' && question.client !== 'generic'
    ? ['The sizes of the pieces are an assumption for this cipher and family.']
    : [];
}

function piecesWords(cut: IkeCut): string {
  const sizes = cut.pieces.map(({ messageBytes }) => messageBytes);
  return (
    `${sizes.length} IKE fragments (${sizeList(sizes)} bytes of IKE message) in packets of at most ` +
    `${largest(cut)} bytes`
  );
}

function largest(cut: IkeCut): number {
  return Math.max(...cut.pieces.map(({ packetBytes }) => packetBytes));
}

function adviceLines(advice: readonly Advice[]): readonly string[] {
  if (advice.length === 0) return [];
  return [
    'What to do:',
    ...advice.flatMap(({ text, lines }) => [`- ${text}`, ...lines.map((line) => `    ${line}`)]),
  ];
}

function findingsOf(facts: Facts, advice: readonly Advice[]): readonly Finding[] {
  const { question, whole, verdict, offered, leavesCut, piecesFit, wholeFit } = facts;
  const { sizeBytes, client } = question;
  const windows = client === null || client === 'windows' ? '; Windows shows error 809' : '';
  const first = advice[0]?.text ?? null;
  const findings: Finding[] = [];
  const fragments =
    leavesCut === null ? whole.ipFragments : leavesCut.pieces.flatMap(({ ipPackets }) => ipPackets);
  if (verdict === 'ip-fragments-dropped') {
    const how =
      fragments.length > 1 ? `it leaves as ${fragments.length} IP fragments` : 'it needs IP fragments';
    findings.push({
      code: 'ike-auth-lost',
      severity: 'critical',
      message:
        `An IKE_AUTH of ${sizeBytes} bytes will be lost: ${how}, and fragments do not arrive${windows}.` +
        (offered === null ? ' Unless the gateway has IKEv2 fragmentation on, which is not known.' : ''),
      advice: first,
    });
  } else if (verdict !== 'fits' && verdict !== 'ike-fragmented' && fragments.length > 1) {
    findings.push({
      code: 'ike-auth-needs-fragments',
      severity: 'warning',
      message:
        `An IKE_AUTH of ${sizeBytes} bytes leaves as ${fragments.length} IP fragments. Where a firewall drops ` +
        `fragments the connection begins and then fails${windows}.`,
      advice: first,
    });
  }
  if (leavesCut !== null && piecesFit === 'too-large') {
    findings.push({
      code: 'ike-fragments-too-large',
      severity: 'warning',
      message:
        `IKEv2 fragmentation is on, but its packets of up to ${largest(leavesCut)} bytes are larger than the ` +
        'path carries, and become IP fragments themselves.',
      advice: advice.find(({ id }) => id === 'set-client-fragment-size')?.text ?? null,
    });
  }
  if (offered === false) {
    findings.push({
      code: 'ike-fragmentation-not-offered',
      severity: wholeFit === 'fits' ? 'info' : 'warning',
      message: 'The gateway does not offer IKEv2 fragmentation (RFC 7383).',
      advice: advice.find(({ id }) => id === 'enable-ike-fragmentation')?.text ?? null,
    });
  }
  return findings;
}

function count(quantity: number, noun: string): string {
  return `${quantity} ${noun}${quantity === 1 ? '' : 's'}`;
}
