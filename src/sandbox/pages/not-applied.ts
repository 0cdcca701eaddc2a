import type { ActivityType } from '../state/activity.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';

/** What was answered with 200 and did not happen. */
export const NOT_APPLIED_TYPES = [
  'failed_attribute_change',
  'skipped_update',
  'failed_event',
] as const satisfies readonly ActivityType[];

export function notAppliedCount({ activities }: WorkspaceState): number {
  return NOT_APPLIED_TYPES.reduce((sum, type) => sum + activities.count(type), 0);
}
