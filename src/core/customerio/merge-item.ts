import type { MergeSide } from '../identity/merge-plan.ts';
import type { ItemText } from './item.ts';

/** The operation that makes one profile of two: the primary stays. */
export function mergeItem(primary: MergeSide, secondary: MergeSide): ItemText {
  return JSON.stringify({ type: 'person', action: 'merge', primary, secondary });
}
