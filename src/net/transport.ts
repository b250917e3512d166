import type { Family, Inbound } from '../probe/method.ts';
import type { SendFailure } from '../probe/sender.ts';

/** Told what became of one packet. Exactly one of the two is called, once. */
export interface SendOutcome {
  /** The packet has been handed to the network. */
  readonly onSent: (nowMs: number) => void;
  /** `reason` is the operating system's word. */
  readonly onFailed: (failure: SendFailure, reason: string, nowMs: number) => void;
}

/** Called for every message that may concern a target; the bytes are valid only during the call. */
export type MessageListener = (inbound: Inbound, nowMs: number) => void;

/**
 * Packets out, messages in: all that the program knows of the network. One per family serves any number of targets.
 * Which one runs (raw sockets today) is known in this folder only.
 */
export interface Transport {
  readonly family: Family;
  /** Source port of UDP probes, reserved for this process. */
  readonly udpSourcePort: number;
  /**
   * So many source ports of UDP probes, 1 or more, of which `udpSourcePort` is the first: one for each flow. Those
   * beyond the first are reserved when they are first asked for, and stay so until the transport closes.
   *
   * @throws {PathmtuError} `no-source-ports`: the system gives no more
   */
  udpSourcePorts(count: number): Promise<readonly number[]>;
  /** Hears all messages that come from this address or quote a packet to it. Returns how to stop. */
  listen(address: Uint8Array, listener: MessageListener): () => void;
  /** Calls back once all that had arrived by now has been told to its listeners; soon, but never at once. */
  whenHeard(callback: () => void): void;
  /**
   * Sends a whole IP packet as it is: its DF flag is kept, the system's cached path MTU is not asked.
   *
   * @param destination address in text form, with its zone where it has one
   */
  send(packet: Uint8Array, destination: string, outcome: SendOutcome): void;
}
