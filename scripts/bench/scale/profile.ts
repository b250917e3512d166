/** Where the time of a run goes, from the profile that Node wrote of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of a `.cpuprofile` that is read here. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  /** A node's id for each sample. */
  readonly samples: readonly number[];
  /** From the sample before to this one, in µs. */
  readonly timeDeltas: readonly number[];
}

/** Lines `share  ms  area`, most first; of the time that the main thread was not idle. */
export function timeByArea(folder: string): string[] {
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error(`there is no profile in ${folder}`);
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
  const areas = new Map(nodes.map(({ id, callFrame }) => [id, areaOf(callFrame)]));
  const spent = new Map<string, number>();
  samples.forEach((id, place) => {
    const area = areas.get(id) ?? null;
    if (area !== null) spent.set(area, (spent.get(area) ?? 0) + (timeDeltas[place] ?? 0) / 1000);
  });
  const total = [...spent.values()].reduce((sum, ms) => sum + ms, 0);
  return [...spent]
    .toSorted(([, a], [, b]) => b - a)
    .map(
      ([area, ms]) =>
        `${((100 * ms) / total).toFixed(0).padStart(4)} %  ${ms.toFixed(0).padStart(6)} ms  ${area}`,
    );
}

/** Null: idle. */
function areaOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string | null {
  if (functionName === '(idle)') return null;
  if (functionName === '(garbage collector)') return 'collecting garbage';
  if (functionName === 'Socket.onSendReady') return 'sending: the system call';
  if (functionName === 'Socket.onRecvReady') return 'reading: the system call';
  if (url.includes('/node_modules/')) return 'libraries';
  const ours = /\/dist\/([a-z]+)\//.exec(url)?.[1];
  return ours === undefined ? 'Node' : `src/${ours}`;
}
