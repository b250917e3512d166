import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { comparisonHtml } from '../../src/report/comparison-html.ts';
import { compare } from '../../src/results/comparison.ts';
import type { Result } from '../../src/results/result.ts';
import { named } from '../report/comparisons.ts';
import { bounded, healthy, silent, unreachable } from '../report/results.ts';
import { startBrowser, type Browser, type Page, type View } from './browser.ts';
import { createFolder } from './namespaces.ts';
import { describeWithBrowser } from './requirements.ts';

const HOSTILE =
  '"><img src="http://192.0.2.66/x.png" onerror="document.title=1"><script>document.title=2</script>';

const LIMIT_MS = 30_000;

const VIEWS: readonly Required<View>[] = [
  { width: 1100, colors: 'light', medium: 'screen' },
  { width: 1100, colors: 'dark', medium: 'screen' },
  { width: 360, colors: 'light', medium: 'screen' },
  { width: 360, colors: 'dark', medium: 'screen' },
  { width: 700, colors: 'light', medium: 'print' },
  { width: 700, colors: 'dark', medium: 'print' },
];

describeWithBrowser("the comparison's page in a browser", () => {
  let browser: Browser | null = null;
  let url = '';

  beforeAll(async () => {
    const file = join(createFolder(), 'report.html');
    writeFileSync(file, comparisonHtml(compare(results().map((result) => ({ result, requirement: 'met' })))));
    url = pathToFileURL(file).href;
    browser = await startBrowser();
  }, LIMIT_MS);

  afterAll(() => browser?.close());

  test.each(VIEWS)(
    'asks for nothing and complains of nothing: $width, $colors, $medium',
    async (view) => {
      const page = await open(view);
      expect(page.requests.filter((request) => !request.startsWith('data:'))).toEqual([url]);
      expect(page.complaints).toEqual([]);
    },
    LIMIT_MS,
  );

  test.each(VIEWS)(
    'fits into its width: $width, $colors, $medium',
    async (view) => {
      const page = await open(view);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(view.width);
    },
    LIMIT_MS,
  );

  test('shows names as text', async () => {
    const page = await open(VIEWS[0] ?? {});
    expect(await page.evaluate('document.querySelectorAll("img, script, iframe, object").length')).toBe(0);
    expect(await page.evaluate('document.title')).toBe('Path MTU to 5 gateways');
    expect(await page.evaluate('document.querySelector("tbody tr td.name").textContent')).toContain(HOSTILE);
  });

  test(
    'is dark where that is preferred, and white on paper all the same',
    async () => {
      const background = 'getComputedStyle(document.body).backgroundColor';
      const colors: unknown[] = [];
      // One after the other: a page in the background draws nothing.
      for (const view of VIEWS) colors.push(await (await open(view)).evaluate(background));
      const [light, dark, , , , paper] = colors;
      expect([light, dark, paper]).toEqual(['rgb(244, 245, 247)', 'rgb(15, 19, 24)', 'rgb(255, 255, 255)']);
    },
    LIMIT_MS,
  );

  async function open(view: View): Promise<Page> {
    if (browser === null) throw new Error('the browser is not up: this is for the inside of a test');
    return browser.open(url, view);
  }
});

function results(): Result[] {
  return [
    named(healthy, HOSTILE),
    named(silent, 'paris'),
    named(bounded, 'lyon'),
    named(unreachable, `a-long-name-that-does-not-fit-${'x'.repeat(80)}`),
    {
      ...named(unreachable, 'nowhere'),
      methods: [],
      ranges: [],
      error: { code: 'unresolved', message: HOSTILE },
    },
  ];
}
