import { CLIENT_PROFILES } from '../ike/client-profile.ts';
import type { IkeCut } from '../ike/leaving.ts';
import type { PayloadRow } from '../ike/payload-sizes.ts';
import type { PredictedMessage, PredictedSaInit, WholePrediction } from '../ike/prediction.ts';
import { sizeList } from '../ike/size-list.ts';
import { columnsOf } from './columns.ts';
import { ikeAuthSentence } from './ike-auth.ts';
import { paragraphLines, splitParagraph } from './paragraph.ts';
import type { Prediction } from './prediction.ts';
import { style, textColumns, type Layout, type Style } from './style.ts';
import { count } from './words.ts';
import { hang, wrap } from './wrap.ts';

/** What `pathmtu predict` says of a message that it knows the client or the certificates of. */
export interface WholePredictionDocument extends Prediction, Omit<WholePrediction, 'ikeAuth' | 'advice'> {
  readonly advice: readonly Omit<WholePrediction['advice'][number], 'change'>[];
  /** What was assumed, in sentences. */
  readonly notes: readonly string[];
}

/**
 * The prediction for a person: the verdict and why, the request payload by payload and packet by packet, the answer,
 * IKE_SA_INIT, and last what to do and what was assumed.
 */
export function wholePrediction(document: WholePredictionDocument, layout: Layout): string {
  const columns = textColumns(layout);
  const paint = style(layout.color);
  const { ikeAuth, mtu, request, response, ikeSaInit, notes, ikeFragmentation } = document;
  const { story, toDo } = splitParagraph(ikeAuth.paragraph ?? ikeAuth.reason);
  const port = ikeAuth.natT ? 'UDP port 4500 (NAT-T)' : 'UDP port 500';
  const sections = [
    wrap(ikeAuthSentence(ikeAuth), columns).map(paint.bold),
    wrap(story, columns),
    hang('  Path MTU', `${mtu} bytes, as given; IPv${ikeAuth.family}, ${port}`, INDENT, columns),
    messageSection('REQUEST', request, document, paint),
    ...packetSections('REQUEST', request, ikeFragmentation, document, layout),
    ...(response === null
      ? []
      : [
          messageSection('ANSWER', response, document, paint),
          ...packetSections('ANSWER', response, ikeFragmentation, document, layout),
        ]),
    saInitSection(ikeSaInit, columns, paint),
    toDo === null ? [] : [paint.bold('WHAT TO DO'), ...paragraphLines(toDo, 0, columns)],
    notes.length === 0
      ? []
      : [paint.bold('ASSUMED'), ...notes.flatMap((note) => hang('- ', note, 2, columns))],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Payload by payload, what stands around them, the message, and the packet that it makes. */
function messageSection(
  title: string,
  { payloads, envelope, messageBytes, leastMessageBytes, packetBytes }: PredictedMessage,
  { ikeAuth }: WholePredictionDocument,
  paint: Style,
): string[] {
  const least = leastMessageBytes === messageBytes ? '' : `; at least ${leastMessageBytes}`;
  const around = ikeAuth.natT ? ' + 4 non-ESP marker' : '';
  const ip = ikeAuth.family === 4 ? '20 IPv4' : '40 IPv6';
  const [heading = '', ...rows] = columnsOf(
    [
      { heading: title, align: 'left' },
      { heading: 'BYTES', align: 'right' },
      { heading: 'DETAIL', align: 'left' },
    ],
    [
      ...(payloads ?? []).map(cells),
      ...(envelope ?? []).map(cells),
      ['IKE message', `${messageBytes}`, `ISAKMP Length in Wireshark${least}`],
      ['IP packet', `${packetBytes}`, `if unsplit: + 8 UDP + ${ip}${around}`],
    ],
  );
  return [paint.bold(heading), ...rows];
}

function cells({ name, bytes, leastBytes, detail }: PayloadRow): string[] {
  return [name, `${bytes}`, leastBytes === bytes ? detail : `${detail}, at least ${leastBytes}`];
}

/** Packet by packet: both outcomes where it is not known whether the gateway takes pieces. */
function packetSections(
  title: string,
  message: PredictedMessage,
  isOn: boolean | null,
  document: WholePredictionDocument,
  layout: Layout,
): string[][] {
  const { ikeFragmentation: cut, ipPackets } = message;
  const pieces = cut === null || cut.pieces.length < 2 ? null : cut;
  const whole = wholePackets(title, ipPackets, pieces === null ? null : isOn, layout);
  if (pieces === null) return [whole];
  const cutter = title === 'REQUEST' ? CLIENT_PROFILES[document.client].product : 'the gateway';
  return isOn === false
    ? [whole, piecePackets(title, pieces, cutter, isOn, layout)]
    : [piecePackets(title, pieces, cutter, isOn, layout), whole];
}

function piecePackets(
  title: string,
  { pieces, certainty }: IkeCut,
  cutter: string,
  isOn: boolean | null,
  layout: Layout,
): string[] {
  const when = {
    true: 'the gateway has IKEv2 fragmentation on',
    false: 'were IKEv2 fragmentation on at the gateway',
    null: 'if the gateway has IKEv2 fragmentation on',
  }[`${isOn}` as const];
  const rows = runsOf(pieces.map((piece) => ({ ...piece, key: piece.messageBytes }))).map(
    ({ first, last, item }) => [
      place(first, last, pieces.length),
      `${item.messageBytes}`,
      `${item.packetBytes}`,
      item.ipPackets.length > 1 ? `too large: IP fragments of ${sizeList(item.ipPackets)}` : 'fits',
    ],
  );
  const assumed = certainty === 'assumed' ? ' (sizes assumed)' : '';
  const [heading = '', ...lines] = columnsOf(
    [
      { heading: 'IKE FRAGMENT', align: 'left' },
      { heading: 'IKE MESSAGE', align: 'right' },
      { heading: 'IP PACKET', align: 'right' },
      { heading: 'ON THIS PATH', align: 'left' },
    ],
    rows,
  );
  return captioned(`${title}, ${when}: cut by ${cutter}${assumed}`, [heading, ...lines], layout);
}

function wholePackets(
  title: string,
  ipPackets: readonly number[],
  isOn: boolean | null,
  layout: Layout,
): string[] {
  const [only] = ipPackets;
  const when = isOn === null ? '' : isOn ? ', were it off' : ', IKEv2 fragmentation being off';
  if (ipPackets.length === 1 && only !== undefined) {
    return captioned(`${title}, unsplit${when}: one packet of ${only} bytes, fits`, [], layout);
  }
  const [heading = '', ...lines] = columnsOf(
    [
      { heading: 'IP FRAGMENT', align: 'left' },
      { heading: 'IP PACKET', align: 'right' },
    ],
    runsOf(ipPackets.map((bytes) => ({ key: bytes }))).map(({ first, last, item }) => [
      place(first, last, ipPackets.length),
      `${item.key}`,
    ]),
  );
  const caption = `${title}, unsplit${when}: ${ipPackets.length} IP fragments`;
  return captioned(caption, [heading, ...lines], layout);
}

function captioned(caption: string, [heading, ...lines]: readonly string[], layout: Layout): string[] {
  const { bold } = style(layout.color);
  return [...wrap(caption, textColumns(layout)), ...(heading === undefined ? [] : [bold(heading)]), ...lines];
}

/** One row per packet; in a long list equal neighbours share one. */
function runsOf<Item extends { readonly key: number }>(
  items: readonly Item[],
): { readonly first: number; readonly last: number; readonly item: Item }[] {
  const runs: { first: number; last: number; item: Item }[] = [];
  for (const [index, item] of items.entries()) {
    const run = runs.at(-1);
    if (items.length > LONGEST_LIST && run !== undefined && run.item.key === item.key) run.last = index + 1;
    else runs.push({ first: index + 1, last: index + 1, item });
  }
  return runs;
}

function place(first: number, last: number, total: number): string {
  return first === last ? `${first} of ${total}` : `${first} to ${last} of ${total}`;
}

function saInitSection(saInit: PredictedSaInit, columns: number, paint: Style): string[] {
  const { messageBytes, packetBytes, ipPackets, fits, mlKem, intermediate, basis } = saInit;
  const row = (label: string, text: string): string[] => hang(`  ${label}`, text, INDENT, columns);
  const fate = fits
    ? 'fits in one packet'
    : `leaves as ${ipPackets.length} IP fragments of ${sizeList(ipPackets)} bytes`;
  return [
    paint.bold(`IKE_SA_INIT, UDP port 500${mlKem === null ? '' : `, with ML-KEM-${mlKem}`}`),
    ...row('Packet', `about ${packetBytes} bytes (message of ${messageBytes}): ${fate}`),
    ...(fits ? [] : row('Note', 'IKEv2 fragmentation cannot cut IKE_SA_INIT: it is not encrypted.')),
    ...(intermediate === null
      ? []
      : row(
          'Instead',
          `ML-KEM-${mlKem ?? ''} in IKE_INTERMEDIATE (RFC 9242, RFC 9370), which is encrypted and can be cut: ` +
            `IKE_SA_INIT then makes a packet of about ${intermediate.saInitPacketBytes} bytes. The key goes in a ` +
            `message of ${intermediate.request.messageBytes} bytes, ${fateOf(intermediate.request)}; its answer ` +
            `has ${intermediate.response.messageBytes}, ${fateOf(intermediate.response)}.`,
        )),
    ...row('Basis', basis),
  ];
}

function fateOf({ packetBytes, ipPackets, ikeFragmentation }: PredictedMessage): string {
  const pieces = ikeFragmentation?.pieces ?? [];
  const cut =
    pieces.length > 1
      ? `, or ${count(pieces.length, 'IKE fragment')} of at most ${Math.max(...pieces.map((piece) => piece.packetBytes))} bytes of packet`
      : '';
  return ipPackets.length === 1
    ? `a packet of ${packetBytes} that fits${cut}`
    : `${ipPackets.length} IP fragments${cut}`;
}

const INDENT = 12;
/** Beyond this many rows nobody reads them one by one. */
const LONGEST_LIST = 12;
