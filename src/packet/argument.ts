/** Checks of what callers hand to an encoder. What the network hands us is never checked here: see Malformed. */

/** Throws RangeError unless `value` is an integer from `least` to `most`, both included. */
export function requireInteger(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} is ${value}, and must be an integer from ${least} to ${most}`);
  }
}

/** Throws RangeError unless the address has `bytes` bytes. */
export function requireAddress(name: string, address: Uint8Array, bytes: 4 | 16): void {
  if (address.length !== bytes) {
    throw new RangeError(`${name} has ${address.length} bytes, and must have ${bytes}`);
  }
}
