/** Why a probe could not be sent. */
export type SendFailure =
  /** Larger than the MTU of the outgoing interface. */
  | 'too-large'
  /** No route to the target. */
  | 'no-route'
  /** Refused by this host: permissions or a local firewall. */
  | 'not-permitted'
  /** The host is out of buffers for the moment. */
  | 'no-buffers'
  | 'other';

/** A packet to send. `number` is how its sender knows it again. */
export interface Outgoing {
  readonly number: number;
  readonly packet: Uint8Array;
}

/** Whoever gives out packets is told what became of them. */
export interface Sender {
  /** The packet has really left now: the round trip counts from here. */
  onSent(number: number, nowMs: number): void;
  onSendFailed(number: number, failure: SendFailure, reason: string, nowMs: number): void;
}
