import type { EventType } from '../operation.ts';

/** How a timestamp lies to the present: less than a span old, at least so old, due within it, due later. */
export type RelativeTest = 'within_past' | 'before_past' | 'within_next' | 'after_next';

/** What one value is asked. Values are compared as text without regard to case, numbers as numbers. */
export type ValueTest =
  | { readonly kind: 'eq' | 'ne' | 'contains' | 'not_contains'; readonly value: string }
  | { readonly kind: 'gt' | 'gte' | 'lt' | 'lte'; readonly value: number }
  | { readonly kind: 'exists' }
  | { readonly kind: 'is_timestamp' }
  | { readonly kind: RelativeTest; readonly spanMs: number }
  | { readonly kind: 'before' | 'after'; readonly atMs: number };

export interface PropertyTest {
  /** A dotted path into the event's properties. */
  readonly property: string;
  readonly test: ValueTest;
  readonly isNegated: boolean;
}

/** Which events are meant: of this type and name, with properties that pass all tests. */
export interface EventFilter {
  readonly type: EventType;
  readonly name: string;
  readonly where: readonly PropertyTest[];
}

export interface AttributeCondition {
  readonly kind: 'attribute';
  /** A name, or a dotted path into an attribute that holds JSON. */
  readonly name: string;
  readonly test: ValueTest;
}

/** Performed at least so many times, in all or within the past span. */
export interface EventCondition {
  readonly kind: 'event';
  readonly filter: EventFilter;
  readonly times: number;
  readonly withinMs: number | undefined;
}

/** A condition as a person wrote it. Segments are named by id or by name until the definition is accepted. */
export type Condition =
  | AttributeCondition
  | EventCondition
  | { readonly kind: 'segment'; readonly segment: number | string }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition };

/** The segments a condition refers to. */
export function* segmentsIn(condition: Condition): Generator<number | string> {
  if (condition.kind === 'segment') yield condition.segment;
  else if (condition.kind === 'not') yield* segmentsIn(condition.part);
  else if (condition.kind === 'and' || condition.kind === 'or') {
    for (const part of condition.parts) yield* segmentsIn(part);
  }
}
