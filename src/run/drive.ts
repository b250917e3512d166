import { nowMs } from '../net/clock.ts';
import type { Transport } from '../net/transport.ts';
import type { Measurement } from '../probe/measurement.ts';

/** A measurement, or something that is driven as one. */
export type Engine = Pick<Measurement, 'poll' | 'isOver' | 'wakeAtMs' | 'onMessage' | 'stop'>;

/**
 * Runs a measurement over a transport until it is over or the signal says stop: moves packets, messages and time
 * between the two, and decides nothing. The measurement is asked what to do next when all that has arrived was heard:
 * so an answer that waits in a socket is never overdue, and a flight of answers costs one question.
 *
 * @param address     target, as bytes for matching
 * @param destination target, as text for sending
 */
export async function drive(
  measurement: Engine,
  transport: Transport,
  { address, destination }: { readonly address: Uint8Array; readonly destination: string },
  signal: AbortSignal | undefined,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let settle: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | undefined;
  const finished = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  /** Packets that the transport still holds: nothing is overdue before they have left. */
  let unsent = 0;

  let isPumpPlanned = false;
  const planPump = (): void => {
    if (isPumpPlanned) return;
    isPumpPlanned = true;
    transport.whenHeard(() => {
      isPumpPlanned = false;
      pump();
    });
  };
  const pump = (): void => {
    if (measurement.isOver) return;
    try {
      for (const packet of measurement.poll(nowMs())) {
        unsent += 1;
        transport.send(packet.packet, destination, {
          onSent: (atMs) => {
            packet.sender.onSent(packet.number, atMs);
            unsent -= 1;
            if (unsent === 0) setTimer();
          },
          onFailed: (failure, reason, atMs) => {
            unsent -= 1;
            packet.sender.onSendFailed(packet.number, failure, reason, atMs);
            planPump();
          },
        });
      }
      if (measurement.isOver) settle?.resolve();
      setTimer();
    } catch (error) {
      settle?.reject(error);
    }
  };
  const setTimer = (): void => {
    clearTimeout(timer);
    // Rounded up: a timer that comes a moment early would only be set again.
    if (!measurement.isOver)
      timer = setTimeout(planPump, Math.max(0, Math.ceil(measurement.wakeAtMs - nowMs())));
  };
  const stop = (): void => {
    measurement.stop(nowMs());
    settle?.resolve();
  };

  const stopListening = transport.listen(address, (inbound, atMs) => {
    measurement.onMessage(inbound, atMs);
    planPump();
  });
  signal?.addEventListener('abort', stop, { once: true });
  try {
    if (signal?.aborted === true) stop();
    else pump();
    await finished;
  } finally {
    clearTimeout(timer);
    stopListening();
    signal?.removeEventListener('abort', stop);
  }
}
