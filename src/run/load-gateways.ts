import { PathmtuError } from '../errors.ts';
import type { Gateway } from '../gateways/gateway.ts';
import { parseGateways } from '../gateways/parse.ts';
import { describeIkeAuth, type IkeAuthDescription } from '../ike/description.ts';
import { inWords, readSmallFile } from '../net/certificate-files.ts';
import { besideFile, readGatewaysFile } from '../net/gateways-file.ts';
import { certificateFacts } from './certificates.ts';

export interface LoadedGateways {
  /** In the order of the file. */
  readonly gateways: readonly Gateway[];
  /** What the IKE_AUTH of a gateway is made of, by name, for those that name certificates. */
  readonly descriptions: ReadonlyMap<string, IkeAuthDescription>;
}

/**
 * Reads a gateways file and the certificates that it names. All of it is checked before anything is measured.
 *
 * @throws {PathmtuError} `bad-gateways-file`, `bad-certificate`: in one line, with the file, the line and what to do
 */
export async function loadGateways(file: string): Promise<LoadedGateways> {
  const { gateways, lines } = parseGateways(await readGatewaysFile(file), file);
  const descriptions = new Map<string, IkeAuthDescription>();
  for (const gateway of gateways) {
    if (gateway.ikeAuth?.type !== 'certificates') continue;
    const where = `${file}, line ${lines.get(gateway.name) ?? 1}: ${gateway.name}: certificate`;
    // One after the other, so that the first that is wrong is the one complained of.
    // oxlint-disable-next-line no-await-in-loop
    const facts = await certificateFacts(
      gateway.ikeAuth.files.map((path) => ({ option: where, path })),
      ({ option, path }) => readSmallFile({ option, path: besideFile(file, path) }),
    );
    const description = describeIkeAuth(facts, { client: gateway.client ?? 'generic', isEap: false });
    if (description === null) {
      throw new PathmtuError(
        'bad-certificate',
        `${inWords({ option: where, path: gateway.ikeAuth.files[0] ?? '' })} has a key of a kind that is not known ` +
          'here: give ikeAuth in bytes',
      );
    }
    descriptions.set(gateway.name, description);
  }
  return { gateways, descriptions };
}
