import { cipherName, type CipherName } from '../ike/cipher.ts';
import type { ClientProfileName } from '../ike/client-profile.ts';
import { sizeForMeasurement, type IkeAuthDescription } from '../ike/description.ts';
import { judgeIkeAuth, type FragmentNote, type Judgement } from '../ike/verdict.ts';
import type { Negotiation } from '../probe/negotiation.ts';
import type { Effective } from './effective.ts';
import type { Family, FragmentTest, IkeGateway, Result } from './result.ts';

/** The IKE_AUTH that the user asked about: its size, or what it is made of. */
export interface IkeAuthQuestion {
  readonly about: { readonly sizeBytes: number } | { readonly description: IkeAuthDescription };
  /** Whether it goes to port 4500; null: as the negotiation finds. */
  readonly natT: boolean | null;
  /** Null: not known. */
  readonly client: ClientProfileName | null;
  readonly cipher: CipherName | null;
}

/** What the verdict stands on. */
export interface IkeAuthBasis {
  readonly family: Family;
  readonly effective: Effective;
  readonly localMtu: number | null;
  readonly ike: IkeGateway | null;
  readonly negotiation: Negotiation | null;
  readonly fragments: Result['fragments'];
}

export function ikeAuthJudgement(question: IkeAuthQuestion, basis: IkeAuthBasis): Judgement {
  const { family, effective, localMtu, ike, fragments } = basis;
  const chosen = question.cipher ?? chosenCipher(basis.negotiation);
  const sized =
    'description' in question.about
      ? sizeForMeasurement(question.about.description, { cipher: chosen, family })
      : null;
  return judgeIkeAuth({
    sizeBytes: 'sizeBytes' in question.about ? question.about.sizeBytes : (sized?.sizeBytes ?? 0),
    innerBytes: sized?.innerBytes ?? null,
    // Clients move to port 4500 when a NAT is seen (RFC 7296 section 2.23). Where that is not known, the larger.
    natT: question.natT ?? ike?.natT ?? true,
    family,
    mtuBytes: effective.pathMtu,
    bounds: effective.bounds,
    localMtuBytes: localMtu,
    client: sized?.client ?? question.client,
    cipher: sized?.cipher ?? chosen,
    request: sized?.request ?? null,
    fragments: { status: fragments.status, notes: notesOn(fragments.tests) },
    gateway:
      ike === null || !ike.answers
        ? null
        : {
            answers: true,
            fragmentationSupported: ike.fragmentationSupported,
            vendor: vendorOf(ike),
          },
  });
}

function chosenCipher(negotiation: Negotiation | null): CipherName | null {
  const outcome = negotiation?.outcome;
  if (outcome?.type !== 'answered' || outcome.answer.outcome.type !== 'accepted') return null;
  const { encryption, integrity } = outcome.answer.outcome.algorithms;
  return cipherName(encryption, integrity);
}

function vendorOf({ responder }: IkeGateway): { readonly id: string; readonly name: string } | null {
  const vendor = responder?.vendor ?? null;
  return vendor === null ? null : { id: vendor, name: responder?.version ?? vendor };
}

/** What the tests say beyond "in order: delivered or not". */
function notesOn(tests: readonly FragmentTest[]): FragmentNote[] {
  const delivered = (name: string): boolean | null =>
    tests.find((test) => test.name === name)?.delivered ?? null;
  const inOrder = delivered('in-order');
  const notes: FragmentNote[] = [];
  if (inOrder === false && delivered('last-first') === true) notes.push('only-when-last-first');
  if (inOrder === true && delivered('last-first') === false) notes.push('only-in-order');
  if (inOrder === false && delivered('small-datagram') === true) notes.push('only-small-datagrams');
  if (inOrder === true && delivered('small-pieces') === false) notes.push('no-small-fragments');
  if (inOrder === true && delivered('many-pieces') === false) notes.push('only-few');
  if (tests.some((test) => test.via === 'icmp')) notes.push('both-directions');
  return notes;
}
