import type { Condition } from './condition.ts';
import type { MemberSet } from './member-set.ts';

/** A segment as it was defined. A dynamic one without a condition has no members, ever: it is only listed. */
export interface SegmentDefinition {
  readonly id: number;
  readonly name: string;
  readonly type: 'dynamic' | 'manual';
  readonly description: string;
  readonly tags: readonly string[] | null;
  /** Unix seconds; undefined: when it is added. */
  readonly createdAt: number | undefined;
  readonly when: Condition | undefined;
}

/** The stages of a new segment, as the App API names them (case 110). */
export type BuildState = 'build_queued' | 'build' | 'finished';

/** A segment of the workspace with its members. */
export interface Segment {
  readonly definition: SegmentDefinition;
  readonly members: MemberSet;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When it was begun to be built and when that ends; equal: it needed no building. */
  readonly buildStartMs: number;
  readonly buildEndMs: number;
}

export interface BuildProgress {
  readonly state: BuildState;
  /** Percent; null when finished. */
  readonly progress: number | null;
}

/** A new segment waits for the first quarter of its build. */
const QUEUED_SHARE = 0.25;
const PERCENT = 100;

export function buildProgress(segment: Segment, nowMs: number): BuildProgress {
  if (nowMs >= segment.buildEndMs) return { state: 'finished', progress: null };
  const share = (nowMs - segment.buildStartMs) / (segment.buildEndMs - segment.buildStartMs);
  if (share < QUEUED_SHARE) return { state: 'build_queued', progress: 0 };
  const built = (share - QUEUED_SHARE) / (1 - QUEUED_SHARE);
  return { state: 'build', progress: Math.floor(built * PERCENT) };
}
