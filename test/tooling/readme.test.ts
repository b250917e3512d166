import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { COMMAND_NAMES, loadCommands } from '../../src/cli/commands.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const commands = await loadCommands(COMMAND_NAMES);
const readme = readFileSync(`${checkout}README.md`, 'utf8');

/** All source text, for looking up the codes that it uses. */
const source = readdirSync(`${checkout}src`, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(`${checkout}src/${path}`, 'utf8'))
  .join('\n');

function matches(pattern: RegExp): string[] {
  return [...new Set([...source.matchAll(pattern)].flatMap(([, code]) => code ?? []))].toSorted();
}

const ERROR_CODES = matches(/new PathmtuError\(\s*'([a-z-]+)'/g);
const METRICS = matches(/'(pathmtu_[a-z_]+)'/g);
const FINDING_CODES = matches(/(?:\bfinding\(\s*|\bcode: )'([a-z-]+)'/g);

describe('the README', () => {
  test.each(ERROR_CODES)('lists the error %s', (code) => {
    expect(readme).toContain(`| \`${code}\``);
  });

  test.each(FINDING_CODES)('lists the finding %s', (code) => {
    expect(readme).toContain(`| \`${code}\``);
  });

  test.each(METRICS)('lists the metric %s', (metric) => {
    expect(readme).toContain(`\`${metric}\``);
  });

  test('is held against codes that exist: the search for them finds some of each kind', () => {
    expect(METRICS).toEqual(expect.arrayContaining(['pathmtu_path_mtu_bytes', 'pathmtu_exporter_gateways']));
    expect(ERROR_CODES).toEqual(expect.arrayContaining(['bad-option', 'not-permitted', 'unresolved']));
    expect(FINDING_CODES).toEqual(expect.arrayContaining(['black-hole', 'late-answers', 'interrupted']));
  });

  test.each(COMMAND_NAMES)('has a row for the command %s', (name) => {
    expect(readme).toMatch(new RegExp(`^\\|.*\`pathmtu ${name}\`.*\\|`, 'm'));
  });

  const options = commands.flatMap(({ name, groups }) =>
    groups.flatMap((group) => group.options.map((option) => [name, option.name] as const)),
  );

  test.each(options)('describes the option of %s: --%s', (_command, name) => {
    expect(readme).toMatch(new RegExp(`\`--(\\[no-\\])?${name}[ \`]`));
  });

  test('has no placeholder left', () => {
    expect(readme).not.toMatch(/@@|TODO/);
  });
});
