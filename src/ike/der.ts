import { type Malformed, malformed } from '../packet/malformed.ts';

/**
 * One DER element: tag, length, content (X.690). Only what certificates need: single-byte tags, definite
 * lengths.
 */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  /** Tag and length included. */
  readonly totalBytes: number;
}

export const DerTag = {
  integer: 0x02,
  bitString: 0x03,
  objectIdentifier: 0x06,
  sequence: 0x30,
  /** [0] EXPLICIT: the version of a certificate. */
  context0: 0xa0,
} as const;

/** The element at the start of `bytes`; what follows it is not looked at. */
export function readElement(bytes: Uint8Array): DerElement | Malformed {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) return malformed('the DER ends early');
  if ((tag & 0x1f) === 0x1f) return malformed('a DER tag of several bytes');
  let headerBytes = 2;
  let length = first;
  if (first >= 0x80) {
    const lengthBytes = first & 0x7f;
    if (lengthBytes === 0 || lengthBytes > 4) return malformed('a DER length out of range');
    length = 0;
    for (let index = 0; index < lengthBytes; index += 1) {
      const next = bytes[headerBytes + index];
      if (next === undefined) return malformed('the DER ends early');
      length = length * 256 + next;
    }
    headerBytes += lengthBytes;
  }
  const totalBytes = headerBytes + length;
  if (totalBytes > bytes.length) return malformed('the DER ends early');
  return { tag, content: bytes.subarray(headerBytes, totalBytes), totalBytes };
}

/** The elements side by side in the content of a SEQUENCE, `atMost` of them; more is malformed. */
export function readElements(bytes: Uint8Array, atMost: number): readonly DerElement[] | Malformed {
  const elements: DerElement[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    if (elements.length === atMost) return malformed('more DER elements than there can be');
    const element = readElement(rest);
    if ('type' in element) return element;
    elements.push(element);
    rest = rest.subarray(element.totalBytes);
  }
  return elements;
}

/** "1.2.840.113549.1.1.1"; null when the content is no object identifier. */
export function objectIdentifier({ tag, content }: DerElement): string | null {
  if (tag !== DerTag.objectIdentifier || content.length === 0) return null;
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (arc > Number.MAX_SAFE_INTEGER / 128) return null;
    if ((byte & 0x80) !== 0) continue;
    arcs.push(arc);
    arc = 0;
  }
  if (((content.at(-1) ?? 0x80) & 0x80) !== 0) return null;
  const [first = 0, ...others] = arcs;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...others].join('.');
}
