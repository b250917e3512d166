/** What crossed a link, as its interface counts it: no program is believed about what it sent. */
import { must } from './commands.ts';
import type { Network } from './network.ts';

/** Packets, and bytes of IP packets, that the client has sent towards the host since the network came up. */
export function sentByClient(network: Network): { readonly packets: number; readonly bytes: number } {
  const options = ['-netns', network.namespaceOf('client'), '-json', '-statistics'];
  const [link] = JSON.parse(must('ip', [...options, 'link', 'show', 'dev', 'to-host'])) as [LinkStatistics];
  const { packets, bytes } = link.stats64.tx;
  return { packets, bytes: bytes - packets * ETHERNET_HEADER_BYTES };
}

interface LinkStatistics {
  readonly stats64: { readonly tx: { readonly packets: number; readonly bytes: number } };
}

const ETHERNET_HEADER_BYTES = 14;
