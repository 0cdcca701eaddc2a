import type { CursorCapture } from '../contract/capture-rule.ts';
import type { CapturePosition, SourceMoment } from './capture-position.ts';

/** From when on changes are read again. */
export interface CursorSpan {
  /** Unix seconds by the server's clock; rows of this very second are read. */
  readonly since: number;
  readonly overlapSeconds: number;
  /** A transaction has been open for longer than the overlap may grow: what it writes may be found late. */
  readonly isCut: boolean;
}

/** A row that came so late once may come twice as late the next time. */
const LAG_FACTOR = 2;

/** How long a lag is remembered when none is seen any more. */
const LAG_KEPT_SECONDS = 7 * 86_400;

/**
 * Rows carry the time of their change, and are seen when they are committed. The overlap is the longest of: what is
 * declared, twice the lag that was seen, and how long the oldest transaction had been open at the last read.
 */
export function cursorSpan(position: CapturePosition, rule: CursorCapture, moment: SourceMoment): CursorSpan {
  const open = position.openSince === undefined ? 0 : Math.max(0, position.readAt - position.openSince);
  const wanted = Math.max(rule.overlapSeconds, position.lag * LAG_FACTOR, open);
  const overlapSeconds = Math.min(wanted, rule.overlapSecondsMax);
  // A clock that was set back a little must not leave a gap.
  const from = Math.min(position.readAt, moment.at);
  return { since: from - overlapSeconds, overlapSeconds, isCut: wanted > overlapSeconds };
}

/** The furthest that an overlap can reach: rows from there on may be late rather than never seen. */
export function widestSince(position: CapturePosition, rule: CursorCapture, moment: SourceMoment): number {
  return Math.min(position.readAt, moment.at) - rule.overlapSecondsMax;
}

/** The lag to remember: the longest of the last days. */
export function rememberedLag(
  before: Pick<CapturePosition, 'lag' | 'lagSeenAt'> | undefined,
  seen: number,
  now: number,
): Pick<CapturePosition, 'lag' | 'lagSeenAt'> {
  const isKept = before !== undefined && before.lag > seen && now - before.lagSeenAt < LAG_KEPT_SECONDS;
  return isKept ? { lag: before.lag, lagSeenAt: before.lagSeenAt } : { lag: seen, lagSeenAt: now };
}
