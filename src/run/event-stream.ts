import type { ProbeEvent } from '../probe/event.ts';

/** Hands events to whoever iterates, in order. What comes while nobody iterates is not kept. */
export class EventStream {
  readonly #readers = new Set<Reader>();

  push(event: ProbeEvent): void {
    for (const reader of this.#readers) {
      reader.events.push(event);
      reader.wake();
    }
  }

  end(): void {
    for (const reader of this.#readers) {
      reader.isEnded = true;
      reader.wake();
    }
  }

  /** Events from the moment of the call on; ends with the measurement. */
  iterate(): AsyncIterator<ProbeEvent, undefined> {
    const reader: Reader = { events: [], isEnded: false, wake: () => {} };
    this.#readers.add(reader);
    return {
      next: async () => {
        while (reader.events.length === 0 && !reader.isEnded) {
          await new Promise<void>((resolve) => {
            reader.wake = resolve;
          });
        }
        const value = reader.events.shift();
        return value === undefined ? { done: true, value: undefined } : { done: false, value };
      },
      return: async () => {
        this.#readers.delete(reader);
        return { done: true, value: undefined };
      },
    };
  }
}

interface Reader {
  readonly events: ProbeEvent[];
  isEnded: boolean;
  wake: () => void;
}
