import * as fc from 'fast-check';

/** Bytes from hex digits; white space is ignored. */
export function hex(digits: string): Uint8Array {
  return Uint8Array.from(digits.replaceAll(/\s/g, '').match(/../g) ?? [], (pair) =>
    Number.parseInt(pair, 16),
  );
}

/** `count` bytes 0, 1, 2 … */
export function counting(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => index);
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** A copy of `bytes` with one of them changed. */
export function withByte(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[offset] = value;
  return copy;
}

export const uint8 = fc.integer({ min: 0, max: 0xff });
export const uint16 = fc.integer({ min: 0, max: 0xffff });
export const uint32 = fc.integer({ min: 0, max: 0xffffffff });

export const addressV4 = fc.uint8Array({ minLength: 4, maxLength: 4 });
export const addressV6 = fc.uint8Array({ minLength: 16, maxLength: 16 });
export const smallPayload = fc.uint8Array({ maxLength: 64 });
