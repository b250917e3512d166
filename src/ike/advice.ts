import type { Family } from '../results/result.ts';
import type { CipherName } from './cipher.ts';
import { CLIENT_PROFILES, type ClientProfileName } from './client-profile.ts';
import { wireBytes } from './ike-auth.ts';
import { type IkeAuthRequest, ikeAuthRequestSize } from './ike-auth-size.ts';
import type { FragmentSender } from './ike-fragments.ts';
import { authenticationDataBytes, type KeyType, keyTypeName, publicKeyInfoBytes } from './key-type.ts';
import { cutForPath, type Fit, fitOf, type IkeCut, type PathKnowledge, worstFit } from './leaving.ts';
import { sizeList } from './size-list.ts';
import { gatewaysOfMaker, type VendorFragmentation, vendor, VENDORS } from './vendors.ts';

/** One thing to do, and what it would change. */
export interface Advice {
  readonly id:
    | 'enable-ike-fragmentation'
    | 'set-client-fragment-size'
    | 'set-gateway-fragment-size'
    | 'pass-ip-fragments'
    | 'smaller-certificate'
    | 'fewer-authorities'
    | 'shorter-chain'
    | 'smaller-message'
    | 'all-smaller';
  /** Sentences: what to do, and the figure that it changes. */
  readonly text: string;
  /** Exact lines to enter, in their order; a line that begins with `#` says where. */
  readonly lines: readonly string[];
  readonly change: AdviceChange;
  /** What leaves then. Null: the change is on the gateway's own messages. */
  readonly effect: AdviceEffect | null;
}

type AdviceChange =
  | { readonly type: 'ike-fragmentation' }
  | { readonly type: 'fragment-size'; readonly bytes: number }
  | { readonly type: 'ip-fragments' }
  | { readonly type: 'request'; readonly request: IkeAuthRequest }
  /** Of a message of which only the size is known: the most that it may have. */
  | { readonly type: 'size'; readonly mostBytes: number };

interface AdviceEffect {
  /** The IKE message in one piece. */
  readonly messageBytes: number;
  /** The IP packets that leave, in their order. */
  readonly packets: readonly number[];
  readonly fit: Fit;
}

/** What advice is drawn from. */
export interface AdviceSituation {
  readonly sizeBytes: number;
  readonly innerBytes: number | null;
  readonly cipher: CipherName;
  readonly natT: boolean;
  readonly family: Family;
  readonly path: PathKnowledge;
  readonly client: ClientProfileName | null;
  /** What the message is made of; null: only its size is known. */
  readonly request: IkeAuthRequest | null;
  /** IP fragments of the unsplit message; empty when the MTU is not known, one when it fits. */
  readonly ipFragments: readonly number[];
  /** The RFC 7383 pieces, whether or not the gateway takes them. */
  readonly cut: IkeCut | null;
  readonly isFragmentationOffered: boolean | null;
  readonly areFragmentsDelivered: boolean | null;
  /** Gateways that the Vendor IDs leave possible; empty: not known. */
  readonly gateways: readonly VendorFragmentation[];
}

/** By an id of the vendor table, or by a maker, which may have several products. */
export function gatewaysNamed(id: string | null): readonly VendorFragmentation[] {
  if (id === null) return [];
  const exact = VENDORS.filter((each) => each.id === id && each.side !== 'client');
  if (exact.length > 0) return exact;
  const maker = VENDORS.find((each) => each.maker === id)?.maker ?? null;
  return maker === null ? [] : gatewaysOfMaker(maker);
}

/** What would mend a message that does not get through in one piece, the most lasting first. */
export function adviceFor(situation: AdviceSituation): readonly Advice[] {
  return [
    ...enableFragmentation(situation),
    ...clientFragmentSize(situation),
    ...gatewayFragmentSize(situation),
    ...passFragments(situation),
    ...smallerMessage(situation),
  ];
}

function* enableFragmentation(situation: AdviceSituation): Generator<Advice> {
  const { isFragmentationOffered, cut, gateways, sizeBytes, path } = situation;
  if (isFragmentationOffered === true || cut === null || cut.pieces.length < 2) return;
  const packets = cut.pieces.map(({ packetBytes }) => packetBytes);
  const fit = worstFit(packets, path);
  yield {
    id: 'enable-ike-fragmentation',
    text:
      `${enableWhere(gateways)} Then ${clientName(situation)} sends ${cut.pieces.length} IKE fragments in ` +
      `packets of at most ${Math.max(...packets)} bytes${fitWords(fit)}. ${notesOf(gateways)}`.trimEnd(),
    lines: enableLines(gateways),
    change: { type: 'ike-fragmentation' },
    effect: { messageBytes: sizeBytes, packets, fit },
  };
}

function enableWhere(gateways: readonly VendorFragmentation[]): string {
  const [only] = gateways;
  if (only === undefined) return 'Turn on IKEv2 fragmentation (RFC 7383) on the gateway.';
  const names = gateways.map(({ product }) => product).join(', or ');
  const byDefault = gateways.length === 1 && only.default === 'off' ? ', where it is off by default' : '';
  return `Turn on IKEv2 fragmentation (RFC 7383) on the gateway (${names})${byDefault}.`;
}

function enableLines(gateways: readonly VendorFragmentation[]): readonly string[] {
  const shown = gateways.length > 0 ? gateways : COMMON_GATEWAYS.map(vendor);
  const commands = shown
    .map((each) => ({ each, lines: each.enable.length > 0 ? each.enable : each.setSize }))
    .filter(({ lines }) => lines.length > 0);
  return commands.flatMap(({ each, lines }) => [
    ...(shown.length === 1 ? [] : [`# ${each.product}`]),
    ...lines.map((line) => line.replaceAll('{bytes}', '<bytes>')),
  ]);
}

function notesOf(gateways: readonly VendorFragmentation[]): string {
  const [only] = gateways;
  return gateways.length === 1 && only !== undefined ? (only.notes[0] ?? '') : '';
}

/** The client's pieces are larger than the path carries. */
function* clientFragmentSize(situation: AdviceSituation): Generator<Advice> {
  const { cut, path, client, innerBytes, isFragmentationOffered } = situation;
  const { mtuBytes } = path;
  if (cut === null || innerBytes === null || mtuBytes === null || isFragmentationOffered === false) return;
  const packets = cut.pieces.map(({ packetBytes }) => packetBytes);
  if (worstFit(packets, path) !== 'too-large') return;
  const changed = cutForPath({
    ...situation,
    sender: cut.sender,
    innerBytes,
    fragmentBytes: mtuBytes,
    mtuBytes,
  });
  if (changed === null || !HAS_SIZE_SETTING[cut.sender]) return;
  const after = changed.pieces.map(({ packetBytes }) => packetBytes);
  yield {
    id: 'set-client-fragment-size',
    text:
      `Set the size of IKE fragments on the client to ${mtuBytes} bytes, the path MTU. Then it sends ` +
      `${after.length} pieces in packets of at most ${Math.max(...after)} bytes${fitWords(worstFit(after, path))}.`,
    lines: client === 'strongswan' ? setSizeLines(vendor('strongswan'), mtuBytes) : [],
    change: { type: 'fragment-size', bytes: mtuBytes },
    effect: { messageBytes: situation.sizeBytes, packets: after, fit: worstFit(after, path) },
  };
}

/** The gateway's own pieces, which carry its certificate back, are larger than the path carries. */
function* gatewayFragmentSize({ gateways, path, family }: AdviceSituation): Generator<Advice> {
  const { mtuBytes } = path;
  const [only] = gateways;
  if (mtuBytes === null || gateways.length !== 1 || only === undefined || only.setSize.length === 0) return;
  const usual = family === 4 ? only.packetBytes.ipv4 : only.packetBytes.ipv6;
  const { leastBytes, mostBytes } = only.settable ?? { leastBytes: 0, mostBytes: Infinity };
  if (usual === null || usual <= mtuBytes || mtuBytes < leastBytes) return;
  const bytes = Math.min(mtuBytes, mostBytes);
  yield {
    id: 'set-gateway-fragment-size',
    text:
      `The answers of ${only.product} come in IKE fragments of up to ${usual} bytes as shipped, and the path ` +
      `carries ${mtuBytes}. Set their size on the gateway to ${bytes}.`,
    lines: setSizeLines(only, bytes),
    change: { type: 'fragment-size', bytes },
    effect: null,
  };
}

function setSizeLines({ setSize }: VendorFragmentation, bytes: number): readonly string[] {
  return setSize.map((line) => line.replaceAll('{bytes}', `${bytes}`));
}

function* passFragments(situation: AdviceSituation): Generator<Advice> {
  const { ipFragments, areFragmentsDelivered, isFragmentationOffered, cut, sizeBytes, path } = situation;
  if (areFragmentsDelivered === true) return;
  const packets =
    isFragmentationOffered === true && cut !== null
      ? cut.pieces.flatMap((each) => each.ipPackets)
      : ipFragments;
  if (packets.length < 2) return;
  yield {
    id: 'pass-ip-fragments',
    text:
      'Let IP fragments pass on every firewall and router between here and the gateway. These are ' +
      `${packets.length}: ${sizeList(packets)} bytes. Only the first carries the UDP ports, so a rule for ports ` +
      '500 and 4500 does not match the others. Look for "block fragmented packets" and for virtual reassembly.',
    lines: [],
    change: { type: 'ip-fragments' },
    effect: { messageBytes: sizeBytes, packets, fit: worstFit(packets, path) },
  };
}

function* smallerMessage(situation: AdviceSituation): Generator<Advice> {
  const { request, path, sizeBytes } = situation;
  const { mtuBytes } = path;
  if (mtuBytes === null || fitOf(packetOf(situation, sizeBytes), path) !== 'too-large') return;
  const mostBytes = mtuBytes - packetOf(situation, 0);
  if (mostBytes < SMALLEST_IKE_AUTH_BYTES) return;
  if (request === null) {
    yield {
      id: 'smaller-message',
      text:
        `Make the message smaller: one of at most ${mostBytes} bytes fits in one packet, ` +
        `${sizeBytes - mostBytes} fewer. ${savings(situation)}`,
      lines: [],
      change: { type: 'size', mostBytes },
      effect: { messageBytes: mostBytes, packets: [mtuBytes], fit: 'fits' },
    };
    return;
  }
  const changes = [...smallerKey(request), ...fewerAuthorities(request, mostBytes), ...shorterChain(request)];
  const each = changes.map((change) => ({ ...change, effect: effectOf(change.request, situation) }));
  for (const { id, what, request: changed, effect } of each) {
    if (effect.messageBytes >= sizeBytes) continue;
    yield {
      id,
      text: `${what} ${becomes(sizeBytes, effect)}`,
      lines: [],
      change: { type: 'request', request: changed },
      effect,
    };
  }
  if (changes.length < 2 || each.some(({ effect }) => effect.fit === 'fits')) return;
  const all = changes.reduce<IkeAuthRequest>((changed, { apply }) => apply(changed), request);
  const effect = effectOf(all, situation);
  yield {
    id: 'all-smaller',
    text: `All of that together: ${becomes(sizeBytes, effect)}`,
    lines: [],
    change: { type: 'request', request: all },
    effect,
  };
}

interface RequestChange {
  readonly id: 'smaller-certificate' | 'fewer-authorities' | 'shorter-chain';
  readonly what: string;
  readonly request: IkeAuthRequest;
  readonly apply: (request: IkeAuthRequest) => IkeAuthRequest;
}

function requestChange(
  id: RequestChange['id'],
  what: string,
  request: IkeAuthRequest,
  apply: RequestChange['apply'],
): RequestChange {
  return { id, what, request: apply(request), apply };
}

/** The same CA signs it, so only the key in it and the signature in AUTH change. */
function* smallerKey(request: IkeAuthRequest): Generator<RequestChange> {
  const { authentication } = request;
  if (authentication.type !== 'signature' || authentication.key.type !== 'rsa') return;
  const lessBytes = publicKeyInfoBytes(authentication.key) - publicKeyInfoBytes(P256);
  yield requestChange(
    'smaller-certificate',
    `Give the client an ECDSA P-256 certificate in place of ${keyTypeName(authentication.key)}, from the same CA:`,
    request,
    (before) => ({
      ...before,
      authentication: { ...authentication, key: P256 },
      certificateBytes: (before.certificateBytes ?? []).map((bytes, index) =>
        index === 0 ? bytes - lessBytes : bytes,
      ),
    }),
  );
}

/** The most CAs with which it fits; one, where it does not fit with any number. */
function* fewerAuthorities(request: IkeAuthRequest, mostBytes: number): Generator<RequestChange> {
  const { authorityCount } = request;
  if (authorityCount === null || authorityCount < 2) return;
  const withCount = (count: number) => ({ ...request, authorityCount: count });
  let count = authorityCount - 1;
  while (count > 1 && ikeAuthRequestSize(withCount(count)).messageBytes > mostBytes) count -= 1;
  yield requestChange(
    'fewer-authorities',
    `Let the client trust fewer CAs: CERTREQ names ${authorityCount}, 20 bytes each. With ${count}:`,
    request,
    (before) => ({ ...before, authorityCount: count }),
  );
}

function* shorterChain(request: IkeAuthRequest): Generator<RequestChange> {
  const [own, ...issuers] = request.certificateBytes ?? [];
  if (own === undefined || issuers.length === 0 || request.authentication.type !== 'signature') return;
  const them = issuers.length === 1 ? 'the intermediate CA' : `the ${issuers.length} intermediate CAs`;
  yield requestChange(
    'shorter-chain',
    `Install ${them} on the gateway, so that the client need not send ${issuers.length === 1 ? 'it' : 'them'}:`,
    request,
    (before) => ({ ...before, certificateBytes: (before.certificateBytes ?? []).slice(0, 1) }),
  );
}

function effectOf(request: IkeAuthRequest, situation: AdviceSituation): AdviceEffect {
  const { messageBytes } = ikeAuthRequestSize(request);
  const packet = packetOf(situation, messageBytes);
  return { messageBytes, packets: [packet], fit: fitOf(packet, situation.path) };
}

function becomes(sizeBytes: number, { messageBytes, fit }: AdviceEffect): string {
  const end = fit === 'fits' ? 'and fits in one packet' : 'still too large for one packet';
  return `the message has ${messageBytes} bytes instead of ${sizeBytes}, ${end}.`;
}

/** Where only the size is known: what the usual changes save. */
function savings({ client }: AdviceSituation): string {
  const format = CLIENT_PROFILES[client ?? 'generic'].signatureFormat;
  const saved = (key: KeyType): number =>
    publicKeyInfoBytes(key) -
    publicKeyInfoBytes(P256) +
    authenticationDataBytes(key, format).mostBytes -
    authenticationDataBytes(P256, format).mostBytes;
  const figures = RSA_KEYS.map((key) => `${saved(key)} in place of ${keyTypeName(key)}`).join(', ');
  return (
    `An ECDSA P-256 certificate of the client saves ${figures}. Every CA that the client trusts less ` +
    'saves 20 in CERTREQ. An intermediate certificate that is not sent saves its own size and 5.'
  );
}

function packetOf({ natT, family }: Pick<AdviceSituation, 'natT' | 'family'>, sizeBytes: number): number {
  return wireBytes({ sizeBytes, natT, family });
}

function clientName({ client }: AdviceSituation): string {
  return client === null ? 'a client that keeps to RFC 7383' : CLIENT_PROFILES[client].product;
}

function fitWords(fit: Fit): string {
  switch (fit) {
    case 'fits':
      return ', and all of them fit';
    case 'too-large':
      return ', which is still more than the path carries';
    case 'unknown':
      return '';
  }
}

/** With a pre-shared key and little else; certificates never get there. */
const SMALLEST_IKE_AUTH_BYTES = 200;
const P256: KeyType = { type: 'ecdsa', curve: 'p256' };
const RSA_KEYS: readonly KeyType[] = [2048, 3072, 4096].map((modulusBits) => ({ type: 'rsa', modulusBits }));
/** Shown when nobody knows which gateway it is: those that are met most, and off by default where there is a choice. */
const COMMON_GATEWAYS = ['rras', 'strongswan', 'cisco-ios', 'fortigate', 'openiked'] as const;
/** `generic` stands for products of which most have one. */
const HAS_SIZE_SETTING = {
  windows: false,
  strongswan: true,
  libreswan: false,
  openiked: false,
  generic: true,
} as const satisfies Record<FragmentSender, boolean>;
