import { type JsonValue, numberOf } from '../json/json-value.ts';
import type { Switches } from '../switches.ts';
import { ABSENT, type Checked, invalid, refused, sound } from './problem.ts';

/**
 * Unix seconds, taken as they are: milliseconds are a date in the far future and are not repaired (case 57).
 * Absent or null means the time of receipt, which makes a backfilled event live.
 */
export function checkTimestamp(
  value: JsonValue | undefined,
  field: string,
  switches: Switches,
): Checked<number | undefined> {
  if (value === undefined || value === null) return ABSENT;
  const seconds = numberOf(value);
  if (seconds !== undefined && Number.isFinite(seconds)) return sound(seconds);
  if (switches.unreadableTimestamp === 'receipt_time') return ABSENT;
  return refused([invalid(field, `${field} must be a number of unix seconds`)]);
}
