import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { PathmtuError } from '../errors.ts';
import type { Family } from '../probe/method.ts';

/** How packets to a target leave this host. */
export interface Route {
  /** Source address, in text form. */
  readonly source: string;
  /** MTU of the outgoing interface in bytes; null: the system doesn't say. */
  readonly localMtu: number | null;
}

/**
 * Asks the kernel, without sending anything, by connecting a UDP socket.
 *
 * @param address target address in text form
 * @throws {PathmtuError} `no-route`
 */
export async function findRoute(address: string, family: Family): Promise<Route> {
  const source = await sourceAddressTowards(address, family);
  return { source, localMtu: mtuOfInterfaceWith(source, address) };
}

async function sourceAddressTowards(address: string, family: Family): Promise<string> {
  const socket = createSocket(family === 4 ? 'udp4' : 'udp6');
  try {
    return await new Promise<string>((resolve, reject) => {
      // A failure comes as the callback's argument (Node 20 emits no event for it), whatever the types say.
      const onConnected = (error?: Error): void =>
        error ? reject(error) : resolve(socket.address().address);
      socket.connect(ANY_PORT, address, onConnected);
    });
  } catch (cause) {
    throw new PathmtuError(
      'no-route',
      `this host has no IPv${family} route to ${address}; check the address, the network connection and the default route`,
      { cause },
    );
  } finally {
    socket.close();
  }
}

function mtuOfInterfaceWith(source: string, target: string): number | null {
  const interfaces = Object.entries(networkInterfaces());
  const withAddress = (address: string): string | undefined =>
    interfaces.find(([, addresses]) => addresses?.some((entry) => entry.address === address))?.[0];
  // To an address of this host packets go through the loopback interface, whichever interface has the address.
  const name = withAddress(target) === undefined ? withAddress(source) : LOOPBACK;
  if (name === undefined) return null;
  try {
    // The kernel answers from memory: sooner than a thread of Node's pool could be asked.
    const mtu = Number(readFileSync(`/sys/class/net/${name}/mtu`, 'utf8'));
    // The loopback interface says 65536; no IP packet is that large.
    return Number.isInteger(mtu) && mtu > 0 ? Math.min(mtu, LARGEST_PACKET_BYTES) : null;
  } catch {
    return null;
  }
}

const LOOPBACK = 'lo';
const LARGEST_PACKET_BYTES = 65_535;
/** connect() needs one; no packet is sent. */
const ANY_PORT = 9;
