/**
 * Where the seeds of a survey begin: another place on every run, unless PATHMTU_SIM_SEED says which. Printed, so that
 * what a run found can be looked at again.
 */
export function firstSeed(): number {
  const wanted = process.env['PATHMTU_SIM_SEED'] ?? '';
  const seed = /^\d+$/.test(wanted) ? Number(wanted) : Date.now() % LARGEST_FIRST_SEED;
  process.stderr.write(`seeds from ${seed} on; again with PATHMTU_SIM_SEED=${seed}\n`);
  return seed;
}

/** Seeds are 32 bits wide; this leaves room above. */
const LARGEST_FIRST_SEED = 4_000_000_000;
