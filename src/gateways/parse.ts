import type { z } from 'zod';
import { PathmtuError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { Gateway, GatewayIkeAuth } from './gateway.ts';
import { readYaml, type YamlText } from './places.ts';
import { gatewaysFileSchema, keysAt, type GatewaySettings, type GatewaysFile } from './schema.ts';

export interface ParsedGateways {
  /** In the order of the file; at least one. Names are unique. */
  readonly gateways: readonly Gateway[];
  /** The line of a gateway in the file, by its name. */
  readonly lines: ReadonlyMap<string, number>;
}

/**
 * Reads a gateways file in YAML or JSON. Reads no other file: paths of certificates stay as they are written.
 *
 * @param fileName for messages
 * @throws {PathmtuError} `bad-gateways-file`, in one line: file, line, key, what is wrong, and the nearest key where
 *   one is unknown
 */
export function parseGateways(text: string, fileName: string): ParsedGateways {
  const yaml = readYaml(text);
  if ('fault' in yaml) {
    throw badFile(fileName, yaml.fault.line, `not YAML: ${inOneLine(yaml.fault.reason)}`);
  }
  if (yaml.value === null || yaml.value === undefined) {
    throw badFile(fileName, 1, 'the file is empty: pathmtu gateways init writes an example');
  }
  const [empty] = yaml.emptyKeys;
  if (empty !== undefined) {
    const known = keysAt(empty.slice(0, -1));
    const key = String(empty.at(-1));
    throw badFile(
      fileName,
      yaml.lineOf(empty),
      known.includes(key)
        ? `${placeOf(empty, yaml)} has no value: give one, or leave the key out`
        : unknownKey(key, empty.slice(0, -1), yaml),
    );
  }
  const parsed = gatewaysFileSchema.safeParse(yaml.value);
  if (!parsed.success) throw faultOf(parsed.error, yaml, fileName);
  return gatewaysOf(parsed.data, yaml, fileName);
}

function gatewaysOf(file: GatewaysFile, yaml: YamlText, fileName: string): ParsedGateways {
  const lines = new Map<string, number>();
  const gateways = file.gateways.map((entry, index) => {
    const path = ['gateways', index];
    const name = entry.name ?? entry.host;
    const line = yaml.lineOf(path);
    const other = lines.get(name);
    if (other !== undefined) {
      throw badFile(
        fileName,
        yaml.lineOf([...path, entry.name === undefined ? 'host' : 'name']),
        `the name ${JSON.stringify(name)} is taken by the gateway in line ${other}: give each its own name`,
      );
    }
    lines.set(name, line);
    const gateway: Gateway = { name, host: entry.host, ...settingsOf(entry, file.defaults ?? {}) };
    const { requireMtu, warnBelow } = gateway;
    if (requireMtu !== null && warnBelow !== null && warnBelow < requireMtu) {
      const key = entry.warnBelow === undefined ? 'requireMtu' : 'warnBelow';
      throw badFile(
        fileName,
        yaml.lineOf([...path, key]),
        `${placeOf([...path, 'warnBelow'], yaml)} (${warnBelow}) is less than requireMtu (${requireMtu}), ` +
          'so it would never warn: give a larger one, or leave it out',
      );
    }
    return gateway;
  });
  return { gateways, lines };
}

/** What the gateway says itself counts, then the defaults. Labels of both are put together. */
function settingsOf(own: GatewaySettings, defaults: GatewaySettings): Omit<Gateway, 'name' | 'host'> {
  const chosen = <Key extends keyof GatewaySettings>(key: Key): NonNullable<GatewaySettings[Key]> | null =>
    (own[key] === undefined ? defaults[key] : own[key]) ?? null;
  const ikeAuth = chosen('ikeAuth');
  const deadline = chosen('deadline');
  return {
    family: chosen('family'),
    methods: chosen('methods'),
    requireMtu: chosen('requireMtu'),
    warnBelow: chosen('warnBelow'),
    ikeAuth: ikeAuth === null ? null : ikeAuthOf(ikeAuth),
    client: chosen('client'),
    natT: chosen('natT'),
    deadlineMs: deadline === null ? null : deadline * 1000,
    labels: own.labels === null ? {} : { ...defaults.labels, ...own.labels },
  };
}

function ikeAuthOf(ikeAuth: NonNullable<GatewaySettings['ikeAuth']>): GatewayIkeAuth {
  return typeof ikeAuth === 'number'
    ? { type: 'size', bytes: ikeAuth }
    : { type: 'certificates', files: ikeAuth.certificates };
}

/** The first of the faults, by line: the others may well follow from it. */
function faultOf(error: z.ZodError, yaml: YamlText, fileName: string): PathmtuError {
  const faults = error.issues
    .flatMap((issue) => faultsOfIssue(issue, [], yaml))
    .toSorted((a, b) => a.line - b.line || Number(b.isUnknownKey) - Number(a.isUnknownKey));
  const { line, reason } = faults[0] ?? { line: 1, reason: 'cannot be understood' };
  return badFile(fileName, line, reason);
}

interface Fault {
  readonly line: number;
  /** An unknown key is often the missing one, misspelt. */
  readonly isUnknownKey: boolean;
  readonly reason: string;
}

function faultsOfIssue(issue: z.core.$ZodIssue, around: readonly PropertyKey[], yaml: YamlText): Fault[] {
  const path = [...around, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      line: yaml.lineOf([...path, key]),
      isUnknownKey: true,
      reason: unknownKey(key, path, yaml),
    }));
  }
  if (issue.code === 'invalid_key') {
    const reason = `${placeOf(path, yaml)} ${issue.issues[0]?.message ?? issue.message}`;
    return [{ line: yaml.lineOf(path), isUnknownKey: false, reason }];
  }
  if (issue.code === 'invalid_union') {
    // The alternative that was meant is the one that got further into the value.
    const deep = issue.errors.find((issues) =>
      issues.some((inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys'),
    );
    const inner = deep?.find(({ code }) => code === 'unrecognized_keys') ?? deep?.[0];
    if (inner !== undefined) return faultsOfIssue(inner, path, yaml);
    const [first] = issue.errors.flat();
    return [fault(path, first?.code === 'custom' ? first.message : issue.message, yaml)];
  }
  return [fault(path, issue.message, yaml)];
}

function fault(path: readonly PropertyKey[], message: string, yaml: YamlText): Fault {
  const value = valueAt(yaml.value, path);
  const place = placeOf(path, yaml);
  return {
    line: yaml.lineOf(path),
    isUnknownKey: false,
    reason:
      value === undefined
        ? `${place} is missing: it ${message}`
        : `${place} ${message}${typeof value === 'object' ? '' : `, not ${short(value)}`}`,
  };
}

function unknownKey(key: string, path: readonly PropertyKey[], yaml: YamlText): string {
  const known = keysAt(path);
  const near = nearest(key, known) ?? known.find((each) => each.toLowerCase() === key.toLowerCase());
  const advice = near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`;
  const where = path.length === 0 ? '' : ` in ${placeOf(path, yaml)}`;
  return `unknown key ${short(key)}${where}: ${advice}`;
}

/** `gateways[1] (paris): requireMtu`; the file itself is `the file`. */
function placeOf(path: readonly PropertyKey[], yaml: YamlText): string {
  const [section, index, ...inside] = path;
  if (section === undefined) return 'the file';
  if (section !== 'gateways' || index === undefined) return dotted(path);
  const entry = valueAt(yaml.value, [section, index]);
  const name = ['name', 'host']
    .map((key) => valueAt(entry, [key]))
    .find((value) => typeof value === 'string');
  const gateway = `gateways[${String(index)}]${name === undefined ? '' : ` (${name.slice(0, 40)})`}`;
  return inside.length === 0 ? gateway : `${gateway}: ${dotted(inside)}`;
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function badFile(fileName: string, line: number, reason: string): PathmtuError {
  return new PathmtuError('bad-gateways-file', `${fileName}, line ${line}: ${reason}`);
}
