import { concat, uint8, uint16, viewOf } from './bytes.ts';
import { KEY_LENGTH_ATTRIBUTE } from './iana.ts';
import { type Malformed, malformed } from '../malformed.ts';

/**
 * The body of an SA payload, RFC 7296 section 3.3: proposals, each with an SPI and a list of transforms.
 *
 * ```
 * proposal:  | 0 or 2 (more) | RESERVED | Length      | Num | Protocol | SPI size | transforms | SPI … |
 * transforms … transform: | 0 or 3 (more) | RESERVED | Length      | Type | RESERVED | ID          |
 * attributes … attribute: |AF| Type       | value (AF=1) or length (AF=0), then that many bytes
 * ```
 */
export interface Proposal {
  /** Counts from 1 within an offer; in an answer, the number of the proposal chosen. */
  readonly number: number;
  readonly protocolId: number;
  /** Empty in an IKE_SA_INIT, 4 bytes for ESP. */
  readonly spi: Uint8Array;
  readonly transforms: readonly Transform[];
}

export interface Transform {
  readonly transformType: number;
  readonly id: number;
  readonly attributes: readonly Attribute[];
}

type Attribute =
  | { readonly type: 'short'; readonly attributeType: number; readonly value: number }
  | { readonly type: 'long'; readonly attributeType: number; readonly value: Uint8Array };

/** A transform, with the Key Length attribute when the cipher comes in several. */
export function transform(transformType: number, id: number, keyBits?: number): Transform {
  return {
    transformType,
    id,
    attributes:
      keyBits === undefined ? [] : [{ type: 'short', attributeType: KEY_LENGTH_ATTRIBUTE, value: keyBits }],
  };
}

/** Bits, or null when the transform names no key length. */
export function keyLengthBits(of: Transform): number | null {
  for (const attribute of of.attributes) {
    if (attribute.type === 'short' && attribute.attributeType === KEY_LENGTH_ATTRIBUTE)
      return attribute.value;
  }
  return null;
}

export function encodeProposals(proposals: readonly Proposal[]): Uint8Array {
  return concat(
    proposals.map((proposal, index) => {
      const transforms = proposal.transforms.map((each, at) =>
        encodeTransform(each, at === proposal.transforms.length - 1),
      );
      const body = concat([proposal.spi, ...transforms]);
      return concat([
        uint8(index === proposals.length - 1 ? LAST : MORE_PROPOSALS),
        uint8(0),
        uint16(PROPOSAL_HEADER_BYTES + body.length),
        uint8(proposal.number),
        uint8(proposal.protocolId),
        uint8(proposal.spi.length),
        uint8(proposal.transforms.length),
        body,
      ]);
    }),
  );
}

function encodeTransform(each: Transform, isLast: boolean): Uint8Array {
  const attributes = concat(each.attributes.map(encodeAttribute));
  return concat([
    uint8(isLast ? LAST : MORE_TRANSFORMS),
    uint8(0),
    uint16(TRANSFORM_HEADER_BYTES + attributes.length),
    uint8(each.transformType),
    uint8(0),
    uint16(each.id),
    attributes,
  ]);
}

function encodeAttribute(attribute: Attribute): Uint8Array {
  return attribute.type === 'short'
    ? concat([uint16(SHORT_FORMAT | attribute.attributeType), uint16(attribute.value)])
    : concat([uint16(attribute.attributeType), uint16(attribute.value.length), attribute.value]);
}

/** Every substructure must end where its length says, and the chain must end with the bytes. */
export function decodeProposals(body: Uint8Array): readonly Proposal[] | Malformed {
  const proposals: Proposal[] = [];
  const view = viewOf(body);
  let offset = 0;
  let more: number = MORE_PROPOSALS;
  while (more === MORE_PROPOSALS) {
    if (body.length - offset < PROPOSAL_HEADER_BYTES) return malformed('a proposal is cut short');
    more = view.getUint8(offset);
    if (more !== LAST && more !== MORE_PROPOSALS)
      return malformed('a proposal is followed by something else');
    const end = offset + view.getUint16(offset + 2);
    const spiBytes = view.getUint8(offset + 6);
    const spiEnd = offset + PROPOSAL_HEADER_BYTES + spiBytes;
    if (end > body.length || spiEnd > end) return malformed('a proposal has an impossible length');
    const transforms = decodeTransforms(body.subarray(spiEnd, end), view.getUint8(offset + 7));
    if ('type' in transforms) return transforms;
    proposals.push({
      number: view.getUint8(offset + 4),
      protocolId: view.getUint8(offset + 5),
      spi: body.slice(offset + PROPOSAL_HEADER_BYTES, spiEnd),
      transforms,
    });
    offset = end;
  }
  if (offset !== body.length) return malformed('bytes follow the last proposal');
  return proposals;
}

function decodeTransforms(bytes: Uint8Array, count: number): readonly Transform[] | Malformed {
  const transforms: Transform[] = [];
  const view = viewOf(bytes);
  let offset = 0;
  for (let index = 0; index < count; index += 1) {
    if (bytes.length - offset < TRANSFORM_HEADER_BYTES) return malformed('a transform is cut short');
    const more = view.getUint8(offset);
    if (more !== (index === count - 1 ? LAST : MORE_TRANSFORMS)) {
      return malformed('the number of transforms is not what the proposal says');
    }
    const end = offset + view.getUint16(offset + 2);
    if (end > bytes.length || end < offset + TRANSFORM_HEADER_BYTES) {
      return malformed('a transform has an impossible length');
    }
    const attributes = decodeAttributes(bytes.subarray(offset + TRANSFORM_HEADER_BYTES, end));
    if ('type' in attributes) return attributes;
    transforms.push({
      transformType: view.getUint8(offset + 4),
      id: view.getUint16(offset + 6),
      attributes,
    });
    offset = end;
  }
  if (offset !== bytes.length) return malformed('bytes follow the last transform');
  return transforms;
}

function decodeAttributes(bytes: Uint8Array): readonly Attribute[] | Malformed {
  const attributes: Attribute[] = [];
  const view = viewOf(bytes);
  let offset = 0;
  while (offset < bytes.length) {
    if (bytes.length - offset < ATTRIBUTE_HEADER_BYTES) return malformed('an attribute is cut short');
    const first = view.getUint16(offset);
    const second = view.getUint16(offset + 2);
    offset += ATTRIBUTE_HEADER_BYTES;
    const attributeType = first & ~SHORT_FORMAT;
    if ((first & SHORT_FORMAT) !== 0) {
      attributes.push({ type: 'short', attributeType, value: second });
      continue;
    }
    if (offset + second > bytes.length) return malformed('an attribute has an impossible length');
    attributes.push({ type: 'long', attributeType, value: bytes.slice(offset, offset + second) });
    offset += second;
  }
  return attributes;
}

const LAST = 0;
const MORE_PROPOSALS = 2;
const MORE_TRANSFORMS = 3;
const PROPOSAL_HEADER_BYTES = 8;
const TRANSFORM_HEADER_BYTES = 8;
const ATTRIBUTE_HEADER_BYTES = 4;
const SHORT_FORMAT = 0x8000;
