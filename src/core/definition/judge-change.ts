import type { Definition, Part } from './definition.ts';

/** What a change since publication does; `changed`: what is sent means something else, or may. */
export type Verdict = 'same' | 'harmless' | 'additive' | 'changed';

/** One part of a definition that is not as it was published. */
export interface ChangedPart {
  readonly part: Part;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly verdict: Exclude<Verdict, 'same'>;
}

type Value = string | readonly string[] | undefined;

type Judge = (before: Value, after: Value) => Verdict;

/** Anything else than before is a change. */
const strict: Judge = (before, after) => (textOf(before) === textOf(after) ? 'same' : 'changed');

/** Said for the first time, it explains what was published; said otherwise, it may be another thing. */
const explained: Judge = (before, after) =>
  before === undefined && after !== undefined ? 'harmless' : strict(before, after);

/** Whether other words mean the same can not be decided; capitals, spaces and punctuation are none. */
const worded: Judge = (before, after) => {
  const verdict = explained(before, after);
  return verdict === 'changed' && lettersOf(before) === lettersOf(after) ? 'harmless' : verdict;
};

/** More values may come; each that came before still means the same. */
const listed: Judge = (before, after) => {
  if (textOf(before) === textOf(after)) return 'same';
  if (before === undefined) return 'changed';
  const isWider = after === undefined || listOf(before).every((each) => listOf(after).includes(each));
  if (!isWider) return 'changed';
  return after !== undefined && listOf(after).length === listOf(before).length ? 'harmless' : 'additive';
};

/** How each part is judged; the order is that of the messages. `docs/guides/definitions.md` says why. */
const JUDGES: Readonly<Record<Part, Judge>> = {
  type: strict,
  sql: strict,
  unit: explained,
  zone: strict,
  format: strict,
  ambiguous_time: strict,
  not_before: strict,
  future: strict,
  when_null: strict,
  one_of: listed,
  separator: strict,
  role: strict,
  max_items: strict,
  after: strict,
  not_after: strict,
  throttle: strict,
  means: worded,
};

export const PARTS = Object.keys(JUDGES) as readonly Part[];

/** What differs between a published definition and the one declared now. */
export function changedParts(before: Definition, after: Definition): readonly ChangedPart[] {
  return PARTS.filter((part) => isRecorded(before, part)).flatMap((part) => {
    const verdict = JUDGES[part](before[part], after[part]);
    return verdict === 'same'
      ? []
      : [{ part, before: textOf(before[part]), after: textOf(after[part]), verdict }];
  });
}

/** Lock files of the first version hold nothing but the types. */
function isRecorded(before: Definition, part: Part): boolean {
  return part === 'type' ? before.type !== undefined : before.sql !== undefined;
}

export function verdictOf(parts: readonly ChangedPart[]): Verdict {
  const order: readonly Verdict[] = ['changed', 'additive', 'harmless'];
  return order.find((verdict) => parts.some((part) => part.verdict === verdict)) ?? 'same';
}

function textOf(value: Value): string | undefined {
  return typeof value === 'object' ? `[${value.join(', ')}]` : value;
}

function listOf(value: Value): readonly string[] {
  return typeof value === 'string' ? [value] : (value ?? []);
}

function lettersOf(value: Value): string {
  return (textOf(value) ?? '').toLowerCase().replace(/[^\p{L}\p{N}%<>=+*/-]+/gu, '');
}
