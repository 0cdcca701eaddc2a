import { valuesAtPath } from '../json/json-path.ts';
import { jsonText, literalAsString } from '../json/json-text.ts';
import type { JsonValue } from '../json/json-value.ts';
import { parseJson } from '../json/lossless-json.ts';
import type { EventActivity } from '../state/activity.ts';
import type { EventFilter, PropertyTest } from './condition.ts';
import { testValues } from './test-values.ts';
import { NO_MATCH, type Verdict, verdict, verdictUntil } from './verdict.ts';

const NONE: readonly number[] = [];
const SECOND_MS = 1000;

/** Whether an event passes a filter. `properties` is read only when the filter asks for some. */
export function isEventMeant(
  filter: EventFilter,
  event: EventActivity,
  properties: () => JsonValue,
): boolean {
  if (event.name !== filter.name || event.type !== filter.type) return false;
  return filter.where.every((part) => passes(part, properties(), event.appliedAtMs));
}

function passes(part: PropertyTest, properties: JsonValue, nowMs: number): boolean {
  const texts = textsOf(valuesAtPath(properties, part.property));
  return testValues(part.test, texts, nowMs, true).isMatch !== part.isNegated;
}

/** Values as they are compared; null and "" count as absent. */
export function textsOf(values: readonly JsonValue[]): readonly string[] {
  return values
    .filter((value) => value !== null && value !== '')
    .map((value) => literalAsString(jsonText(value)));
}

/** Reads the properties of an event at most once. */
export function propertiesOf(event: EventActivity): () => JsonValue {
  let properties: JsonValue | undefined;
  return () => {
    properties ??= parseJson(event.attributes);
    return properties;
  };
}

/** When each person did what a filter means: the times in order. */
export class EventCounter {
  readonly filter: EventFilter;
  readonly #timesMs = new Map<number, number[]>();

  constructor(filter: EventFilter) {
    this.filter = filter;
  }

  add(person: number, event: EventActivity): void {
    const atMs = event.timestamp * SECOND_MS;
    const known = this.#timesMs.get(person);
    if (known === undefined) this.#timesMs.set(person, [atMs]);
    else if (atMs >= (known.at(-1) ?? 0)) known.push(atMs);
    else known.splice(firstAfter(known, atMs), 0, atMs);
  }

  remove(person: number): void {
    this.#timesMs.delete(person);
  }

  move(from: number, to: number): void {
    const moved = this.#timesMs.get(from);
    if (moved === undefined) return;
    this.#timesMs.delete(from);
    this.#timesMs.set(
      to,
      [...this.timesOf(to), ...moved].toSorted((one, other) => one - other),
    );
  }

  timesOf(person: number): readonly number[] {
    return this.#timesMs.get(person) ?? NONE;
  }

  /** At least so many times; with a span: within it, the future excluded. */
  judge(person: number, times: number, withinMs: number | undefined, nowMs: number): Verdict {
    const all = this.timesOf(person);
    if (withinMs === undefined) return verdict(all.length >= times);
    if (all.length === 0) return NO_MATCH;
    const first = firstAfter(all, nowMs - withinMs);
    const end = firstAfter(all, nowMs);
    const nextMs = all[end] ?? Number.POSITIVE_INFINITY;
    const surplus = end - first - times;
    if (surplus < 0) return verdictUntil(false, nextMs);
    return verdictUntil(true, (all[first + surplus] ?? 0) + withinMs);
  }
}

/** Index of the first time later than this one. */
function firstAfter(times: readonly number[], atMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
