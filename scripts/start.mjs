// `npm start -- <host>`: installs and builds what is missing, then is pathmtu: the program runs in this very process,
// so its standard streams, its exit code and its signals are its own, and nothing is started twice.
import { fileURLToPath } from 'node:url';
import { ensureBuilt, ensurePackages, say, SetupError } from './setup.mjs';
import { hearSignalsOnce } from './signals.mjs';

/** As everywhere in this project: not known. */
const UNKNOWN = 3;

if (isSetUp()) {
  hearSignalsOnce();
  const program = new URL('../bin/pathmtu.js', import.meta.url);
  process.argv[1] = fileURLToPath(program);
  await import(program.href);
}

function isSetUp() {
  try {
    ensurePackages();
    ensureBuilt();
    return true;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = UNKNOWN;
    return false;
  }
}
