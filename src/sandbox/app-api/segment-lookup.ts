import type { SandboxCore } from '../sandbox-core.ts';
import type { SegmentLookup } from './people-filter.ts';

/** Segments of the start have no members. */
export function segmentLookup(core: SandboxCore): SegmentLookup {
  const known = new Set(core.setup.segments.map((segment) => segment.id));
  return (segmentId) => (known.has(segmentId) ? () => false : undefined);
}
