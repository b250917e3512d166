/**
 * Reads and writes numbers in network byte order without allocating a DataView. Offsets are the caller's to check:
 * a byte beyond the end reads as 0, and writing there does nothing.
 */

export function readUint8(bytes: Uint8Array, offset: number): number {
  return bytes[offset] ?? 0;
}

export function readUint16(bytes: Uint8Array, offset: number): number {
  return (readUint8(bytes, offset) << 8) | readUint8(bytes, offset + 1);
}

export function readUint32(bytes: Uint8Array, offset: number): number {
  // `>>> 0`: a 32-bit value with its top bit set must not come out negative.
  return ((readUint16(bytes, offset) << 16) | readUint16(bytes, offset + 2)) >>> 0;
}

export function writeUint16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8;
  bytes[offset + 1] = value;
}

export function writeUint32(bytes: Uint8Array, offset: number, value: number): void {
  writeUint16(bytes, offset, value >>> 16);
  writeUint16(bytes, offset + 2, value & 0xffff);
}
