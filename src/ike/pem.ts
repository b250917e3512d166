import { type Malformed, malformed } from '../packet/malformed.ts';

/**
 * The blocks of one label in a PEM text (RFC 7468), decoded, in their order. Text around the blocks is
 * ignored.
 */
export function readPem(text: string, label = 'CERTIFICATE'): readonly Uint8Array[] | Malformed {
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  const blocks: Uint8Array[] = [];
  let from = text.indexOf(begin);
  while (from !== -1) {
    const to = text.indexOf(end, from);
    if (to === -1) return malformed(`a PEM block has no "${end}"`);
    const block = decodeBase64(text.slice(from + begin.length, to));
    if (block === null) return malformed('a PEM block is not base64');
    blocks.push(block);
    from = text.indexOf(begin, to);
  }
  return blocks;
}

/**
 * `atob` is a global of every JavaScript runtime, which keeps this free of Buffer; it throws on what is not
 * base64.
 */
function decodeBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text.replace(/\s+/g, '')), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
