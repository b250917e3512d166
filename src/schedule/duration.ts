/** `15m`, `1h`, `90s`, `1d`: how often a check runs. */
export type ParsedDuration =
  | { readonly type: 'duration'; readonly seconds: number }
  | { readonly type: 'refused'; readonly reason: string };

export function parseDuration(text: string): ParsedDuration {
  const { number, unit } = /^(?<number>\d{1,6})(?<unit>[smhd])$/.exec(text)?.groups ?? {};
  const factor = SECONDS.get(unit ?? '');
  if (number === undefined || factor === undefined) {
    return { type: 'refused', reason: 'is no interval: give a number and s, m, h or d, such as 15m' };
  }
  const seconds = Number(number) * factor;
  return seconds < SHORTEST_SECONDS || seconds > LONGEST_SECONDS
    ? { type: 'refused', reason: 'is out of range: give 1m to 7d' }
    : { type: 'duration', seconds };
}

/**
 * The same moments of every day, as cron writes them; null where they are not: every 7 minutes, every 36 hours. Cron
 * begins anew with every hour and every day, so only what divides them is even.
 */
export function cronExpression(seconds: number): string | null {
  const minutes = seconds / 60;
  if (!Number.isInteger(minutes)) return null;
  if (minutes < 60) return 60 % minutes === 0 ? (minutes === 1 ? '* * * * *' : `*/${minutes} * * * *`) : null;
  const hours = minutes / 60;
  if (!Number.isInteger(hours)) return null;
  if (hours < 24) return 24 % hours === 0 ? (hours === 1 ? '0 * * * *' : `0 */${hours} * * *`) : null;
  if (hours === 24) return '0 0 * * *';
  return hours === 168 ? '0 0 * * 0' : null;
}

const SECONDS: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
]);
/** More often would not be polite to a gateway. */
const SHORTEST_SECONDS = 60;
const LONGEST_SECONDS = 7 * 86_400;
