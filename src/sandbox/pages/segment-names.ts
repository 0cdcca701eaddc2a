import type { Consequences } from '../consequences/consequences.ts';
import type { SegmentName } from './condition-words.ts';

/** The name of a segment, for sentences. */
export function segmentNames(consequences: Consequences): SegmentName {
  return (reference) => {
    const segment = consequences.segments.named(reference);
    return segment === undefined ? `segment ${reference}` : `“${segment.definition.name}”`;
  };
}
