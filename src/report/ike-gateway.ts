import type { IkeGateway } from '../results/result.ts';
import { count } from './words.ts';
import { hang } from './wrap.ts';

/** What the gateway's IKE service said of itself, a labelled line for each thing that is known. */
export function ikeGatewayDetails(ike: IkeGateway, indent: number, columns: number): string[] {
  const row = (label: string, text: string | null): string[] =>
    text === null ? [] : hang(`  ${label}`, text, indent, columns);
  return [
    ...row('Answers', answersWords(ike)),
    ...row('Made by', makerWords(ike)),
    ...row('IKE fragments', fragmentationWords(ike)),
    ...row('NAT', natWords(ike)),
    ...row('Chose', algorithmWords(ike)),
    ...row('CERTREQ', authoritiesWords(ike)),
    ...row('Cookie', ike.cookieRequired ? 'demanded first: it is under load, or always asks' : null),
  ];
}

function answersWords({ answers, port }: IkeGateway): string {
  if (!answers) return 'no, neither on UDP port 500 nor on 4500';
  return port === null ? 'yes' : `on UDP port ${port}`;
}

function makerWords({ answers, responder }: IkeGateway): string | null {
  if (!answers || responder === null) return null;
  const { vendor, version, unknownVendorIds } = responder;
  const unknown =
    unknownVendorIds.length === 0 ? '' : `; ${count(unknownVendorIds.length, 'Vendor ID')} not known here`;
  if (vendor === null) return `not known: its Vendor IDs do not tell${unknown}`;
  return `${vendor}${version === null ? '' : ` (${version})`}${unknown}`;
}

function fragmentationWords({
  answers,
  fragmentationSupported,
  negotiation,
  refusal,
}: IkeGateway): string | null {
  if (fragmentationSupported === true) return 'offered (RFC 7383)';
  if (fragmentationSupported === false) return 'NOT offered (RFC 7383)';
  if (!answers) return null;
  switch (negotiation) {
    case null:
      return 'not known: it was not asked';
    case 'accepted':
      return 'not known';
    case 'refused':
      return `not known: it refused our proposals${refusal === null ? '' : ` (${refusal})`}`;
    case 'redirected':
      return 'not known: it redirects to another gateway';
    case 'unanswered':
      return 'not known: it answers probes, but not this question';
  }
}

function natWords({ natT, nat }: IkeGateway): string | null {
  if (nat === null) return natT === null ? null : natT ? `yes${ON_4500}` : 'none seen';
  const sides = [...(nat.client ? ['this side'] : []), ...(nat.gateway ? ["the gateway's side"] : [])];
  return sides.length === 0 ? 'none seen' : `on ${sides.join(' and on ')}${ON_4500}`;
}

function algorithmWords({ algorithms }: IkeGateway): string | null {
  if (algorithms === null) return null;
  const { encryption, keyLengthBits, integrity, pseudorandomFunction, group } = algorithms;
  const cipher = [encryption, keyLengthBits].filter((part) => part !== null).join(' ');
  const names = [cipher, integrity, pseudorandomFunction, group];
  const known = names.filter((name) => name !== null && name !== '');
  return known.length === 0 ? null : known.join(', ');
}

function authoritiesWords({ certificateAuthorities }: IkeGateway): string | null {
  if (certificateAuthorities === null || certificateAuthorities === 0) return null;
  const cas = certificateAuthorities === 1 ? 'CA' : 'CAs';
  return `names ${certificateAuthorities} ${cas}, ${certificateAuthorities * 20} bytes of its answer`;
}

const ON_4500 = ': IKE_AUTH goes to UDP port 4500, 4 bytes larger';
