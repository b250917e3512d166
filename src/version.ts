import { readFileSync } from 'node:fs';

/** The version in package.json, one folder up from here in src as in dist. */
export function toolVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version }: { readonly version: string } = JSON.parse(text);
  return version;
}
