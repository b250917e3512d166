import { nowMs } from '../net/clock.ts';
import type { Transport } from '../net/transport.ts';
import type { Measurement } from '../probe/measurement.ts';

/**
 * Runs a measurement over a transport until it is over or the signal says stop: moves packets, messages and time
 * between the two, and decides nothing.
 *
 * @param address     target, as bytes for matching
 * @param destination target, as text for sending
 */
export async function drive(
  measurement: Measurement,
  transport: Transport,
  { address, destination }: { readonly address: Uint8Array; readonly destination: string },
  signal: AbortSignal | undefined,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let settle: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | undefined;
  const finished = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });

  const pump = (): void => {
    clearTimeout(timer);
    try {
      for (const packet of measurement.poll(nowMs())) {
        transport.send(packet.packet, destination, {
          onSent: (atMs) => packet.sender.onSent(packet.number, atMs),
          onFailed: (failure, reason, atMs) => {
            packet.sender.onSendFailed(packet.number, failure, reason, atMs);
            pump();
          },
        });
      }
      if (measurement.isOver) settle?.resolve();
      // Rounded up: a timer that comes a moment early would only be set again.
      else timer = setTimeout(pump, Math.max(0, Math.ceil(measurement.wakeAtMs - nowMs())));
    } catch (error) {
      settle?.reject(error);
    }
  };
  const stop = (): void => {
    measurement.stop(nowMs());
    settle?.resolve();
  };

  const stopListening = transport.listen(address, (inbound, atMs) => {
    measurement.onMessage(inbound, atMs);
    pump();
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
