import { Encryption, Integrity } from '../packet/ike/iana.ts';
import type { Bounds, Family, IkeGateway, Result } from '../results/result.ts';
import { type CipherName, cipherName } from './cipher.ts';
import type { ClientProfileName } from './client-profile.ts';
import { type IkeAuthDescription, sizeForMeasurement } from './description.ts';
import { type FragmentDelivery, type FragmentNote, type Judgement, judgeIkeAuth } from './verdict.ts';

/** What a user asks about: the options of a measurement of the same names. */
export interface AskedIkeAuth {
  readonly ikeAuthBytes?: number;
  readonly ikeAuth?: IkeAuthDescription;
  readonly client?: ClientProfileName;
  readonly cipher?: CipherName;
  readonly natT?: boolean;
}

/** What a measurement found; the parts of a result of the same names. */
export interface FoundByMeasurement {
  readonly family: Family;
  readonly pathMtu: number | null;
  readonly bounds: Bounds;
  readonly localMtu: number | null;
  readonly fragments: Result['fragments'];
  readonly ike: IkeGateway | null;
}

/** The IKE_AUTH asked about, with what a measurement found out by then. */
export interface IkeAuthInQuestion {
  readonly sizeBytes: number;
  /** Null: only the size was given. */
  readonly innerBytes: number | null;
  readonly natT: boolean;
}

/**
 * The size of the IKE_AUTH asked about, or null when none was. NAT-T is what the user says, else what was seen, else
 * supposed: RFC 7296 clients behind a NAT use it, and Windows always does.
 */
export function ikeAuthInQuestion(
  asked: AskedIkeAuth,
  { family, ike }: Pick<FoundByMeasurement, 'family' | 'ike'>,
): IkeAuthInQuestion | null {
  const natT = asked.natT ?? ike?.natT ?? true;
  if (asked.ikeAuth !== undefined) {
    const { sizeBytes, innerBytes } = sizeForMeasurement(asked.ikeAuth, { cipher: cipherOf(ike), family });
    return { sizeBytes, innerBytes, natT };
  }
  return asked.ikeAuthBytes === undefined ? null : { sizeBytes: asked.ikeAuthBytes, innerBytes: null, natT };
}

/** The verdict on it, its findings and its paragraph; null when none was asked about. */
export function judgeMeasured(asked: AskedIkeAuth, found: FoundByMeasurement): Judgement | null {
  const inQuestion = ikeAuthInQuestion(asked, found);
  if (inQuestion === null) return null;
  const { family, pathMtu, bounds, localMtu, ike } = found;
  const sized =
    asked.ikeAuth === undefined ? null : sizeForMeasurement(asked.ikeAuth, { cipher: cipherOf(ike), family });
  return judgeIkeAuth({
    ...inQuestion,
    family,
    mtuBytes: pathMtu,
    bounds,
    localMtuBytes: localMtu,
    client: sized?.client ?? asked.client ?? null,
    cipher: sized?.cipher ?? asked.cipher ?? cipherOf(ike),
    fragments: deliveryOf(found.fragments),
    gateway:
      ike === null
        ? null
        : {
            answers: ike.answers,
            fragmentationSupported: ike.fragmentationSupported,
            vendor: vendorOf(ike),
          },
    request: sized?.request ?? null,
  });
}

/** The cipher that the gateway chose; null where it chose none, or none whose sizes are known here. */
export function cipherOf(ike: Pick<IkeGateway, 'algorithms'> | null): CipherName | null {
  const { encryption = null, integrity = null } = ike?.algorithms ?? {};
  return cipherName(numberIn(Encryption, encryption), numberIn(Integrity, integrity));
}

function numberIn(table: Readonly<Record<string, number>>, name: string | null): number | null {
  return name === null ? null : (table[name] ?? null);
}

function vendorOf({ responder }: IkeGateway): { readonly id: string; readonly name: string } | null {
  const vendor = responder?.vendor ?? null;
  return vendor === null ? null : { id: vendor, name: responder?.version ?? vendor };
}

/** What the tests with IP fragments say beyond their status. */
export function deliveryOf({ status, tests }: Result['fragments']): FragmentDelivery {
  const isDelivered = (name: string): boolean | null =>
    tests.find((test) => test.name === name)?.delivered ?? null;
  const notes: FragmentNote[] = [];
  switch (isDelivered('in-order')) {
    case true:
      if (isDelivered('last-first') === false) notes.push('only-in-order');
      if (isDelivered('small-pieces') === false) notes.push('no-small-fragments');
      if (isDelivered('many-pieces') === false) notes.push('only-few');
      break;
    case false:
      if (isDelivered('last-first') === true) notes.push('only-when-last-first');
      if (isDelivered('small-datagram') === true) notes.push('only-small-datagrams');
      if (tests.some(({ via }) => via === 'icmp')) notes.push('both-directions');
      break;
    case null:
      break;
  }
  return { status, notes };
}
