/**
 * Where the seeds of a survey begin: what PATHMTU_SIM_SEED says, else `usual`. Printed, so that what a run found can be
 * looked at again.
 *
 * @param usual default: another place on every run. A number where too few seeds were looked at so far: there a corner
 *              that is found by chance must not stop a change that has nothing to do with it
 */
export function firstSeed(usual = Date.now() % LARGEST_FIRST_SEED): number {
  const wanted = process.env['PATHMTU_SIM_SEED'] ?? '';
  const seed = /^\d+$/.test(wanted) ? Number(wanted) : usual;
  process.stderr.write(`seeds from ${seed} on; again with PATHMTU_SIM_SEED=${seed}\n`);
  return seed;
}

/** Seeds are 32 bits wide; this leaves room above. */
const LARGEST_FIRST_SEED = 4_000_000_000;
