import type { AttributeCondition } from './condition.ts';
import type { EventCounter } from './event-counter.ts';
import type { MemberSet } from './member-set.ts';
import type { PersonFacts } from './person-facts.ts';
import { testValues } from './test-values.ts';
import { allOf, anyOf, notThat, type Verdict, verdict } from './verdict.ts';

/** A condition ready to be asked: segments are replaced by what they stand for. */
export type CompiledCondition =
  | AttributeCondition
  | {
      readonly kind: 'event';
      readonly counter: EventCounter;
      readonly times: number;
      readonly withinMs: number | undefined;
    }
  | { readonly kind: 'members'; readonly segment: number; readonly members: MemberSet }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly CompiledCondition[] }
  | { readonly kind: 'not'; readonly part: CompiledCondition };

/** About whom, and when. */
export interface Question {
  readonly facts: PersonFacts;
  readonly nowMs: number;
  /** Whether "is not equal to" holds for people without the attribute. */
  readonly absentPasses: boolean;
}

export function judge(condition: CompiledCondition, question: Question): Verdict {
  switch (condition.kind) {
    case 'attribute': {
      const texts = question.facts.textsOf(condition.name);
      return testValues(condition.test, texts, question.nowMs, question.absentPasses);
    }
    case 'event':
      return condition.counter.judge(
        question.facts.person.serial,
        condition.times,
        condition.withinMs,
        question.nowMs,
      );
    case 'members':
      return verdict(condition.members.has(question.facts.person.serial));
    case 'and':
      return allOf(condition.parts.map((part) => judge(part, question)));
    case 'or':
      return anyOf(condition.parts.map((part) => judge(part, question)));
    case 'not':
      return notThat(judge(condition.part, question));
  }
}

/** What has to change for the answer to change, time aside. */
export type Ground =
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'event'; readonly counter: EventCounter }
  | { readonly kind: 'members'; readonly segment: number };

export function* groundsOf(condition: CompiledCondition): Generator<Ground> {
  switch (condition.kind) {
    case 'attribute':
    case 'event':
    case 'members':
      yield condition;
      return;
    case 'and':
    case 'or':
      for (const part of condition.parts) yield* groundsOf(part);
      return;
    case 'not':
      yield* groundsOf(condition.part);
  }
}
