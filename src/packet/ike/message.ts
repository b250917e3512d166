import { concat, viewOf } from './bytes.ts';
import { type IkeHeader, IKE_HEADER_BYTES, decodeHeader, encodeHeader } from './header.ts';
import { PayloadType } from './iana.ts';
import {
  CRITICAL_BIT,
  PAYLOAD_HEADER_BYTES,
  type Payload,
  decodePayload,
  encodePayload,
  payloadType,
} from './payload.ts';
import { type Malformed, malformed } from '../malformed.ts';

/** An IKE message: its header without what follows from the payloads, and the payloads in their order. */
export interface IkeMessage extends Omit<IkeHeader, 'nextPayload' | 'lengthBytes'> {
  readonly type: 'ike';
  readonly payloads: readonly Payload[];
  /**
   * Bytes of the datagram behind the message's own length. Receivers ignore them; {@link encode} appends
   * them.
   */
  readonly trailing: Uint8Array;
}

/**
 * More payloads than any daemon sends (libreswan gives up at 30, strongSwan at 20 of a kind), few enough that
 * a hostile datagram of nothing but empty payloads costs nothing.
 */
export const MAX_PAYLOADS = 100;

/**
 * The bytes of a message. An encrypted payload must come last, because its "next payload" names what is
 * inside.
 *
 * Throws RangeError on what cannot be written: a field out of range, an encrypted payload that is not the
 * last.
 */
export function encode(message: IkeMessage): Uint8Array {
  const { payloads } = message;
  const encoded = payloads.map((payload, index) => {
    const isLast = index === payloads.length - 1;
    if (payload.type === 'encrypted' || payload.type === 'encrypted-fragment') {
      if (!isLast) throw new RangeError('an encrypted payload is the last of its message');
      return encodePayload(payload, payload.firstPayload);
    }
    return encodePayload(payload, typeOf(payloads[index + 1]));
  });
  const body = concat(encoded);
  const header = encodeHeader({
    ...message,
    nextPayload: typeOf(payloads[0]),
    lengthBytes: IKE_HEADER_BYTES + body.length,
  });
  return concat([header, body, message.trailing]);
}

/**
 * Reads a message, without the non-ESP marker. Checks structure only: lengths that add up, a payload chain
 * that ends where the message does. Whether the payloads make sense is not asked, so that every answer of a
 * gateway counts.
 *
 * The payloads of an IKEv1 message (major version 1, other payload numbers) are kept opaque.
 */
export function decode(bytes: Uint8Array): IkeMessage | Malformed {
  const header = decodeHeader(bytes);
  if ('type' in header) return header;
  const { nextPayload, lengthBytes, ...rest } = header;
  if (lengthBytes < IKE_HEADER_BYTES) return malformed('the message is shorter than its header');
  if (lengthBytes > bytes.length) return malformed('the message is longer than its datagram');
  const payloads = decodePayloads(
    nextPayload,
    bytes.subarray(IKE_HEADER_BYTES, lengthBytes),
    header.majorVersion === IKEV1,
  );
  if ('type' in payloads) return payloads;
  return { type: 'ike', ...rest, payloads, trailing: bytes.slice(lengthBytes) };
}

/** Each step moves on by at least the four bytes of a payload header, so this ends. */
function decodePayloads(first: number, bytes: Uint8Array, isOpaque: boolean): readonly Payload[] | Malformed {
  const payloads: Payload[] = [];
  const view = viewOf(bytes);
  let type = first;
  let offset = 0;
  while (type !== PayloadType.none) {
    if (payloads.length === MAX_PAYLOADS) return malformed(`more than ${MAX_PAYLOADS} payloads`);
    if (bytes.length - offset < PAYLOAD_HEADER_BYTES) return malformed('a payload is cut short');
    const next = view.getUint8(offset);
    const isCritical = (view.getUint8(offset + 1) & CRITICAL_BIT) !== 0;
    const end = offset + view.getUint16(offset + 2);
    if (end < offset + PAYLOAD_HEADER_BYTES) return malformed('a payload is shorter than its header');
    if (end > bytes.length) return malformed('a payload is longer than its message');
    const body = bytes.subarray(offset + PAYLOAD_HEADER_BYTES, end);
    const payload: Payload | Malformed = isOpaque
      ? { type: 'opaque', payloadType: type, data: body.slice(), isCritical }
      : decodePayload(type, body, next, isCritical);
    if (payload.type === 'malformed') return payload;
    payloads.push(payload);
    offset = end;
    if (payload.type === 'encrypted' || payload.type === 'encrypted-fragment') break;
    type = next;
  }
  if (offset !== bytes.length) return malformed('bytes follow the last payload');
  return payloads;
}

function typeOf(payload: Payload | undefined): number {
  return payload === undefined ? PayloadType.none : payloadType(payload);
}

const IKEV1 = 1;
