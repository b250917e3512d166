/** Packets on a link, captured with tcpdump and read with tshark. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './commands.ts';
import { createFolder } from './namespaces.ts';
import { TO_CLIENT, type Network, type NodeName } from './network.ts';

export interface Capture {
  /** Ends it; then the file can be read. */
  readonly stop: () => Promise<void>;
  /** One line per packet that the display filter matches, with these fields separated by tabs. */
  readonly read: (displayFilter: string, fields: readonly string[]) => readonly string[];
}

/** Starts on a node's interface towards the client; when this resolves, every packet is seen. */
export async function startCapture(network: Network, node: NodeName, filter: string): Promise<Capture> {
  const file = join(createFolder(), 'packets.pcap');
  // Through the shell's hands: tcpdump gives up root before it opens a file itself.
  const command = 'exec tcpdump -n -U --immediate-mode -i "$1" -w - "$2" > "$3"';
  const program = network.start(node, ['sh', '-c', command, 'capture', TO_CLIENT, filter, file], {
    timeoutMs: NEVER,
  });
  await program.printed('listening on');
  return {
    stop: async () => {
      program.signal('SIGTERM');
      await program.outcome;
      if (readFileSync(file).length === 0) throw new Error('tcpdump wrote nothing, not even a header');
    },
    read: (displayFilter, fields) =>
      must('tshark', ['-n', '-r', file, '-Y', displayFilter, '-T', 'fields', ...fields.flatMap(option)])
        .split('\n')
        .filter((line) => line !== ''),
  };
}

const option = (field: string): string[] => ['-e', field];
const NEVER = 0;

/** What tshark says of a packet that is not as its protocol wants it. */
export const MALFORMED = '_ws.malformed || _ws.expert.severity == "Error"';
