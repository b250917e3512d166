import type { ProbeEvent } from '../../src/probe/event.ts';

/** Events of an icmp probe of 1400 bytes to 192.0.2.1, with what a test wants different. */

type EventOf<Type extends ProbeEvent['type']> = Extract<ProbeEvent, { readonly type: Type }>;

const about = { atMs: 12.34, method: 'icmp', port: null, sizeBytes: 1400, isControl: false } as const;
const target = '192.0.2.1';
const router = '192.0.2.254';

export function sent(number: number, change: Partial<EventOf<'sent'>> = {}): EventOf<'sent'> {
  return { ...about, type: 'sent', number, ...change };
}

export function answered(number: number, change: Partial<EventOf<'answered'>> = {}): EventOf<'answered'> {
  return { ...about, type: 'answered', number, rttMs: 40.25, from: target, late: false, ...change };
}

export function tooBig(number: number): EventOf<'too-big'> {
  return { ...about, type: 'too-big', number, mtu: 1380, from: router };
}

export function refused(number: number): EventOf<'refused'> {
  return { ...about, type: 'refused', number, reason: 'administratively prohibited', from: router };
}

export function lost(number: number, change: Partial<EventOf<'lost'>> = {}): EventOf<'lost'> {
  return { ...about, type: 'lost', number, ...change };
}

export function failed(number: number): EventOf<'failed'> {
  return { ...about, type: 'failed', number, reason: 'Message too long' };
}

export function ignored(): EventOf<'ignored'> {
  return { type: 'ignored', atMs: 1234.5, method: 'icmp', reason: 'the PTB names an MTU of 0', from: router };
}

export function estimate(fits: number | null, fails: number | null): EventOf<'estimate'> {
  return { type: 'estimate', atMs: 12, method: 'icmp', fits, fails };
}

/** The same of the ike method. */
export function ike<Event extends ProbeEvent>(event: Event): Event {
  return { ...event, method: 'ike', ...('port' in event ? { port: 500 } : {}) };
}

/** The same of the udp method. */
export function udp<Event extends ProbeEvent>(event: Event): Event {
  return { ...event, method: 'udp', ...('port' in event ? { port: 33_434 } : {}) };
}
