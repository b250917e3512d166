import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { chart } from '../../src/exporter/chart.ts';
import { History, type HistoryPoint } from '../../src/exporter/history.ts';
import { markup, trusted } from '../../src/report/markup.ts';
import { contentSecurityPolicy, statusPage } from '../../src/exporter/status-page.ts';
import type { Gateway } from '../../src/gateways/gateway.ts';
import type { Result } from '../../src/results/result.ts';
import { healthy, silent, unreachable } from '../report/results.ts';
import { BERLIN, PARIS } from './fakes.ts';

const NOW = new Date('2026-03-01T02:20:00Z');

function pageOf(gateways: readonly Gateway[], results: readonly (readonly [Gateway, Result])[] = []): string {
  const history = new History();
  for (const [gateway, result] of results) {
    const isInFile = gateways.some(({ name }) => name === gateway.name);
    history.add(result, { gateway, module: 'default', isInFile });
  }
  return statusPage({ gateways, history, now: NOW, version: '1.2.3' });
}

describe('the status page', () => {
  test('shows gateways with their last results, and those that were not measured yet', () => {
    const page = pageOf(
      [PARIS, BERLIN],
      [
        [PARIS, healthy],
        [PARIS, silent],
      ],
    );
    expect(page).toContain('2 gateways');
    expect(page).toContain('<span class="badge CRITICAL">1 CRITICAL</span>');
    expect(page).toContain('<strong>1400</strong> bytes, exact');
    expect(page).toContain('<dt>Wanted</dt><dd>at least 1500</dd>');
    expect(page).toContain('<dt>IKE_AUTH 3200</dt><dd>needs IP fragments, not tested</dd>');
    expect(page).toContain('path MTU 1400 &#60; 1500; IKE_AUTH of 3200 bytes needs 3 IP fragments');
    expect(page).toContain('site: fr');
    expect(page).toContain('<svg ');
    expect(page).toMatch(/berlin.*Not measured yet/s);
  });

  test('shows other targets apart', () => {
    const other = { ...BERLIN, name: '10.0.0.9' };
    expect(pageOf([PARIS], [[other, healthy]])).toMatch(/Other targets.*10\.0\.0\.9/s);
    expect(pageOf([PARIS])).not.toContain('Other targets');
  });

  test('asks for nothing: no script, no image, no font, no other place', () => {
    const page = pageOf([PARIS], [[PARIS, unreachable]]);
    expect(page).not.toMatch(/<script|<img|<link|<iframe|url\(|@import|https?:|\son\w+=|style=/i);
    const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    expect(links.filter((href) => href?.startsWith('/') !== true)).toEqual([]);
  });

  test('has the one style sheet that its policy names', () => {
    const style = /<style>(.*?)<\/style>/s.exec(pageOf([PARIS]))?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(contentSecurityPolicy()).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
  });

  test('cannot be written by names, labels, addresses or messages', () => {
    const evil = `"><script>alert('1')</script>&\u0000<b>`;
    const gateway = { ...PARIS, name: evil, host: evil, labels: { site: evil } };
    const result: Result = {
      ...silent,
      target: { ...silent.target, address: evil },
      findings: [{ code: 'x', severity: 'warning', message: evil, advice: evil }],
    };
    for (const page of [
      pageOf([gateway]),
      pageOf(
        [gateway],
        [
          [gateway, result],
          [gateway, result],
        ],
      ),
      pageOf([gateway], [[gateway, { ...result, error: { code: 'x', message: evil } }]]),
    ]) {
      expect(page).not.toMatch(/<script|<b>|'1'/);
      expect(page).not.toContain('\u0000');
      expect(page).toContain('&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#38;?');
    }
  });
});

describe('the chart', () => {
  test('is a step line from edge to edge, with a gap and a mark where nothing was exact', () => {
    const { text } = chart([point(0, 1500), point(10, 1400), point(15, null), point(20, 1500)], 'paris');
    const paths = [...text.matchAll(/<path class="(\w+)" d="([^"]*)"/g)].map(([, kind, d]) => `${kind} ${d}`);
    expect(paths).toEqual(['line M0 8H300V72h0.01', 'line M600 8h0.01', 'gap M450 80v-8']);
    expect(text).toContain('<span>1500</span><span>1400</span>');
    expect(text).toContain('<span>03-01 02:00</span><span>4 results</span><span>03-01 02:20</span>');
    expect(text).toContain('aria-label="Path MTU of paris: 4 measurements, 1500 to 1400 bytes"');
  });

  test('of one level lies in the middle', () => {
    const { text } = chart([point(0, 1500), point(10, 1500)], 'paris');
    expect(text).toContain('d="M0 40H600V40h0.01"');
    expect(text).toContain('<div class="scale"><span>1500</span></div>');
  });

  test('of unknowns only is marks, and numbers nowhere are NaN or Infinity', () => {
    const { text } = chart([point(0, null), point(10, null)], 'paris');
    expect(text).toContain('never exact');
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('of measurements at the same moment is finite', () => {
    expect(chart([point(0, 1500), point(0, 1400)], 'paris').text).not.toMatch(/NaN|Infinity/);
  });

  test('needs two points', () => {
    expect(chart([], 'paris').text).toBe('');
    expect(chart([point(0, 1500)], 'paris').text).toBe('');
  });
});

describe('markup', () => {
  test('escapes values, and takes markup as it is', () => {
    const inner = markup`<b>${'<&"\'>'}</b>`;
    expect(markup`<p title="${'"'}">${inner}${[inner, inner]}${5}</p>`.text).toBe(
      `<p title="&#34;">${`<b>&#60;&#38;&#34;&#39;&#62;</b>`.repeat(3)}5</p>`,
    );
    expect(markup`${trusted('<hr>')}`.text).toBe('<hr>');
  });
});

function point(minute: number, pathMtu: number | null): HistoryPoint {
  return { atMs: Date.UTC(2026, 2, 1, 2, minute), pathMtu };
}
