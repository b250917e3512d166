/** Asks the gateway in IP fragments, to see what becomes of them on a path. */
import { fileURLToPath } from 'node:url';
import type { Family } from '../../src/results/result.ts';
import type { Network } from './network.ts';

export interface CutRequest {
  /** The whole IP packet before it is cut. */
  readonly packetBytes: number;
  /** Pieces are IP packets of at most this size; a packet that fits leaves whole. */
  readonly pieceBytes: number;
  readonly order: 'in-order' | 'last-first';
}

/** For each request, sent in this order, whether the gateway answered it. */
export async function askInFragments(
  network: Network,
  family: Family,
  requests: readonly CutRequest[],
): Promise<readonly boolean[]> {
  const program = [process.execPath, '--import', 'tsx', ASK_IN_FRAGMENTS];
  const addresses = [network.addressOf('client', family), network.target(family)];
  const args = [String(family), ...addresses, JSON.stringify(requests)];
  const { stdout, stderr } = await network.start('client', [...program, ...args]).outcome;
  if (stdout === '') throw new Error(`nothing was asked: ${stderr}`);
  return JSON.parse(stdout) as boolean[];
}

const ASK_IN_FRAGMENTS = fileURLToPath(new URL('ask-in-fragments.ts', import.meta.url));
