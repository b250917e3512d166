// `npm run build`: src to dist. With --if-stale only when something has changed.
import { build, ensureBuilt, say, SetupError } from './setup.mjs';

try {
  if (process.argv.includes('--if-stale')) ensureBuilt();
  else build();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
