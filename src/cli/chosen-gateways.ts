import type { Gateway } from '../gateways/gateway.ts';
import type { IkeAuthDescription } from '../ike/description.ts';
import { badOption, quoted, textOption, textsOption, type ParsedArguments } from './option-values.ts';

/** The gateways that a command line is about. */
export interface ChosenGateways {
  readonly gateways: readonly Gateway[];
  /** What the IKE_AUTH of those with certificates is made of, by name. */
  readonly descriptions: ReadonlyMap<string, IkeAuthDescription>;
}

/**
 * Hosts of the command line; or gateways of `--file`, those named on the command line or all of them.
 *
 * @throws {PathmtuError} in one line
 */
export async function chosenGateways(parsed: ParsedArguments, command: string): Promise<ChosenGateways> {
  const hosts = hostsOf(parsed, command);
  const file = fileOption(parsed);
  if (file === undefined) {
    if (hosts.length === 0) {
      throw badOption(`no host given: try pathmtu ${command} vpn.example.net, or --file gateways.yaml`);
    }
    const { plainGateway } = await import('../gateways/plain.ts');
    return { gateways: hosts.map((host) => plainGateway(host)), descriptions: new Map() };
  }
  const { loadGateways } = await import('../run/load-gateways.ts');
  const { gateways, descriptions } = await loadGateways(file);
  const names = gateways.map(({ name }) => name);
  const missing = hosts.find((host) => !names.includes(host));
  if (missing !== undefined) {
    const { nearest } = await import('../nearest.ts');
    const near = nearest(missing, names);
    throw badOption(
      `there is no gateway ${quoted(missing)} in ${file}: ` +
        (near === null ? 'give names of the file beside --file, or leave them out' : `did you mean ${near}?`),
    );
  }
  return {
    gateways: hosts.length === 0 ? gateways : gateways.filter(({ name }) => hosts.includes(name)),
    descriptions,
  };
}

/** The hosts that a command names, each once. */
export function hostsOf(parsed: ParsedArguments, command: string): string[] {
  const hosts = textsOption(parsed, 'hosts').map((text) => text.trim());
  for (const host of hosts) {
    if (host === '') throw badOption('a host is empty: give a name or an address, such as vpn.example.net');
    if (host.startsWith('-'))
      throw badOption(`unknown option ${quoted(host)}: see pathmtu ${command} --help`);
  }
  return [...new Set(hosts)];
}

export function fileOption(parsed: ParsedArguments): string | undefined {
  const file = textOption(parsed, 'file');
  if (file?.trim() === '') throw badOption('--file is empty: give a gateways file');
  return file;
}
