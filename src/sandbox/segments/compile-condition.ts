import type { CompiledCondition } from './compiled-condition.ts';
import type { Condition } from './condition.ts';
import type { EventCounters } from './event-counters.ts';
import type { Segment } from './segment.ts';
import type { SegmentBook } from './segment-book.ts';

/** Holds for nobody: what a listed segment without a condition stands for. */
const NOBODY: CompiledCondition = { kind: 'or', parts: [] };

/**
 * Makes a condition ready to be asked. The definitions were checked before: a segment that is not there, or
 * one that refers to itself, is a mistake of the sandbox.
 */
export function compileCondition(
  condition: Condition,
  segments: SegmentBook,
  counters: EventCounters,
): CompiledCondition {
  switch (condition.kind) {
    case 'attribute':
      return condition;
    case 'event': {
      const { filter, times, withinMs } = condition;
      return { kind: 'event', counter: counters.of(filter), times, withinMs };
    }
    case 'segment': {
      const segment = segments.named(condition.segment);
      if (segment === undefined) throw new Error(`segment ${condition.segment} is not defined`);
      return compileSegment(segment, segments, counters);
    }
    case 'and':
    case 'or': {
      const parts = condition.parts.map((part) => compileCondition(part, segments, counters));
      return { kind: condition.kind, parts };
    }
    case 'not':
      return { kind: 'not', part: compileCondition(condition.part, segments, counters) };
  }
}

/** A dynamic segment stands for its condition, a manual one for its members. */
export function compileSegment(
  segment: Segment,
  segments: SegmentBook,
  counters: EventCounters,
): CompiledCondition {
  const { id, type, when } = segment.definition;
  if (type === 'manual') return { kind: 'members', segment: id, members: segment.members };
  return when === undefined ? NOBODY : compileCondition(when, segments, counters);
}
