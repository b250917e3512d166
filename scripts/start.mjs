// `npm start -- <host>`: installs and builds what is missing, then is pathmtu: the program runs in this very process,
// so its standard streams, its exit code and its signals are its own, and nothing is started twice.
import { fileURLToPath } from 'node:url';
import { ensureBuilt, ensurePackages, say, SetupError } from './setup.mjs';

/** As everywhere in this project: not known. */
const UNKNOWN = 3;

/** npm passes Ctrl-C on although the terminal has sent it to everyone; nobody presses it twice in this time. */
const ECHO_MS = 250;

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

/**
 * The program takes the first signal as "say what is known" and leaves the second its usual effect, the end. Under
 * npm one Ctrl-C arrives twice, so its echo is swallowed here.
 */
function hearSignalsOnce() {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    let firstAtMs = null;
    const onSignal = () => {
      const isForProgram = firstAtMs === null && process.listenerCount(signal) > 1;
      firstAtMs ??= performance.now();
      if (isForProgram || performance.now() - firstAtMs < ECHO_MS) return;
      process.off(signal, onSignal);
      process.kill(process.pid, signal);
    };
    process.on(signal, onSignal);
  }
}
