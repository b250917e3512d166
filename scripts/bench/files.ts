/** The files that the results go to. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { withFigures } from './readme.ts';
import { markdown } from './report.ts';
import type { Results } from './results.ts';

/** Null: there are none. */
export function readResults(folder: string): Results | null {
  const path = join(folder, RESULTS);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Results) : null;
}

/** `results.json` and `RESULTS.md` in that folder. */
export async function writeResults(root: string, folder: string, results: Results): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, RESULTS), await formatted(root, JSON.stringify(results), 'json'));
  writeFileSync(join(folder, 'RESULTS.md'), await longForm(root, results));
}

export function longForm(root: string, results: Results): Promise<string> {
  return formatted(root, markdown(results), 'markdown');
}

export async function writeReadme(root: string, results: Results): Promise<void> {
  writeFileSync(join(root, README), await readmeWith(root, results));
}

/** The README as it is to be; null: no results have been recorded. */
export function readmeWith(root: string, results: Results | null): Promise<string> {
  return formatted(root, withFigures(readFileSync(join(root, README), 'utf8'), results), 'markdown');
}

/** As prettier wants it, since it looks at these files too. */
async function formatted(root: string, text: string, parser: 'json' | 'markdown'): Promise<string> {
  return format(text, { ...(await resolveConfig(join(root, 'package.json'))), parser });
}

const RESULTS = 'results.json';
const README = 'README.md';
