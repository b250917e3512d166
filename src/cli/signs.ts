import { ASCII_SIGNS, UNICODE_SIGNS, type Signs } from '../report/changes.ts';
import type { Surroundings } from './surroundings.ts';

/** Unicode where the locale says UTF-8, by the rules of POSIX: LC_ALL before LC_CTYPE before LANG. */
export function signsOf(environment: Surroundings['environment']): Signs {
  const locale = ['LC_ALL', 'LC_CTYPE', 'LANG']
    .map((name) => environment[name])
    .find((value) => value !== undefined && value !== '');
  return locale !== undefined && /utf-?8/i.test(locale) ? UNICODE_SIGNS : ASCII_SIGNS;
}
