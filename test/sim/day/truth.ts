import type { Result } from '../../../src/results/result.ts';
import type { ServiceStatus } from '../../../src/health/verdict.ts';
import type { Span, WatchedSite } from './run-day.ts';
import { LOCAL_MTU, type Spell, type Weather } from './weather.ts';

/** Everything the weather was in a time, ends included, each once. */
export function weathersIn(
  spells: readonly Spell[],
  { fromMs, untilMs }: Pick<Span, 'fromMs' | 'untilMs'>,
): Weather[] {
  const met = spells.filter(
    (spell, index) => spell.fromMs <= untilMs && (spells[index + 1]?.fromMs ?? Infinity) > fromMs,
  );
  return [...new Set(met.map(({ weather }) => weather))];
}

/** What is told from one check to the next, as it truly is; undefined: nobody can know it in this weather. */
export interface Truth {
  readonly answers: boolean;
  readonly mtu?: number;
  readonly blackHole?: boolean;
  readonly fragments?: 'delivered' | 'dropped';
  readonly ikeAnswers?: boolean;
  readonly ikeFragmentation?: boolean;
}

export type Fact = keyof Truth;

export function truthOf(weather: Weather, site: WatchedSite): Truth {
  const ikeAnswers = site.ike && weather.ikeAnswers;
  if (weather.isDark || !(site.echo || site.udp || ikeAnswers)) return { answers: false };
  return {
    answers: true,
    mtu: weather.mtu,
    blackHole: weather.mtu < LOCAL_MTU && weather.ptb === 'silent',
    ikeAnswers,
    ...(ikeAnswers ? { ikeFragmentation: weather.offersFragmentation } : {}),
    ...(ikeAnswers || site.ikeAuthBytes !== null
      ? { fragments: weather.dropsFragments ? 'dropped' : 'delivered' }
      : {}),
  };
}

/**
 * The statuses that the weather of a time makes right, by what README says of them: a measurement that sees several
 * weathers may have the MTU of one and the fragments of another. Nothing of src/health decides here.
 */
export function trueStatuses(weathers: readonly Weather[], site: WatchedSite): Set<ServiceStatus> {
  const truths = weathers.map((weather) => truthOf(weather, site));
  const statuses = new Set<ServiceStatus>();
  if (truths.some(({ answers }) => !answers)) statuses.add('UNKNOWN');
  for (const { mtu } of truths) {
    if (mtu === undefined) continue;
    for (const { fragments } of truths) {
      for (const { ikeFragmentation } of truths) {
        statuses.add(worse(ofMtu(mtu, site), ofIkeAuth(mtu, fragments, ikeFragmentation ?? false, site)));
      }
    }
  }
  return statuses;
}

function ofMtu(mtu: number, { requireMtu, warnBelow }: WatchedSite): ServiceStatus {
  if (requireMtu !== null && mtu < requireMtu) return 'CRITICAL';
  return warnBelow !== null && mtu < warnBelow ? 'WARNING' : 'OK';
}

function ofIkeAuth(
  mtu: number,
  fragments: Truth['fragments'],
  isCutByIke: boolean,
  { family, ikeAuthBytes }: WatchedSite,
): ServiceStatus {
  if (ikeAuthBytes === null) return 'OK';
  const packetBytes = ikeAuthBytes + UDP_AND_MARKER_BYTES + (family === 4 ? 20 : 40);
  // RFC 7383's pieces fit into 1280 bytes, and no path here is narrower.
  if (packetBytes <= mtu || isCutByIke) return 'OK';
  return fragments === 'dropped' ? 'CRITICAL' : 'WARNING';
}

function worse(a: ServiceStatus, b: ServiceStatus): ServiceStatus {
  return WORST_FIRST.find((status) => status === a || status === b) ?? 'OK';
}

export const WORST_FIRST: readonly ServiceStatus[] = ['CRITICAL', 'WARNING', 'UNKNOWN', 'OK'];

/** What of a result the weathers of its measurement refute, in words. */
export function* refuted(result: Result, weathers: readonly Weather[], site: WatchedSite): Generator<string> {
  const truths = weathers.map((weather) => truthOf(weather, site));
  // A router may say it even where the gateway itself says nothing.
  const mtus = weathers.flatMap(({ isDark, mtu }) => (isDark ? [] : mtu));
  const was = mtus.length === 0 ? 'nothing got through' : `the path MTU was ${mtus.join(' and ')}`;
  const claims = [{ ...result, method: 'it' }, ...result.methods];
  for (const { method, pathMtu, bounds, blackHole } of claims) {
    if (pathMtu !== null && !mtus.includes(pathMtu)) yield `${method} says exactly ${pathMtu}, ${was}`;
    if (bounds.fits !== null && !mtus.some((mtu) => mtu >= (bounds.fits ?? 0)))
      yield `${method} says ${bounds.fits} fits, ${was}`;
    if (bounds.fails !== null && !mtus.some((mtu) => mtu < (bounds.fails ?? 0)))
      yield `${method} says ${bounds.fails} fails, ${was}`;
    // A router that limits its PTBs is a black hole or none.
    if (weathers.some(({ ptb }) => typeof ptb === 'object')) continue;
    if (blackHole !== null && !truths.some((truth) => truth.blackHole === blackHole))
      yield `${method} says black hole: ${blackHole}`;
  }
  const { status, fragments, ike } = result;
  const isLit = truths.some(({ answers }) => answers);
  if (status !== 'unreachable' && !isLit) yield `it says ${status}, ${was}`;
  if (
    (fragments.status === 'delivered' || fragments.status === 'dropped') &&
    !truths.some((truth) => truth.fragments === fragments.status)
  )
    yield `it says fragments are ${fragments.status}`;
  const offered = ike?.fragmentationSupported ?? null;
  if (offered !== null && !truths.some(({ ikeFragmentation }) => ikeFragmentation === offered))
    yield `it says IKE fragmentation is offered: ${offered}`;
  if (ike?.answers === true && !truths.some(({ ikeAnswers }) => ikeAnswers === true))
    yield 'it says that IKE answers';
}

/** UDP header and non-ESP marker: nobody here says that there is no NAT. */
const UDP_AND_MARKER_BYTES = 8 + 4;
