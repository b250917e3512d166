import type { Belief } from './evidence.ts';
import type { SendFailure } from './sender.ts';

/** How the search stands. `searching` includes waiting. */
export type ProberState =
  | { readonly type: 'searching' }
  | { readonly type: 'exact'; readonly pathMtu: number; readonly by: 'local-mtu' | 'ptb' | 'silence' }
  /** `--max` or `--min` ends the search: all that was asked is known. */
  | { readonly type: 'edge' }
  /** The method's probes were not enough (see {@link Manners}). */
  | { readonly type: 'exhausted' }
  /** The target lives, but has no service on the port that this method needs. */
  | { readonly type: 'closed' }
  /** Another port of the same method does the work. */
  | { readonly type: 'spare' }
  | { readonly type: 'silent' }
  /** Ended from outside: time was up, or the user had enough. */
  | { readonly type: 'stopped' }
  | { readonly type: 'blocked'; readonly failure: SendFailure };

/** What others know that this search may use. */
export interface Surroundings {
  /** Round-trip timeout that another method measured to the same target; null: none. */
  readonly timeoutMs: number | null;
  /** Largest packet that the outgoing interface takes, as far as the others' sends have shown; null: not known. */
  readonly localMtu: number | null;
  /** Another method gets answers for its probes. A closed port is none: such answers are few by nature. */
  readonly isAnsweredElsewhere: boolean;
  /** The target said that another method's port is closed: it does send such answers, if perhaps few. */
  readonly isClosedElsewhere: boolean;
  /** Another method, that goes first, is still searching: no search of one's own, please. */
  readonly mustWait: boolean;
  /** Another method that asks much goes first: it looks for the size. */
  readonly isLed: boolean;
  /** What another method is about to prove by silence; null: none is. */
  readonly suspectedMtu: number | null;
  /** False: enough is under way already, no new flight now. */
  readonly mayBegin: boolean;
  /** What other flows have, to be asked for in place of the usual opening flight; empty: nothing is known. */
  readonly expectedMtus: readonly number[];
  /** What another method found; null: none did. */
  readonly found: { readonly pathMtu: number; readonly controls: Belief['controls'] } | null;
}
