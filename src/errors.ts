/**
 * A mistake of the caller or a lack of the surroundings that a measurement cannot go on from: a bad option, a name
 * that does not resolve, no permission, a missing addon. What the network does is never an error, it is in the
 * result. `message` is one line that says what was wrong and what to do.
 */
export class PathmtuError extends Error {
  /** Stable and kebab-case; listed in the README. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PathmtuError';
    this.code = code;
  }
}
