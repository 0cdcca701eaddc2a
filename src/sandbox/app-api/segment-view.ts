import { buildProgress, type Segment } from '../segments/segment.ts';

/** A segment as the App API lists it. Its condition is not shown, as the documents have none (case 110). */
export function segmentView(segment: Segment, nowMs: number) {
  const { id, name, description, type, tags } = segment.definition;
  const { state, progress } = buildProgress(segment, nowMs);
  return {
    id,
    deduplicate_id: `${id}:${segment.updatedAt}`,
    name,
    description,
    state,
    progress,
    type,
    tags,
    created_at: segment.createdAt,
    updated_at: segment.updatedAt,
  };
}
