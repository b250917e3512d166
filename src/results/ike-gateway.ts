import type { Algorithms, Answer } from '../packet/ike/answer.ts';
import { Encryption, Group, Integrity, Prf } from '../packet/ike/iana.ts';
import type { Measurement } from '../probe/measurement.ts';
import type { IkeGateway } from './result.ts';

/** What the gateway said of itself; null when nobody asked. */
export function ikeGateway({ probers, ikePort, negotiation }: Measurement): IkeGateway | null {
  if (!probers.some((prober) => prober.name === 'ike')) return null;
  const outcome = negotiation?.outcome;
  const nothing: IkeGateway = {
    answers: ikePort !== null,
    port: ikePort,
    natT: null,
    nat: null,
    responder: null,
    fragmentationSupported: null,
    negotiation: outcome?.type === 'unanswered' ? 'unanswered' : null,
    refusal: null,
    cookieRequired: false,
    algorithms: null,
    certificateAuthorities: null,
  };
  if (outcome?.type !== 'answered') return nothing;
  const { answer, nat, cookieRequired } = outcome;
  const isAccepted = answer.outcome.type === 'accepted';
  return {
    ...nothing,
    natT: nat === null ? null : nat.weAreBehindNat || nat.gatewayIsBehindNat,
    nat: nat === null ? null : { client: nat.weAreBehindNat, gateway: nat.gatewayIsBehindNat },
    responder: responderOf(answer),
    fragmentationSupported: isAccepted ? answer.fragmentationSupported : null,
    negotiation: isAccepted ? 'accepted' : answer.outcome.type === 'redirected' ? 'redirected' : 'refused',
    refusal: refusalOf(answer),
    cookieRequired,
    algorithms: answer.outcome.type === 'accepted' ? namesOf(answer.outcome.algorithms) : null,
    certificateAuthorities: isAccepted ? answer.certificateAuthorities : null,
  };
}

function responderOf({ vendors, unknownVendorIds }: Answer): IkeGateway['responder'] {
  const maker = vendors.find((vendor) => vendor.maker !== null);
  return {
    vendor: maker?.maker ?? null,
    version: maker?.version ?? maker?.description ?? null,
    unknownVendorIds,
  };
}

function refusalOf({ outcome }: Answer): string | null {
  switch (outcome.type) {
    case 'accepted':
    case 'redirected':
      return null;
    case 'refused':
      return outcome.name;
    case 'cookie-wanted':
      return 'COOKIE';
    case 'group-wanted':
      return 'INVALID_KE_PAYLOAD';
    case 'other':
      return outcome.reason;
  }
}

function namesOf({
  encryption,
  keyLengthBits,
  integrity,
  pseudorandomFunction,
  group,
}: Algorithms): NonNullable<IkeGateway['algorithms']> {
  return {
    encryption: nameIn(Encryption, encryption),
    keyLengthBits,
    integrity: nameIn(Integrity, integrity),
    pseudorandomFunction: nameIn(Prf, pseudorandomFunction),
    group: nameIn(Group, group),
  };
}

/** The name in our table, as `aes-cbc` or `hmac-sha2-256-128`; `12345` for a number that has none there, null for none chosen. */
function nameIn(table: Readonly<Record<string, number>>, id: number | null): string | null {
  if (id === null) return null;
  const name = Object.entries(table).find(([, value]) => value === id)?.[0];
  return (
    name?.replaceAll('_', '-').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) ?? String(id)
  );
}
