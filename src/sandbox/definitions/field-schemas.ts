import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
};
const SPAN = /^([1-9]\d{0,7})([smhdw])$/;
const SPAN_MS_MAX = 36_600 * DAY_MS;
const ZONED_TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d))?$/;
const SECOND_MS = 1000;

/** Between the messages about several unknown fields, which the schema can only report as one. */
const SEPARATOR = '\n';

/** An object with these fields alone; an unknown one is answered with the nearest known name. */
export function fields<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownField(key, known)).join(SEPARATOR)
        : undefined,
  });
}

function unknownField(name: string, known: readonly string[]): string {
  return `unknown field "${name}"${suggestion(name, known)}`;
}

const EDITS_MAX = 3;

/** `; did you mean "x"?` where something near is known, else all that is known. */
export function suggestion(name: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const nearest = closest(name, [...known]);
  const isNear = distance(name, nearest) <= Math.min(EDITS_MAX, Math.ceil(nearest.length / 2));
  return isNear ? `; did you mean "${nearest}"?` : `; there are ${known.join(', ')}`;
}

/** What a field of the wrong type is answered with; a missing one is called missing. */
export function says(text: string) {
  return { error: (issue: { readonly input: unknown }) => (issue.input === undefined ? undefined : text) };
}

/** A span of time as `30m`, `24h`, `21d` or `2w`; gives milliseconds. */
export const spanSchema = z
  .string(says('write a span of time such as 30m, 24h, 21d or 2w'))
  .transform((text, context) => {
    const ms = spanMsOf(text);
    if (ms !== undefined) return ms;
    context.addIssue(
      `"${text}" is no span of time; write one such as 30m, 24h, 21d or 2w, at most a hundred years`,
    );
    return z.NEVER;
  });

export function spanMsOf(text: string): number | undefined {
  const [, count, unit] = SPAN.exec(text) ?? [];
  const ms = Number(count) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
  return ms <= SPAN_MS_MAX ? ms : undefined;
}

const A_MOMENT = 'write a moment as 2026-11-23T10:00:00Z, with its zone';

/** A moment as ISO 8601 with its zone (a bare date is midnight UTC); gives milliseconds. */
export const isoMomentSchema = z.string(says(A_MOMENT)).transform((text, context) => {
  const ms = ZONED_TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  context.addIssue(`"${text}" is no moment; ${A_MOMENT}`);
  return z.NEVER;
});

/** The same, or unix seconds; gives milliseconds. */
export const momentSchema = z.union(
  [z.number().transform((seconds) => Math.round(seconds * SECOND_MS)), isoMomentSchema],
  says(`${A_MOMENT}, or in unix seconds`),
);

/** Text, number or boolean: compared as text, as Customer.io stores all values. */
export const scalarSchema = z
  .union([z.string(), z.number(), z.boolean()], says('write a text, a number, true or false'))
  .transform(String);

export const idSchema = z.int(says('write a whole number')).min(1);

/**
 * Chooses the schema by the field that is present, so that messages speak of what the user meant.
 * @param what `a condition`
 */
export function choice<Output>(what: string, byField: Readonly<Record<string, z.ZodType<Output>>>) {
  const known = Object.keys(byField);
  return z.unknown().transform((value, context): Output => {
    const schema = known.filter((field) => isObject(value) && field in value).map((field) => byField[field]);
    const [only, other] = schema;
    if (only === undefined || other !== undefined) {
      context.addIssue(`${what} must have exactly one of ${known.join(', ')}`);
      return z.NEVER;
    }
    const result = only.safeParse(value);
    if (result.success) return result.data;
    for (const { path, message } of mistakesIn(result.error))
      context.addIssue({ code: 'custom', path: [...path], message });
    return z.NEVER;
  });
}

/** What is wrong, and where: an unknown field at the field itself, so that its line can be told. */
export interface Mistake {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export function mistakesIn(error: z.ZodError): readonly Mistake[] {
  const misspelled = new Set(
    error.issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => path.join('.')),
  );
  return error.issues.flatMap((issue): readonly Mistake[] => {
    const { path, message } = issue;
    if (issue.code === 'unrecognized_keys') {
      const messages = message.split(SEPARATOR);
      return issue.keys.map((key, at) => ({ path: [...path, key], message: messages[at] ?? message }));
    }
    // What is wrong with an object as a whole mostly comes from the field that is misspelled in it.
    const isFollowing = issue.code === 'custom' && misspelled.has(path.join('.'));
    return isFollowing ? [] : [{ path, message }];
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
