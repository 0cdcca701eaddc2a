/** Why an item is refused, as v2 reports it. v1 reports the message alone. */
export interface Problem {
  /** The two reasons that real answers were seen with. */
  readonly reason: 'required' | 'invalid';
  /** Empty when the item as a whole is meant. */
  readonly field: string;
  readonly message: string;
}

/** A checked part of a request: its meaning when it has one, and everything that is wrong with it. */
export interface Checked<Value> {
  readonly value: Value | undefined;
  readonly problems: readonly Problem[];
}

export const NO_PROBLEMS: readonly Problem[] = [];

export function sound<Value>(value: Value): Checked<Value> {
  return { value, problems: NO_PROBLEMS };
}

/** A part that is absent, and may be. */
export const ABSENT: Checked<undefined> = { value: undefined, problems: NO_PROBLEMS };

export function refused(problems: readonly Problem[]): Checked<never> {
  return { value: undefined, problems };
}

export function required(field: string, message = `${field} is required`): Problem {
  return { reason: 'required', field, message };
}

export function invalid(field: string, message: string): Problem {
  return { reason: 'invalid', field, message };
}

/** All problems of the parts of one item, for they are reported together (case 26). */
export function problemsOf(...parts: readonly Checked<unknown>[]): readonly Problem[] {
  return parts.every((part) => part.problems.length === 0)
    ? NO_PROBLEMS
    : parts.flatMap((part) => part.problems);
}
