import { formatLocal } from '../time/datetime-text.ts';
import { timeZone } from '../time/time-zone.ts';
import { earliestLocal } from './change-query.ts';
import { bindParameters } from './parameters.ts';

/** The times a query's parameters stand for, in unix seconds. */
export interface QueryTimes {
  /** Earliest event that matters. */
  readonly since: number;
  readonly until: number;
  readonly now: number;
  /** `since` is exact already: a bound by the server's own clock. */
  readonly isSinceExact?: boolean;
}

/**
 * `:since` and `:until` are rough bounds for the query: wide enough that no change of clocks and no
 * difference between clocks loses a row. What is sent is decided exactly, row by row.
 */
export const MARGIN_SECONDS = 2 * 3600;

/** MySQL's DATETIME begins here in practice; earlier bounds mean "everything". */
const EARLIEST = Date.UTC(1971, 0, 1) / 1000;

export function bindQuery(sql: string, zoneName: string, times: QueryTimes): string {
  const zone = timeZone(zoneName);
  const since = Math.max(EARLIEST, times.since - (times.isSinceExact === true ? 0 : MARGIN_SECONDS));
  const until = times.until + MARGIN_SECONDS;
  return bindParameters(sql, {
    since: formatLocal(earliestLocal(zone, since)),
    until: formatLocal(zone.localOf(until)),
    now: formatLocal(zone.localOf(times.now)),
    since_utc: formatLocal(since),
    until_utc: formatLocal(until),
    now_utc: formatLocal(times.now),
  });
}
