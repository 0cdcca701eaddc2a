import type { SandboxCore } from '../sandbox-core.ts';
import type { SegmentLookup } from './people-filter.ts';

/** The members as they are, also while a segment is built. */
export function segmentLookup(core: SandboxCore): SegmentLookup {
  const { segments } = core.workspace.consequences();
  return (segmentId) => {
    const members = segments.get(segmentId)?.members;
    return members === undefined ? undefined : (person) => members.has(person.serial);
  };
}
