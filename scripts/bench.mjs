// `npm run bench` and `npm run bench:scale`: installs the peers from Debian and builds pathmtu where that is to be done,
// then runs bench/main.ts, or with `scale` as first argument bench/scale/main.ts, in this process. Plain JavaScript, as all that runs before there are packages.
import { ensureBuilt, ensureDebianPackages, ensurePackages, isDebian, say, SetupError } from './setup.mjs';

/** As everywhere in this project: not known. */
const UNKNOWN = 3;

/** The first two have what every lab network needs. */
const PEERS = [
  'iproute2',
  'nftables',
  'fping',
  'ike-scan',
  'iputils-ping',
  'iputils-tracepath',
  'nmap',
  'scamper',
  'time',
  'traceroute',
];

if (isSetUp()) {
  const { register } = await import('tsx/esm/api');
  register();
  const [first, ...rest] = process.argv.slice(2);
  const { main } =
    first === 'scale' ? await import('./bench/scale/main.ts') : await import('./bench/main.ts');
  process.exitCode = await main(first === 'scale' ? rest : process.argv.slice(2));
}

function isSetUp() {
  try {
    ensurePackages();
    ensureBuilt();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = UNKNOWN;
    return false;
  }
  installPeers();
  return true;
}

/** A peer that cannot be installed is left out, and the report says so; the others are measured all the same. */
function installPeers() {
  try {
    if (isDebian()) ensureDebianPackages(PEERS);
    else say(`not a Debian: the bench measures what there is of ${PEERS.join(', ')}`);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`not all peers are here: ${error.message}`);
  }
}
