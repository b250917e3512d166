import { createHash } from 'node:crypto';
import type { Gateway } from '../gateways/gateway.ts';
import type { ServiceStatus } from '../health/verdict.ts';
import { mtuCell } from '../report/words.ts';
import type { IkeAuthVerdict, Result } from '../results/result.ts';
import { chart } from './chart.ts';
import type { History, Track } from './history.ts';
import { markup, trusted, type Html } from '../report/markup.ts';
import { MODULE_NAMES } from './modules.ts';
import { STYLE } from './style.ts';

export interface StatusPage {
  readonly gateways: readonly Gateway[];
  readonly history: History;
  readonly now: Date;
  readonly version: string;
}

/** The page at `/`: gateways, their last results and what they were before. One document, without any script. */
export function statusPage({ gateways, history, now, version }: StatusPage): string {
  const tracks = gateways.flatMap(({ name }) => history.of(name));
  const others = history.others;
  const cards = gateways.map((gateway) => {
    const known = history.of(gateway.name);
    return known.length === 0 ? unmeasured(gateway) : markup`${known.map((track) => card(track, now))}`;
  });
  const othersSection =
    others.length === 0
      ? markup``
      : markup`<h2>Other targets</h2>
<div class="cards">${others.map((track) => card(track, now))}</div>`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="60">
<title>${titleOf(tracks)}</title>
${STYLE_ELEMENT}
</head>
<body>
<header>
<h1>pathmtu</h1>
<p>${summary(gateways, tracks)}</p>
</header>
<main>
<div class="cards">${cards}</div>
${othersSection}
</main>
<footer>
<p>${utc(now)} &middot; version ${version} &middot; measured when Prometheus scrapes <code>/probe?target=NAME&amp;module=NAME</code>; modules: ${MODULE_NAMES.join(', ')} &middot; <a href="/metrics">metrics of this exporter</a></p>
</footer>
</body>
</html>
`.text;
}

/** What the page may do: have this one style sheet, and nothing else. */
export function contentSecurityPolicy(): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** By itself, since what is in it must be the style sheet to the letter. */
const STYLE_ELEMENT = markup`<style>${trusted(STYLE)}</style>`;

function titleOf(tracks: readonly Track[]): string {
  const bad = tracks.filter(({ verdict }) => verdict.status !== 'OK').length;
  return bad === 0 ? 'pathmtu' : `(${bad}) pathmtu`;
}

function summary(gateways: readonly Gateway[], tracks: readonly Track[]): Html {
  const counts = STATUSES.map((status) => ({
    status,
    count: tracks.filter(({ verdict }) => verdict.status === status).length,
  })).filter(({ count }) => count > 0);
  const total = `${gateways.length} gateway${gateways.length === 1 ? '' : 's'}`;
  return markup`${total}${counts.map(({ status, count }) => markup` ${badge(status, `${count} ${status}`)}`)}`;
}

function unmeasured(gateway: Gateway): Html {
  return markup`<article class="none">
<h3><bdi>${gateway.name}</bdi></h3>
<p class="where"><bdi>${gateway.host}</bdi></p>
<p>Not measured yet. ${probeLink(gateway.name, 'default', 'Measure it now')}</p>
</article>
`;
}

function card(track: Track, now: Date): Html {
  const { gateway, last, verdict, module, points } = track;
  const { address } = last.target;
  const where = address === '' || address === gateway.host ? gateway.host : `${gateway.host} (${address})`;
  const labels = Object.entries(gateway.labels).map(
    ([label, value]) => markup` <span class="label"><bdi>${label}: ${value}</bdi></span>`,
  );
  const problems = verdict.problems.map(({ text }) => text).join('; ');
  const note = problems === '' ? (last.findings[0]?.message ?? null) : problems;
  return markup`<article class="${verdict.status}">
<h3><bdi>${gateway.name}</bdi> ${badge(verdict.status, verdict.status)}${module === 'default' ? markup`` : markup` <span class="label">module ${module}</span>`}</h3>
<p class="where"><bdi>${where}</bdi>${labels}</p>
<p class="mtu">${mtu(last)}</p>
<dl>${facts(last, gateway).map(([term, value]) => markup`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>
${note === null ? markup`` : markup`<p class="note">${note}</p>`}
${chart(points, gateway.name)}
<p class="when">${ago(now, last.startedAt)} &middot; took ${seconds(last.durationMs)} &middot; ${probeLink(gateway.name, module, 'explain')}</p>
</article>
`;
}

function facts(result: Result, gateway: Gateway): (readonly [term: string, value: string])[] {
  const { blackHole, fragments, ike, ikeAuth, methods } = result;
  const rtts = methods.flatMap(({ rttMs }) => rttMs?.median ?? []);
  const losses = methods.flatMap(({ lossRate }) => lossRate ?? []);
  const limits = [
    ...(gateway.requireMtu === null ? [] : [`at least ${gateway.requireMtu}`]),
    ...(gateway.warnBelow === null ? [] : [`warn below ${gateway.warnBelow}`]),
  ];
  return [
    ...(limits.length === 0 ? [] : [['Wanted', limits.join(', ')] as const]),
    ['Black hole', yesNo(blackHole)],
    ['IP fragments', fragments.status],
    [
      'IKE',
      ike === null ? 'not asked' : ike.answers ? `answers on ${ike.port ?? '500 or 4500'}` : 'no answer',
    ],
    ['IKE fragmentation', yesNo(ike?.fragmentationSupported ?? null)],
    ...(ikeAuth === null ? [] : [[`IKE_AUTH ${ikeAuth.size}`, VERDICT_WORDS[ikeAuth.verdict]] as const]),
    ['Round trip', rtts.length === 0 ? '-' : `${Math.min(...rtts).toFixed(1)} ms`],
    ['Loss', losses.length === 0 ? '-' : `${(Math.max(...losses) * 100).toFixed(1)} %`],
  ];
}

function mtu(result: Result): Html {
  switch (result.status) {
    case 'exact':
      return markup`<strong>${mtuCell(result)}</strong> bytes, exact`;
    case 'bounded':
      return markup`<strong>${mtuCell(result)}</strong> bytes, not exact`;
    case 'undetermined':
      return markup`<strong>?</strong> not determined`;
    case 'unreachable':
      return markup`<strong>?</strong> ${result.error === null ? 'no answer' : 'not measured'}`;
  }
}

function badge(status: ServiceStatus, words: string): Html {
  return markup`<span class="badge ${status}">${words}</span>`;
}

function probeLink(target: string, module: string, words: string): Html {
  const query = new URLSearchParams({ target, module, debug: 'true' });
  return markup`<a rel="nofollow" href="/probe?${query.toString()}">${words}</a>`;
}

function yesNo(claim: boolean | null): string {
  return claim === null ? 'not known' : claim ? 'yes' : 'no';
}

function ago(now: Date, startedAt: string): string {
  const elapsed = Math.max(0, Math.round((now.getTime() - Date.parse(startedAt)) / 1000));
  if (elapsed < 120) return `${elapsed} s ago`;
  if (elapsed < 7200) return `${Math.round(elapsed / 60)} min ago`;
  return `${Math.round(elapsed / 3600)} h ago`;
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(2)} s`;
}

function utc(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const STATUSES: readonly ServiceStatus[] = ['CRITICAL', 'WARNING', 'UNKNOWN', 'OK'];
const VERDICT_WORDS: Record<IkeAuthVerdict, string> = {
  fits: 'fits',
  'ike-fragmented': 'fits, in IKE fragments',
  'ip-fragments-delivered': 'needs IP fragments, which arrive',
  'ip-fragments-dropped': 'LOST: IP fragments are dropped',
  'ip-fragments-unknown': 'needs IP fragments, not tested',
};
