import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { PathmtuError } from '../errors.ts';
import type { Family } from '../probe/method.ts';

/** A datagram that came to one of the ports, without its UDP header. */
export type DatagramListener = (
  payload: Uint8Array,
  from: { readonly address: string; readonly port: number },
  toPort: number,
) => void;

/**
 * UDP source ports of this process, each held by a socket: so nobody else gets it, and the kernel does not answer what
 * comes back with a port unreachable of its own. Nothing is sent through these sockets.
 */
export class HeldPorts {
  readonly #family: Family;
  readonly #onDatagram: DatagramListener;
  readonly #sockets: Socket[] = [];
  /** Callers take turns, so that none opens what another is about to. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(family: Family, onDatagram: DatagramListener) {
    this.#family = family;
    this.#onDatagram = onDatagram;
  }

  /** The port that was taken first. Not before {@link hold}. */
  get first(): number {
    const [socket] = this.#sockets;
    if (socket === undefined) throw new Error('no port is held yet');
    return socket.address().port;
  }

  /**
   * The first `count` ports, of which those not yet held are taken now; the same ones for every caller.
   *
   * @throws {PathmtuError} `no-source-ports`: the system gives no more
   */
  hold(count: number): Promise<readonly number[]> {
    const ports = this.#turn.then(async () => {
      while (this.#sockets.length < count) this.#sockets.push(await this.#open(count));
      return this.#sockets.slice(0, count).map((socket) => socket.address().port);
    });
    this.#turn = ports.catch(() => {});
    return ports;
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }

  async #open(count: number): Promise<Socket> {
    try {
      const socket = createSocket({
        type: this.#family === 4 ? 'udp4' : 'udp6',
        ipv6Only: this.#family === 6,
      });
      socket.bind(0);
      await once(socket, 'listening');
      const { port } = socket.address();
      socket.on('error', () => {});
      socket.on('message', (payload, from) => this.#onDatagram(payload, from, port));
      return socket;
    } catch (cause) {
      throw new PathmtuError(
        'no-source-ports',
        `this host gives only ${this.#sockets.length} of ${count} UDP source ports (${cause instanceof Error ? cause.message : String(cause)}): ask for fewer flows, or raise the limit on open files`,
        { cause },
      );
    }
  }
}
