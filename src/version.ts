import { readFileSync } from 'node:fs';

/** The version in package.json, one folder up from here in src as in dist. Read once: a server asks often. */
export function toolVersion(): string {
  version ??= readVersion();
  return version;
}

let version: string | undefined;

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const manifest: { readonly version: string } = JSON.parse(text);
  return manifest.version;
}
