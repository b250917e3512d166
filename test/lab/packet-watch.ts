/** Waits for the first packet that crosses an interface, to act in the middle of a measurement. */
import type { Network, NodeName } from './network.ts';

/** Resolves when the watch is on; `seen` resolves at the first packet the pcap filter matches. */
export async function watchForPacket(
  network: Network,
  node: NodeName,
  device: string,
  filter: string,
): Promise<{ readonly seen: Promise<void> }> {
  const capture = ['tcpdump', '-n', '--immediate-mode', '-c', '1', '-i', device, filter];
  const { printed, outcome } = network.start(node, capture);
  await printed('listening on');
  return { seen: outcome.then(() => undefined) };
}
