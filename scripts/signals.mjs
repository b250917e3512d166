/** npm passes Ctrl-C on although the terminal has sent it to everyone; nobody presses it twice in this time. */
const ECHO_MS = 250;

/**
 * The program takes the first signal as "say what is known" and leaves the second its usual effect, the end. Under
 * npm one Ctrl-C arrives twice, so its echo is swallowed here. A signal that the program does not listen for yet, or
 * no more, has its usual effect.
 */
export function hearSignalsOnce() {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    let firstAtMs = null;
    const onSignal = () => {
      const isForProgram = firstAtMs === null && process.listenerCount(signal) > 1;
      if (isForProgram) {
        firstAtMs = performance.now();
        return;
      }
      if (firstAtMs !== null && performance.now() - firstAtMs < ECHO_MS) return;
      process.off(signal, onSignal);
      process.kill(process.pid, signal);
    };
    process.on(signal, onSignal);
  }
}
