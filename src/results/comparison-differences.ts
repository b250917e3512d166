import type { ComparisonEntry } from './comparison.ts';
import { grouped } from './grouped.ts';
import type { Family, Result } from './result.ts';

/** What sets the gateways apart, or what they have in common, a sentence each. `entries` in their order. */
export function differencesOf(entries: readonly ComparisonEntry[]): string[] {
  const answering = entries.filter(isRanked);
  return [
    ...sameHostDifferences(entries),
    ...mtuInCommon(answering),
    ...fragmentDifferences(answering),
    ...ikeDifferences(answering),
  ];
}

/** One host at several addresses: what a client meets depends on which of them it takes. */
function* sameHostDifferences(entries: readonly ComparisonEntry[]): Generator<string> {
  for (const [host, same] of grouped(entries, ({ result }) => result.target.input)) {
    if (same.length < 2) continue;
    const of = (entry: ComparisonEntry): string =>
      same.filter(({ result }) => result.target.family === entry.result.target.family).length > 1
        ? entry.result.target.address
        : familyName(entry.result.target.family);
    const silent = same.filter((entry) => !isRanked(entry));
    const answering = same.filter(isRanked);
    if (silent.length > 0 && answering.length > 0) {
      yield `${host} answers over ${listed(answering.map(of))}, not over ${listed(silent.map(of))}: a client that tries the latter first waits in vain.`;
    }
    const parts = [
      differing(answering, of, ({ result }) => mtuWords(result), 'path MTU'),
      differing(answering, of, ({ result }) => claim(result.blackHole), 'black hole'),
      differing(answering, of, ({ result }) => result.fragments.status, 'IP fragments'),
      differing(answering, of, ({ result }) => result.ikeAuth?.verdict ?? 'none', 'IKE_AUTH'),
    ].filter((part) => part !== null);
    if (parts.length > 0) yield `${host} is not the same at each address: ${parts.join('; ')}.`;
    else if (silent.length === 0) yield `${host} is the same at ${listed(same.map(of))}.`;
  }
}

/** `path MTU 1500 over IPv4, 1400 over IPv6`, or null where all say the same. */
function differing(
  entries: readonly ComparisonEntry[],
  of: (entry: ComparisonEntry) => string,
  value: (entry: ComparisonEntry) => string,
  what: string,
): string | null {
  if (new Set(entries.map(value)).size < 2) return null;
  return `${what} ${entries.map((entry) => `${value(entry)} over ${of(entry)}`).join(', ')}`;
}

function* mtuInCommon(entries: readonly ComparisonEntry[]): Generator<string> {
  const [first, ...others] = entries.filter(({ result }) => result.pathMtu !== null);
  if (first === undefined || others.length === 0) return;
  const { pathMtu, localMtu } = first.result;
  if (pathMtu === null || localMtu === null || pathMtu >= localMtu) return;
  if (others.some(({ result }) => result.pathMtu !== pathMtu)) return;
  const router = first.result.bottleneck?.address ?? null;
  const isOneRouter = router !== null && others.every(({ result }) => result.bottleneck?.address === router);
  yield `All have the same path MTU, ${pathMtu} bytes, below the ${localMtu} of this host's interface: the limit is probably on this side${isOneRouter ? `, at ${router}` : ''}.`;
}

function* fragmentDifferences(entries: readonly ComparisonEntry[]): Generator<string> {
  const dropped = entries.filter(({ result }) => result.fragments.status === 'dropped');
  const delivered = entries.filter(({ result }) => result.fragments.status === 'delivered');
  if (dropped.length === 0) return;
  if (delivered.length > 0) {
    yield `IP fragments reach ${listedLabels(delivered)}, but not ${listedLabels(dropped)}: what drops them is not at this site.`;
  } else if (dropped.length > 1 && dropped.length === entries.length) {
    yield 'IP fragments reach none of them: what drops them is probably at this site.';
  }
}

function* ikeDifferences(entries: readonly ComparisonEntry[]): Generator<string> {
  const asked = entries.filter(({ result }) => result.ike !== null);
  const answering = asked.filter(({ result }) => result.ike?.answers === true);
  const mute = asked.filter(({ result }) => result.ike?.answers === false);
  if (answering.length > 0 && mute.length > 0) yield `No IKE service answers at ${listedLabels(mute)}.`;
  const only4500 = answering.filter(({ result }) => result.ike?.port === 4500);
  if (only4500.length > 0) {
    yield `${listedLabels(only4500)} ${only4500.length === 1 ? 'answers' : 'answer'} IKE on UDP port 4500, but not on 500, where clients begin.`;
  }
  const offering = answering.filter(({ result }) => result.ike?.fragmentationSupported === true);
  const notOffering = answering.filter(({ result }) => result.ike?.fragmentationSupported === false);
  if (offering.length > 0 && notOffering.length > 0) {
    yield `IKEv2 fragmentation (RFC 7383) is offered by ${listedLabels(offering)}, not by ${listedLabels(notOffering)}.`;
  }
  const behindNat = answering.filter(({ result }) => result.ike?.natT === true);
  const open = answering.filter(({ result }) => result.ike?.natT === false);
  if (behindNat.length > 0 && open.length > 0) {
    yield `A NAT is seen on the way to ${listedLabels(behindNat)}, none to ${listedLabels(open)}: port 4500 against 500, and 4 bytes more in each packet.`;
  }
}

function listedLabels(entries: readonly ComparisonEntry[]): string {
  return listed(entries.map(({ label }) => label));
}

/** `a`, `a and b`, `a, b and c`; of more than six, the first five and a number. */
function listed(items: readonly string[]): string {
  const shown =
    items.length > MOST_LISTED
      ? [...items.slice(0, MOST_LISTED - 1), `${items.length - MOST_LISTED + 1} more`]
      : items;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

function mtuWords({ pathMtu, bounds }: Result): string {
  if (pathMtu !== null) return `${pathMtu}`;
  return bounds.fits === null ? 'not known' : `at least ${bounds.fits}`;
}

function claim(value: boolean | null): string {
  return value === null ? 'not known' : value ? 'yes' : 'no';
}

function familyName(family: Family): string {
  return `IPv${family}`;
}

function isRanked({ rank }: ComparisonEntry): boolean {
  return rank !== null;
}

const MOST_LISTED = 6;
