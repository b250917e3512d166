import { concat } from './bytes.ts';

/**
 * Four zero bytes before an IKE message on port 4500, where an ESP packet has its SPI (RFC 3948, section
 * 2.2).
 */
export const NON_ESP_MARKER_BYTES = 4;

export function addNonEspMarker(message: Uint8Array): Uint8Array {
  return concat([new Uint8Array(NON_ESP_MARKER_BYTES), message]);
}

/** The IKE message of a datagram on port 4500; null when it is something else (ESP, or a NAT keepalive). */
export function removeNonEspMarker(datagram: Uint8Array): Uint8Array | null {
  if (datagram.length < NON_ESP_MARKER_BYTES) return null;
  const marker = datagram.subarray(0, NON_ESP_MARKER_BYTES);
  return marker.every((byte) => byte === 0) ? datagram.slice(NON_ESP_MARKER_BYTES) : null;
}
