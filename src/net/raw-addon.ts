import { createRequire } from 'node:module';
import { PathmtuError } from '../errors.ts';

type RawSocketModule = typeof import('raw-socket');

/**
 * Loads the addon when it is first needed: it is native code, compiled at install, and nothing but measuring needs it.
 * With `require`, which is what it was written for, and which the program's bundle can do (see bin/).
 *
 * @throws {PathmtuError} `addon-missing`: not installed, or its install script was not allowed to run
 */
export function loadRawSocket(): RawSocketModule {
  try {
    const require = createRequire(import.meta.url);
    return require('raw-socket') as RawSocketModule;
  } catch (cause) {
    throw new PathmtuError(
      'addon-missing',
      'the raw-socket addon is not built; run `npm rebuild raw-socket` in the folder of pathmtu, or install anew with `npm install -g pathmtu --allow-scripts=raw-socket` (both need python3, make and g++)',
      { cause },
    );
  }
}

/** The message for a system that refuses a raw socket. */
export function notPermitted(cause: unknown): PathmtuError {
  return new PathmtuError(
    'not-permitted',
    'raw sockets need root or CAP_NET_RAW; run it with `sudo`, or with a copy of node that was given the right (`sudo setcap cap_net_raw+ep /path/to/copy-of-node`), or in a systemd unit with AmbientCapabilities=CAP_NET_RAW',
    { cause },
  );
}
