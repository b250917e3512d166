/** Somebody on the path who sends forged packet-too-big messages to the client. */
import { fileURLToPath } from 'node:url';
import type { Family } from '../../src/results/result.ts';
import { TO_CLIENT, type Network } from './network.ts';

/**
 * `unknown-quote`: quotes a packet to another destination. `wrong-id`: right addresses, but an echo identifier or a
 * source port that is not the program's. `right-quote`: quotes the very probe that just passed.
 */
export type Forgery = 'unknown-quote' | 'wrong-id' | 'right-quote';

export interface Forger {
  readonly stop: () => Promise<void>;
}

/** Starts on router1; when this resolves, every probe from the client to the host gets a forged PTB at once. */
export async function startForger(
  network: Network,
  family: Family,
  forgery: Forgery,
  mtu: number,
): Promise<Forger> {
  const client = network.addressOf('client', family);
  const args = [String(family), client, network.target(family), TO_CLIENT, forgery, String(mtu)];
  const program = network.start('router1', [process.execPath, '--import', 'tsx', FORGE_PTB, ...args]);
  await program.printed('forging');
  return {
    stop: async () => {
      program.signal('SIGTERM');
      await program.outcome;
    },
  };
}

const FORGE_PTB = fileURLToPath(new URL('forge-ptb.ts', import.meta.url));
